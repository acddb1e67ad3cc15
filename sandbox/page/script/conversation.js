// The list of messages in the main pane and in a thread: days, groups, one tab stop, and the scroll kept where it was.

import { dayHeading, sameDay, today } from "./dates.js";
import { controlsIn, h } from "./dom.js";
import { keep } from "./keep.js";
import { drawMessage } from "./message.js";

const GROUP_SECONDS = 300;
const NEAR_END = 60;
const ends = new WeakMap(); // list → where the page last scrolled it to

/** Draw `messages` into `log`. `place` names the conversation: another one starts at its end. */
export function drawConversation(log, messages, page, { place, inThread = false }) {
  const moved = log.dataset.place !== place;
  // Whoever has not scrolled away from where the page put them still wants to see what is new.
  const following = log.scrollTop === ends.get(log) || log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END;
  const lastBefore = log.dataset.last;
  log.dataset.place = place;
  log.dataset.last = messages.at(-1)?.ts ?? "";
  keep(log, items(messages, page, inThread));
  settleTabStop(log, moved);
  const mine = messages.some((message) => message.ts > lastBefore && (message.only_you || message.user.id === page.me.id));
  if (moved || following || mine) toEnd(log);
}

// Keeps a long answer's first line in sight rather than its last.
function toEnd(log) {
  log.scrollTop = log.scrollHeight;
  const last = log.querySelector("article:last-of-type");
  if (last && last.offsetHeight > log.clientHeight) log.scrollTop = last.offsetTop - 8;
  ends.set(log, log.scrollTop);
}

function items(messages, page, inThread) {
  const welcome = inThread ? null : messages.findLast((message) => message.user.name === "Guide" && !message.user.bot)?.ts;
  const shared = [page.me.id, page.me.locale, page.me.tz, page.language, today(page.me)];
  if (messages.length === 0) return [{ key: "empty", print: page.language, draw: () => h("p", { class: "empty" }, page.say("empty")) }];
  return messages.flatMap((message, index) => {
    const before = messages[index - 1];
    const seconds = Number(message.ts);
    const newDay = !inThread && (!before || !sameDay(seconds, Number(before.ts), page.me));
    const grouped = !newDay && index > (inThread ? 1 : 0) && joins(before, message);
    const options = {
      grouped,
      inThread,
      lastReply: inThread ? null : page.lastReply(message.ts),
      welcome: message.ts === welcome && page.channel.name === "sales",
    };
    const heading = newDay ? dayHeading(seconds, page.me) : null;
    const day = heading ? [{ key: `day-${message.ts}`, print: heading, draw: () => h("p", { class: "day" }, h("span", {}, heading)) }] : [];
    const count = inThread && index === 0 && messages.length > 1 ? page.say("replies", messages.length - 1) : null;
    const rule = count ? [{ key: "replies", print: count, draw: () => h("p", { class: "day" }, h("span", {}, count)) }] : [];
    return [
      ...day,
      { key: `${page.me.id}-${message.ts}`, print: JSON.stringify([message, options, shared]), draw: () => drawMessage(message, page, options) },
      ...rule,
    ];
  });
}

function joins(before, message) {
  return (
    before.user.id === message.user.id &&
    before.user.name === message.user.name &&
    !before.only_you &&
    !message.only_you &&
    !before.reply_count &&
    Number(message.ts) - Number(before.ts) < GROUP_SECONDS
  );
}

/** Exactly one message is in the tab order; what is inside a message only while one is in it. */
function settleTabStop(log, moved) {
  const articles = [...log.querySelectorAll(":scope > article")];
  const inside = articles.find((article) => article.contains(document.activeElement));
  const current = inside ?? (moved ? null : articles.find((article) => article.tabIndex === 0)) ?? articles.at(-1);
  for (const article of articles) {
    article.tabIndex = article === current ? 0 : -1;
    setEntered(article, article === inside && article !== document.activeElement);
  }
}

function setEntered(article, entered) {
  article.classList.toggle("entered", entered);
  for (const control of article.querySelectorAll("a[href], button, input, select, textarea, summary, .table-frame")) {
    if (entered && control.matches(".table-frame")) control.tabIndex = 0;
    else if (entered) control.removeAttribute("tabindex");
    else control.tabIndex = -1;
  }
}

/** The keys and the tab stop of a list of messages. */
export function startConversation(log, page) {
  const articles = () => [...log.querySelectorAll(":scope > article")];
  log.addEventListener("focusin", (event) => {
    const article = event.target.closest("article");
    if (!article) return;
    for (const other of articles()) other.tabIndex = other === article ? 0 : -1;
    setEntered(article, event.target !== article);
  });
  log.addEventListener("focusout", (event) => {
    const article = event.target.closest("article");
    if (article && !article.contains(event.relatedTarget)) setEntered(article, false);
  });
  log.addEventListener("redrawn", (event) => {
    const article = event.target.closest("article");
    if (article) setEntered(article, article.classList.contains("entered"));
  });
  log.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const article = event.target.closest("article");
    if (!article) return;
    if (event.target === article) onMessage(event, article, articles(), page);
    else if (event.key === "Escape") {
      article.focus();
      event.preventDefault();
      event.stopPropagation();
    }
  });
}

function onMessage(event, article, articles, page) {
  const at = articles.indexOf(article);
  const go = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: articles.length - 1 }[event.key];
  if (go !== undefined) {
    articles[Math.max(0, Math.min(go, articles.length - 1))].focus();
  } else if (event.key === "Enter") {
    const controls = controlsIn(article.querySelector(".message-body"));
    (controls[0] ?? controlsIn(article)[0])?.focus();
  } else if (event.key === "m") {
    article.querySelector('[data-focus="menu"]')?.click();
  } else if (event.key === "t") {
    page.openThread(article.dataset.ts);
  } else {
    return;
  }
  event.preventDefault();
}
