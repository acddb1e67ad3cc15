// Menus, radio buttons and checkboxes; each can say what is chosen in the shape of Slack's `state.values`.

import { freshId, h } from "./dom.js";
import { textObject } from "./mrkdwn.js";

const chosen = (option) => (option ? { text: option.text, value: option.value } : null);

/** The bare value of a state: what was chosen or typed, a list where there may be several. */
export function valueOf(state) {
  if (state.selected_options) return state.selected_options.map((option) => option.value);
  return state.value ?? state.selected_option?.value ?? state.selected_conversation ?? state.selected_channel ?? state.selected_user ?? null;
}

/** A native menu for static_select and the selects of channels and people. `kept` is an earlier state to start from. */
export function menuOptions(element, ctx, kept) {
  const groups = groupsOf(element, ctx);
  const byValue = new Map(groups.flatMap((group) => group.options).map((option) => [option.value, option]));
  const start = initial(element, ctx, kept);
  const option = (entry) => h("option", { value: entry.value, selected: entry.value === start }, entry.text.text);
  const control = h(
    "select",
    { class: "field select" },
    h("option", { value: "", disabled: true, selected: !byValue.has(start), hidden: true }, element.placeholder?.text ?? ctx.say("choose")),
    groups.map((group) => (group.label ? h("optgroup", { label: group.label }, group.options.map(option)) : group.options.map(option))),
  );
  const read = () => state(element.type, control.value || null, byValue);
  return { control, node: h("span", { class: "select-frame" }, control), read };
}

function groupsOf(element, ctx) {
  const plain = (text, value) => ({ text: { type: "plain_text", text }, value });
  switch (element.type) {
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

function initial(element, ctx, kept) {
  if (kept) return kept.selected_option?.value ?? kept.selected_conversation ?? kept.selected_channel ?? kept.selected_user ?? null;
  return (
    element.initial_option?.value ??
    element.initial_conversation ??
    element.initial_channel ??
    element.initial_user ??
    (element.default_to_current_conversation ? ctx.currentChannel() : null)
  );
}

function state(type, value, byValue) {
  switch (type) {
    case "conversations_select":
      return { type, selected_conversation: value };
    case "channels_select":
      return { type, selected_channel: value };
    case "users_select":
      return { type, selected_user: value };
    default:
      return { type, selected_option: chosen(byValue.get(value)) };
  }
}

/** Radio buttons or checkboxes in a group that `label` names. */
export function choices(element, { ctx, name, label, kept }) {
  const many = element.type === "checkboxes";
  const start = new Set(
    (kept ? (kept.selected_options ?? [kept.selected_option]) : many ? (element.initial_options ?? []) : [element.initial_option])
      .filter(Boolean)
      .map((option) => option.value),
  );
  const inputs = [];
  const rows = element.options.map((option) => {
    const hintId = option.description ? freshId("hint") : null;
    const input = h("input", { type: many ? "checkbox" : "radio", name, value: option.value, checked: start.has(option.value), "aria-describedby": hintId });
    inputs.push(input);
    return h(
      "label",
      { class: "choice" },
      input,
      h("span", {}, textObject(option.text, ctx), hintId ? h("span", { class: "hint", id: hintId }, textObject(option.description, ctx)) : null),
    );
  });
  const picked = () => inputs.flatMap((input, index) => (input.checked ? [chosen(element.options[index])] : []));
  const read = () => (many ? { type: element.type, selected_options: picked() } : { type: element.type, selected_option: picked()[0] ?? null });
  return { node: h("div", { class: "choices", role: many ? "group" : "radiogroup", "aria-labelledby": label ?? null }, rows), inputs, read };
}
