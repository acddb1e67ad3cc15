// What the page cannot draw is shown as a box with its name, so that nobody takes a gap for an empty answer.

import { h } from "./dom.js";

/** A dashed box that names the type. */
export function unknown(type, ctx) {
  return h("div", { class: "unknown", data: { unknown: String(type) } }, ctx.say("cannotDraw", String(type)));
}
