"""The tables; a change here needs a migration, and a test says so. Instants are seconds since 1970.

An instant that holds work back is compared through ``bot.storage.clock`` alone, and a member of an enumeration is kept
by its name (``bot.storage.column_types``); contract tests name what does otherwise.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Double,
    Index,
    Integer,
    MetaData,
    Table,
    false,
    literal_column,
)

from bot.domain.channel_subscriptions import Rhythm, SubscriptionState
from bot.domain.deliveries import DeliveryState
from bot.domain.event_kind import Actor, Topic
from bot.domain.event_kinds import UNKNOWN
from bot.domain.events import Source
from bot.domain.invitations import InvitationState
from bot.storage.column_types import Instant, Kind, Member, Members, Text, Words

metadata = MetaData()


def _is(column: Column[Any], *members: str) -> ColumnElement[bool]:
    """Return the condition of a partial index; its words stand in each statement, or SQLite would not use the index."""
    words: list[ColumnElement[Any]] = [literal_column(f"'{member}'") for member in members]
    return column == words[0] if len(words) == 1 else column.in_(words)


def _partial_index(name: str, condition: ColumnElement[bool], *columns: Column[Any]) -> None:
    """Add one: partial on PostgreSQL, too, where migrations make it; naming it here would load its dialect."""
    Index(name, *columns, sqlite_where=condition)


tokens = Table(
    "partner_center_tokens",
    metadata,
    Column("account", Text, primary_key=True),
    Column("payload", Text, nullable=False),  # encrypted, hence Text: its length is not ours to bound
    Column("version", Integer, nullable=False),
    Column("seed", Text),
    Column("changed_at", Instant, nullable=False),
)

seen_slack_events = Table(
    "seen_slack_events",
    metadata,
    Column("event_id", Text, primary_key=True),
    Column("expires_at", Instant, nullable=False),
    Index("seen_slack_events_expires_at", "expires_at"),
)

invitations = Table(
    "invitations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("submission_key", Text, nullable=False, unique=True),
    Column("workspace_id", Text, nullable=False),
    Column("sender_id", Text, nullable=False),
    Column("sender_name", Text, nullable=False),
    Column("sender_locale", Text, nullable=False),
    Column("sender_tz", Text, nullable=False, server_default="UTC"),
    Column("channel_id", Text, nullable=False),
    Column("thread_ts", Text),
    Column("parent_ts", Text),
    Column("message_ts", Text),
    Column("company", Text, nullable=False),
    Column("expected_name", Text),
    Column("expected_domain", Text),
    Column("expected_tenant_id", Text),
    # To find it by; no part of an ``Invitation``. What an earlier release recorded has ``*``: it is always compared.
    Column("name_key", Text, nullable=False, server_default="*"),
    Column("domain_key", Text, nullable=False, server_default="*"),
    Column("note", Text),
    Column("language", Text, nullable=False),
    Column("external_channel", Boolean, nullable=False),
    Column("link_kind", Text),
    Column("state", Member(InvitationState, otherwise=InvitationState.CLOSED), nullable=False),
    Column("reason", Text),
    Column("created_at", Instant, nullable=False),
    Column("posted_at", Instant),
    Column("accepted_at", Instant),
    Column("accepted_tenant_id", Text),
    Column("accepted_name", Text),
    Column("accepted_domain", Text),
    Column("reminders", Integer, nullable=False, server_default="0"),
    Column("remind_at", Instant),
    Column("closed_at", Instant),
    Column("closed_by", Text),
    Index("invitations_sender", "sender_id", "created_at"),
    Index("invitations_state", "state", "remind_at"),
    Index("invitations_newest", "state", "created_at"),
    Index("invitations_accepted_tenant", "accepted_tenant_id"),
    Index("invitations_created_at", "created_at"),
)

INVITATION_WAITS = _is(invitations.c.state, InvitationState.WAITING)
for _column in (invitations.c.expected_tenant_id, invitations.c.name_key, invitations.c.domain_key):
    _partial_index(f"invitations_waiting_{_column.name}", INVITATION_WAITS, invitations.c.state, _column)

conversation_queues = Table(
    "conversation_queues",
    metadata,
    # A conversation of Slack's, or a queue of the bot's own, whose name begins with "~".
    Column("conversation", Text, primary_key=True),
    Column("due_at", Double),  # when it may be claimed: its rate, a wait, a lease; NULL when nothing waits
    Column("due_wait", Double, nullable=False, server_default="86400"),  # how far ahead that was when it was set
    Column("open_at", Double, nullable=False),  # the earliest instant of its next message: rate, Retry-After, back-off
    Column("open_wait", Double, nullable=False, server_default="3600"),  # how far ahead that was when it was set
    Column("owner", Text),  # the process that holds the lease; one left over makes its delivery maybe_sent
    Column("delivery_number", BigInteger),  # the delivery that the owner is at
    Column("woken", Boolean, nullable=False, server_default=false()),  # something was enqueued since it was claimed
    Column("fence", Integer, nullable=False),
    Index("conversation_queues_due_at", "due_at"),
    Index("conversation_queues_owner", "owner"),
)

deliveries = Table(
    "deliveries",
    metadata,
    # The order within a conversation.
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),  # opaque; stands in the posted message's metadata
    Column("idempotency_key", Text, nullable=False, unique=True),
    Column("conversation", Text, nullable=False),
    Column("kind", Text, nullable=False),  # its handler
    Column("subject", Text, nullable=False),  # what it is about, for its handler to read
    Column("subscription_id", Text),
    Column("customer_id", Text),  # news of one customer keep their order
    Column("happened_at", Double),  # the position among them
    Column("priority", Integer, nullable=False, server_default="1"),  # 0: urgent
    Column("state", Text, nullable=False),
    Column("plan", Text),  # JSON: the steps that were decided on, with their destinations
    Column("sent", Text, nullable=False),  # JSON: ts by name of the recorded steps
    Column("attempts", Integer, nullable=False),
    Column(
        "maybe_sent", Boolean, nullable=False, server_default=false()
    ),  # the first unrecorded step may have been written
    Column("due_at", Double, nullable=False),  # not before; others of the conversation may go first
    Column("due_wait", Double, nullable=False, server_default="86400"),  # how far ahead that was when it was set
    Column("reason", Text),
    Column("created_at", Double, nullable=False),
    Column("finished_at", Double),
    Index("deliveries_finished_at", "finished_at"),
    Index("deliveries_subscription", "subscription_id", "state"),
    Index("deliveries_subject", "subject"),
    Index("deliveries_conversation", "conversation", "kind", "finished_at"),
)
_is_waiting = _is(deliveries.c.state, DeliveryState.WAITING)
for _name, _columns in {
    "deliveries_waiting": ("conversation", "priority", "number"),
    "deliveries_due": ("conversation", "due_at"),
    "deliveries_of_customer": ("conversation", "customer_id", "happened_at"),
}.items():
    _partial_index(_name, _is_waiting, *(deliveries.c[column] for column in _columns))
DELIVERY_COUNTS = _is(deliveries.c.state, DeliveryState.WAITING, DeliveryState.HELD, DeliveryState.DEAD)
_partial_index("deliveries_counted", DELIVERY_COUNTS, deliveries.c.state, deliveries.c.conversation)

workspace_rates = Table(
    "workspace_rates",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("spent_until", Double, nullable=False),  # by when what was sent is paid for, at the workspace's rate
)

events = Table(
    "events",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Kind, nullable=False),
    Column("source", Member(Source, otherwise=Source.BOT), nullable=False),
    Column("name", Text, nullable=False),
    Column("happened_at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("customer_id", Text),
    Column("customer_name", Text),
    Column("resource", Text),
    Column("actor", Member(Actor, otherwise=None)),
    Column("audit_id", Text),
    Column("detail", Text),
    Column("ends_at", Instant),
    Column("notified", Boolean, nullable=False),
    Index("events_customer", "customer_id", "happened_at"),
    Index("events_resource", "resource", "happened_at"),
    Index("events_audit_id", "audit_id"),
    Index("events_received_at", "received_at"),
)

EVENT_IS_UNKNOWN = _is(events.c.kind, UNKNOWN.name)
_partial_index("events_unknown", EVENT_IS_UNKNOWN, events.c.received_at)

channel_subscriptions = Table(
    "channel_subscriptions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("submission_key", Text, nullable=False, unique=True),
    Column("workspace_id", Text, nullable=False),
    Column("channel_id", Text, nullable=False),
    Column("owner_id", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("tz", Text, nullable=False),
    Column("topics", Members(Topic), nullable=False, server_default=","),
    Column("customer_id", Text),
    Column("customer_name", Text),
    Column("countries", Words, nullable=False),
    Column("thread_only", Boolean, nullable=False),
    Column("rhythm", Member(Rhythm, otherwise=Rhythm.NOW), nullable=False),
    Column("thread_ts", Text),
    Column("state", Member(SubscriptionState, otherwise=SubscriptionState.PAUSED), nullable=False),
    Column("reason", Text),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("changed_by", Text),  # NULL where no person did it, or an earlier release did not note who
    Column("edited_at", Instant),
    Column("edited_by", Text),
    Column("last_event_at", Instant),
    Column("last_delivered_at", Instant),
    Column("last_digest_at", Instant),
    Column("next_digest_at", Instant),
    Index("channel_subscriptions_channel", "channel_id", "state"),
    Index("channel_subscriptions_customer", "customer_id"),
    Index("channel_subscriptions_next_digest_at", "next_digest_at"),
)

SUBSCRIPTION_IS_PAUSED = _is(channel_subscriptions.c.state, SubscriptionState.PAUSED)
_partial_index("channel_subscriptions_paused", SUBSCRIPTION_IS_PAUSED, channel_subscriptions.c.state)

digest_items = Table(
    "digest_items",
    metadata,
    Column("subscription_id", Text, primary_key=True),
    Column("event_id", Text, primary_key=True),
    Column("digest_id", Text),  # the digest that tells it; NULL until one is due
)

cards = Table(
    "cards",
    metadata,
    Column("channel_id", Text, primary_key=True),
    Column("subject_key", Text, primary_key=True),
    Column("ts", Text, nullable=False),  # the message that shows its latest state
    Column("thread_ts", Text),  # where that stands in a thread
    Column("event_id", Text, nullable=False),  # the latest it has told
    Column("event_count", Integer, nullable=False),  # how many events it has told
    Column("customer_id", Text),
    Column("happened_at", Instant),  # when the latest it has told happened
    Column("changed_at", Instant, nullable=False),
    Index("cards_customer", "channel_id", "customer_id", "happened_at"),
)

bursts = Table(
    "bursts",
    metadata,
    Column("channel_id", Text, primary_key=True),
    Column("ts", Text, nullable=False),  # the summary, in whose thread the rest stands
    Column("began_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("counts", Text, nullable=False),  # JSON: how many of each kind
)

schedules = Table(
    "schedules",
    metadata,
    Column("name", Text, primary_key=True),
    Column("due_at", Instant, nullable=False),
    Column("slot", Instant),  # the one that ran last
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("name", Text, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("value", Text),
)

known_customers = Table(
    "known_customers",
    metadata,
    Column("customer_id", Text, primary_key=True),
    Column("name", Text),
)
