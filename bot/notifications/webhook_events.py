"""Observations from webhook events; the addresses in them are read for ids, and never followed.

https://learn.microsoft.com/partner-center/developer/partner-center-webhook-events
"""

from typing import Annotated

from pydantic import AliasChoices, Field, StringConstraints

from bot.domain.event_kind import ACCESS
from bot.domain.event_kinds import KINDS
from bot.domain.events import UNDATED, Observation, Source
from bot.partner_center.audit import ticks_in
from bot.partner_center.uris import Ids, ids_in
from bot.partner_center.wire import AnyCase, Date, Text

EventName = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z0-9._:-]{1,100}$")]


class WebhookEvent(AnyCase):
    """The body of a delivery: one event, whose keys come in PascalCase, and in camelCase in the OpenAPI file."""

    event_name: EventName
    resource_uri: Text = None
    audit_uri: Annotated[Text, Field(validation_alias=AliasChoices("audituri", "auditurl"))] = None
    resource_change_utc_date: Date = None


def observation(webhook_event: WebhookEvent) -> Observation:
    """Return what the event says."""
    kind = KINDS.of_event(webhook_event.event_name)
    about, record = ids_in(webhook_event.resource_uri), ids_in(webhook_event.audit_uri)
    return Observation(
        kind=kind,
        source=Source.WEBHOOK,
        name=webhook_event.event_name,
        happened_at=webhook_event.resource_change_utc_date or ticks_in(record.audit_id) or UNDATED,
        customer_id=about.customer_id or record.customer_id,
        resource=_resource(about),
        actor=kind.by(webhook_event.event_name),
        audit_id=record.audit_id,
        detail=about.event_status,
    )


def names_nobody(seen: Observation) -> bool:
    """Say whether it tells of somebody's delegated access and not of whose.

    Addresses of these events are absent or lead to a relationship; only an audit record, if it is named, says whose.
    """
    return seen.kind.subject is ACCESS and seen.customer_id is None


def _resource(about: Ids) -> str | None:
    named = (
        about.subscription_id,
        about.invoice_id,
        about.referral_id,
        about.relationship_id,
        about.migration_id,
        about.validation_event_id,
    )
    return next(filter(None, named), None)
