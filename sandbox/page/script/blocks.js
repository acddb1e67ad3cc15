// Draws Block Kit: every block the bot sends, each by a small function of its own.

import { h } from "./dom.js";
import { element, image } from "./elements.js";
import { icon } from "./icons.js";
import { input } from "./inputs.js";
import { textObject } from "./mrkdwn.js";
import { richText } from "./richtext.js";
import { dataTable, plainTable } from "./table.js";
import { unknown } from "./unknown.js";

function section(block, ctx) {
  const text = block.text ? h("div", { class: "text" }, textObject(block.text, ctx)) : null;
  const fields = block.fields ? h("div", { class: "fields" }, block.fields.map((field) => h("div", { class: "text" }, textObject(field, ctx)))) : null;
  const accessory = block.accessory ? h("div", { class: "accessory" }, element(block, block.accessory, ctx)) : null;
  return h("div", { class: accessory ? "section with-accessory" : "section" }, h("div", { class: "section-main" }, text, fields), accessory);
}

function context(block, ctx) {
  return h(
    "div",
    { class: "context" },
    block.elements.map((entry) => (entry.type === "image" ? image(entry, "image-context") : h("span", {}, textObject(entry, ctx)))),
  );
}

const ALERT_ICONS = { warning: "alert", error: "alert", success: "check" };

function alert(block, ctx) {
  const level = block.level ?? "default";
  return h(
    "div",
    { class: `alert alert-${level}`, role: "note" },
    icon(ALERT_ICONS[level] ?? "info"),
    h("div", {}, h("strong", { class: "alert-word" }, ctx.say(`alert_${level}`)), " ", textObject(block.text, ctx)),
  );
}

function picture(block, ctx) {
  return h("figure", { class: "figure" }, block.title ? h("figcaption", {}, textObject(block.title, ctx)) : null, image(block));
}

const DRAWN = {
  header: (block, ctx) => h("h3", { class: "header-block" }, textObject(block.text, ctx)),
  section,
  context,
  divider: () => h("hr"),
  actions: (block, ctx) => h("div", { class: "actions" }, block.elements.map((entry) => element(block, entry, ctx))),
  rich_text: richText,
  table: plainTable,
  data_table: dataTable,
  input,
  alert,
  image: picture,
};

/** Draw blocks in order. One that cannot be drawn becomes a box with its name, and never takes the others with it. */
export function drawBlocks(blocks, ctx) {
  return blocks.map((block) => {
    const draw = Object.hasOwn(DRAWN, block?.type) ? DRAWN[block.type] : null;
    if (!draw) return unknown(block?.type, ctx);
    try {
      return h("div", { class: `block block-${block.type}`, data: { block: block.type } }, draw(block, ctx));
    } catch (error) {
      console.error("block not drawn", block.type, error);
      return unknown(block.type, ctx);
    }
  });
}
