"""Channel subscriptions, set by ``/partner subscribe``: topics, filters and a rhythm, with the owner who set them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.event_kind import Topic


class Rhythm(StrEnum):
    """How often a channel is told."""

    NOW = "now"
    DAILY = "daily"
    WEEKLY = "weekly"


class SubscriptionState(StrEnum):
    """The state of a channel subscription."""

    ACTIVE = "active"
    PAUSED = "paused"  # what happens meanwhile is kept
    REMOVED = "removed"  # can be restored for 30 days


PAUSED_BY_HAND = "by_hand"
TOO_MANY_ATTEMPTS = "too_many_attempts"
EXTERNAL_CHANNEL = "external_channel"
"""Reasons for a pause besides Slack's own words (``is_archived`` and the like)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewChannelSubscription:
    """What a person sets for a channel."""

    submission_key: str
    """The same for every press on one **Follow**; of a command, its own."""
    workspace_id: str
    channel_id: str
    owner_id: str
    language: str
    """Of the notices: the owner's."""
    tz: str
    """The owner's time zone (IANA), by which digests come."""
    topics: frozenset[Topic]
    customer_id: str | None = None
    customer_name: str | None = None
    countries: tuple[str, ...] = ()
    """ISO 3166 codes in capitals; empty: any."""
    thread_only: bool = False
    rhythm: Rhythm = Rhythm.NOW


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSubscription:
    """A channel subscription as it is stored; instants are in UTC."""

    id: str
    submission_key: str
    workspace_id: str
    channel_id: str
    owner_id: str
    language: str
    tz: str
    topics: frozenset[Topic]
    customer_id: str | None
    customer_name: str | None
    countries: tuple[str, ...]
    thread_only: bool
    rhythm: Rhythm
    thread_ts: str | None
    """The message whose thread holds everything, once there is one (``thread_only``)."""
    state: SubscriptionState
    reason: str | None
    """Why it is paused: Slack's word, or one of those above."""
    created_at: datetime
    changed_at: datetime
    """When it was paused, resumed, removed or restored."""
    changed_by: str | None = None
    """Who did that; None where nobody did, or an earlier release did not note it."""
    edited_at: datetime | None = None
    """When its topics, filters or rhythm were changed."""
    edited_by: str | None = None
    last_event_at: datetime | None
    last_delivered_at: datetime | None
    last_digest_at: datetime | None
    next_digest_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionStats:
    """A channel subscription with its counts: deliveries that wait, deliveries that were given up."""

    subscription: ChannelSubscription
    waiting: int = 0
    given_up: int = 0
