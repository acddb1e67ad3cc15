// Draws the input block of a modal: label, field, hint, and the place for what is wrong with it.

import { freshId, h } from "./dom.js";
import { choices, menuOptions, valueOf } from "./choices.js";
import { textObject } from "./mrkdwn.js";
import { unknown } from "./unknown.js";

const TYPES = { email_text_input: "email", url_text_input: "url", number_input: "text" };

function typed(element, kept) {
  const properties = {
    class: "field",
    placeholder: element.placeholder?.text,
    maxlength: element.max_length ?? 3000,
    minlength: element.min_length,
  };
  const value = (kept ? kept.value : element.initial_value) ?? "";
  const control = element.multiline ? h("textarea", { rows: 5, ...properties }) : h("input", { type: TYPES[element.type] ?? "text", autocomplete: "off", ...properties });
  control.value = value;
  return { node: control, controls: [control], read: () => ({ type: element.type, value: control.value || null }) };
}

function field(element, label, ctx, kept) {
  switch (element.type) {
    case "plain_text_input":
    case "email_text_input":
    case "url_text_input":
    case "number_input":
      return typed(element, kept);
    case "radio_buttons":
    case "checkboxes":
    case "multi_static_select":
    case "multi_conversations_select":
    case "multi_channels_select":
    case "multi_users_select": {
      const { node, inputs, read } = choices(element, { ctx, name: freshId("choice"), label, kept });
      return { node, controls: inputs, read, group: true };
    }
    case "static_select":
    case "conversations_select":
    case "channels_select":
    case "users_select": {
      const { node, control, read } = menuOptions(element, ctx, kept);
      return { node, controls: [control], read };
    }
    default:
      return { node: unknown(element.type, ctx), controls: [], read: () => ({ type: element.type }) };
  }
}

/** Draw an input block. `ctx.fields` collects what the window can read, focus and mark as wrong. */
export function input(block, ctx) {
  const labelId = freshId("label");
  const hintId = freshId("hint");
  const errorId = freshId("error");
  const part = field(block.element, labelId, ctx, ctx.kept?.[block.block_id]?.[block.element.action_id]);
  const error = h("p", { class: "field-error", id: errorId, hidden: true });
  const first = part.controls[0];
  for (const control of part.controls) {
    control.id = freshId("field");
    control.setAttribute("aria-describedby", [control.getAttribute("aria-describedby"), block.hint ? hintId : null, errorId].filter(Boolean).join(" "));
    control.dataset.focus = `${block.block_id}/${block.element.action_id}/${control.value && part.group ? control.value : ""}`;
    if (block.dispatch_action) control.addEventListener("change", () => ctx.press({ block, element: block.element, control, selected: valueOf(part.read()) }));
  }
  const words = [textObject(block.label, ctx), block.optional ? h("span", { class: "optional" }, ` ${ctx.say("optional")}`) : null];
  const label = part.group ? h("p", { class: "label", id: labelId }, words) : h("label", { class: "label", id: labelId, for: first?.id ?? null }, words);
  ctx.fields?.push({
    block: block.block_id,
    action: block.element.action_id,
    label: block.label?.text ?? "",
    wanted: Boolean(block.element.focus_on_load),
    control: first,
    read: part.read,
    mark: (text) => {
      error.textContent = text ?? "";
      error.hidden = !text;
      for (const control of part.controls) control.setAttribute("aria-invalid", String(Boolean(text)));
    },
  });
  return h("div", { class: "input-block" }, label, part.node, error, block.hint ? h("p", { class: "hint", id: hintId }, textObject(block.hint, ctx)) : null);
}
