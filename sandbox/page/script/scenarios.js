// The panel of things to break on purpose, and of things that happen once: a customer accepts, days pass.

import { iconButton, wordButton } from "./buttons.js";
import { freshId, h } from "./dom.js";
import { icon } from "./icons.js";
import { keep } from "./keep.js";
import { busy, failure } from "./press.js";

const GROUPS = ["customer", "time", "microsoft", "slack"];

const local = (thing, name, page) => (page.language === "fr" && thing[`${name}_fr`]) || thing[name] || "";

function fault(each, page) {
  const effectId = freshId("effect");
  const input = h("input", {
    type: "checkbox",
    role: "switch",
    checked: each.on,
    "aria-describedby": effectId,
    data: { focus: `fault-${each.id}` },
    on: { change: () => page.post("fault", { id: each.id, on: input.checked }) },
  });
  return h(
    "label",
    { class: "fault" },
    h(
      "span",
      { class: "fault-words" },
      h("span", { class: "fault-label" }, local(each, "label", page)),
      h("span", { class: "hint", id: effectId }, local(each, "effect", page)),
    ),
    h("span", { class: "switch" }, input, h("span", { class: "switch-track", "aria-hidden": "true" })),
  );
}

function once(each, page) {
  const effectId = freshId("effect");
  const outcome = h("span", { class: "outcome", role: "status" });
  const label = h("span", { class: "button-label" }, local(each, "label", page));
  const button = wordButton(label, { focus: `once-${each.id}`, press, "aria-describedby": effectId });
  async function press() {
    if (button.getAttribute("aria-busy") === "true") return;
    const wait = busy(button);
    const answer = await page.post("scenario", { id: each.id });
    wait();
    outcome.textContent = answer.ok ? page.say("done") : `${page.say("failed")}: ${failure(page.say, answer.error)}`;
  }
  return h("div", { class: "once" }, h("div", { class: "once-row" }, button, outcome), h("p", { class: "hint", id: effectId }, local(each, "effect", page)));
}

/** Bring the panel up to date. */
export function drawScenarios(aside, page) {
  aside.hidden = !page.panelOpen;
  aside.setAttribute("aria-label", page.say("scenarios"));
  if (!page.panelOpen) return;
  const faults = page.state.faults;
  const presses = page.state.presses ?? [];
  const on = faults.filter((each) => each.on).length;
  const groups = [...new Set([...GROUPS, ...faults.map(({ group }) => group), ...presses.map(({ group }) => group)])];
  const item = (key, print, draw) => ({ key, print: JSON.stringify([print, page.language]), draw });
  keep(aside, [
    item("head", "", () =>
      h(
        "div",
        { class: "pane-head" },
        h("h2", { class: "pane-title", tabindex: -1 }, page.say("scenarios")),
        iconButton(page.say("closeScenarios"), "close", { focus: "close-scenarios", press: () => page.togglePanel() }),
      ),
    ),
    item("intro", on, () =>
      h(
        "div",
        { class: "scenario-intro" },
        h("p", { class: "hint" }, page.say("scenariosIntro")),
        h(
          "div",
          { class: "once-row" },
          on > 0 ? h("span", { class: "faults-count" }, icon("alert"), page.say("faultsOn", on)) : h("span", { class: "hint" }, page.say("nothingOn")),
          wordButton(page.say("turnAllOff"), {
            focus: "panel-off",
            className: "button small",
            press: () => on > 0 && page.post("faults/clear", {}),
            "aria-disabled": on === 0 ? "true" : null,
          }),
        ),
      ),
    ),
    ...groups.flatMap((group) => {
      const pairs = (things, draw) => things.filter((each) => each.group === group).map((each) => [each, draw]);
      const inGroup = [...pairs(presses, once), ...pairs(faults, fault)];
      if (inGroup.length === 0) return [];
      return [
        item(`group-${group}`, "", () => h("h3", { class: "scenario-group" }, groupName(group, page))),
        ...inGroup.map(([each, draw]) => item(`${group}-${each.id}`, each, () => draw(each, page))),
      ];
    }),
  ]);
}

function groupName(group, page) {
  const word = page.say(`group_${group}`);
  return word.startsWith("group_") ? group : word;
}
