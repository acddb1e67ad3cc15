"""What an event of Microsoft's webhook says has happened; the addresses in it are read for ids, and never followed.

https://learn.microsoft.com/partner-center/developer/partner-center-webhook-events
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Annotated

from pydantic import AliasChoices, Field, StringConstraints

from bot.partner_center.audit import ticks_in
from bot.partner_center.uris import Ids, ids_in
from bot.partner_center.wire import AnyCase, Date, Text
from bot.storage.event import Actor, EventKind, Sighting, Source, plausible

KINDS: Mapping[str, EventKind] = MappingProxyType(
    {
        "test-created": EventKind.TEST,
        "subscription-updated": EventKind.SUBSCRIPTION_CHANGED,
        "usagerecords-thresholdexceeded": EventKind.USAGE_THRESHOLD,
        "invoice-ready": EventKind.INVOICE_READY,
        "azure-fraud-event-detected": EventKind.FRAUD_ALERT,
        "reseller-relationship-accepted-by-customer": EventKind.RELATIONSHIP_ACCEPTED,
        "indirect-reseller-relationship-accepted-by-customer": EventKind.RELATIONSHIP_ACCEPTED_INDIRECT,
        "dap-admin-relationship-approved": EventKind.ACCESS_GRANTED,
        "dap-admin-relationship-terminated": EventKind.ACCESS_ENDED,
        "dap-admin-relationship-terminated-by-microsoft": EventKind.ACCESS_ENDED,
        "granular-admin-relationship-approved": EventKind.ACCESS_GRANTED,
        "granular-admin-relationship-activated": EventKind.QUIET,  # follows the approval, which has been told
        "granular-admin-relationship-terminated": EventKind.ACCESS_ENDED,
        "granular-admin-relationship-expired": EventKind.ACCESS_ENDED,
        "granular-admin-access-assignment-created": EventKind.QUIET,  # the partner's own affair
        "granular-admin-access-assignment-activated": EventKind.QUIET,
        "granular-admin-access-assignment-updated": EventKind.QUIET,
        "granular-admin-access-assignment-deleted": EventKind.QUIET,
        "new-commerce-migration-created": EventKind.MIGRATION_CREATED,
        "new-commerce-migration-completed": EventKind.MIGRATION_COMPLETED,
        "new-commerce-migration-failed": EventKind.MIGRATION_FAILED,
        "new-commerce-migration-schedule-failed": EventKind.MIGRATION_FAILED,
        "referral-created": EventKind.REFERRAL_CREATED,
        "related-referral-created": EventKind.REFERRAL_CREATED,
        "referral-updated": EventKind.REFERRAL_UPDATED,
        "related-referral-updated": EventKind.REFERRAL_UPDATED,
    }
)
"""By Microsoft's name for it, in lower case; any other is an event that has been added since."""
ACTORS: Mapping[str, Actor] = MappingProxyType(
    {
        "reseller-relationship-accepted-by-customer": Actor.CUSTOMER,
        "indirect-reseller-relationship-accepted-by-customer": Actor.CUSTOMER,
        "dap-admin-relationship-approved": Actor.CUSTOMER,
        "dap-admin-relationship-terminated-by-microsoft": Actor.MICROSOFT,
        "granular-admin-relationship-approved": Actor.CUSTOMER,
        "granular-admin-relationship-expired": Actor.END_DATE,
    }
)
"""By whom, where the name says so: a termination may be the partner's or the customer's."""

EventName = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z0-9._:-]{1,100}$")]


class Announcement(AnyCase):
    """The body of a delivery: one event, whose keys come in PascalCase, and in camelCase in the OpenAPI file."""

    event_name: EventName
    resource_uri: Text = None
    audit_uri: Annotated[Text, Field(validation_alias=AliasChoices("audituri", "auditurl"))] = None
    resource_change_utc_date: Date = None


def sighting(announced: Announcement, *, now: datetime) -> Sighting:
    """Return what the event says; ``now`` stands in where it has no date, or one that is yet to come."""
    name = announced.event_name.lower()
    about, record = ids_in(announced.resource_uri), ids_in(announced.audit_uri)
    return Sighting(
        kind=KINDS.get(name, EventKind.UNKNOWN),
        source=Source.WEBHOOK,
        name=announced.event_name,
        happened_at=plausible(announced.resource_change_utc_date or ticks_in(record.audit_id), now=now),
        customer_id=about.customer_id or record.customer_id,
        resource=_resource(about),
        actor=ACTORS.get(name),
        audit_id=record.audit_id,
        detail=about.event_status,
    )


def names_nobody(seen: Sighting) -> bool:
    """Say whether it tells of somebody's delegated access and not of whose.

    Addresses of these events are absent or lead to a relationship; only an audit record, if it is named, says whose.
    """
    return seen.kind in {EventKind.ACCESS_GRANTED, EventKind.ACCESS_ENDED} and seen.customer_id is None


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
