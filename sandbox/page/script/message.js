// Draws one message as an article: who, when, blocks, reactions, its thread and its menu.

import { drawBlocks } from "./blocks.js";
import { iconButton, wordButton } from "./buttons.js";
import { clock, inFull } from "./dates.js";
import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { icon, mark } from "./icons.js";
import { menuButton } from "./menu.js";
import { messageText } from "./mrkdwn.js";
import { press } from "./press.js";
import { tryOne } from "./welcome.js";

/** A square with initials; the bot has its mark. */
export function avatar(user, page) {
  const person = page.person(user.id);
  if (user.bot) return h("span", { class: "avatar avatar-bot", "aria-hidden": "true" }, mark());
  const initials = user.name.split(/\s+/).slice(0, 2).map((word) => [...word][0] ?? "").join("");
  return h("span", { class: `avatar avatar-${(person?.color ?? [...user.name].length) % 7}`, "aria-hidden": "true" }, initials);
}

function badge(user, page) {
  const person = page.person(user.id);
  const word = user.bot ? "app" : person?.external ? "otherOrganisation" : person?.guest ? "guest" : null;
  return word ? h("span", { class: "badge" }, page.say(word)) : null;
}

function head(message, page) {
  const seconds = Number(message.ts);
  return h(
    "div",
    { class: "message-head" },
    h("span", { class: "author" }, message.user.name),
    badge(message.user, page),
    h("time", { class: "when", datetime: new Date(seconds * 1000).toISOString(), title: inFull(seconds, page.me) }, clock(seconds, page.me)),
  );
}

function onlyYou(message, page) {
  const dismiss = () => page.post("dismiss", { channel: page.channelId, ts: message.ts });
  return h(
    "div",
    { class: "only-you-line" },
    icon("eye"),
    h("span", {}, page.say("onlyYou")),
    wordButton(page.say("dismiss"), { focus: "dismiss", className: "quiet-button", press: dismiss }),
  );
}

function body(message, page) {
  const where = { channel: page.channelId, ts: message.ts };
  const ctx = page.context((what) => press(page, where, what));
  const edited = message.edited ? h("span", { class: "edited" }, ` (${page.say("edited")})`) : null;
  if (message.blocks?.length > 0) return [...drawBlocks(message.blocks, ctx), edited];
  return h("div", { class: "block" }, h("div", { class: "text" }, messageText(message, ctx), edited));
}

function reactions(message) {
  if (!message.reactions?.length) return null;
  return h(
    "div",
    { class: "reactions" },
    message.reactions.map(({ name, count }) => h("span", { class: "reaction", title: `:${name}:` }, emoji(name), h("span", {}, String(count)))),
  );
}

function replies(message, last, page) {
  if (!message.reply_count) return null;
  return h(
    "button",
    { type: "button", class: "replies", data: { focus: "replies" }, on: { click: () => page.openThread(message.ts) } },
    icon("reply"),
    h("span", { class: "replies-count" }, page.say("replies", message.reply_count)),
    last ? h("span", { class: "hint" }, page.say("lastReply", clock(Number(last), page.me))) : null,
  );
}

function tools(message, page, inThread) {
  if (message.only_you || message.user.id === "") return null;
  const where = { channel: page.channelId, ts: message.ts };
  const openThread = () => page.openThread(message.thread_ts ?? message.ts);
  const items = () => [
    ...(inThread ? [] : [{ label: page.say("replyInThread"), choose: openThread }]),
    ...page.state.shortcuts
      .filter((shortcut) => shortcut.type === "message")
      .map((shortcut) => ({
        label: shortcut.name,
        hint: `Partner Bot${shortcut.description ? ` · ${shortcut.description}` : ""}`,
        choose: () => page.shortcut(shortcut.callback_id, where),
      })),
    ...(page.me.owner || message.user.id === page.me.id ? [{ label: page.say("deleteMessage"), danger: true, choose: () => page.post("delete", where) }] : []),
  ];
  const name = page.say("actionsFor", message.user.name, clock(Number(message.ts), page.me));
  return h(
    "div",
    { class: "message-tools" },
    inThread
      ? null
      : iconButton(page.say("replyInThread"), "reply", { focus: "thread", press: openThread }),
    menuButton({ name, focus: "menu", content: icon("dots"), items }),
  );
}

/** Draw a message. `grouped` leaves out author and picture; `inThread` leaves out what leads to the thread. */
export function drawMessage(message, page, { grouped, inThread, lastReply, welcome }) {
  const when = clock(Number(message.ts), page.me);
  const classes = ["message", grouped && "grouped", message.only_you && "only-you", message.working && "working"];
  const name = [message.user.name, when, message.only_you ? page.say("onlyYouShort") : null].filter(Boolean).join(", ");
  return h(
    "article",
    {
      class: classes.filter(Boolean).join(" "),
      tabindex: -1,
      "aria-label": name,
      "aria-description": message.blocks?.length > 0 ? plain(message, page) : null,
      "aria-busy": message.working ? "true" : null,
      data: { ts: message.ts, bot: String(message.user.bot), name: message.user.name },
    },
    message.only_you ? onlyYou(message, page) : null,
    h(
      "div",
      { class: "message-row" },
      grouped ? h("time", { class: "when-beside", "aria-hidden": "true" }, when) : avatar(message.user, page),
      h(
        "div",
        { class: "message-body" },
        grouped ? null : head(message, page),
        body(welcome ? { ...message, text: page.say("welcome"), blocks: [] } : message, page), // the page's own language
        message.working ? h("span", { class: "dots", role: "img", "aria-label": page.say("working") }, h("i"), h("i"), h("i")) : null,
        welcome ? tryOne(page) : null,
        reactions(message),
        inThread ? null : replies(message, lastReply, page),
      ),
    ),
    tools(message, page, inThread),
  );
}

function plain(message, page) {
  return h("span", {}, messageText(message, page.context(() => {}))).textContent;
}
