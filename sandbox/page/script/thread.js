// The pane of one thread: its first message, the answers, a composer.

import { drawConversation, startConversation } from "./conversation.js";
import { makeComposer } from "./composer.js";
import { fill, freshId, h } from "./dom.js";
import { icon } from "./icons.js";

/** What a thread is called: the header of its first message, or its first words. */
function titleOf(root, page) {
  const header = root.blocks?.find((block) => block.type === "header")?.text?.text;
  const words = header ?? page.plain(root).split("\n")[0];
  return words.length > 60 ? `${words.slice(0, 59).trimEnd()}…` : words;
}

/** Build the pane once; `update` shows the thread that is open. */
export function makeThread(aside, page) {
  const heading = h("h2", { class: "pane-title", tabindex: -1, id: freshId("thread") });
  const close = h("button", { type: "button", class: "icon-button", on: { click: () => page.closeThread() } }, icon("close"));
  const log = h("div", { class: "messages", role: "log" });
  const place = h("div", { class: "composer-place" });
  const composer = makeComposer(place, page, { inThread: true });
  fill(aside, h("div", { class: "pane-head" }, heading, close), log, place);
  startConversation(log, page);

  return {
    composer,
    log,
    focus: () => heading.focus(),
    update: () => {
      const messages = page.threadMessages();
      const root = messages[0];
      aside.hidden = !root;
      if (!root) return;
      const title = titleOf(root, page);
      heading.textContent = page.say("thread");
      heading.append(h("span", { class: "pane-subtitle" }, title));
      heading.setAttribute("aria-label", page.say("threadOf", title));
      aside.setAttribute("aria-label", page.say("threadOf", title));
      log.setAttribute("aria-label", page.say("threadOf", title));
      close.setAttribute("aria-label", page.say("closeThread"));
      close.title = page.say("closeThread");
      drawConversation(log, messages, page, { place: `${page.me.id}-${root.ts}`, inThread: true });
      composer.update();
    },
  };
}
