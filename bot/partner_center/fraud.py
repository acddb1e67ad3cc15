"""What Microsoft noticed in a customer's Azure subscription: mining, odd deployments, misuse.

https://learn.microsoft.com/partner-center/developer/get-fraud-events
"""

from typing import Annotated
from urllib.parse import quote

from pydantic import Field, TypeAdapter

from bot.partner_center.requests import Request
from bot.partner_center.wire import LENIENT, AnyCase, Date, Guid, ResourceId, Text


class FraudEvent(AnyCase):
    """An alert; partners are obliged to act on it."""

    id: Annotated[ResourceId, Field(validation_alias="eventid")]
    event_status: Text = None
    """Active, Investigating or Resolved."""
    event_type: Text = None
    """Such as ``NetworkConnectionsToCryptoMiningPools``."""
    event_time: Date = None
    severity: Text = None
    display_name: Text = None
    customer_id: Annotated[Guid | None, LENIENT, Field(validation_alias="customertenantid")] = None
    customer_name: Annotated[Text, Field(validation_alias="customerfriendlyname")] = None
    subscription_id: Annotated[ResourceId | None, LENIENT] = None
    subscription_name: Text = None
    resource_name: Text = None


_EVENTS = TypeAdapter(tuple[Annotated[FraudEvent | None, LENIENT], ...])


def _events(body: bytes) -> tuple[FraudEvent, ...]:
    """The list is bare; one that cannot be read must not hide the others, and one that comes twice is one."""
    once = {event.id: event for event in _EVENTS.validate_json(body) if event is not None}
    return tuple(once.values())


def fraud_events(subscription_id: str, status: str | None = None) -> Request[tuple[FraudEvent, ...]]:
    """Ask for the alerts about a subscription; the header is what brings their type and severity along."""
    wanted = f"&EventStatus={quote(status, safe='', errors='replace')}" if status else ""
    return Request(
        path="/v1/fraudEvents",
        query=f"SubscriptionId={quote(subscription_id, safe='', errors='replace')}{wanted}",
        headers=(("X-NewEventsModel", "true"),),
        decode=_events,
    )
