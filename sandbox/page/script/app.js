// The page's state and its loop: read what the sandbox shows this person, draw what changed, listen for more.

import { drawConversation, startConversation } from "./conversation.js";
import { makeComposer } from "./composer.js";
import { setNow } from "./dates.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { startKeyboard } from "./keyboard.js";
import { closeMenu } from "./menu.js";
import { makeModal } from "./modal.js";
import { messageText } from "./mrkdwn.js";
import { initialLanguage, placeInAddress, rememberLanguage, rememberPlace, startTheme } from "./preferences.js";
import { drawRefusals } from "./refusals.js";
import { drawScenarios } from "./scenarios.js";
import { listen, post, readState } from "./server.js";
import { drawSidebar } from "./sidebar.js";
import { makeThread } from "./thread.js";
import { drawTopbar } from "./topbar.js";
import { wordsIn } from "./words.js";

const place = (id) => document.getElementById(id);
const seen = new Map(); // "person/channel" → the newest message that person has had on screen
const history = new Map(); // person → what they sent, for ↑

const page = {
  state: null,
  language: initialLanguage(),
  say: null,
  channelId: null,
  wantedId: null, // the channel last chosen; kept while a person is shown who cannot see it
  threadTs: null,
  panelOpen: false,
  connected: true,
  composer: null,
  thread: null,

  get me() {
    return page.state.me;
  },
  get channel() {
    return page.state.channels.find(({ id }) => id === page.channelId);
  },
  person: (id) => (page.state.me.id === id ? page.state.me : page.state.people.find((person) => person.id === id)),
  channelLabel: (channel) => (channel.kind === "dm" ? channel.name : `#${channel.name}`),
  messages: (channelId) => page.state.messages[channelId] ?? [],
  threadMessages: () => (page.threadTs ? page.messages(page.channelId).filter(({ ts, thread_ts }) => ts === page.threadTs || thread_ts === page.threadTs) : []),
  lastReply: (ts) => page.messages(page.channelId).findLast((message) => message.thread_ts === ts && message.ts !== ts)?.ts ?? null,
  plain: (message) => h("span", {}, messageText(message, page.context(() => {}))).textContent,
  isUnread: (channelId) => channelId !== page.channelId && (page.messages(channelId).at(-1)?.ts ?? "") > (seen.get(`${page.me.id}/${channelId}`) ?? "9"),
  sent: () => {
    if (!history.has(page.me.id)) history.set(page.me.id, []);
    return history.get(page.me.id);
  },

  /** What drawing needs to know; `press` is told of presses. */
  context: (press) => ({
    me: page.me,
    say: page.say,
    press,
    personName: (id) => page.person(id)?.name ?? messageName(id) ?? id,
    people: () => page.state.people,
    channel: (id) => page.state.channels.find((channel) => channel.id === id),
    channels: () => page.state.channels,
    channelLabel: page.channelLabel,
    currentChannel: () => page.channelId,
    openChannel: (id) => page.openChannel(id),
  }),

  async post(what, body) {
    const answer = await post(what, { as: page.me.id, ...body });
    await refresh();
    return answer;
  },
  async shortcut(callbackId, where) {
    const answer = await page.post("shortcut", { callback_id: callbackId, ...where });
    if (!answer.ok) page.composer.complain(answer.error);
  },
  openChannel(id, { thread = null } = {}) {
    if (!page.state.channels.some((channel) => channel.id === id)) return;
    const before = page.channelId;
    page.channelId = page.wantedId = id;
    page.threadTs = thread;
    if (before !== id) page.composer.clear();
    page.render();
    if (!thread) page.composer.focus();
  },
  openThread(ts) {
    const message = page.messages(page.channelId).find((each) => each.ts === ts);
    if (!message || message.only_you) return;
    page.threadTs = message.thread_ts ?? message.ts;
    page.render();
    page.thread.focus();
  },
  closeThread() {
    const root = page.threadTs;
    page.threadTs = null;
    page.render();
    const article = document.querySelector(`#messages article[data-ts="${CSS.escape(root)}"]`);
    (article ?? page.composer.box).focus({ preventScroll: true });
    return true;
  },
  togglePanel() {
    page.panelOpen = !page.panelOpen;
    page.render();
    const target = page.panelOpen ? place("scenarios").querySelector("h2") : place("topbar").querySelector('[data-focus="scenarios"]');
    target?.focus();
  },
  setLanguage(language) {
    page.language = language;
    rememberLanguage(language);
    page.render();
  },
  async actAs(id) {
    closeMenu({ giveBack: false });
    page.composer.clear();
    await show(id);
  },
  render,
};

// The bot and the Guide are nobody one can act as; their names stand on what they said.
function messageName(id) {
  if (page.state.bot?.id === id) return page.state.bot.name;
  for (const messages of Object.values(page.state.messages)) {
    const found = messages.find(({ user }) => user.id === id);
    if (found) return found.user.name;
  }
  return null;
}

function render() {
  page.say = wordsIn(page.language);
  document.documentElement.lang = page.language;
  settlePlace();
  document.body.dataset.columns = [page.threadTs ? "thread" : "", page.panelOpen ? "scenarios" : ""].join(" ").trim();
  drawTopbar(place("topbar"), page);
  drawSidebar(place("sidebar"), page);
  drawHead();
  drawRefusals(place("refusals"), page);
  const log = place("messages");
  log.setAttribute("aria-label", page.say("messagesIn", page.channelLabel(page.channel)));
  log.setAttribute("aria-description", page.say("logHelp"));
  const top = page.messages(page.channelId).filter(({ ts, thread_ts }) => !thread_ts || thread_ts === ts);
  drawConversation(log, top, page, { place: `${page.me.id}-${page.channelId}` });
  page.composer.update();
  page.thread.update();
  drawScenarios(place("scenarios"), page);
  page.modal.update();
  seen.set(`${page.me.id}/${page.channelId}`, page.messages(page.channelId).at(-1)?.ts ?? "");
  rememberPlace({ person: page.me.id, channel: page.channelId, thread: page.threadTs });
  document.body.dataset.version = page.state.version;
}

// The channel may be one that this person cannot see, the thread one that is gone.
function settlePlace() {
  const { channels } = page.state;
  const place = channels.find(({ id }) => id === page.wantedId) ?? channels.find(({ name }) => name === "sales") ?? channels[0];
  if (page.channelId !== place.id && page.channelId !== null) page.threadTs = null;
  page.channelId = place.id;
  if (page.threadTs && page.threadMessages()[0]?.ts !== page.threadTs) page.threadTs = null;
  for (const { id } of channels) {
    const key = `${page.me.id}/${id}`;
    if (!seen.has(key)) seen.set(key, page.messages(id).at(-1)?.ts ?? "");
  }
}

function drawHead() {
  const channel = page.channel;
  const note = channel.archived ? "archivedNote" : channel.shared ? "sharedWithOthers" : channel.bot_is_member ? null : "botAbsent";
  place("main").setAttribute("aria-label", page.say("messagesIn", page.channelLabel(channel)));
  fill(
    place("pane-head"),
    h("h1", { class: "pane-title" }, page.channelLabel(channel)),
    note ? h("span", { class: "pane-note" }, channel.shared ? icon("shared") : icon("info"), page.say(note)) : null,
  );
}

function take(state) {
  page.state = state;
  setNow(state.now);
}

let reading = null;
let again = false;

/** Read the state once more; calls during a reading make one more reading, not many. */
function refresh() {
  again = true;
  reading ??= (async () => {
    try {
      while (again) {
        again = false;
        const state = await readState(page.me.id);
        if (state.me.id !== page.me.id) continue;
        take(state);
        page.connected = true;
        render();
      }
    } catch {
      page.connected = false;
      drawRefusals(place("refusals"), page);
    } finally {
      reading = null;
    }
  })();
  return reading;
}

let stopListening = () => {};

/** Show the page as a person sees it. */
async function show(personId) {
  take(await readState(personId));
  render();
  stopListening();
  stopListening = listen(
    page.me.id,
    (version) => {
      if (version !== page.state.version) refresh();
    },
    (connected) => {
      if (connected && !page.connected) refresh();
      page.connected = connected;
      drawRefusals(place("refusals"), page);
    },
  );
}

// A link to a message of this workspace opens it here instead of leaving for Slack.
function followPermalink(event) {
  const address = event.target.closest?.("a[href]")?.href;
  const found = /\/archives\/([A-Z0-9]+)\/p(\d{10})(\d{6})/.exec(address ?? "");
  if (!found || !page.state.channels.some(({ id }) => id === found[1])) return;
  event.preventDefault();
  const ts = `${found[2]}.${found[3]}`;
  const thread = new URL(address).searchParams.get("thread_ts") ?? page.messages(found[1]).find((message) => message.ts === ts)?.thread_ts ?? ts;
  page.openChannel(found[1], { thread });
  if (page.threadTs) page.thread.focus();
}

async function start() {
  startTheme(render);
  page.say = wordsIn(page.language);
  page.composer = makeComposer(place("composer"), page);
  page.thread = makeThread(place("thread"), page);
  page.modal = makeModal(page);
  startConversation(place("messages"), page);
  startKeyboard(page);
  document.addEventListener("click", followPermalink);
  const asked = placeInAddress();
  page.wantedId = asked.channel;
  page.threadTs = asked.thread;
  try {
    await show(asked.person);
  } catch {
    await show(null); // an address with a person of an earlier sandbox
  }
  page.composer.focus();
  document.body.dataset.ready = "true";
}

start().catch((error) => {
  console.error(error);
  fill(place("messages"), h("p", { class: "empty", role: "alert" }, page.say("sandbox_unreachable")));
});
