// Keys for the whole page: F6 goes round its parts, Escape closes one layer, ? lists the keys.

import { freshId, h } from "./dom.js";
import { openDialog } from "./dialog.js";
import { icon } from "./icons.js";
import { closeMenu } from "./menu.js";

const KEYS = [
  [["F6", "Shift F6"], "keysRegions"],
  [["↑", "↓"], "keysMove"],
  [["Enter", "Esc"], "keysEnter"],
  [["m"], "keysMenu"],
  [["t"], "keysThread"],
  [["Enter", "Shift Enter"], "keysSend"],
  [["↑"], "keysRecall"],
  [["Tab", "Enter"], "keysComplete"],
  [["Esc"], "keysEscape"],
  [["?"], "keysHelp"],
];

/** Show the list of keys. */
export function openKeys(page) {
  const titleId = freshId("keys");
  const close = h("button", { type: "button", class: "button primary", on: { click: () => dialog.close() } }, page.say("close"));
  const dialog = openDialog({
    className: "keys",
    labelledBy: titleId,
    cancel: () => dialog.close(),
    content: h(
      "div",
      { class: "dialog-box" },
      h("div", { class: "dialog-head" }, h("h2", { id: titleId }, icon("keys"), page.say("keysTitle"))),
      h(
        "dl",
        { class: "dialog-body key-list" },
        KEYS.map(([keys, meaning]) => h("div", {}, h("dt", {}, keys.map((key) => h("kbd", {}, key))), h("dd", {}, page.say(meaning)))),
      ),
      h("div", { class: "dialog-foot" }, close),
    ),
  });
  close.focus();
}

function regions(page) {
  const first = (node) => [...node.querySelectorAll("button, select, a[href]")].find((control) => control.getClientRects().length > 0);
  const stop = (log) => log.querySelector('article[tabindex="0"]');
  const topbar = document.getElementById("topbar");
  const sidebar = document.getElementById("sidebar");
  const main = document.getElementById("main");
  const messages = document.getElementById("messages");
  const composer = document.getElementById("composer");
  const thread = document.getElementById("thread");
  const scenarios = document.getElementById("scenarios");
  return [
    [topbar, () => first(topbar)],
    [sidebar, () => sidebar.querySelector('[aria-current="page"]') ?? first(sidebar)],
    [messages, () => stop(messages)],
    [composer, () => page.composer.box],
    [thread, () => thread.querySelector("h2")],
    [scenarios, () => scenarios.querySelector("h2")],
  ]
    .filter(([node]) => node && node.getClientRects().length > 0)
    .map(([node, target]) => ({ node, main, target }));
}

function goRound(page, back) {
  const all = regions(page);
  const at = all.findIndex(({ node }) => node.contains(document.activeElement));
  const start = at === -1 ? (back ? 0 : -1) : at;
  for (let step = 1; step <= all.length; step += 1) {
    const target = all[(start + (back ? -step : step) + all.length * 2) % all.length].target();
    if (target) {
      target.focus();
      return;
    }
  }
}

const isTextBox = (node) => node.matches?.("textarea, input:not([type=checkbox]):not([type=radio]), [contenteditable]");

/** Listen for the page's keys. */
export function startKeyboard(page) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented) return;
    if (document.querySelector("dialog[open]")) return; // a window keeps its own keys
    if (event.key === "F6") {
      goRound(page, event.shiftKey);
    } else if (event.key === "?" && !isTextBox(event.target)) {
      openKeys(page);
    } else if (event.key === "Escape") {
      if (!closeMenu() && !(page.threadTs && page.closeThread()) && page.panelOpen) page.togglePanel();
    } else {
      return;
    }
    event.preventDefault();
  });
}
