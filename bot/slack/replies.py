"""Carrying answers to people: one way after another until one works, and never silence.

The order is response_url (5 uses in 30 minutes), chat.postEphemeral, a direct message, and a log line with the
reference. Slack's ``respond()`` is not used: it opens a connection for each call and does not raise.
"""

from dataclasses import dataclass, field
from functools import partial

import structlog
from pydantic import BaseModel
from slack_sdk.web.async_client import AsyncWebClient

from bot.context import CannotPost, Channel, Outdated, Place, TooLate
from bot.reply import Block, Message, Modal
from bot.slack.api import SlackRefused, SlackUnreachable, call
from bot.slack.decoding import Address, SlackId, Ts
from bot.slack.directory import Directory
from bot.slack.posting import edit, post, whisper
from bot.slack.response_urls import ResponseUrls
from bot.slack_errors import BOT_ABSENT, TRIGGER_OVER, VIEW_GONE, Meaning, meaning_of
from bot.typed_text import Visible

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Postman:
    """What carrying needs, the same for every invocation."""

    client: AsyncWebClient
    response_urls: ResponseUrls
    channels: Directory


class ReadByOthers(Exception):
    """Other organisations read the channel, or may, and what was to be written there for everyone is not for them."""

    def __init__(self, channel: Channel) -> None:
        super().__init__(channel.id)
        self.channel = channel


def _why(error: Exception) -> str:
    """Return what may be logged of a way that failed: Slack's word, or the kind of error; never its text."""
    return str(error) if isinstance(error, SlackRefused | SlackUnreachable) else type(error).__name__


@dataclass(slots=True, kw_only=True)
class Outlet:
    """How the answer to one invocation travels."""

    postman: Postman
    user_id: str
    place: Place
    response_url: str | None
    trigger_id: str
    replaceable: bool
    """The pressed button stands in a message that only the person sees, so the answer may take its place."""
    in_thread: bool
    """A mention: the answer belongs into the thread, for all to read."""
    direct: bool = False
    """What was said in direct messages: the answer belongs there, and nobody else reads it."""
    working_ts: str | None = None
    supersedes: bool = False
    """What was pressed has done its work, so whatever comes takes its place."""
    key: object = field(default_factory=object)
    """Of this answer: a channel look-up serves the writes of one."""

    @property
    def public(self) -> bool:
        """Say whether others read the answer."""
        return self.in_thread and not self.direct

    async def is_external(self) -> bool:
        """Say whether other organisations read the channel, or may."""
        channel = await self.postman.channels.channel_for(str(self.place.channel_id), of=self.key)
        return channel.external

    async def _require_own(self, channel_id: str | None = None) -> None:
        """Raise ReadByOthers where other organisations read what is about to be written for everyone."""
        where = channel_id or str(self.place.channel_id)
        channel = await self.postman.channels.channel_for(where, of=self.key)
        if channel.external:
            raise ReadByOthers(channel)

    async def working(self, message: Message) -> None:
        """Say that the bot is at it; replaced later where Slack replaces (not behind a slash command)."""
        if not self.in_thread:
            self.supersedes |= await self._respond(message, replace=self.replaceable)
            return
        try:
            self.working_ts = await self._post(message)
        except Exception as error:  # noqa: BLE001 - the answer matters, not this line
            log.info("working line failed", error=_why(error))

    async def answer(self, message: Message, *, private: bool = False, replaces: bool = False) -> None:
        """Bring the answer; ``private`` keeps it from the thread, ``replaces`` puts it in the pressed one's place.

        A way that fails, in whatever manner, is followed by the next; nothing is raised but the bot's own stopping.
        """
        if self.in_thread and (self.direct or not private):
            if await self._into_thread(message):
                return
        elif self.response_url is not None:
            replace = self.replaceable and (replaces or self.supersedes)
            if await self._respond(message, replace=replace):
                return
        await self._privately(message)
        await self._remove_working()

    async def _remove_working(self) -> None:
        """Take the working line out of the thread, where the answer does not stand in its place."""
        if self.working_ts is None:
            return
        channel, ts, self.working_ts = str(self.place.channel_id), self.working_ts, None
        try:
            await call(lambda: self.postman.client.chat_delete(channel=channel, ts=ts), repeatable=True)
        except Exception as error:  # noqa: BLE001 - the answer has come
            log.info("working line stays", error=_why(error))

    async def refuse(self, message: Message) -> bool:
        """Say by the response_url alone that nothing is begun; say whether Slack took it."""
        return await self._respond(message)

    async def open(self, modal: Modal) -> str:
        """Open a window and return its id, or raise TooLate when Slack's three seconds are over."""
        if not self.trigger_id:
            raise TooLate
        view = as_view(modal, self.place, self.response_url)
        try:
            answer = await call(lambda: self.postman.client.views_open(trigger_id=self.trigger_id, view=view))
        except SlackRefused as error:
            if error.error in TRIGGER_OVER:
                raise TooLate from None
            raise
        opened = answer.get("view")
        return str(opened.get("id") or "") if isinstance(opened, dict) else ""

    async def refill(self, view_id: str, modal: Modal) -> None:
        """Put other content into a window that is open; one that was closed meanwhile stays closed."""
        view = as_view(modal, self.place, self.response_url)
        try:
            await call(lambda: self.postman.client.views_update(view_id=view_id, view=view), repeatable=True)
        except SlackRefused as error:
            if error.error != VIEW_GONE:
                raise

    async def share(self, message: Message) -> None:
        """Post for everyone in the channel, or raise CannotPost, or ReadByOthers.

        A response_url reaches channels in which the bot is no member.
        """
        if self.place.channel_id is None:  # a card is shared from a message in a channel
            raise Outdated
        try:
            await self._post(message)
        except SlackRefused as error:
            if error.error in BOT_ABSENT and await self._respond_to_all(message):
                return
            raise CannotPost(await self.postman.channels.channel(self.place.channel_id), error.error) from None

    async def announce(self, message: Message, channel_id: str, *, instead: Message | None) -> None:
        """Tell everyone in the channel, and the person where they would not read it there."""
        try:
            told = await self._announced(message, channel_id)
        except ReadByOthers:
            told = False
        if instead is not None:
            await self.answer(instead, private=True, replaces=True)
        unread = channel_id != self.place.channel_id or (self.replaceable and self.supersedes)
        if not told or (unread and instead is None):
            await self.answer(message, private=True)

    async def _announced(self, message: Message, channel_id: str) -> bool:
        here = channel_id == self.place.channel_id
        if here and self.in_thread:
            return await self._into_thread(message)
        try:
            before = partial(self._require_own, channel_id)
            await post(self.postman.client, message, channel=channel_id, before=before)
        except SlackRefused as error:
            log.info("channel not told", channel=channel_id, error=error.error)
            return here and error.error in BOT_ABSENT and await self._respond_to_all(message)
        except SlackUnreachable as error:
            log.warning("channel perhaps not told", channel=channel_id, error=str(error))
            return False
        return True

    async def replace(self, message: Message) -> None:
        """Put the message in the place of the one whose button was pressed."""
        if self.replaceable or self.place.message_ts is None:
            await self.answer(message, replaces=True)
        else:
            await self.edit(message, str(self.place.channel_id), self.place.message_ts)

    async def edit(self, message: Message, channel_id: str, ts: str) -> None:
        """Put the message in the place of another, for everyone; else say it to the person.

        Where that takes no edit, or other organisations read it by now: what stands there then stays as it is.
        """
        try:
            before = partial(self._require_own, channel_id)
            await edit(self.postman.client, message, channel=channel_id, ts=ts, before=before)
        except ReadByOthers:
            await self.answer(message, private=True)
        except SlackRefused as error:
            if meaning_of(error.error) is Meaning.NOT_NOW:
                raise
            await self.answer(message)

    async def _into_thread(self, message: Message) -> bool:
        try:
            if self.working_ts is None:
                await self._post(message)
            else:
                channel = str(self.place.channel_id)
                await edit(self.postman.client, message, channel=channel, ts=self.working_ts, before=self._require_own)
        except Exception as error:  # noqa: BLE001 - the next way
            log.warning("thread answer failed", error=_why(error))
            return False
        return True

    async def _privately(self, message: Message) -> None:
        try:
            if self.place.channel_id is not None and self.user_id:
                await whisper(
                    self.postman.client,
                    message,
                    channel=self.place.channel_id,
                    user=self.user_id,
                    thread_ts=self.place.visible_thread,
                )
                return
        except Exception as error:  # noqa: BLE001 - the next way
            log.info("private answer failed", error=_why(error))
        try:
            if self.user_id:
                await post(self.postman.client, message, channel=self.user_id)
                return
            why = "nobody known"
        except Exception as error:  # noqa: BLE001 - the last way
            why = _why(error)
        log.error("answer lost", error=why)

    async def _respond_to_all(self, message: Message) -> bool:
        """Post for everyone through the response_url, which reaches channels in which the bot is no member.

        Raises ReadByOthers.
        """
        await self._require_own()
        return await self._respond(message, everyone=True)

    async def _respond(self, message: Message, *, replace: bool = False, everyone: bool = False) -> bool:
        """Post to the response_url; the answer says whether Slack took it."""
        if self.response_url is None:
            return False
        thread_ts = None if replace else self.place.visible_thread
        return await self.postman.response_urls.post(
            self.response_url, message, replace=replace, everyone=everyone, thread_ts=thread_ts
        )

    async def _post(self, message: Message) -> str:
        thread_ts = self.place.thread_ts if self.in_thread else None
        channel = str(self.place.channel_id)
        return await post(self.postman.client, message, channel=channel, thread_ts=thread_ts, before=self._require_own)


class WindowMemory(BaseModel):
    """What a window remembers (``private_metadata``): where it was opened from, and the handler's own note."""

    channel_id: SlackId | None = None
    thread_ts: Ts | None = None
    in_thread: bool = False
    person: SlackId | None = None
    response_url: Address | None = None
    memory: Visible = ""

    @property
    def place(self) -> Place:
        """Return where the window was opened from."""
        return Place(channel_id=self.channel_id, thread_ts=self.thread_ts, in_thread=self.in_thread, person=self.person)


def as_view(modal: Modal, place: Place, response_url: str | None) -> dict[str, object]:
    """Return the window as Slack takes it."""
    memory = WindowMemory(
        channel_id=place.channel_id,
        thread_ts=place.thread_ts,
        in_thread=place.in_thread,
        person=place.person,
        response_url=response_url,
        memory=modal.memory,
    )
    view: dict[str, object] = {
        "type": "modal",
        "callback_id": modal.callback_id,
        "title": _plain(modal.title),
        "close": _plain(modal.close),
        "blocks": list(modal.blocks),
        "private_metadata": memory.model_dump_json(exclude_none=True),
    }
    if modal.submit is not None:
        view["submit"] = _plain(modal.submit)
    return view


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}
