// What may follow in the composer: the bot's commands with their help, and companies that exist in the sandbox.

const SLASH = "/partner";
const MENTION = "@Partner Bot";

/** Say what may follow `text`. `active` is the entry that Enter takes; -1 where the text can be sent as it is. */
export function completions(text, { commands, domains }) {
  for (const form of [SLASH, MENTION]) {
    if (text.startsWith(form[0]) && form.toLowerCase().startsWith(text.toLowerCase())) return offer(commands.map((command) => entry(form, command)), text === form ? -1 : 0);
    if (text.toLowerCase().startsWith(`${form} `.toLowerCase())) return afterForm(form, text.slice(form.length + 1), commands, domains);
  }
  return none;
}

const none = { entries: [], active: -1 };

function offer(entries, active) {
  return entries.length > 0 ? { entries: entries.slice(0, 12), active } : none;
}

function entry(form, command) {
  return {
    label: `${form} ${command.name}`,
    argument: command.argument ?? "",
    summary: command.summary,
    role: command.role,
    text: `${form} ${command.name}${command.argument ? " " : ""}`,
  };
}

function afterForm(form, rest, commands, domains) {
  const [word, ...more] = rest.split(" ");
  if (more.length === 0) {
    const fitting = commands.filter((command) => command.name.startsWith(word.toLowerCase()));
    const exact = fitting.some((command) => command.name === word);
    if (exact && fitting.length === 1) return none;
    return offer(fitting.map((command) => entry(form, command)), exact || word === "" ? -1 : 0);
  }
  if (more.length > 1) return none;
  const command = commands.find(({ name }) => name === word);
  const values = word === "help" ? commands.map(({ name }) => name) : /domain/.test(command?.argument ?? "") ? domains : [];
  const typed = more[0].toLowerCase();
  const fitting = values.filter((value) => value.startsWith(typed) && value !== typed);
  return offer(fitting.map((value) => ({ label: value, text: `${form} ${word} ${value}` })), -1);
}

/** The same command as a mention, which works in threads. */
export function asMention(text) {
  const rest = text.replace(/^\/\S*\s*/, "").trim();
  return `${MENTION} ${rest || "help"}`;
}
