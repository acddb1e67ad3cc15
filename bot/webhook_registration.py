"""``python -m bot webhook``: where Microsoft sends the partner's events is shown, set, tried and withdrawn.

https://learn.microsoft.com/partner-center/developer/partner-center-webhooks — a partner has one registration, so that
another tool's is in the way, and no way to delete it.
"""

import asyncio
import math
from datetime import timedelta
from enum import StrEnum
from urllib.parse import urlsplit
from uuid import uuid4

from bot import retry
from bot.domain.event_kinds import KINDS
from bot.errors import OperatorError, PartnerBotError, RemoteError
from bot.language import language
from bot.notifications.webhook import WEBHOOK_PATH
from bot.partner_center.client import Errand, PartnerCenter
from bot.partner_center.errors import (
    AlreadyRegistered,
    Diagnosis,
    PartnerCenterError,
    RoleMissing,
    SearchRefused,
    SignInRefused,
    Throttled,
    WrongKindOfSignIn,
)
from bot.partner_center.webhooks import TEST, DeliveryAttempt, WebhookRegistration
from bot.terminal import NO_PERMISSION, REFUSED, TRY_AGAIN, Say, plain, say

_LONGEST_LIST = 2000

_ANSWERS = {
    "unauthorized": "the bot did not accept its signature",
    "badrequest": "the bot did not understand it",
    "forbidden": "something in front of the bot refused it",
    "notfound": "nothing is served at that address",
    "requesttimeout": "nobody answered",
    "gatewaytimeout": "nobody answered",
    "badgateway": "the bot behind that address does not run",
    "serviceunavailable": "the bot could not keep it just now",
}


class Action(StrEnum):
    """What can be done about the registration."""

    SHOW = "show"
    REGISTER = "register"
    TEST = "test"
    REMOVE = "remove"


async def look_after(
    partner_center: PartnerCenter,
    action: Action,
    *,
    public_url: str | None,
    take_over: bool = False,
    host: str | None = None,
    say: Say = say,
    pause: float = retry.WEBHOOK.test_again,
    patience: float = retry.WEBHOOK.test,
) -> int:
    """Do it and say what came of it; return the process's exit code.

    ``take_over`` does it to another application's registration; ``host`` is that of its address, as somebody typed it.
    """
    registrar = _Registrar(partner_center, public_url, take_over=take_over, host=host, say=say)
    try:
        match action:
            case Action.SHOW:
                return await registrar.show()
            case Action.REGISTER:
                return await registrar.register()
            case Action.TEST:
                return await registrar.test(pause, patience)
            case Action.REMOVE:
                return await registrar.remove()
    except PartnerBotError as error:
        sentence, code = _explained(error)
        say(sentence)
        return code


class _Registrar:
    """One action: Microsoft, the address that is the bot's own, and somebody who reads."""

    def __init__(
        self, partner_center: PartnerCenter, public_url: str | None, *, take_over: bool, host: str | None, say: Say
    ) -> None:
        self._partner_center = partner_center
        self._correlation_id = str(uuid4())
        self._public_url = public_url
        self._take_over = take_over
        self._host = host
        self._say = say

    async def show(self) -> int:
        """Say where events go, and which."""
        current = await self._errand.webhook_registration()
        if current is None:
            self._say("No webhook is registered: Microsoft sends no events.")
            return 0
        whose = ""
        if self._public_url is not None:
            whose = " (this bot)" if self._is_own(current) else " (not this bot)"
        self._say(f"Microsoft sends events to {_shown(current.webhook_url)}{whose}.")
        self._say(f"Events: {_listed(current.events)}")
        missing = sorted(set(await self._errand.webhook_events()) & KINDS.webhook_names - set(current.events))
        if missing:
            self._say(f"Not registered, though the bot understands them: {_listed(missing)}")
        return 0

    async def register(self) -> int:
        """Have Microsoft send everything that the bot understands."""
        own = self._own
        current = await self._errand.webhook_registration()
        if current is not None and not self._may_change(current):
            return REFUSED
        offered = set(await self._errand.webhook_events())
        names = tuple(sorted(offered & KINDS.webhook_names))
        await self._errand.register_webhook(own, names, replace=current is not None)
        self._say_replaced(current)
        self._say(f"Microsoft sends {len(names)} kinds of events to {own}: {_listed(names)}")
        if unknown := sorted(offered - KINDS.webhook_names):
            self._say(f"Not asked for, since this release does not know them: {_listed(unknown)}")
        self._say("Try it with: python -m bot webhook test")
        return 0

    async def test(self, pause: float, patience: float) -> int:
        """Have Microsoft send a test, and say how each attempt went."""
        current = await self._errand.webhook_registration()
        if current is None or TEST not in current.events:
            self._say(f"Nothing is registered for {TEST}; register first: python -m bot webhook register")
            return REFUSED
        if not self._is_own(current):
            self._say(f"A test would go to {_shown(current.webhook_url)}, which is not this bot; none was sent.")
            return REFUSED
        correlation_id = await self._errand.send_validation_event()
        self._say(f"Microsoft sends a test to {self._own}.")
        try:
            async with asyncio.timeout(patience):
                return await self._watch(correlation_id, pause)
        except TimeoutError:
            self._say(f"It has not arrived within {math.ceil(patience)} s; Microsoft may still try.")
            return TRY_AGAIN

    async def remove(self) -> int:
        """Have Microsoft send nothing but tests."""
        current = await self._errand.webhook_registration()
        if current is None:
            self._say("No webhook is registered; there is nothing to remove.")
            return 0
        if not self._may_change(current, by_host=True):
            return REFUSED
        await self._errand.register_webhook(current.webhook_url, (TEST,), replace=True)
        self._say_replaced(current)
        self._say(
            f"Microsoft offers no way to delete a registration, so {_shown(current.webhook_url)} stays registered "
            f"for {TEST} alone, which is sent only when somebody asks for a test."
        )
        return 0

    async def _watch(self, correlation_id: str, pause: float) -> int:
        said = 0
        while True:
            await asyncio.sleep(pause)
            event = await self._errand.validation_event(correlation_id)
            for number, attempt in enumerate(event.attempts[said:] if event else (), start=said + 1):
                self._say(f"Attempt {number}{_clock(attempt)}: {_answer(attempt)}.")
                said = number
            if event and event.over:
                self._say("The webhook works." if event.delivered else "Microsoft has given the test up.")
                return 0 if event.delivered else REFUSED

    @property
    def _errand(self) -> Errand:
        """Begin the next call: somebody waits for each, and none waits as long as a minute's limit makes it."""
        return self._partner_center.errand(
            deadline=retry.WEBHOOK.registration_call, correlation_id=self._correlation_id
        )

    @property
    def _own(self) -> str:
        """The bot's own address; raise OperatorError where nobody has told it."""
        if self._public_url is None:
            raise OperatorError("PUBLIC_URL is missing: the address at which Microsoft reaches the bot.")
        return f"{self._public_url.rstrip('/')}{WEBHOOK_PATH}"

    def _is_own(self, current: WebhookRegistration) -> bool:
        return current.webhook_url.rstrip("/").lower() == self._own.lower()

    def _may_change(self, current: WebhookRegistration, *, by_host: bool = False) -> bool:
        """Say whose it is and what would stop, unless it is the bot's own or somebody means that very one.

        ``by_host`` does not take the flag alone for that: a command that was copied is no agreement.
        """
        registered = _host(current.webhook_url)
        confirmed = registered is not None and registered == _host(self._host) if self._host else not by_host
        if self._is_own(current) or (self._take_over and confirmed):
            return True
        where = _shown(current.webhook_url)
        self._say(
            f"The partner’s one registration points to {where}: it belongs to another application, not to this bot "
            f"({self._own}). It would get no more of these events: {_listed(current.events)}"
        )
        self._say("Nothing was changed; agree with the people who run it first (docs/operations.md).")
        if self._take_over:
            self._say("If they agree, type the host of that address behind --take-over.")
        return False

    def _say_replaced(self, former: WebhookRegistration | None) -> None:
        """Say all that somebody needs to put another tool's registration back."""
        if former is not None and self._take_over and not self._is_own(former):
            self._say(f"Replaced: {plain(former.webhook_url, _LONGEST_LIST)}, with the events {_listed(former.events)}")


def _explained(error: PartnerBotError) -> tuple[str, int]:
    """Return a sentence for whoever runs the bot, and the exit code."""
    reference = _reference(error)
    match error:
        case SignInRefused():
            words = f"Microsoft does not accept the bot’s sign-in{reference}; run: python -m bot connect"
            return words, NO_PERMISSION
        case RoleMissing():
            words = f"The bot’s account may not manage webhooks{reference}; it needs the role Admin Agent."
            return words, NO_PERMISSION
        case WrongKindOfSignIn():
            words = f"The bot’s sign-in is of the wrong kind{reference}; check PARTNER_CENTER_CLOUD and connect again."
            return words, error.exit_code
        case AlreadyRegistered():
            return "Somebody else has just registered a webhook; see: python -m bot webhook show", REFUSED
        case Throttled(retry_after=seconds):
            return (
                f"Microsoft asks to wait {_duration(seconds)} (it sends two tests a minute); try again then.",
                TRY_AGAIN,
            )
        case SearchRefused():
            return f"Microsoft did not take this{reference}; nothing was changed.", REFUSED
        case RemoteError():
            return f"Partner Center does not answer as it should{reference}; try again in some minutes.", TRY_AGAIN
        case OperatorError():
            return str(error), error.exit_code
        case _:
            raise error


def _duration(seconds: float) -> str:
    return language("en").duration(timedelta(seconds=math.ceil(seconds)))


def _reference(error: PartnerBotError) -> str:
    """Return what Microsoft's support asks for."""
    diagnosis: Diagnosis | None = error.diagnosis if isinstance(error, PartnerCenterError) else None
    if diagnosis is None:
        return ""
    code = f"code {diagnosis.code}, " if diagnosis.code else ""
    return f" ({code}correlation id {diagnosis.correlation_id})"


def _answer(attempt: DeliveryAttempt) -> str:
    if attempt.delivered:
        return "it arrived"
    code = plain(attempt.response_code or "no answer")
    why = "Microsoft could not send it" if attempt.system_error else _ANSWERS.get(code.replace(" ", "").lower())
    words = f"{why} ({code})" if why else f"it was answered with {code}"
    return f"{words}: {plain(attempt.response_message)}" if attempt.response_message else words


def _clock(attempt: DeliveryAttempt) -> str:
    return f" at {attempt.at:%H:%M:%S} UTC" if attempt.at else ""


def _host(address: str) -> str | None:
    """Return the host of an address, or of a host that was typed alone; None for neither."""
    try:
        return urlsplit(address if "://" in address else f"//{address}").hostname
    except ValueError:
        return None


def _listed(names: list[str] | tuple[str, ...]) -> str:
    return plain(", ".join(names), _LONGEST_LIST) if names else "none"


def _shown(url: str) -> str:
    """Return an address without its query, where some tools carry a key."""
    address, mark, _ = plain(url).partition("?")
    return f"{address}?…" if mark else address
