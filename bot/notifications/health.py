"""How the bot is doing, gathered from where each fact is known: for ``/partner status`` and for ``/metrics``."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy import Connection

from bot import metrics
from bot.context import Status
from bot.domain.deliveries import DeliveryCounts
from bot.partner_center.auth import Consent
from bot.partner_center.client import PartnerCenter
from bot.partner_center.consent import Verdict
from bot.storage.checkpoints import Checkpoint, Noted
from bot.storage.clock import GRACE, read_now
from bot.storage.delivery_counts import count_deliveries
from bot.storage.queue_waits import QueueWaits, queue_waits
from bot.storage.repositories import Repositories

log = structlog.get_logger()

YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """What the database knows of how the bot is doing; ``at`` is its time."""

    at: datetime
    mfa: Noted | None
    polled: Noted | None
    poll_failed: Noted | None
    webhook: Noted | None
    unknown_events: tuple[str, ...]
    counts: DeliveryCounts
    paused: int
    waits: QueueWaits


class Health:
    """Knows whom to ask; ``polls`` and ``history`` are as the bot was started."""

    def __init__(
        self,
        *,
        partner_center: PartnerCenter,
        consent: Callable[[], Awaitable[Consent | None]],
        judge: Callable[[], Awaitable[Verdict]],
        repositories: Repositories,
        polls: bool,
        history: bool,
        slack_refuses: Callable[[], str | None] = lambda: None,
        signing_secret_fails: Callable[[], bool] = lambda: False,
    ) -> None:
        self._partner_center = partner_center
        self._consent = consent
        self._judge = judge
        self._repositories = repositories
        self._polls = polls
        self._signing_secret_fails = signing_secret_fails
        self.history = history
        self._slack_refuses = slack_refuses

    async def status(self) -> Status:
        """Return how the bot is doing now."""
        consent = await self._consent()
        facts = await self._repositories.database.read(self._facts)
        return Status(
            signed_in_at=consent.signed_in_at if consent else None,
            mfa=_mfa(consent, facts.mfa),
            sign_in_works=consent is not None and self._partner_center.sign_in_accepted,
            polls=self._polls,
            polled_at=_at(facts.polled),
            poll_works=not self._polls or not _is_later(facts.poll_failed, facts.polled, at=facts.at),
            webhook_at=_at(facts.webhook),
            waiting=facts.counts.waiting,
            given_up=facts.counts.failed,
            paused=facts.paused,
            requests_left=self._partner_center.requests_left,
            history=self.history,
            unknown_events=facts.unknown_events,
            slack_refuses=self._slack_refuses(),
            signing_secret_fails=self._signing_secret_fails(),
            waits=facts.waits,
        )

    def _facts(self, connection: Connection) -> _Facts:
        get = partial(self._repositories.checkpoints.get, connection)
        return _Facts(
            at=read_now(connection),
            mfa=get(Checkpoint.MFA),
            polled=get(Checkpoint.POLLED),
            poll_failed=get(Checkpoint.POLL_FAILED),
            webhook=get(Checkpoint.WEBHOOK),
            unknown_events=self._repositories.events.unknown_names(connection),
            counts=count_deliveries(connection),
            paused=self._repositories.subscriptions.count_paused(connection),
            waits=queue_waits(connection),
        )

    async def check_sign_in(self) -> None:
        """Have Partner Center check how the sign-in was made, and note it where it says so."""
        before = await self._consent()
        compliant = (await self._judge()).mfa_compliant
        after = await self._consent()
        if after is None or (before is not None and before.sign_in != after.sign_in):
            return  # somebody has signed in meanwhile: nobody knows which of the two was checked
        if compliant is not None:
            value = _check(after, YES if compliant else NO)
            note = partial(self._repositories.checkpoints.set, checkpoint=Checkpoint.MFA, value=value)
            await self._repositories.database.write(note)
            if not compliant:
                log.warning("sign-in lacks MFA")

    async def measure(self) -> None:
        """Set the gauges to the same facts."""
        status = await self.status()
        metrics.DELIVERIES_WAITING.set(status.waiting)
        metrics.DELIVERIES_GIVEN_UP.set(status.given_up)
        metrics.SUBSCRIPTIONS_PAUSED.set(status.paused)
        metrics.SIGN_IN_WORKS.set(status.sign_in_works)
        metrics.SIGNED_IN_AT.set(_timestamp(status.signed_in_at))
        metrics.POLL_WORKS.set(status.poll_works)
        metrics.POLLED_AT.set(_timestamp(status.polled_at))
        metrics.WEBHOOK_AT.set(_timestamp(status.webhook_at))


def _mfa(consent: Consent | None, checked: Noted | None) -> bool | None:
    """Return what is known of the sign-in that is in use: the check, unless it was of another; no clock decides."""
    if consent is None:
        return None
    known = {_check(consent, YES): True, _check(consent, NO): False}
    return known.get(checked.value or "", consent.mfa_compliant) if checked is not None else consent.mfa_compliant


def _check(consent: Consent, result: str) -> str:
    """Return a result as it is noted: with the sign-in that it is about."""
    return f"{result}:{consent.sign_in}"


def _is_later(one: Noted | None, other: Noted | None, *, at: datetime) -> bool:
    """Say whether one is the later; what was noted by a clock that has been set back since came before all else."""
    ahead = at + timedelta(seconds=GRACE)
    if one is None or (one.at > ahead and other is not None and other.at <= ahead):
        return False
    return other is None or one.at > other.at or other.at > ahead >= one.at


def _at(noted: Noted | None) -> datetime | None:
    return noted.at if noted else None


def _timestamp(at: datetime | None) -> float:
    return at.timestamp() if at else 0.0
