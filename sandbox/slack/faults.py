"""What can be broken on Slack's side: the switches on the page, and single failures that a test asks for."""

from dataclasses import dataclass

from sandbox.faults import Fault
from sandbox.slack.odd import SWITCHES, OddAnswer

FAULTS = (
    Fault(
        id="rate_limited",
        group="slack",
        label="Rate limited",
        effect="Slack answers each call once with 429 and asks to wait 1 s",
        label_fr="Débit limité",
        effect_fr="Slack répond une fois 429 à chaque appel et demande d’attendre 1 s",
    ),
    Fault(
        id="rate_limited_long",
        group="slack",
        label="Rate limited for a minute",
        effect="Slack answers each new message once with 429 and asks to wait a minute",
        label_fr="Débit limité pour une minute",
        effect_fr="Slack répond une fois 429 à chaque nouveau message et demande d’attendre une minute",
    ),
    Fault(
        id="slack_error",
        group="slack",
        label="Slack out of order",
        effect="Slack answers every new message with internal_error",
        label_fr="Slack en panne",
        effect_fr="Slack répond internal_error à chaque nouveau message",
    ),
    Fault(
        id="answer_lost",
        group="slack",
        label="Answers lost",
        effect="Slack posts each new message, but the connection breaks before it says so",
        label_fr="Réponses perdues",
        effect_fr="Slack publie chaque nouveau message, mais la connexion est coupée avant sa réponse",
    ),
    Fault(
        id="channel_gone",
        group="slack",
        label="Channels gone",
        effect="Slack refuses every message to a channel with channel_not_found",
        label_fr="Canaux disparus",
        effect_fr="Slack refuse chaque message à un canal avec channel_not_found",
    ),
    Fault(
        id="channel_archived",
        group="slack",
        label="Channels archived",
        effect="Slack refuses every message to a channel with is_archived",
        label_fr="Canaux archivés",
        effect_fr="Slack refuse chaque message à un canal avec is_archived",
    ),
    Fault(
        id="account_inactive",
        group="slack",
        label="App removed",
        effect="Slack refuses every call with account_inactive, as after the app was uninstalled",
        label_fr="App désinstallée",
        effect_fr="Slack refuse chaque appel avec account_inactive, comme après une désinstallation",
    ),
    Fault(
        id="response_url_broken",
        group="slack",
        label="Answer address broken",
        effect="Slack refuses every answer sent to a response_url",
        label_fr="Adresse de réponse coupée",
        effect_fr="Slack refuse toute réponse envoyée à un response_url",
    ),
    Fault(
        id="redeliver",
        group="slack",
        label="Redeliver",
        effect="Slack delivers every event twice",
        label_fr="Double envoi",
        effect_fr="Slack livre chaque événement deux fois",
    ),
    Fault(
        id="blocks_refused",
        group="slack",
        label="No data tables",
        effect="Slack refuses data_table blocks, so a plainer list comes",
        label_fr="Sans data_table",
        effect_fr="Slack refuse les blocs data_table : une liste plus simple arrive",
    ),
    *(
        Fault(
            id=f"odd_{kind}",
            group="slack",
            label=f"Odd answers: {odd.label}",
            effect=f"Slack answers each message of the bot with {odd.label} and shows nothing",
            label_fr=f"Réponses étranges : {odd.label_fr}",
            effect_fr=f"Slack répond à chaque message du bot par {odd.label_fr} et n’affiche rien",
        )
        for kind, odd in SWITCHES.items()
    ),
)


@dataclass(slots=True, kw_only=True)
class Failure:
    """One way in which the next calls of a method fail.

    ``drop`` closes the connection without an answer; ``odd`` is answered in the place of Slack's JSON; with
    ``performed`` the call takes effect first. ``retry_after`` is a number of seconds, or any text of the header;
    ``after`` counts the calls that are let through before.
    """

    error: str = "internal_error"
    status: int = 200
    retry_after: int | str | None = None
    times: int = 1
    after: int = 0
    drop: bool = False
    odd: OddAnswer | None = None
    performed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Switched:
    """How calls fail while a switch is on; with ``once``, the same call succeeds when it is made again."""

    failure: Failure
    methods: frozenset[str] | None = None
    """None for all."""
    once: bool = False


_NEW_MESSAGES = frozenset({"chat.postMessage"})
_MESSAGES = frozenset({"chat.postMessage", "chat.postEphemeral", "chat.update"})
RESPONSE_URL = "response_url"
"""Stands for a method's name where what fails is an answer to a response_url."""
_ANSWERS = _MESSAGES | {RESPONSE_URL}

SWITCHED = {
    "rate_limited": Switched(failure=Failure(error="ratelimited", status=429, retry_after=1), once=True),
    "rate_limited_long": Switched(
        failure=Failure(error="ratelimited", status=429, retry_after=60), methods=_NEW_MESSAGES, once=True
    ),
    "slack_error": Switched(failure=Failure(error="internal_error"), methods=_NEW_MESSAGES),
    "answer_lost": Switched(failure=Failure(drop=True, performed=True), methods=_NEW_MESSAGES, once=True),
    "channel_gone": Switched(failure=Failure(error="channel_not_found"), methods=_MESSAGES),
    "channel_archived": Switched(failure=Failure(error="is_archived"), methods=_MESSAGES),
    "account_inactive": Switched(failure=Failure(error="account_inactive")),
    **{
        f"odd_{kind}": Switched(failure=Failure(error="odd", odd=odd), methods=_ANSWERS)
        for kind, odd in SWITCHES.items()
    },
}
"""By the id of the switch."""
