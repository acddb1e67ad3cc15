"""What Slack tells of without being asked: mentions, changes of rights, and channels archived, deleted or shared."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Protocol

import structlog

from bot.background import BackgroundTasks
from bot.slack.directory import Directory
from bot.slack.dispatch import Dispatcher
from bot.slack.payloads import ChannelEvent, EventEnvelope, Mention

log = structlog.get_logger()

GONE = frozenset({"channel_archive", "channel_deleted", "group_archive", "group_deleted"})
SHARED = "channel_shared"
SPOKEN = frozenset({"app_mention", "message.im"})
SAID = frozenset({None, "file_share", "thread_broadcast"})
"""The subtypes of a message that a person has said; the others tell of edits, of deleted messages, or of bots."""


class ChannelWatch(Protocol):
    """Whoever must know what happens to channels."""

    def sharing_changed(self) -> None:
        """Some channel is read by another organisation from now on, or no longer."""

    async def gone(self, channel_id: str) -> None:
        """The channel was archived or deleted."""

    async def shared(self, channel_id: str) -> None:
        """Another organisation reads the channel from now on."""


class Listener:
    """Hands over each event once: Slack delivers again what it thinks got lost."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        directory: Directory,
        watch: ChannelWatch,
        first_sight: Callable[[str], Awaitable[bool]],
        tasks: BackgroundTasks,
    ) -> None:
        self._dispatcher = dispatcher
        self._directory = directory
        self._watch = watch
        self._first_sight = first_sight
        self._tasks = tasks

    def listen(self, envelope: EventEnvelope) -> None:
        """Start what an event asks for, if it asks for anything."""
        self._end_remembered(envelope.event)
        work = self._work(envelope)
        if work is not None:
            self._tasks.start(self._once(_identity(envelope), work), name="event")

    def _end_remembered(self, event: Mapping[str, object]) -> None:
        """Forget at once what an event may have changed; whatever it does not name, it may have changed for all.

        Before anything waits, and also for what is delivered again: forgetting twice does no harm.
        """
        match event:
            case {"type": "user_change"}:  # of everybody, also for a status text: forgetting costs one look-up
                self._directory.person_changed(_id(event.get("user")))
            case {"type": "subteam_members_changed"}:
                self._directory.group_changed(_id(event.get("subteam_id")))
            case {"type": "channel_shared" | "channel_unshared"}:
                self._directory.sharing_changed()
                self._watch.sharing_changed()
            case {"type": "subteam_updated"}:
                self._directory.group_changed(_id(event.get("subteam")))

    def _work(self, envelope: EventEnvelope) -> Callable[[], Awaitable[None]] | None:
        match _kind(envelope.event):
            case spoken if spoken in SPOKEN:
                if envelope.event.get("subtype") not in SAID:
                    return None
                mention = Mention.model_validate(envelope.event)
                if mention.bot_id is not None or self._dispatcher.sheds_mention():
                    return None
                return partial(self._answer, mention)
            case kind if kind in GONE:
                return partial(self._watch.gone, ChannelEvent.model_validate(envelope.event).channel)
            case kind if kind == SHARED:
                return partial(self._watch.shared, ChannelEvent.model_validate(envelope.event).channel)
        return None

    async def _answer(self, mention: Mention) -> None:
        self._dispatcher.mention(mention)

    async def _once(self, event_id: str, work: Callable[[], Awaitable[None]]) -> None:
        try:
            new = await self._first_sight(event_id)
        except Exception as error:
            log.error("event not remembered", exc_info=error)
            new = True  # an answer that comes twice is better than none
        if new:
            await work()


def _identity(envelope: EventEnvelope) -> str:
    """Return what is the same of an event that comes twice, and of two events about the same direct message.

    ``app_mention`` is not sent of direct messages, says https://docs.slack.dev/reference/events/app_mention.
    """
    channel, ts = envelope.event.get("channel"), envelope.event.get("ts")
    if _kind(envelope.event) in SPOKEN and isinstance(channel, str) and channel.startswith("D"):
        return f"{channel}:{ts}"
    return envelope.event_id


def _kind(event: Mapping[str, object]) -> object:
    """Return an event's name; of messages only those in the direct messages with the bot have one here."""
    kind = event.get("type")
    return f"message.{event.get('channel_type')}" if kind == "message" else kind


def _id(of: object) -> str | None:
    """Return the id of an object that comes whole or as its id alone; None where there is none."""
    found = of.get("id") if isinstance(of, dict) else of
    return found if isinstance(found, str) and found else None
