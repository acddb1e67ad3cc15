"""Keeps the promise that **Send** makes: an invitation that was recorded is posted, also after a crash, and once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import structlog

from bot.background import BackgroundTasks
from bot.context import Place
from bot.errors import PartnerBotError
from bot.language import Language, language
from bot.partner_center.client import Errand, PartnerCenter
from bot.partner_center.clouds import Cloud
from bot.partner_center.errors import PartnerCenterError, Throttled, Unavailable
from bot.partner_center.invitation_link import InspectedLink, LinkRefused, inspect
from bot.reply import Message
from bot.slack.api import SlackRefused, SlackUnreachable, call
from bot.slack.posting import post
from bot.slack.replies import Outlet, Postman
from bot.storage.invitations import Invitation, Invitations
from bot.views import failures
from bot.views import invitations as views

log = structlog.get_logger()

LEASE = 120.0
"""Seconds; well above what one attempt can take (deadline of the errand, then two posts of 10 s with their waits)."""
DEADLINE = 15.0
LOOK = 5.0
"""Seconds between looks at the table when nothing wakes the poster: for what was put off."""
ATTEMPTS = 8
DELAYS = (5.0, 15.0, 45.0, 120.0, 300.0)
"""Seconds before the next attempt, when Microsoft or Slack did not answer."""
PASSING = {"ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"}
"""Slack's words for trouble of its own (https://docs.slack.dev/reference/methods/chat.postMessage#errors)."""
EVENT_TYPE = "partner_bot_delivery"


class InvitationPoster:
    """Takes recorded invitations one by one: fetches the link, inspects it, posts it, records where."""

    def __init__(
        self,
        *,
        invitations: Invitations,
        partner_center: PartnerCenter,
        cloud: Cloud,
        partner_tenant_id: str,
        postman: Postman,
        tasks: BackgroundTasks,
    ) -> None:
        self._invitations = invitations
        self._partner_center = partner_center
        self._cloud = cloud
        self._partner_tenant_id = partner_tenant_id
        self._postman = postman
        self._tasks = tasks
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
            try:
                for invitation_id in await self._invitations.due():
                    self._tasks.start(self._attempt(invitation_id), name="invitation")
            except Exception as error:
                log.error("invitations not read", exc_info=error)
            try:
                await asyncio.wait_for(self._woken.wait(), LOOK)
            except TimeoutError:
                continue

    async def _attempt(self, invitation_id: str) -> None:
        """Post one invitation, if nobody else is at it."""
        invitation = await self._invitations.claim(invitation_id, lease_seconds=LEASE)
        if invitation is None:
            return
        with structlog.contextvars.bound_contextvars(reference=_reference(invitation)):
            try:
                await self._post(invitation)
            except LinkRefused as error:
                log.error("invitation link refused", reason=error.reason)
                await self._give_up(
                    invitation,
                    "link_refused",
                    views.link_refused(_sender(invitation), error, reference=_reference(invitation)),
                )
            except SlackRefused as error:
                if error.error in PASSING:
                    await self._later(invitation, error)
                    return
                channel = await self._postman.channels.channel(invitation.channel_id)
                said = views.cannot_post(_sender(invitation), channel, invitation.id, reason=error.error)
                await self._give_up(invitation, error.error, said)
            except (Throttled, Unavailable, SlackUnreachable) as error:
                await self._later(invitation, error)
            except PartnerBotError as error:
                await self._give_up(invitation, type(error).__name__, self._failure(invitation, error))
            except Exception as error:  # a promise outlives a mistake of ours
                log.error("bot error", exc_info=error)
                await self._later(invitation, error)

    async def _post(self, invitation: Invitation) -> None:
        """Post the line to hang on where there is no thread, then the invitation, recording each as it happens."""
        channel = await self._postman.channels.channel(invitation.channel_id)
        if channel.external and not invitation.external_channel:
            raise SlackRefused("external_channel")  # it was shared after the person had sent
        errand = self._partner_center.errand(deadline=DEADLINE)
        link = inspect(
            (await errand.invitation_link()).url, cloud=self._cloud, partner_tenant_id=self._partner_tenant_id
        )
        if not link.recognised:
            log.warning("invitation link of a new shape", kind=link.kind)
        tenant_id = invitation.expected_tenant_id
        if tenant_id is None and invitation.expected_domain is not None:
            tenant_id = await _tenant_id(errand, invitation.expected_domain)
        thread_ts, message_ts = invitation.thread_ts or invitation.parent_ts, None
        if invitation.suspect:
            thread_ts, message_ts = await self._already_posted(invitation, thread_ts)
        if message_ts is None:
            if thread_ts is None and not invitation.external_channel:  # a line of ours is not for other organisations
                thread_ts = await self._post_parent(invitation)
            message_ts = await post(
                self._postman.client,
                self._message(invitation, link),
                channel=invitation.channel_id,
                thread_ts=thread_ts,
                metadata=_metadata(invitation, "invitation"),
            )
        await self._invitations.posted(invitation, ts=message_ts, kind=link.kind, expected_tenant_id=tenant_id)
        log.info("invitation posted", kind=link.kind)

    async def _post_parent(self, invitation: Invitation) -> str:
        parent = views.parent(_sender(invitation), invitation)
        ts = await post(
            self._postman.client, parent, channel=invitation.channel_id, metadata=_metadata(invitation, "parent")
        )
        await self._invitations.parent_posted(invitation, ts=ts)
        return ts

    def _message(self, invitation: Invitation, link: InspectedLink) -> Message:
        customer_language = language(invitation.language)
        if invitation.external_channel:
            return views.external_invitation(customer_language, link, signed=invitation.sender_name)
        return views.invitation(_sender(invitation), customer_language, invitation, link)

    async def _already_posted(self, invitation: Invitation, root: str | None) -> tuple[str | None, str | None]:
        """Look for the thread and the message that an attempt which was cut off may have posted.

        Replies are not in the channel's history, and metadata comes only when asked for
        (https://docs.slack.dev/reference/methods/conversations.replies). Reading needs the optional history scopes;
        without them, or in a channel the bot has left, the invitation may come twice.
        """
        try:
            if root is None and invitation.external_channel:
                return None, await self._find(invitation, "invitation", None)
            root = root or await self._find(invitation, "parent", None)
            if root is None:
                return None, None
            if invitation.thread_ts is None and invitation.parent_ts is None:
                await self._invitations.parent_posted(invitation, ts=root)
            return root, await self._find(invitation, "invitation", root)
        except (SlackRefused, SlackUnreachable) as error:
            log.warning("channel not read after a crash", error=str(error))
            return root, None

    async def _find(self, invitation: Invitation, part: str, root: str | None) -> str | None:
        """Return the ``ts`` of the bot's message that carries this delivery, or None.

        Looks since a minute before the record was made, for clocks that differ.
        """
        client, channel = self._postman.client, invitation.channel_id
        oldest = f"{invitation.created_at.timestamp() - 60:.6f}"
        if root is None:
            found = await call(
                lambda: client.conversations_history(
                    channel=channel, oldest=oldest, include_all_metadata=True, limit=200
                ),
                repeatable=True,
            )
        else:
            found = await call(
                lambda: client.conversations_replies(
                    channel=channel, ts=root, oldest=oldest, include_all_metadata=True, limit=200
                ),
                repeatable=True,
            )
        for message in found.get("messages") or ():
            payload = (message.get("metadata") or {}).get("event_payload") or {}
            if payload.get("delivery") == invitation.id and payload.get("part") == part:
                return str(message["ts"])
        return None

    async def _later(self, invitation: Invitation, error: Exception) -> None:
        """Try again later; the person hears of the first failure, and of the last."""
        attempt = invitation.attempts
        if attempt >= ATTEMPTS:
            await self._give_up(invitation, type(error).__name__, self._failure(invitation, error))
            return
        delay = DELAYS[min(attempt, len(DELAYS)) - 1]
        if isinstance(error, Throttled):
            delay = max(delay, error.retry_after)
        unsure = not isinstance(error, Throttled | Unavailable | SlackRefused)
        await self._invitations.put_back(invitation, seconds=delay, reason=type(error).__name__, suspect=unsure)
        log.warning("invitation delayed", error=type(error).__name__, seconds=delay)
        if attempt == 1 and not unsure:
            await self._tell(invitation, views.delayed(_sender(invitation), invitation))

    async def _give_up(self, invitation: Invitation, reason: str, said: Message) -> None:
        await self._invitations.failed(invitation, reason=reason)
        log.warning("invitation not posted", reason=reason)
        await self._tell(invitation, said)

    async def _tell(self, invitation: Invitation, message: Message) -> None:
        place = Place(channel_id=invitation.channel_id)
        outlet = Outlet(self._postman, invitation.sender_id, place, None, "", replaceable=False, in_thread=False)
        await outlet.answer(message)

    def _failure(self, invitation: Invitation, error: Exception) -> Message:
        return failures.failure(
            _sender(invitation),
            error,
            reference=_reference(invitation),
            at=datetime.now(UTC),
            admin=False,
            again=f"action retry_invitation {invitation.id}",
        )


def _reference(invitation: Invitation) -> str:
    """Return what a person can quote; the log's lines of this attempt carry it too."""
    return f"i-{invitation.id[:8]}"


def _sender(invitation: Invitation) -> Language:
    return language(invitation.sender_locale)


def _metadata(invitation: Invitation, part: str) -> dict[str, object]:
    """https://docs.slack.dev/messaging/message-metadata; the id says nothing to anyone but the bot."""
    return {"event_type": EVENT_TYPE, "event_payload": {"delivery": invitation.id, "part": part}}


async def _tenant_id(errand: Errand, domain: str) -> str | None:
    """Return the tenant of the expected domain; the invitation goes out without it."""
    try:
        return await errand.tenant_id_of(domain)
    except PartnerCenterError as error:
        log.info("expected domain not resolved", error=type(error).__name__)
        return None
