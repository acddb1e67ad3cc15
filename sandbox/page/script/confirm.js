// The question before something that cannot be undone: a small window with the safe choice focused.

import { freshId, h } from "./dom.js";
import { openDialog } from "./dialog.js";
import { textObject } from "./mrkdwn.js";

/** Ask a Block Kit confirmation; resolves to whether the person agreed. */
export function confirmed(question, ctx) {
  if (!question) return Promise.resolve(true);
  return new Promise((resolve) => {
    const titleId = freshId("confirm");
    const finish = (agreed) => () => {
      dialog.close();
      resolve(agreed);
    };
    const safe = h("button", { type: "button", class: "button", on: { click: finish(false) } }, textObject(question.deny, ctx));
    const go = h(
      "button",
      { type: "button", class: question.style === "danger" ? "button danger" : "button primary", on: { click: finish(true) } },
      textObject(question.confirm, ctx),
    );
    const dialog = openDialog({
      className: "confirm",
      role: "alertdialog",
      labelledBy: titleId,
      cancel: finish(false),
      content: h(
        "div",
        { class: "dialog-box" },
        h("div", { class: "dialog-head" }, h("h2", { id: titleId }, textObject(question.title, ctx))),
        h("div", { class: "dialog-body" }, h("p", {}, textObject(question.text, ctx))),
        h("div", { class: "dialog-foot" }, safe, go),
      ),
    });
    safe.focus();
  });
}
