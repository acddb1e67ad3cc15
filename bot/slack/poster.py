"""Keeps the promise that **Send** makes: an invitation that was recorded is posted, also after a crash, and once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import structlog

from bot.background import BackgroundTasks
from bot.context import Place
from bot.errors import OperatorError
from bot.language import Language, language
from bot.partner_center.client import Errand, PartnerCenter
from bot.partner_center.errors import PartnerCenterError, SignInRefused, Throttled
from bot.partner_center.invitation_link import InspectedLink, LinkRefused
from bot.reply import Message
from bot.slack.api import PASSING, SlackRefused, SlackUnreachable
from bot.slack.directory import Directory
from bot.slack.lookback import Part, Traces, metadata
from bot.slack.posting import post
from bot.slack.replies import Outlet, Postman
from bot.storage.invitations import Invitation, Invitations
from bot.views import failures
from bot.views import invitations as views
from bot.views.invitations import Delay
from bot.views.invitations.answers import EXTERNAL

log = structlog.get_logger()

LEASE = 180.0
"""Seconds; well above what one attempt can take: the errand, then calls to Slack of 10 s each with their waits."""
DEADLINE = 15.0
LOOK = 30.0
"""Seconds between looks at the table when nothing is due earlier; another replica may have left something."""
DELAYS = (5.0, 15.0, 45.0, 120.0, 300.0, 900.0)
"""Seconds before the next attempt; the last one again and again."""
ATTEMPTS = 100
"""A day's worth; a sign-in that died in the evening is mended in the morning."""


class InvitationPoster:
    """Takes recorded invitations one by one: fetches the link, inspects it, posts it, records where."""

    def __init__(
        self,
        *,
        invitations: Invitations,
        partner_center: PartnerCenter,
        directory: Directory,
        postman: Postman,
        tasks: BackgroundTasks,
    ) -> None:
        self._invitations = invitations
        self._partner_center = partner_center
        self._directory = directory
        self._postman = postman
        self._tasks = tasks
        self._traces = Traces(postman.client)
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Say that there is something to post."""
        self._woken.set()

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Post what is recorded, from what an earlier process left on; attempts in flight are drained, not cut."""
        await self._invitations.void_leases()
        loop = asyncio.create_task(self._watch(), name="invitation poster")
        try:
            yield
        finally:
            loop.cancel()
            await asyncio.gather(loop, return_exceptions=True)

    async def _watch(self) -> None:
        while True:
            self._woken.clear()
            wait = LOOK
            try:
                for invitation_id in await self._invitations.due():
                    if claimed := await self._invitations.claim(invitation_id, lease_seconds=LEASE):
                        self._tasks.start(self._attempt(claimed), name="invitation")
                until_due = await self._invitations.seconds_until_due()
                wait = LOOK if until_due is None else min(LOOK, until_due)
            except Exception as error:  # the loop outlives a failing database
                log.error("invitations not read", exc_info=error)
            try:
                await asyncio.wait_for(self._woken.wait(), wait)
            except TimeoutError:
                continue

    async def _attempt(self, claimed: Invitation) -> None:
        """Post one invitation; what cannot be posted is told, what cannot be posted now is put off."""
        with structlog.contextvars.bound_contextvars(reference=_reference(claimed)):
            try:
                await self._post(claimed)
            except LinkRefused as error:
                log.error("invitation link refused", reason=error.reason)
                said = views.link_refused(_sender(claimed), error, reference=_reference(claimed))
                await self._give_up(claimed, "link_refused", said)
            except SlackRefused as error:
                if error.error in PASSING:
                    await self._later(claimed, error)
                else:
                    await self._give_up(claimed, error.error, await self._cannot_post(claimed, error.error))
            except Exception as error:  # noqa: BLE001 - a promise outlives a mistake of ours, too
                await self._later(claimed, error)

    async def _post(self, claimed: Invitation) -> None:
        """Post the line to hang on where there is no thread, then the invitation, recording each as it happens."""
        thread_ts = claimed.thread_ts or claimed.parent_ts
        if claimed.suspect:
            thread_ts, message_ts = await self._traces.of(claimed)
            if message_ts is not None:
                await self._invitations.posted(claimed, ts=message_ts, kind=claimed.link_kind or "")
                log.info("invitation found posted")
                return
        if not claimed.external_channel and (await self._directory.described(claimed.channel_id)).external:
            raise SlackRefused(EXTERNAL)  # it was shared after the person had sent
        errand = self._partner_center.errand(deadline=DEADLINE)
        link = await errand.inspected_link()
        if not link.recognised:
            log.warning("invitation link of a new shape", kind=link.kind)
        tenant_id = claimed.expected_tenant_id or await _tenant_id(errand, claimed.expected_domain)
        if thread_ts is None and not claimed.external_channel:  # a line of ours is not for other organisations
            thread_ts = await self._post_parent(claimed)
        message_ts = await post(
            self._postman.client,
            self._message(claimed, link),
            channel=claimed.channel_id,
            thread_ts=thread_ts,
            metadata=metadata(claimed, Part.INVITATION),
        )
        await self._invitations.posted(claimed, ts=message_ts, kind=link.kind, expected_tenant_id=tenant_id)
        log.info("invitation posted", kind=link.kind)

    async def _post_parent(self, claimed: Invitation) -> str:
        parent = views.parent(_sender(claimed), claimed)
        ts = await post(
            self._postman.client, parent, channel=claimed.channel_id, metadata=metadata(claimed, Part.PARENT)
        )
        await self._invitations.parent_posted(claimed, ts=ts)
        return ts

    def _message(self, claimed: Invitation, link: InspectedLink) -> Message:
        customer_language = language(claimed.language)
        if claimed.external_channel:
            return views.external_invitation(customer_language, link, signed=claimed.sender_name)
        return views.invitation(_sender(claimed), customer_language, claimed, link)

    async def _later(self, claimed: Invitation, error: Exception) -> None:
        """Put the attempt off; the person hears of the first time, and when the bot stops trying."""
        why = type(error).__name__
        if claimed.attempts >= ATTEMPTS:
            await self._give_up(claimed, why, self._failure(claimed, error))
            return
        delay = DELAYS[min(claimed.attempts, len(DELAYS)) - 1]
        if isinstance(error, Throttled):
            delay = max(delay, error.retry_after)
        log.warning("invitation delayed", error=why, seconds=delay, exc_info=_unexpected(error))
        await self._invitations.put_back(claimed, seconds=delay, reason=why, suspect=_may_have_posted(error))
        self.wake()
        if claimed.attempts == 1 and (cause := _cause(error)) is not None:
            await self._tell(claimed, views.delayed(_sender(claimed), claimed, cause=cause))

    async def _give_up(self, claimed: Invitation, reason: str, said: Message) -> None:
        """Tell the person, then settle: after a crash in between they hear it twice rather than never."""
        log.warning("invitation not posted", reason=reason)
        await self._tell(claimed, said)
        await self._invitations.failed(claimed, reason=reason)

    async def _tell(self, claimed: Invitation, message: Message) -> None:
        place = Place(channel_id=claimed.channel_id)
        outlet = Outlet(self._postman, claimed.sender_id, place, None, "", replaceable=False, in_thread=False)
        await outlet.answer(message)

    async def _cannot_post(self, claimed: Invitation, word: str) -> Message:
        channel = await self._directory.channel(claimed.channel_id)
        return views.cannot_post(_sender(claimed), channel, claimed.id, reason=word)

    def _failure(self, claimed: Invitation, error: Exception) -> Message:
        return failures.failure(
            _sender(claimed),
            error,
            reference=_reference(claimed),
            at=datetime.now(UTC),
            again=f"action retry_invitation {claimed.id}",
        )


def _cause(error: Exception) -> Delay | None:
    """Return what the person is told of a delay; nothing of a mistake of ours that the next attempt may not meet."""
    match error:
        case SlackRefused() | SlackUnreachable():
            return Delay.SLACK
        case SignInRefused():
            return Delay.SIGN_IN
        case OperatorError():
            return Delay.REFUSED
        case PartnerCenterError():
            return Delay.MICROSOFT
        case _:
            return None


def _may_have_posted(error: Exception) -> bool:
    """Say whether the message may stand in the channel all the same; Slack's own errors do not say."""
    if isinstance(error, SlackRefused):
        return error.error != "ratelimited"
    return not isinstance(error, PartnerCenterError)


def _unexpected(error: Exception) -> Exception | None:
    return error if _cause(error) is None else None


def _reference(claimed: Invitation) -> str:
    """Return what a person can quote; the log's lines of this attempt carry it too."""
    return f"i-{claimed.id[:8]}"


def _sender(claimed: Invitation) -> Language:
    return language(claimed.sender_locale)


async def _tenant_id(errand: Errand, domain: str | None) -> str | None:
    """Return the tenant of the expected domain; the invitation goes out without it."""
    if domain is None:
        return None
    try:
        return await errand.tenant_id_of(domain)
    except PartnerCenterError as error:
        log.info("expected domain not resolved", error=type(error).__name__)
        return None
