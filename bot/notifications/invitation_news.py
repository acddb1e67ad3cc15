"""News of an invitation: the deliveries that tell them, where they go, and the record of an acceptance."""

import structlog
from sqlalchemy import Connection

from bot.delivery.channel_lookups import ChannelLookups
from bot.domain.deliveries import Delivery, NewDelivery, Post, Show
from bot.domain.events import Event
from bot.domain.invitations import Invitation
from bot.language import Language, language
from bot.partner_center.models import Customer
from bot.storage.invitations import Invitations

log = structlog.get_logger()

ACCEPTED = "accepted"
"""Kind of the delivery that tells in its thread that an invitation was accepted; its subject is the invitation."""
QUESTION = "question"
"""Kind of the delivery that asks there whether this is the customer; its subject: event and invitation."""
REMINDER = "nudge"
"""Kind of the delivery that reminds a sender; its subject is the invitation."""
CLOSED = "closed"
"""Kind of the delivery that takes the text out of the message of a closed one; its subject is the invitation."""


def accept(
    connection: Connection, invitations: Invitations, row: Invitation, event: Event, customer: Customer | None
) -> Invitation | None:
    """Record that an invitation was accepted; None where it waits no longer."""
    assert event.customer_id is not None  # noqa: S101 - a new customer has an id
    accepted = invitations.accept(
        connection,
        row.id,
        at=event.happened_at,
        tenant_id=event.customer_id,
        name=(customer.name if customer else None) or event.customer_name,
        domain=customer.domain if customer else None,
    )
    if accepted is not None:
        log.info("invitation accepted")
    return accepted


def acceptance_message(row: Invitation, event: Event) -> NewDelivery:
    """Return the delivery that tells the thread of an invitation of its acceptance."""
    return NewDelivery(
        idempotency_key=f"{ACCEPTED}:{row.id}",
        conversation=row.channel_id,
        kind=ACCEPTED,
        subject=row.id,
        customer_id=event.customer_id,
        happened_at=event.happened_at,
    )


def acceptance_question(event: Event, row: Invitation) -> NewDelivery:
    """Return the delivery that asks in the thread of an invitation whether this is the customer."""
    return NewDelivery(
        idempotency_key=f"{QUESTION}:{event.id}:{row.id}",
        conversation=row.channel_id,
        kind=QUESTION,
        subject=f"{event.id} {row.id}",
        customer_id=event.customer_id,
        happened_at=event.happened_at,
    )


def of_sender(row: Invitation) -> Language:
    """Return the sender's language."""
    return language(row.sender_locale)


async def is_shared(channels: ChannelLookups, delivery: Delivery) -> bool:
    """Say whether people of other organisations read the invitation's channel now, or may."""
    return await channels.is_external(delivery.conversation, of=delivery.id)


def thread_of(row: Invitation) -> str | None:
    """Return the message in whose thread the invitation stands; its own where it stands in none."""
    return row.thread_ts or row.parent_ts or row.message_ts


def into_thread(row: Invitation, *, name: str, shared: bool) -> Post | Show:
    """Return the step that brings news to the thread; to the sender alone where others read the channel."""
    if shared:
        return Show(name=name, channel=row.channel_id, user=row.sender_id)
    return Post(name=name, channel=row.channel_id, thread_ts=thread_of(row))
