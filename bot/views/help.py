"""Help, made from the commands themselves, so that it cannot fall behind them."""

from collections.abc import Sequence
from itertools import groupby

from bot.context import CommandHelp, Role
from bot.language import Language, deferred
from bot.reply import Message
from bot.views.blocks import actions, button, context, field, fields, header, section
from bot.views.foreign import code, span
from bot.views.refusals import ROLES, members_only

YOUR_ROLE = {
    Role.NOBODY: deferred("none yet"),
    Role.VIEWER: deferred("viewer"),
    Role.OPERATOR: deferred("operator"),
    Role.ADMIN: deferred("bot admin"),
}


def overview(lang: Language, commands: Sequence[CommandHelp], *, role: Role, hidden: int) -> Message:
    """List the commands of a role by group; ``hidden`` is how many more there are for higher ones."""
    order = list(dict.fromkeys(command.group for command in commands))
    in_order = sorted(commands, key=lambda command: order.index(command.group))
    groups = (
        section("\n".join((f"*{lang.text(group)}*", *(_line(lang, command) for command in members))))
        for group, members in groupby(in_order, key=lambda command: command.group)
    )
    lines = [lang.text("Your role: {role}.").format(role=lang.text(YOUR_ROLE[role]))]
    if hidden:
        counted = lang.plural(
            "{count} more command is for higher roles.", "{count} more commands are for higher roles.", hidden
        )
        lines.append(counted.format(count=lang.number(hidden)))
    mention = lang.text("In a thread, write {command}.")
    lines.append(mention.format(command=code("@Partner Bot customer contoso.com")))
    find = button(lang.text("Find a customer"), "find_customer", style="primary")
    create = button(lang.text("Create an invitation"), "invite_customer")
    names = ", ".join(command.name for command in commands)
    return Message(
        text=lang.text("Partner Bot commands: {commands}.").format(commands=names),
        blocks=(
            header("Partner Bot"),
            section(lang.text("Look up Microsoft customers, invite them, and hear what changes.")),
            *groups,
            context(" ".join(lines)),
            *actions(
                find if role >= Role.VIEWER else None,
                create if role >= Role.OPERATOR else None,
            ),
        ),
    )


def for_outsiders(lang: Language, commands: Sequence[CommandHelp]) -> Message:
    """Say to a guest, or to a person of another organisation, what little there is for them."""
    text = members_only(lang).text
    return Message(
        text=text,
        blocks=(
            header("Partner Bot"),
            section(text),
            section("\n".join(_line(lang, command, example=False) for command in commands)),
        ),
    )


def one(lang: Language, command: CommandHelp) -> Message:
    """Explain one command: what it takes, what it does, for whom it is."""
    usage = f"/partner {command.name} {command.argument}".strip()
    summary = lang.text(command.summary)
    examples = [
        f"{code(f'/partner {command.name} {each.typed}')} {lang.text(each.meaning)}" for each in command.explained
    ]
    return Message(
        text=lang.text("{usage}: {summary}").format(usage=span(usage).plain, summary=summary),
        blocks=(
            section(f"{code(usage)}\n{summary[:1].upper()}{summary[1:]}"),
            *((section("\n".join(examples)),) if examples else ()),
            fields(
                *(() if examples else (field(lang.text("Example"), code(_typed(command))),)),
                field(lang.text("Who may use it"), lang.text(ROLES[command.role])),
            ),
        ),
    )


def _line(lang: Language, command: CommandHelp, *, example: bool = True) -> str:
    typed = _typed(command) if example else f"/partner {command.name}"
    return f"{code(typed)} {lang.text(command.summary)}"


def _typed(command: CommandHelp) -> str:
    return f"/partner {command.name} {command.example}".strip()
