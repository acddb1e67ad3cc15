"""Words for what the person who asked can put right: an unknown command, a missing role, an old button."""

from bot.contacts import BOT_ADMINS, ContactKind, Contacts
from bot.context import Role
from bot.language import Language, deferred
from bot.reply import Message
from bot.views.blocks import actions, button, section
from bot.views.contacts import asking
from bot.views.foreign import Words, sentence, span

ROLES = {
    Role.NOBODY: deferred("everyone"),
    Role.VIEWER: deferred("viewers"),
    Role.OPERATOR: deferred("operators"),
    Role.ADMIN: deferred("bot admins"),
}
SETTINGS = {Role.VIEWER: "BOT_VIEWERS", Role.OPERATOR: "BOT_OPERATORS", Role.ADMIN: "BOT_ADMINS"}
CONNECT = "python -m bot connect"
"""What mends a dead sign-in."""


def unknown_command(lang: Language, typed: str, nearest: str | None) -> Message:
    """Say that there is no such command; ``nearest`` is the whole command that was probably meant."""
    unknown = sentence(lang.text("There is no command {command}."), command=span(typed, 100))
    if nearest is None:
        return _message(unknown, button(lang.text("Show help"), "show_help", style="primary"))
    meant = sentence(lang.text("Did you mean {command}?"), command=span(f"/partner {nearest}"))
    return _message(
        unknown + meant,
        button(lang.text("Run this command"), "run_command", f"command {nearest}", style="primary"),
        button(lang.text("Show help"), "show_help"),
    )


def not_allowed(
    lang: Language, doing: str, role: Role, *, admin: bool = False, contacts: Contacts = BOT_ADMINS
) -> Message:
    """Say which role something needs, and whom to ask for it; ``doing`` is a text to translate.

    A bot admin is refused in channels alone that a setting leaves out; they read its name.
    """
    first = lang.text("{doing} is for {role}.").format(doing=lang.text(doing), role=lang.text(ROLES[role]))
    words = sentence(first).strong
    if admin:
        rest = lang.text("{setting} says in which channels; this is none of them.")
        return _message(words + sentence(rest, setting=span(SETTINGS.get(role, "BOT_VIEWERS"))))
    if contacts.kind is ContactKind.OPERATORS:
        return _message(words + asking(lang, lang.text("Ask {people} to do it for you."), contacts))
    return _message(words + asking(lang, lang.text("Ask {people} to add you."), contacts))


def nobody_configured(lang: Language, doing: str, *, contacts: Contacts = BOT_ADMINS) -> Message:
    """Say that no role is given to anyone yet; ``doing`` is a text to translate."""
    first = lang.text("{doing} is open to nobody yet.").format(doing=lang.text(doing))
    return _message(sentence(first).strong + asking(lang, lang.text("Ask {people} to open it."), contacts))


def members_only(lang: Language) -> Message:
    """Say that guests and people of other organisations are not answered."""
    text = lang.text("Partner Bot answers members of this workspace only. Ask a member to do this for you.")
    return _message(sentence(text))


def too_late(lang: Language) -> Message:
    """Say that Slack's time for opening a window had passed."""
    return _message(sentence(lang.text("That window could not open in time. Try again.")))


def too_slow(lang: Language) -> Message:
    """Say that a submitted window was not taken in time."""
    return _message(sentence(lang.text("That took too long. Press the button again.")))


def _message(words: Words, *buttons: dict[str, object]) -> Message:
    return Message(text=words.plain, blocks=(section(words.mrkdwn), *actions(*buttons)))
