// What Slack would refuse, as a strip outside the conversation: it must not be taken for something the bot said.

import { iconButton, wordButton } from "./buttons.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { keep } from "./keep.js";

function strip(refusal, page) {
  const json = h("pre", { class: "refusal-json", tabindex: 0, hidden: true }, JSON.stringify(refusal.blocks ?? refusal, null, 2));
  const toggle = wordButton(page.say("showJson"), { focus: "json", className: "quiet-button", press: flip, "aria-expanded": "false" });
  const dismiss = () => page.post("refusal/dismiss", { id: refusal.id });
  const call = [h("code", {}, refusal.method ?? ""), " ", h("code", {}, refusal.error ?? "")];
  function flip() {
    json.hidden = !json.hidden;
    toggle.setAttribute("aria-expanded", String(!json.hidden));
    toggle.textContent = page.say(json.hidden ? "showJson" : "hideJson");
  }
  return h(
    "div",
    { class: "strip strip-danger" },
    h(
      "div",
      { class: "strip-row" },
      icon("alert"),
      h("p", {}, `${page.say("refused")} `, call, refusal.detail ? `, ${refusal.detail}` : ""),
      refusal.blocks ? toggle : null,
      iconButton(page.say("dismiss"), "close", { focus: "dismiss", press: dismiss }),
    ),
    json,
  );
}

function lostLine(page) {
  return h("div", { class: "strip strip-warning", role: "status" }, h("div", { class: "strip-row" }, icon("alert"), h("p", {}, page.say("lineLost"))));
}

const SHOWN = 3;

/** Bring the strips up to date: refusals, newest last, and a lost line. */
export function drawRefusals(place, page) {
  const refusals = (page.state.refusals ?? []).slice(-SHOWN);
  place.setAttribute("role", "region");
  place.setAttribute("aria-label", page.say("refusals"));
  place.hidden = refusals.length === 0 && page.connected;
  keep(place, [
    ...(page.connected ? [] : [{ key: "line", print: page.language, draw: () => lostLine(page) }]),
    ...refusals.map((refusal) => ({ key: `refusal-${refusal.id}`, print: JSON.stringify([refusal, page.language]), draw: () => strip(refusal, page) })),
  ]);
}
