"""Observations from audit records; most of them, such as of users and orders, are of no interest to a channel.

https://learn.microsoft.com/partner-center/developer/auditing-resources
"""

from datetime import datetime

from bot.domain.event_kind import EventKind
from bot.domain.event_kinds import ACCESS_GRANTED, FRAUD_ALERT, KINDS
from bot.domain.events import CLOCKS_DIFFER, Observation, Source
from bot.partner_center.audit import AuditRecord
from bot.partner_center.uris import customer_of
from bot.partner_center.wire import GUID, canonical

_SUCCEEDED = "succeeded"


def observation(
    record: AuditRecord, *, now: datetime | None = None, undated: datetime | None = None
) -> Observation | None:
    """Return what the record says; None for what failed, is under way, or interests nobody.

    ``undated`` stands in for a date that the record lacks, or that is later than ``now`` by more than clocks differ.
    """
    kind = KINDS.of_operation(record.operation_type)
    if kind is None or record.operation_status != _SUCCEEDED:
        return None
    happened_at = record.happened_at
    if happened_at is None or (now is not None and happened_at - now > CLOCKS_DIFFER):
        happened_at = undated
    if happened_at is None:
        return None
    return Observation(
        kind=kind,
        source=Source.AUDIT,
        name=record.operation_type,
        happened_at=happened_at,
        customer_id=_customer_id(record),
        customer_name=record.customer_name or None,
        resource=_resource(record, kind),
        actor=kind.by(record.operation_type),
        audit_id=record.id,
        detail=record.status if kind is FRAUD_ALERT else None,
        ends_at=record.ends_at if kind is ACCESS_GRANTED else None,
    )


def domain_of_actor(record: AuditRecord) -> str | None:
    """Return the domain of the account that did it, where only that says by whom; the account's name is nobody's."""
    kind = KINDS.of_operation(record.operation_type)
    if kind is None or not kind.actors or kind.by(record.operation_type) is not None:
        return None
    _, at, domain = (record.user_principal_name or "").rpartition("@")
    return domain.strip() or None if at else None


def _customer_id(record: AuditRecord) -> str | None:
    stated = record.customer_id or ""
    return stated if GUID.fullmatch(stated) else customer_of(record.id)


def _resource(record: AuditRecord, kind: EventKind) -> str | None:
    """Return the id of what changed; of a customer, and of access of the old kind, the customer's own says it all."""
    if kind.subject.label is not None:
        return record.resource_id or canonical(record.detail(kind.subject.record_key or "") or "") or None
    return record.resource_id if record.operation_type.startswith("granular_") else None
