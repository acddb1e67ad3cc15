"""The root of every error the bot raises, sorted by who can fix it.

    PartnerBotError
    ├── UserError       the person typing: shown to them in words, logged at info
    ├── RemoteError     Microsoft, Slack or the network: shown with a reference, logged as a warning
    └── OperatorError   whoever runs the bot: a sentence at start-up and an exit code, or a word to the bot admins

Errors carry values, never sentences for people: those are made of them in ``bot.views.failures``.
"""


class PartnerBotError(Exception):
    """Anything the bot knows how to explain."""


class UserError(PartnerBotError):
    """Something the person typing can put right."""


class RemoteError(PartnerBotError):
    """A remote system refused or failed; trying again later may help."""


class OperatorError(PartnerBotError):
    """Something only the people who run the bot can put right; its text is one readable line."""

    exit_code = 78  # EX_CONFIG of sysexits.h
