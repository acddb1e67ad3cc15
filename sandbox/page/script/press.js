// One press on something interactive: a spinner until the app acknowledged, and a sentence where it did not.

import { h } from "./dom.js";

/** Tell the bot of a press at `where` ({channel, ts} or {view_id}); the control is inert meanwhile. */
export async function press(page, where, { block, element, control, selected }) {
  if (control.getAttribute("aria-busy") === "true") return;
  const place = control.closest(".block") ?? control;
  place.parentNode?.querySelectorAll(":scope > .press-error").forEach((old) => old.remove());
  const wait = control.matches("a") ? () => {} : busy(control);
  const answer = await page.post("press", {
    channel: null,
    ts: null,
    view_id: null,
    ...where,
    block_id: block.block_id ?? "",
    action_id: element.action_id ?? "",
    ...(selected === undefined ? {} : { selected }),
  });
  wait();
  if (!answer.ok && place.isConnected) place.after(h("p", { class: "press-error", role: "alert" }, failure(page.say, answer.error)));
}

/** Make a control inert with a spinner; returns the way back. */
export function busy(control) {
  control.setAttribute("aria-disabled", "true");
  control.setAttribute("aria-busy", "true");
  return () => {
    control.removeAttribute("aria-disabled");
    control.removeAttribute("aria-busy");
  };
}

/** A sentence for an error word of Slack's. */
export function failure(say, error) {
  const sentence = say(error);
  return sentence === error ? say("refusedByPage", error) : sentence;
}
