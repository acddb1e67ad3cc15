"""What an audit record says has happened; most of them, such as of users and orders, are of no interest to a channel.

https://learn.microsoft.com/partner-center/developer/auditing-resources
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from bot.partner_center.audit import AuditRecord
from bot.partner_center.uris import customer_of
from bot.partner_center.wire import GUID, canonical
from bot.storage.event import CLOCKS_DIFFER, Actor, EventKind, Sighting, Source

KINDS: Mapping[str, EventKind] = MappingProxyType(
    {
        "add_customer": EventKind.CUSTOMER_ADDED,
        "delete_customer": EventKind.CUSTOMER_REMOVED,
        "delete_tip_customer": EventKind.CUSTOMER_REMOVED,
        "remove_partner_customer_relationship": EventKind.CUSTOMER_REMOVED,
        "reseller_relationship_accepted_by_customer": EventKind.RELATIONSHIP_ACCEPTED,
        "indirect_reseller_relationship_accepted_by_customer": EventKind.RELATIONSHIP_ACCEPTED_INDIRECT,
        "dap_admin_relationship_approved": EventKind.ACCESS_GRANTED,
        "dap_admin_relationship_terminated": EventKind.ACCESS_ENDED,
        "dap_admin_relationship_terminated_by_microsoft": EventKind.ACCESS_ENDED,
        "granular_admin_relationship_approved": EventKind.ACCESS_GRANTED,
        "granular_admin_relationship_termination_requested": EventKind.ACCESS_ENDED,  # which follows, and is told once
        "granular_admin_relationship_terminated": EventKind.ACCESS_ENDED,
        "granular_admin_relationship_expired": EventKind.ACCESS_ENDED,
        "update_subscription": EventKind.SUBSCRIPTION_CHANGED,
        "upgrade_subscription": EventKind.SUBSCRIPTION_CHANGED,
        "convert_trial_subscription": EventKind.SUBSCRIPTION_CHANGED,
        "create_new_commerce_migration": EventKind.MIGRATION_CREATED,  # how it ends is in no record
        "ready_invoice": EventKind.INVOICE_READY,
        "azure_fraud_event_detected": EventKind.FRAUD_ALERT,
        "create_referral": EventKind.REFERRAL_CREATED,
        "create_related_referral": EventKind.REFERRAL_CREATED,
        "update_referral": EventKind.REFERRAL_UPDATED,
        "update_related_referral": EventKind.REFERRAL_UPDATED,
    }
)
"""By operation; what is not here is told to nobody and not kept."""
ACTORS: Mapping[str, Actor] = MappingProxyType(
    {
        "add_customer": Actor.PARTNER,
        "delete_customer": Actor.PARTNER,
        "reseller_relationship_accepted_by_customer": Actor.CUSTOMER,
        "indirect_reseller_relationship_accepted_by_customer": Actor.CUSTOMER,
        "dap_admin_relationship_approved": Actor.CUSTOMER,
        "dap_admin_relationship_terminated_by_microsoft": Actor.MICROSOFT,
        "granular_admin_relationship_approved": Actor.CUSTOMER,
        "granular_admin_relationship_expired": Actor.END_DATE,
    }
)
"""By whom, where the operation says so."""

_SUCCEEDED = "succeeded"
_WHO_MATTERS = frozenset({EventKind.ACCESS_ENDED, EventKind.CUSTOMER_REMOVED})
_DETAILS: Mapping[EventKind, str] = MappingProxyType(
    {
        EventKind.SUBSCRIPTION_CHANGED: "SubscriptionId",
        EventKind.FRAUD_ALERT: "SubscriptionId",
        EventKind.INVOICE_READY: "InvoiceId",
    }
)
"""Where the id of what changed may stand besides its value."""
_HAVE_RESOURCE = frozenset(
    {*_DETAILS, EventKind.MIGRATION_CREATED, EventKind.REFERRAL_CREATED, EventKind.REFERRAL_UPDATED}
)


def sighting(record: AuditRecord, *, now: datetime | None = None, undated: datetime | None = None) -> Sighting | None:
    """Return what the record says; None for what failed, is under way, or interests nobody.

    ``undated`` stands in for a date that the record lacks, or that is later than ``now`` by more than clocks differ.
    """
    kind = KINDS.get(record.operation_type)
    if kind is None or record.operation_status != _SUCCEEDED:
        return None
    happened_at = record.happened_at
    if happened_at is None or (now is not None and happened_at - now > CLOCKS_DIFFER):
        happened_at = undated
    if happened_at is None:
        return None
    return Sighting(
        kind=kind,
        source=Source.AUDIT,
        name=record.operation_type,
        happened_at=happened_at,
        customer_id=_customer_id(record),
        customer_name=record.customer_name or None,
        resource=_resource(record, kind),
        actor=ACTORS.get(record.operation_type),
        audit_id=record.id,
        detail=record.status if kind is EventKind.FRAUD_ALERT else None,
        ends_at=record.ends_at if kind is EventKind.ACCESS_GRANTED else None,
    )


def domain_of_actor(record: AuditRecord) -> str | None:
    """Return the domain of the account that did it, where only that says by whom; the account's name is nobody's."""
    kind = KINDS.get(record.operation_type)
    if kind not in _WHO_MATTERS or record.operation_type in ACTORS:
        return None
    _, at, domain = (record.user_principal_name or "").rpartition("@")
    return domain.strip() or None if at else None


def _customer_id(record: AuditRecord) -> str | None:
    stated = record.customer_id or ""
    return stated if GUID.fullmatch(stated) else customer_of(record.id)


def _resource(record: AuditRecord, kind: EventKind) -> str | None:
    """Return the id of what changed; of a customer, and of access of the old kind, the customer's own says it all."""
    if kind in _HAVE_RESOURCE:
        return record.resource_id or canonical(record.detail(_DETAILS.get(kind, "")) or "") or None
    return record.resource_id if record.operation_type.startswith("granular_") else None
