// The few reactions and signs that people in the sandbox use; any other name is shown as Slack writes it.

import { h } from "./dom.js";
import { icon } from "./icons.js";

const SIGNS = {
  eyes: "👀",
  "+1": "👍",
  tada: "🎉",
  wave: "👋",
  heart: "❤️",
  boom: "💥",
  rocket: "🚀",
};

/** A sign with its name; `unicode` is what Slack sends beside it ("1f389"). */
export function emoji(name, unicode) {
  // Drawn, because it is the one sign the bot itself sets and not every machine has a font for it.
  if (name === "white_check_mark") return h("span", { class: "emoji emoji-check", role: "img", "aria-label": name.replaceAll("_", " ") }, icon("check"));
  const sign = SIGNS[name] ?? fromCode(unicode);
  return sign ? h("span", { class: "emoji", role: "img", "aria-label": name.replaceAll("_", " ") }, sign) : h("span", { class: "emoji" }, `:${name}:`);
}

function fromCode(unicode) {
  if (!/^[0-9a-f]{2,6}(?:-[0-9a-f]{2,6})*$/i.test(unicode ?? "")) return null;
  const points = unicode.split("-").map((code) => Number.parseInt(code, 16));
  return points.every((point) => point <= 0x10ffff) ? String.fromCodePoint(...points) : null;
}
