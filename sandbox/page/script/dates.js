// Times in the zone and manner of the person one acts as; Slack's date stamps among them.

const cache = new Map();

function format(me, options) {
  const key = `${me.locale}|${me.tz}|${JSON.stringify(options)}`;
  if (!cache.has(key)) cache.set(key, new Intl.DateTimeFormat(me.locale, { timeZone: me.tz, ...options }));
  return cache.get(key);
}

let ahead = 0; // seconds by which the sandbox's clock is ahead of this machine's

/** Go by the sandbox's clock, in which days can pass in a second. */
export function setNow(seconds) {
  ahead = seconds - Date.now() / 1000;
}

/** The present, in seconds since 1970. */
export const present = () => Date.now() / 1000 + ahead;

const CLOCK = { hour: "numeric", minute: "2-digit" };
const DATES = {
  date: { year: "numeric", month: "long", day: "numeric" },
  date_short: { year: "numeric", month: "short", day: "numeric" },
  date_long: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date_slash: { year: "numeric", month: "2-digit", day: "2-digit" },
};

/** "14:02", or "2:02 PM" where that is the custom. */
export function clock(seconds, me) {
  return format(me, CLOCK).format(seconds * 1000);
}

function dayNumber(seconds, me) {
  const parts = format(me, { year: "numeric", month: "numeric", day: "numeric", calendar: "iso8601", numberingSystem: "latn" })
    .formatToParts(seconds * 1000)
    .reduce((all, part) => ({ ...all, [part.type]: Number(part.value) }), {});
  return Date.UTC(parts.year, parts.month - 1, parts.day) / 86_400_000;
}

/** "today", "yesterday", "tomorrow" in the person's language, or null for any other day. */
export function nearDay(seconds, me) {
  const distance = dayNumber(seconds, me) - dayNumber(present(), me);
  if (Math.abs(distance) > 1) return null;
  return new Intl.RelativeTimeFormat(me.locale, { numeric: "auto" }).format(distance, "day");
}

/** A heading for a day: "Today", "Yesterday", "Thursday, 19 November". */
export function dayHeading(seconds, me) {
  const words = nearDay(seconds, me) ?? format(me, { weekday: "long", month: "long", day: "numeric" }).format(seconds * 1000);
  return words.charAt(0).toLocaleUpperCase(me.locale) + words.slice(1);
}

/** Today as a number, which is another tomorrow. */
export const today = (me) => dayNumber(present(), me);

/** "Mon, 30 November, 14:02" where the sandbox is in another day than this machine, else null. */
export function anotherDay(me) {
  if (today(me) === dayNumber(Date.now() / 1000, me)) return null;
  return format(me, { weekday: "short", day: "numeric", month: "long", ...CLOCK }).format(present() * 1000);
}

/** Whether two moments are on one day for this person. */
export function sameDay(one, other, me) {
  return dayNumber(one, me) === dayNumber(other, me);
}

/** The whole of it, for a tooltip: day, time and zone. */
export function inFull(seconds, me) {
  return format(me, { dateStyle: "full", timeStyle: "long" }).format(seconds * 1000);
}

function ago(seconds, me) {
  const distance = seconds - present();
  const units = [["day", 86_400], ["hour", 3600], ["minute", 60], ["second", 1]];
  const [unit, size] = units.find(([, length]) => Math.abs(distance) >= length) ?? units.at(-1);
  return new Intl.RelativeTimeFormat(me.locale, { numeric: "auto" }).format(Math.round(distance / size), unit);
}

/** Fill in a stamp's format, e.g. "{date_short_pretty} at {time}". An unknown token, or no real time, gives null: use the fallback. */
export function stamp(seconds, pattern, me) {
  if (!Number.isFinite(seconds)) return null;
  let known = true;
  const text = pattern.replace(/\{(\w+)\}/g, (_, token) => {
    if (token === "time") return clock(seconds, me);
    if (token === "time_secs") return format(me, { ...CLOCK, second: "2-digit" }).format(seconds * 1000);
    if (token === "ago") return ago(seconds, me);
    if (token === "day_divider_pretty") return nearDay(seconds, me) ?? format(me, DATES.date_long).format(seconds * 1000);
    const pretty = token.endsWith("_pretty");
    const options = DATES[pretty ? token.slice(0, -"_pretty".length) : token];
    if (!options) {
      known = false;
      return "";
    }
    return (pretty && nearDay(seconds, me)) || format(me, options).format(seconds * 1000);
  });
  return known ? text : null;
}
