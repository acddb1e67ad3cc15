// Channels and people at the left; on narrow windows a menu above the messages.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { keep } from "./keep.js";
import { avatar } from "./message.js";
import { roleWord } from "./words.js";

function channelIcon(channel) {
  if (channel.archived) return icon("archive");
  return icon(channel.kind === "private" ? "lock" : "hash");
}

function notes(channel, page) {
  return [
    channel.kind === "private" ? page.say("privateChannel") : null,
    channel.shared ? page.say("sharedWithOthers") : null,
    channel.archived ? page.say("archived") : null,
  ].filter(Boolean);
}

function channelRow(channel, page, { chosen, unread }) {
  const words = [...notes(channel, page), unread ? page.say("unread") : null].filter(Boolean);
  return h(
    "button",
    {
      type: "button",
      class: ["side-row", unread && "unread", channel.archived && "faint"].filter(Boolean).join(" "),
      "aria-current": chosen ? "page" : null,
      title: words.join(", ") || null,
      data: { focus: channel.id, channel: channel.id },
      on: { click: () => page.openChannel(channel.id) },
    },
    channel.kind === "dm" ? avatar({ id: channel.id, name: channel.name, bot: true }, page) : channelIcon(channel),
    h("span", { class: "side-name" }, channel.name),
    channel.shared ? icon("shared") : null,
    words.length > 0 ? h("span", { class: "visually-hidden" }, `, ${words.join(", ")}`) : null,
    unread ? h("span", { class: "unread-dot", "aria-hidden": "true" }) : null,
  );
}

function personRow(person, page) {
  const me = person.id === page.me.id;
  return h(
    "button",
    { type: "button", class: "side-row", "aria-pressed": String(me), title: `${page.say("actingAs")}: ${person.name}`, data: { focus: person.id }, on: { click: () => page.actAs(person.id) } },
    avatar({ ...person, bot: false }, page),
    h("span", { class: "side-name" }, person.name.split(" ")[0]),
    h("span", { class: "side-note" }, me ? page.say("you") : roleWord(page.say, person.role)),
  );
}

/** Bring the sidebar up to date. */
export function drawSidebar(nav, page) {
  const { channels, people } = page.state;
  const rooms = channels.filter((channel) => channel.kind !== "dm");
  const direct = channels.filter((channel) => channel.kind === "dm");
  const item = (key, print, draw) => ({ key, print: JSON.stringify([print, page.language]), draw });
  const heading = (key, text) => item(key, text, () => h("h2", { class: "side-heading" }, text));
  const row = (channel) => {
    const marks = { chosen: channel.id === page.channelId, unread: page.isUnread(channel.id) };
    return item(channel.id, [channel, marks], () => channelRow(channel, page, marks));
  };
  nav.setAttribute("aria-label", page.say("channels"));
  keep(nav, [
    item("select", [channels, page.channelId], () => narrowSelect(page, channels)),
    heading("rooms", page.say("channels")),
    ...rooms.map(row),
    ...(direct.length > 0 ? [heading("direct", page.say("directMessages")), ...direct.map(row)] : []),
    heading("people", page.say("people", people.length)),
    ...people.map((person) => item(person.id, [person, person.id === page.me.id], () => personRow(person, page))),
  ]);
}

function narrowSelect(page, channels) {
  const select = h(
    "select",
    { class: "bar-select narrow-select", "aria-label": page.say("channel"), data: { focus: "channel-select" }, on: { change: () => page.openChannel(select.value) } },
    channels.map((channel) => h("option", { value: channel.id, selected: channel.id === page.channelId }, page.channelLabel(channel))),
  );
  return select;
}
