"""Time that passes: for Slack, for Microsoft and for the bot, which is restarted for it."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from sandbox.bot import Bot
from sandbox.scenarios.once import once
from sandbox.slack import Slack
from sandbox.slack.page_state import Press

_SPANS = (
    ("hour", timedelta(hours=1), ("An hour later", "an hour"), ("Une heure plus tard", "d’une heure")),
    ("day", timedelta(days=1), ("A day later", "a day"), ("Un jour plus tard", "d’un jour")),
    ("week", timedelta(weeks=1), ("A week later", "a week"), ("Une semaine plus tard", "d’une semaine")),
)


def presses(slack: Slack, bot: Bot) -> list[Press]:
    """Return the spans by which one can go on."""

    async def go_on(by: timedelta) -> None:
        await bot.restart(later=by)
        if slack.socket_mode:
            await slack.connected()

    def going_on(by: timedelta) -> Callable[[], Awaitable[None]]:
        return lambda: go_on(by)

    return [
        once(
            name,
            "time",
            (label, f"Everybody’s clock goes on by {span}; the bot is restarted for it"),
            (label_fr, f"L’horloge de tous avance {span_fr} ; le bot redémarre pour cela"),
            going_on(by),
        )
        for name, by, (label, span), (label_fr, span_fr) in _SPANS
    ]
