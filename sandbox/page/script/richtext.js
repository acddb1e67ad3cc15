// Draws rich_text: sections, lists, quotes and code, and what may stand in them.

import { h } from "./dom.js";
import { channelMention, dateStamp, link, userMention } from "./mrkdwn.js";
import { emoji } from "./emoji.js";
import { unknown } from "./unknown.js";

const STYLES = [
  ["code", "code"],
  ["strike", "s"],
  ["italic", "em"],
  ["bold", "strong"],
  ["underline", "u"],
];

function styled(node, style = {}) {
  return STYLES.reduce((inside, [name, tag]) => (style[name] ? h(tag, {}, inside) : inside), node);
}

function inline(element, ctx) {
  switch (element.type) {
    case "text":
      return styled(element.text, element.style);
    case "link":
      return styled(link(element.url, [element.text ?? element.url]), element.style);
    case "user":
      return userMention(element.user_id, ctx);
    case "channel":
      return channelMention(element.channel_id, ctx);
    case "usergroup":
      return h("span", { class: "mention" }, `@${element.usergroup_id}`);
    case "broadcast":
      return h("span", { class: "mention" }, `@${element.range}`);
    case "date":
      return styled(dateStamp(element.timestamp, element.format, element.fallback, element.url, ctx), element.style);
    case "emoji":
      return emoji(element.name, element.unicode);
    case "color":
      return h("code", {}, element.value);
    default:
      return unknown(element.type, ctx);
  }
}

function list(element, ctx) {
  return h(
    element.style === "ordered" ? "ol" : "ul",
    { class: `rich-list rich-indent-${element.indent ?? 0}`, start: element.offset ? element.offset + 1 : null },
    element.elements.map((item) => h("li", {}, item.elements.map((part) => inline(part, ctx)))),
  );
}

function part(element, ctx) {
  const inside = () => element.elements.map((child) => inline(child, ctx));
  switch (element.type) {
    case "rich_text_section":
      return h("p", {}, inside());
    case "rich_text_list":
      return list(element, ctx);
    case "rich_text_quote":
      return h("blockquote", {}, inside());
    case "rich_text_preformatted":
      return h("pre", {}, inside());
    default:
      return unknown(element.type, ctx);
  }
}

/** Draw a rich_text block or table cell. */
export function richText(block, ctx) {
  return h("div", { class: "rich-text" }, block.elements.map((element) => part(element, ctx)));
}
