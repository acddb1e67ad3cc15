// Draws Slack's mrkdwn as nodes (https://docs.slack.dev/messaging/formatting-message-text). What it does not know stays text.

import { h } from "./dom.js";
import { inFull, stamp } from "./dates.js";
import { emoji } from "./emoji.js";

const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };

/** Undo the three entities Slack knows. */
export function unescape(text) {
  return text.replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity]);
}

/** Only web and mail addresses become links; anything else stays words. */
export function link(address, children, properties = {}) {
  if (!/^(?:https?:\/\/|mailto:)/i.test(address)) return h("span", {}, children);
  return h("a", { href: address, target: "_blank", rel: "noopener noreferrer", ...properties }, children);
}

/** Draw a date stamp, or its fallback where the format or the time is none. */
export function dateStamp(seconds, pattern, fallback, address, ctx) {
  const text = stamp(seconds, pattern, ctx.me);
  if (text === null) return h("span", {}, fallback ?? "");
  const node = h("time", { datetime: new Date(seconds * 1000).toISOString(), title: inFull(seconds, ctx.me) }, text);
  return address ? link(address, [node]) : node;
}

export function userMention(id, ctx) {
  return h("span", { class: "mention" }, `@${ctx.personName(id)}`);
}

export function channelMention(id, ctx, label) {
  const channel = ctx.channel(id);
  if (!channel) return h("span", { class: "mention" }, `#${label ?? id}`);
  return h("button", { type: "button", class: "mention mention-channel", on: { click: () => ctx.openChannel(id) } }, `#${channel.name}`);
}

/** Draw `<…>`: a person, a channel, a stamp, a command word or a link. */
function special(inside, ctx) {
  const [target, ...rest] = inside.split("|");
  const label = rest.length > 0 ? unescape(rest.join("|")) : null;
  if (/^@[UW]/.test(target)) return userMention(target.slice(1), ctx);
  if (/^#C/.test(target)) return channelMention(target.slice(1), ctx, label);
  if (target.startsWith("!date^")) {
    const [, seconds, pattern, address] = target.split("^");
    return dateStamp(Number(seconds), unescape(pattern ?? ""), label, address && unescape(address), ctx);
  }
  if (/^!(?:here|channel|everyone)$/.test(target)) return h("span", { class: "mention" }, `@${target.slice(1)}`);
  if (target.startsWith("!subteam^")) return h("span", { class: "mention" }, label ?? "@group");
  const address = unescape(target);
  return link(address, [label ?? address.replace(/^mailto:/i, "")]);
}

// Marks count only at the edge of a word, as in Slack: 2*3*4 is arithmetic. A zero-width space is such an edge, and strikes
// pair across spaces (https://github.com/yhatt/jsx-slack/blob/main/docs/about-escape-and-exact-mode.md).
const MARKS = [
  ["*", "strong"],
  ["＊", "strong"],
  ["_", "em"],
  ["＿", "em"],
  ["~", "s"],
];
const LETTER = /[\p{L}\p{N}]/u;

function marked(text, start) {
  const mark = MARKS.find(([sign]) => text[start] === sign);
  if (!mark || beside(text[start - 1], mark[0]) || /\s|^$/.test(text[start + 1] ?? "")) return null;
  for (let end = text.indexOf(mark[0], start + 2); end !== -1; end = text.indexOf(mark[0], end + 1)) {
    const inside = text.slice(start + 1, end);
    if (inside.includes("\n")) return null;
    if ((mark[0] === "~" || !/\s$/.test(inside)) && !LETTER.test(text[end + 1] ?? "") && !insideSpecial(inside)) return { tag: mark[1], inside, end };
  }
  return null;
}

/** Whether what stands before a mark makes it part of a word; underscores do for all other marks. */
function beside(before, mark) {
  return LETTER.test(before ?? "") || (before === "_" && mark !== "_");
}

function insideSpecial(text) {
  return text.lastIndexOf("<") > text.lastIndexOf(">");
}

const EMOJI = /^:([\p{L}\p{N}_+'-]+):/u;
const BARE_ADDRESS = /^https?:\/\/[^\s<>]*[^\s<>.,;:!?)'"]/;

/** Draw the emoji in a text that knows no other mark: a plain one, or a message's whose `mrkdwn` is off. */
export function withEmoji(text) {
  return text.split(/(:[\p{L}\p{N}_+'-]+:)/u).map((piece, index) => (index % 2 ? emoji(piece.slice(1, -1)) : piece));
}

function inline(text, ctx, verbatim) {
  const nodes = [];
  let plain = "";
  const flush = () => {
    if (plain) nodes.push(unescape(plain));
    plain = "";
  };
  let at = 0;
  while (at < text.length) {
    const symbol = text[at];
    if (symbol === "<") {
      const end = text.indexOf(">", at);
      if (end > at + 1) {
        flush();
        nodes.push(special(text.slice(at + 1, end), ctx));
        at = end + 1;
        continue;
      }
    }
    if (symbol === "`" || symbol === "｀") {
      const end = text.indexOf(symbol, at + 1);
      if (end > at + 1 && !text.slice(at, end).includes("\n")) {
        flush();
        nodes.push(h("code", {}, unescape(text.slice(at + 1, end))));
        at = end + 1;
        continue;
      }
    }
    const sign = symbol === ":" ? EMOJI.exec(text.slice(at)) : null;
    if (sign) {
      flush();
      nodes.push(emoji(sign[1]));
      at += sign[0].length;
      continue;
    }
    const mark = marked(text, at);
    if (mark) {
      flush();
      nodes.push(h(mark.tag, {}, inline(mark.inside, ctx, verbatim)));
      at = mark.end + 1;
      continue;
    }
    const bare = !verbatim && symbol === "h" ? BARE_ADDRESS.exec(text.slice(at)) : null;
    if (bare) {
      flush();
      nodes.push(link(unescape(bare[0]), [unescape(bare[0])]));
      at += bare[0].length;
      continue;
    }
    plain += symbol;
    at += 1;
  }
  flush();
  return nodes;
}

function lines(text, ctx, verbatim) {
  const nodes = [];
  let quoted = [];
  const closeQuote = () => {
    if (quoted.length > 0) nodes.push(h("blockquote", {}, inline(quoted.join("\n"), ctx, verbatim)));
    quoted = [];
  };
  let loose = [];
  const closeLoose = () => {
    if (loose.length > 0) nodes.push(...inline(loose.join("\n"), ctx, verbatim));
    loose = [];
  };
  for (const line of text.split("\n")) {
    const quote = /^(?:&gt;|>|＞) ?(.*)$/.exec(line);
    if (quote) {
      closeLoose();
      quoted.push(quote[1]);
    } else {
      closeQuote();
      loose.push(line);
    }
  }
  closeQuote();
  closeLoose();
  return nodes;
}

/** Draw a mrkdwn text as a list of nodes; `verbatim` leaves bare addresses alone. */
export function mrkdwn(text, ctx, { verbatim = false } = {}) {
  return text.split("```").flatMap((part, index, parts) => {
    const fenced = index % 2 === 1 && index < parts.length - 1;
    if (fenced) return [h("pre", {}, unescape(part.replace(/^\n/, "")))];
    return lines(index % 2 === 1 ? `\`\`\`${part}` : part, ctx, verbatim);
  });
}

/** Draw a message's `text`: with `mrkdwn` off, what stands in angle brackets and emoji are all that is obeyed. */
export function messageText({ text, mrkdwn: formatted }, ctx) {
  if (formatted !== false) return mrkdwn(text ?? "", ctx);
  return (text ?? "").split(/(<[^<>]+>)/).flatMap((piece, index) => (index % 2 ? [special(piece.slice(1, -1), ctx)] : withEmoji(unescape(piece))));
}

/** Draw a Block Kit text object of either kind. */
export function textObject(object, ctx) {
  if (!object) return [];
  return object.type === "mrkdwn" ? mrkdwn(object.text ?? "", ctx, object) : object.emoji === false ? [object.text ?? ""] : withEmoji(object.text ?? "");
}
