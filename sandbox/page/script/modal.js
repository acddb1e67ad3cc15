// The bot's windows: a stack of up to three with a visible trail, fields that keep what was typed, errors under them.

import { drawBlocks } from "./blocks.js";
import { iconButton, wordButton } from "./buttons.js";
import { openDialog } from "./dialog.js";
import { fill, freshId, h } from "./dom.js";
import { busy, failure, press } from "./press.js";

/** Build the window layer; `update` shows the person's stack of views, or nothing. */
export function makeModal(page) {
  const titleId = freshId("modal");
  let dialog = null;
  let shown = null; // { id, print, fields }
  const drafts = new Map();

  const top = () => page.state.views.at(-1);
  const cancel = () => page.post("close", { view_id: top()?.id });

  function keepDraft() {
    if (!shown) return;
    const values = {};
    for (const field of shown.fields) (values[field.block] ??= {})[field.action] = field.read();
    drafts.set(shown.id, values);
  }

  function draw(view) {
    const fields = [];
    const ctx = { ...page.context((what) => press(page, { view_id: view.id }, what)), fields, kept: drafts.get(view.id) };
    const summary = h("div", { class: "error-summary", role: "alert", hidden: true });
    const submit = view.submit ? h("button", { type: "submit", class: "button primary" }, h("span", { class: "button-label" }, view.submit)) : null;
    const steps = page.state.views.map((each) => h("li", {}, each.title));
    const trail = steps.length > 1 ? h("ol", { class: "trail", "aria-label": page.say("windows") }, steps) : null;
    const form = h(
      "form",
      {
        class: "dialog-box",
        novalidate: true,
        on: {
          submit: (event) => {
            event.preventDefault();
            send(view, fields, submit, summary);
          },
        },
      },
      h(
        "div",
        { class: "dialog-head" },
        h("div", {}, trail, h("h2", { id: titleId }, view.title)),
        iconButton(page.say("close"), "close", { focus: "close-icon", press: cancel }),
      ),
      h("div", { class: "dialog-body" }, summary, drawBlocks(view.blocks, ctx)),
      h(
        "div",
        { class: "dialog-foot" },
        wordButton(view.close || page.say("close"), { focus: "close", press: cancel }),
        submit,
      ),
    );
    return { form, fields };
  }

  async function send(view, fields, submit, summary) {
    if (!submit || submit.getAttribute("aria-busy") === "true") return;
    const values = {};
    for (const field of fields) (values[field.block] ??= {})[field.action] = field.read();
    mark(fields, {}, summary);
    const wait = busy(submit);
    const answer = await page.post("submit", { view_id: view.id, values });
    wait();
    if (answer.errors) mark(fields, answer.errors, summary);
    else if (!answer.ok) fill(summary, failure(page.say, answer.error)).hidden = false;
  }

  function mark(fields, errors, summary) {
    const wrong = fields.filter((field) => errors[field.block]);
    for (const field of fields) field.mark(errors[field.block] ?? null);
    summary.hidden = wrong.length === 0;
    fill(summary, wrong.length > 0 ? [h("p", {}, page.say("fieldErrors", wrong.length)), h("ul", {}, wrong.map((field) => h("li", {}, field.label)))] : []);
    wrong[0]?.control?.focus();
  }

  return {
    update: () => {
      const view = top();
      if (!view) {
        dialog?.close();
        dialog = null;
        shown = null;
        drafts.clear();
        return;
      }
      const print = JSON.stringify([page.state.views.map(({ title }) => title), view, page.language, page.me.id]);
      if (shown?.print === print) return;
      keepDraft();
      const same = shown?.id === view.id ? document.activeElement?.dataset.focus : null;
      const { form, fields } = draw(view);
      shown = { id: view.id, print, fields };
      if (dialog) fill(dialog.node, form);
      else dialog = openDialog({ className: "modal", labelledBy: titleId, cancel, content: form });
      const field = fields.find(({ wanted }) => wanted) ?? fields[0];
      const again = same ? form.querySelector(`[data-focus="${CSS.escape(same)}"]`) : null;
      (again ?? field?.control ?? form.querySelector(".dialog-foot .button:last-child")).focus();
    },
  };
}
