// The bar at the top: who one is, the page's language and theme, and what is broken on purpose.

import { iconButton, wordButton } from "./buttons.js";
import { anotherDay } from "./dates.js";
import { h } from "./dom.js";
import { icon, mark } from "./icons.js";
import { keep } from "./keep.js";
import { openKeys } from "./keyboard.js";
import { avatar } from "./message.js";
import { chooseTheme, currentTheme } from "./preferences.js";
import { LANGUAGE_CODES, roleWord } from "./words.js";

const LANGUAGES = LANGUAGE_CODES.map((code) => [code, code.toUpperCase()]);

function brand(page) {
  const sign = h("span", { class: "avatar avatar-bot small", "aria-hidden": "true" }, mark());
  return h("span", { class: "brand" }, sign, h("span", { class: "brand-word" }, page.say("sandbox")));
}

function person(page) {
  const option = (each) => h("option", { value: each.id, selected: each.id === page.me.id }, `${each.name} (${roleWord(page.say, each.role)})`);
  const choose = () => page.actAs(select.value);
  const select = h(
    "select",
    { class: "bar-select", "aria-label": page.say("actingAs"), data: { focus: "person" }, on: { change: choose } },
    page.state.people.map(option),
  );
  return h(
    "div",
    { class: "acting" },
    h("span", { class: "bar-label", "aria-hidden": "true" }, page.say("actingAs")),
    avatar({ ...page.me, bot: false }, page),
    select,
    h("span", { class: "bar-hint" }, `${languageOf(page)}, ${zoneOf(page.me.tz)}`),
  );
}

function languageOf(page) {
  const name = new Intl.DisplayNames([page.language], { type: "language" }).of(page.me.locale.split("-")[0]);
  return name.charAt(0).toLocaleUpperCase() + name.slice(1);
}

const zoneOf = (tz) => tz.split("/").at(-1).replaceAll("_", " ");

function segments(name, choices, chosen, choose) {
  return h(
    "div",
    { class: "segments", role: "group", "aria-label": name },
    choices.map(([value, label]) =>
      wordButton(label, { focus: `choose-${value}`, className: "segment", press: () => choose(value), "aria-pressed": String(value === chosen) }),
    ),
  );
}

/** Bring the bar up to date. */
export function drawTopbar(bar, page) {
  const on = page.state.faults.filter((fault) => fault.on).length;
  const theme = currentTheme();
  const moved = anotherDay(page.me);
  const item = (key, print, draw) => ({ key, print: JSON.stringify([print, page.language]), draw });
  bar.setAttribute("aria-label", page.say("controls"));
  keep(bar, [
    item("name", "", () => brand(page)),
    item("person", [page.me, page.state.people], () => person(page)),
    item("language", "", () => segments(page.say("language"), LANGUAGES, page.language, (code) => page.setLanguage(code))),
    item("theme", theme, () =>
      segments(page.say("theme"), [["light", page.say("light")], ["dark", page.say("dark")]], theme, (chosen) => {
        chooseTheme(chosen);
        page.render();
      }),
    ),
    item("keys", "", () => iconButton(`${page.say("keys")} (?)`, "keys", { focus: "keys", className: "bar-button bar-icon", press: () => openKeys(page) })),
    item("gap", "", () => h("span", { class: "bar-gap" })),
    ...(moved ? [item("clock", moved, () => h("span", { class: "bar-clock", title: page.say("anotherDay") }, icon("clock"), moved))] : []),
    ...(on > 0
      ? [
          item("faults", on, () => h("span", { class: "faults-on", role: "status" }, icon("alert"), page.say("faultsOn", on))),
          item("off", on, () => wordButton(page.say("turnAllOff"), { focus: "all-off", className: "bar-button", press: () => page.post("faults/clear", {}) })),
        ]
      : []),
    item("scenarios", page.panelOpen, () =>
      wordButton([icon("sliders"), page.say("scenarios")], {
        focus: "scenarios",
        className: "bar-button",
        press: () => page.togglePanel(),
        "aria-expanded": String(page.panelOpen),
        "aria-controls": "scenarios",
      }),
    ),
  ]);
}
