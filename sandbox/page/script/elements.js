// Draws what can be pressed or chosen in a message, and tells the bot about it.

import { freshId, h } from "./dom.js";
import { confirmed } from "./confirm.js";
import { icon } from "./icons.js";
import { menuButton } from "./menu.js";
import { link, textObject } from "./mrkdwn.js";
import { choices, menuOptions, valueOf } from "./choices.js";
import { unknown } from "./unknown.js";

const nameOf = (block, element) => `${block.block_id ?? ""}/${element.action_id ?? ""}`;

/** Ask first where the element wants that, then press. */
async function press(block, element, control, ctx, selected) {
  if (control.getAttribute("aria-disabled") === "true") return;
  if (await confirmed(element.confirm, ctx)) await ctx.press({ block, element, control, selected });
}

function button(block, element, ctx) {
  const properties = {
    class: ["button", element.style].filter(Boolean).join(" "),
    "aria-label": element.accessibility_label,
    data: { focus: nameOf(block, element) },
  };
  const label = h("span", { class: "button-label" }, textObject(element.text, ctx));
  if (element.url) {
    const go = link(element.url, [label, icon("external")], { ...properties, class: `${properties.class} button-link` });
    go.addEventListener("click", () => ctx.press({ block, element, control: go }));
    return go;
  }
  const control = h("button", { type: "button", ...properties, on: { click: () => press(block, element, control, ctx) } }, label);
  return control;
}

function select(block, element, ctx) {
  const { control, node, read } = menuOptions(element, ctx);
  control.dataset.focus = nameOf(block, element);
  control.setAttribute("aria-label", element.placeholder?.text ?? ctx.say("choose"));
  control.addEventListener("change", async () => press(block, element, control, ctx, valueOf(read())));
  return node;
}

function overflow(block, element, ctx) {
  const control = menuButton({
    name: ctx.say("moreActions"),
    focus: nameOf(block, element),
    className: "icon-button outlined",
    content: icon("dots"),
    items: () =>
      element.options.map((option) => ({
        label: option.text.text,
        hint: option.description?.text,
        choose: () => press(block, element, control, ctx, option.value),
      })),
  });
  return control;
}

function ticks(block, element, ctx) {
  const { node, read } = choices(element, { ctx, name: freshId("choice") });
  node.dataset.focus = nameOf(block, element);
  node.addEventListener("change", (event) => press(block, element, event.target, ctx, valueOf(read())));
  return node;
}

/** Draw a small picture; without a network its description stands in for it. */
export function image(element, className = "image") {
  const picture = h("img", { class: className, src: element.image_url, alt: element.alt_text ?? "" });
  picture.addEventListener("error", () => picture.replaceWith(h("span", { class: "image-missing" }, element.alt_text || element.image_url || "")));
  return picture;
}

/** Draw an element of an actions block, or the accessory of a section. */
export function element(block, entry, ctx) {
  switch (entry.type) {
    case "button":
      return button(block, entry, ctx);
    case "static_select":
    case "conversations_select":
    case "channels_select":
    case "users_select":
      return select(block, entry, ctx);
    case "overflow":
      return overflow(block, entry, ctx);
    case "radio_buttons":
    case "checkboxes":
    case "multi_static_select":
    case "multi_conversations_select":
    case "multi_channels_select":
    case "multi_users_select":
      return ticks(block, entry, ctx);
    case "image":
      return image(entry, "image-accessory");
    default:
      return unknown(entry.type, ctx);
  }
}
