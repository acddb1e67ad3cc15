// The box one writes in: sends, completes the command, recalls what was sent, and knows Slack's rule about threads.

import { asMention, completions } from "./completion.js";
import { fill, freshId, h } from "./dom.js";
import { icon } from "./icons.js";
import { menuButton } from "./menu.js";
import { calm } from "./preferences.js";
import { failure } from "./press.js";

const TYPING_MS = 250;

/** Build a composer in `place`. */
export function makeComposer(place, page, { inThread = false } = {}) {
  const listId = freshId("completions");
  const list = h("div", { class: "completion", role: "listbox", id: listId, hidden: true });
  const notice = h("div", { class: "composer-notice", role: "status", hidden: true });
  const box = h("textarea", { rows: 1, class: "composer-text", spellcheck: "false", autocomplete: "off" });
  const send = h("button", { type: "button", class: "send-button", on: { click: () => sendNow() } }, icon("send"));
  const shortcuts = inThread ? null : shortcutsButton(page);
  const hint = h("span", { class: "composer-hint" });
  fill(place, h("div", { class: "composer" }, notice, list, h("div", { class: "composer-box" }, box, h("div", { class: "composer-tools" }, shortcuts, hint, send))));

  let offered = { entries: [], active: -1 };
  let recalled = null;

  const here = () => ({ channel: page.channelId, ...(inThread ? { thread_ts: page.threadTs } : {}) });
  const sent = () => page.sent(inThread);

  function grow() {
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight, 160)}px`;
    send.toggleAttribute("data-ready", box.value.trim() !== "");
  }

  function setText(text, { quiet = false } = {}) {
    box.value = text;
    box.setSelectionRange(text.length, text.length);
    grow();
    say(null);
    if (quiet) show({ entries: [], active: -1 });
    else complete();
  }

  function complete() {
    show(inThread && box.value.startsWith("/") ? { entries: [], active: -1 } : completions(box.value, page.state));
    if (inThread && /^\/partner\b/.test(box.value)) threadRule();
  }

  function show(found) {
    offered = found;
    const open = found.entries.length > 0;
    list.hidden = !open;
    list.setAttribute("aria-label", page.say("completions"));
    fill(list, found.entries.map((entry, index) => option(entry, index)));
    const completing = { role: "combobox", "aria-expanded": "true", "aria-controls": listId, "aria-autocomplete": "list" };
    for (const [name, value] of Object.entries(completing)) {
      if (open) box.setAttribute(name, value);
      else box.removeAttribute(name);
    }
    activate(found.active);
  }

  function option(entry, index) {
    return h(
      "div",
      {
        class: "completion-entry",
        role: "option",
        id: `${listId}-${index}`,
        on: {
          mousedown: (event) => {
            event.preventDefault();
            take(entry);
          },
        },
      },
      h("span", { class: "completion-command" }, entry.label, entry.argument ? h("span", { class: "completion-argument" }, ` ${entry.argument}`) : null),
      entry.summary ? h("span", { class: "completion-summary" }, entry.summary) : null,
    );
  }

  function take(entry) {
    setText(entry.complete(box.value));
  }

  function activate(index) {
    offered.active = index;
    [...list.children].forEach((node, place) => node.setAttribute("aria-selected", String(place === index)));
    if (index >= 0) {
      box.setAttribute("aria-activedescendant", `${listId}-${index}`);
      list.children[index].scrollIntoView({ block: "nearest" });
    } else {
      box.removeAttribute("aria-activedescendant");
    }
  }

  function say(...words) {
    notice.hidden = words[0] === null;
    fill(notice, words);
  }

  function threadRule() {
    const mention = asMention(box.value);
    const use = h("button", { type: "button", class: "button small", on: { click: () => {
      setText(mention, { quiet: true });
      box.focus();
    } } }, page.say("useMention", mention));
    say(h("p", {}, h("strong", {}, page.say("notInThreads", box.value.split(/\s/)[0])), " ", page.say("slackRule")), use);
  }

  async function sendNow() {
    const text = box.value.trim();
    if (!text) return;
    if (inThread && text.startsWith("/")) {
      threadRule();
      return;
    }
    sent().push(text);
    recalled = null;
    setText("", { quiet: true });
    box.focus({ preventScroll: true });
    const answer = await page.post("say", { ...here(), text });
    if (answer.ok) return;
    if (box.value === "") setText(text, { quiet: true });
    complain(answer.error);
  }

  function complain(error) {
    say(h("p", { class: "danger-text", role: "alert" }, failure(page.say, error)));
  }

  async function typeAndSend(text) {
    box.focus({ preventScroll: true });
    if (!calm()) {
      for (let end = 1; end < text.length; end += 1) {
        box.value = text.slice(0, end);
        grow();
        await new Promise((resolve) => setTimeout(resolve, TYPING_MS / text.length));
      }
    }
    setText(text, { quiet: true });
    await sendNow();
  }

  function recall(step) {
    const past = sent();
    const at = recalled ?? past.length;
    const next = Math.max(0, Math.min(at + step, past.length));
    if (past.length === 0 || next === at) return;
    setText(past[next] ?? "", { quiet: true });
    recalled = next;
  }

  box.addEventListener("input", () => {
    recalled = null;
    say(null);
    grow();
    complete();
  });
  box.addEventListener("blur", () => show({ entries: [], active: -1 }));
  box.addEventListener("keydown", (event) => {
    const open = offered.entries.length > 0;
    const count = offered.entries.length;
    if (event.isComposing) return;
    if (open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      const step = event.key === "ArrowDown" ? 1 : -1;
      activate(offered.active < 0 ? (step > 0 ? 0 : count - 1) : (offered.active + step + count) % count);
    } else if (open && event.key === "Tab" && !event.shiftKey) {
      take(offered.entries[Math.max(0, offered.active)]);
    } else if (open && event.key === "Enter" && !event.shiftKey && offered.active >= 0) {
      take(offered.entries[offered.active]);
    } else if (open && event.key === "Escape") {
      show({ entries: [], active: -1 });
      event.stopPropagation();
    } else if (event.key === "Enter" && !event.shiftKey) {
      sendNow();
    } else if (event.key === "ArrowUp" && (box.value === "" || recalled !== null)) {
      recall(-1);
    } else if (event.key === "ArrowDown" && recalled !== null) {
      recall(1);
    } else {
      return;
    }
    event.preventDefault();
  });

  return {
    box,
    typeAndSend,
    focus: () => box.focus({ preventScroll: true }),
    clear: () => setText("", { quiet: true }),
    complain,
    update: () => {
      const name = page.channelLabel(page.channel);
      box.placeholder = inThread ? page.say("replyPlaceholder") : page.say("message", name);
      box.setAttribute("aria-label", inThread ? page.say("replyInThread") : page.say("message", name));
      send.setAttribute("aria-label", page.say("send"));
      send.title = page.say("send");
      hint.textContent = inThread ? "" : page.say("composerHint");
      shortcuts?.rename();
      place.hidden = page.channel.archived;
    },
  };
}

function shortcutsButton(page) {
  const button = menuButton({
    name: page.say("shortcuts"),
    className: "icon-button",
    content: icon("bolt"),
    items: () =>
      page.state.shortcuts
        .filter((shortcut) => shortcut.type === "global")
        .map((shortcut) => ({
          label: shortcut.name,
          hint: `Partner Bot${shortcut.description ? ` · ${shortcut.description}` : ""}`,
          choose: () => page.shortcut(shortcut.callback_id, { channel: page.channelId }),
        })),
  });
  button.rename = () => {
    button.title = page.say("shortcuts");
    button.setAttribute("aria-label", page.say("shortcuts"));
  };
  return button;
}
