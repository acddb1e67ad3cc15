// Menus, radio buttons and checkboxes; each can say what is chosen in the shape of Slack's `state.values`.

import { freshId, h } from "./dom.js";
import { textObject } from "./mrkdwn.js";

const IDS = {
  conversations_select: "selected_conversation",
  channels_select: "selected_channel",
  users_select: "selected_user",
  multi_conversations_select: "selected_conversations",
  multi_channels_select: "selected_channels",
  multi_users_select: "selected_users",
};
const THINGS = ["option", "options", "conversation", "conversations", "channel", "channels", "user", "users"];
const SHORT = ["radio_buttons", "checkboxes"];

const takesMany = ({ type }) => type === "checkboxes" || type.startsWith("multi_");

function state(element, picked) {
  const key = IDS[element.type] ?? (takesMany(element) ? "selected_options" : "selected_option");
  const kept = IDS[element.type] ? picked.map(({ value }) => value) : picked.map(({ text, value }) => ({ text, value }));
  return { type: element.type, [key]: takesMany(element) ? kept : (kept[0] ?? null) };
}

/** The bare value of a state: what was chosen or typed, a list where there may be several. */
export function valueOf({ type, ...kept }) {
  const bare = (each) => each?.value ?? each;
  const [value = null] = Object.values(kept);
  return Array.isArray(value) ? value.map(bare) : bare(value);
}

/** What is chosen before anybody chooses: `kept`, an earlier state, or what the bot said. */
function start(element, ctx, kept) {
  const [from, when] = kept ? [kept, "selected"] : [element, "initial"];
  const values = THINGS.flatMap((thing) => from[`${when}_${thing}`] ?? []).map((each) => each.value ?? each);
  return !kept && values.length === 0 && element.default_to_current_conversation ? [ctx.currentChannel()] : values;
}

function groupsOf(element, ctx) {
  const plain = (text, value) => ({ text: { type: "plain_text", text }, value });
  switch (element.type.replace(/^multi_/, "")) {
    case "conversations_select":
    case "channels_select":
      return [{ options: ctx.channels().filter((channel) => !excluded(element, channel)).map((channel) => plain(ctx.channelLabel(channel), channel.id)) }];
    case "users_select":
      return [{ options: ctx.people().map((person) => plain(person.name, person.id)) }];
    default:
      return element.option_groups?.map((group) => ({ label: group.label.text, options: group.options })) ?? [{ options: element.options }];
  }
}

const KINDS = { public: "channel", private: "private", im: "dm" };

function excluded(element, channel) {
  if (channel.archived) return true;
  const wanted = element.filter?.include?.map((kind) => KINDS[kind]);
  return Boolean((wanted && !wanted.includes(channel.kind)) || (element.filter?.exclude_external_shared_channels && channel.shared));
}

/** A native menu of which one is chosen. `kept` is an earlier state to start from. */
export function menuOptions(element, ctx, kept) {
  const groups = groupsOf(element, ctx);
  const options = groups.flatMap((group) => group.options);
  const [chosen] = start(element, ctx, kept);
  const option = (entry) => h("option", { value: entry.value, selected: entry.value === chosen }, entry.text.text);
  const control = h(
    "select",
    { class: "field select" },
    h("option", { value: "", disabled: true, selected: !options.some(({ value }) => value === chosen), hidden: true }, element.placeholder?.text ?? ctx.say("choose")),
    groups.map((group) => (group.label ? h("optgroup", { label: group.label }, group.options.map(option)) : group.options.map(option))),
  );
  const read = () => state(element, options.filter(({ value }) => value === control.value));
  return { control, node: h("span", { class: "select-frame" }, control), read };
}

/** Radio buttons, checkboxes, and the menus of which several are chosen, in a group that `label` names. */
export function choices(element, { ctx, name, label, kept }) {
  const many = takesMany(element);
  const chosen = new Set(start(element, ctx, kept));
  const pairs = [];
  const row = (option) => {
    const hintId = option.description ? freshId("hint") : null;
    const input = h("input", { type: many ? "checkbox" : "radio", name, value: option.value, checked: chosen.has(option.value), "aria-describedby": hintId });
    pairs.push([input, option]);
    return h(
      "label",
      { class: "choice" },
      input,
      h("span", {}, textObject(option.text, ctx), hintId ? h("span", { class: "hint", id: hintId }, textObject(option.description, ctx)) : null),
    );
  };
  const rows = groupsOf(element, ctx).map((group) => [group.label ? h("p", { class: "choice-group" }, group.label) : null, group.options.map(row)]);
  const read = () => state(element, pairs.flatMap(([input, option]) => (input.checked ? [option] : [])));
  const list = SHORT.includes(element.type) ? null : "choices-list"; // a menu may be long
  const node = h("div", { class: ["choices", list].filter(Boolean).join(" "), role: many ? "group" : "radiogroup", "aria-labelledby": label ?? null }, rows);
  return { node, inputs: pairs.map(([input]) => input), read };
}
