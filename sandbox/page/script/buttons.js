// The page's own buttons, as opposed to those that the bot sends.

import { h } from "./dom.js";
import { icon } from "./icons.js";

/** A button with a word. `focus` is how it is found again when it was drawn anew. */
export function wordButton(content, { focus, className = "button", press, ...attributes }) {
  return h("button", { type: "button", class: className, data: { focus }, on: { click: press }, ...attributes }, content);
}

/** A button with an icon alone; `name` is read aloud and shown on hovering. */
export function iconButton(name, picture, { focus, className = "icon-button", press }) {
  return wordButton(icon(picture), { focus, className, press, "aria-label": name, title: name });
}
