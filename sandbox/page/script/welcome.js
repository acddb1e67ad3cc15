// Under the Guide's welcome: three commands to press, so that a card is on screen within seconds.

import { h } from "./dom.js";
import { roleWord } from "./words.js";

const TRIES = [
  ["tryCustomer", "/partner customer contoso.com"],
  ["tryRelationships", "/partner relationships fabrikam.com"],
  ["tryInvite", "/partner invite Contoso"],
];

/** The three buttons and who one is. A press types the command into the composer and sends it. */
export function tryOne(page) {
  return h(
    "div",
    { class: "block try-block" },
    h(
      "div",
      { class: "tries" },
      TRIES.map(([label, command]) =>
        h(
          "button",
          { type: "button", class: "try", data: { focus: label }, on: { click: () => page.composer.typeAndSend(command) } },
          h("span", { class: "try-label" }, page.say(label)),
          h("span", { class: "try-command" }, command),
        ),
      ),
    ),
    h("p", { class: "hint" }, page.say("youActAs", page.me.name.split(" ")[0], roleWord(page.say, page.me.role))),
  );
}
