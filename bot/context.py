"""What a handler is given: who asked, where, and the services it may use."""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import Protocol

from bot.contacts import Contacts
from bot.domain.channel_subscriptions import ChannelSubscription, NewChannelSubscription, SubscriptionStats
from bot.domain.events import Event
from bot.domain.invitations import Invitation, InvitationState, NewInvitation
from bot.errors import RemoteError, UserError
from bot.language import Language
from bot.partner_center.client import Errand
from bot.partner_center.clouds import Cloud
from bot.storage.queue_waits import NO_WAITS, QueueWaits


class Role(IntEnum):
    """What a person may do; a higher role includes the lower."""

    NOBODY = 0
    VIEWER = 1
    OPERATOR = 2
    ADMIN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """The person who asked."""

    user_id: str
    name: str
    language: Language
    role: Role
    tz: str = "UTC"
    """The person's time zone (IANA)."""
    outsider: bool = False
    """A guest, or a person of another organisation, without a role: reads nothing of what they can never get."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A channel as Slack describes it; what Slack does not tell counts as the careful answer."""

    id: str
    name: str
    external: bool
    """Another organisation reads it too, or may; unknown counts as yes."""
    archived: bool = False
    known: bool = True
    """Slack described it; what it does not describe may be anything."""
    member: bool | None = None
    """Whether the bot is in it; None where Slack does not tell."""
    direct: bool = False
    """A person's direct messages with the bot."""
    private: bool = True
    """Its name is for its members alone; what Slack does not tell counts as private."""

    def require_postable(self) -> None:
        """Raise CannotPost where it is archived, or the bot is not in it."""
        if self.archived:
            raise CannotPost(self, "is_archived")
        if self.member is False:
            raise CannotPost(self, "not_in_channel")


class Invitations(Protocol):
    """Invitations and what people do with them; None where that does not apply any more."""

    async def find(self, invitation_id: str) -> Invitation | None: ...
    async def waiting(self) -> tuple[Invitation, ...]: ...
    async def page(
        self, *, sender_id: str | None, states: Collection[InvitationState], limit: int, offset: int
    ) -> tuple[Invitation, ...]: ...
    async def sender(self, person: str) -> str | None: ...
    async def tally(self, *, sender_id: str | None) -> Counter[InvitationState]: ...
    async def record(self, new: NewInvitation) -> Invitation: ...
    async def retry(self, invitation_id: str) -> Invitation | None: ...
    async def post_again(self, invitation_id: str) -> Invitation | None: ...
    async def remind_later(self, invitation_id: str) -> Invitation | None: ...
    async def close(self, invitation_id: str, *, by: str) -> Invitation | None: ...
    async def new_customer(self, event_id: str) -> Event | None: ...
    async def is_customer(self, event_id: str, invitation_id: str) -> Invitation | None: ...
    async def is_another(self, event_id: str) -> Event | None: ...


class Subscriptions(Protocol):
    """Channel subscriptions and what people do with them; None where that does not apply any more."""

    async def find(self, subscription_id: str) -> ChannelSubscription | None: ...
    async def of_channel(self, channel_id: str) -> tuple[ChannelSubscription, ...]: ...
    async def page(
        self, *, channel_id: str | None, limit: int, offset: int
    ) -> tuple[tuple[SubscriptionStats, ...], int]: ...
    async def subscribe(self, new: NewChannelSubscription) -> ChannelSubscription | None: ...
    async def change(self, subscription_id: str, new: NewChannelSubscription) -> ChannelSubscription | None: ...
    async def pause(self, subscription_id: str, *, by: str) -> ChannelSubscription | None: ...
    async def resume(self, subscription_id: str, *, by: str) -> SubscriptionStats | None: ...
    async def remove(self, *subscription_ids: str, by: str) -> tuple[ChannelSubscription, ...]: ...
    async def restore(self, subscription_id: str, *, by: str) -> ChannelSubscription | None: ...
    async def test(self, subscription_id: str, *, by: str) -> ChannelSubscription | None: ...


class Channels(Protocol):
    """Where handlers ask about channels."""

    async def channel(self, channel_id: str) -> Channel: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something was asked; a global shortcut has no channel."""

    channel_id: str | None = None
    thread_ts: str | None = None
    """The message whose thread this is about; an invitation hangs on it."""
    in_thread: bool = False
    """The person is in that thread; what only they see is lost in one that does not exist, or that they have closed."""
    message_ts: str | None = None
    """The message whose button was pressed."""
    person: str | None = None
    """Who wrote the message that a message shortcut was used on."""

    @property
    def visible_thread(self) -> str | None:
        """The thread in which an only-you message can be seen, if any."""
        return self.thread_ts if self.in_thread else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A word or option that a command takes: an example of what is typed, and a text to translate of what it does."""

    typed: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandHelp:
    """What help says of a command; ``summary`` and ``group`` are texts to translate."""

    name: str
    argument: str
    summary: str
    group: str
    role: Role
    example: str
    also: tuple[str, ...] = ()
    explained: tuple[Explained, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How the bot is doing; instants are in UTC, None where something has never happened."""

    signed_in_at: datetime | None
    """When a person last signed the bot in."""
    mfa: bool | None
    sign_in_works: bool
    polls: bool
    """Whether Partner Center is polled at all."""
    polled_at: datetime | None
    poll_works: bool
    webhook_at: datetime | None
    waiting: int
    """Deliveries that are to come."""
    given_up: int
    paused: int
    """Channel subscriptions that are paused."""
    requests_left: int
    history: bool
    """Whether the bot may read channels back, so that nothing comes twice after a crash."""
    unknown_events: tuple[str, ...] = ()
    """Names of events of the last days that this release does not know."""
    slack_refuses: str | None = None
    """Slack's word for why it takes no message from the bot at all."""
    signing_secret_fails: bool = False
    """Whether every delivery of Slack so far was refused for its signature."""
    waits: QueueWaits = NO_WAITS
    """Conversations whose deliveries wait a minute or longer."""

    @property
    def works(self) -> bool:
        """Say whether people need to know of anything."""
        return self.sign_in_works and self.poll_works and self.slack_refuses is None and not self.waits.count


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What lives as long as the bot does."""

    workspace_id: str
    workspace_url: str
    cloud: Cloud
    invitations: Invitations
    subscriptions: Subscriptions
    channels: Channels
    status: Callable[[], Awaitable[Status]]
    contacts: Callable[[], Awaitable[Contacts]]
    """Whom to ask for what only bot admins can do."""
    commands: tuple[CommandHelp, ...] = ()
    now: Callable[[], datetime] = lambda: datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One invocation."""

    caller: Caller
    place: Place
    reference: str
    """The short id that a person can quote and that stands in the log."""
    public: bool
    """Everyone in the thread reads the answer, so it holds the reduced card and no contact data."""
    partner_center: Errand
    services: Services
    role_in: Callable[[str], Awaitable[Role]]
    """The person's role in another channel than the one they asked in."""
    submission_id: str = ""
    """The id of the view that was submitted; the same for every press on its button."""

    @property
    def language(self) -> Language:
        """The reader's."""
        return self.caller.language

    @property
    def may_invite(self) -> bool:
        """Say whether buttons for operators belong into the answer."""
        return self.caller.role >= Role.OPERATOR

    async def require_role_in(self, channel_id: str, role: Role, *, doing: str) -> None:
        """Raise NotAllowed where the person lacks a role in another channel, perhaps one chosen in a window."""
        if await self.role_in(channel_id) < role:
            raise NotAllowed(doing, role)


class NotAllowed(UserError):
    """The person lacks the role that a command needs."""

    def __init__(self, doing: str, needed: Role) -> None:
        super().__init__(f"needs {needed.name}")
        self.doing = doing
        self.needed = needed


class NobodyConfigured(UserError):
    """No role is given to anyone yet."""

    def __init__(self, doing: str, needed: Role) -> None:
        super().__init__("no grants")
        self.doing = doing
        self.needed = needed


class MembersOnly(UserError):
    """A guest, or a person of another organisation, asked."""


class UnknownCommand(UserError):
    """There is no such command; ``nearest`` is the command that was probably meant, as it would be typed."""

    def __init__(self, typed: str, nearest: str | None) -> None:
        super().__init__("unknown command")
        self.typed = typed
        self.nearest = nearest


class Outdated(UserError):
    """A button was pressed that no longer applies; ``now`` is what it is about, where that says why."""

    def __init__(self, now: ChannelSubscription | Invitation | None = None) -> None:
        super().__init__("outdated")
        self.now = now


class TooSlow(UserError):
    """A submitted window could not be answered inside its acknowledgement."""


class TooLate(UserError):
    """Slack's window for opening a modal (3 s) had closed."""


class NotUnderstood(RemoteError):
    """What Slack sent lacks what the bot needs to act on it."""


class CannotPost(UserError):
    """Slack does not let the bot post in a channel."""

    def __init__(self, channel: Channel, reason: str) -> None:
        super().__init__(reason)
        self.channel = channel
        self.reason = reason
