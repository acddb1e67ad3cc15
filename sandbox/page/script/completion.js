// What may follow in the composer, as in Slack: a slash command with its hint, and the bot's name after an @.
// Slack completes neither the words after a command nor anything after a mention, so the page does not either.

const MENTION = "@Partner Bot";

/** Say what may follow `text`. `active` is the entry that Enter takes; -1 where the text can be sent as it is. */
export function completions(text, { commands }) {
  const typed = text.toLowerCase();
  if (typed.startsWith("/")) {
    const [word] = typed.split(/\s/);
    const isDone = typed !== word;
    const fitting = commands.filter(({ command }) => (isDone ? command === word : command.startsWith(word)));
    return { entries: fitting.map(entry), active: fitting.length === 0 || isDone || fitting.some(({ command }) => command === word) ? -1 : 0 };
  }
  if (typed !== "" && MENTION.toLowerCase().startsWith(typed)) return { entries: [{ label: MENTION, complete: () => `${MENTION} ` }], active: 0 };
  return { entries: [], active: -1 };
}

/** A command and its hint. It completes the word alone; what was typed after it stays. */
function entry({ command, usage_hint: hint, description }) {
  return { label: command, argument: hint, summary: description, complete: (text) => text.replace(/^\S*\s*/, `${command} `) };
}

/** The same command as a mention, which works in threads. */
export function asMention(text) {
  const rest = text.replace(/^\/\S*\s*/, "").trim();
  return `${MENTION} ${rest || "help"}`;
}
