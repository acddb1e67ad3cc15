"""What events say, by Microsoft's own samples: one for each name that it documents."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from bot.notifications.announcements import KINDS, Announcement, names_nobody, sighting
from bot.partner_center.webhooks import EVENTS
from bot.storage.event import Actor, EventKind, Sighting, Source
from sandbox.microsoft import registration

SAMPLES = Path(__file__).parents[1] / "samples" / "partner_center" / "webhook"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
CUSTOMER = "4b2a6e33-8791-4386-bd2b-0d55baf25039"
PARTNER = "60d5c4bb-f78a-4200-a002-953d7cc1f5f8"
SUBSCRIPTION = "a4c1340d-6911-4758-bba3-0c4c6007d161"
RELATIONSHIP = "d2f1c3a4-0b5e-4c6d-8e7f-9a0b1c2d3e4f-0f9e8d7c-6b5a-4938-8271-605f4e3d2c1b"
REFERRAL = "c8f0a3c1-2d4e-4f6a-8b9c-0d1e2f3a4b5c"
MIGRATION = "1d4f2b6c-7a8e-4c3d-9b5f-6e7a8c9d0b1e"
TICKS = "638331855840159088"


@dataclass(frozen=True, kw_only=True)
class Said:
    """What an event tells."""

    kind: EventKind
    customer: str | None = None
    resource: str | None = None
    actor: Actor | None = None
    audit_id: str | None = None
    detail: str | None = None


MEANT = {
    "test-created": Said(kind=EventKind.TEST, resource="02971f0f-1029-47b2-9fdb-1932f0987470"),
    "subscription-updated": Said(
        kind=EventKind.SUBSCRIPTION_CHANGED,
        customer=CUSTOMER,
        resource=SUBSCRIPTION,
        audit_id=f"{PARTNER}_{CUSTOMER}_updatesubscription_{TICKS}",
    ),
    "usagerecords-thresholdExceeded": Said(kind=EventKind.USAGE_THRESHOLD),
    "invoice-ready": Said(kind=EventKind.INVOICE_READY, resource="G012345678"),
    "azure-fraud-event-detected": Said(kind=EventKind.FRAUD_ALERT, resource=SUBSCRIPTION, detail="Active"),
    "reseller-relationship-accepted-by-customer": Said(
        kind=EventKind.RELATIONSHIP_ACCEPTED,
        customer=CUSTOMER,
        actor=Actor.CUSTOMER,
        audit_id=f"{PARTNER}_{CUSTOMER}_resellerrelationshipacceptedbycustomer_{TICKS}",
    ),
    "indirect-reseller-relationship-accepted-by-customer": Said(
        kind=EventKind.RELATIONSHIP_ACCEPTED_INDIRECT,
        customer=CUSTOMER,
        actor=Actor.CUSTOMER,
        audit_id=f"{PARTNER}_{CUSTOMER}_indirectresellerrelationshipacceptedbycustomer_{TICKS}",
    ),
    "dap-admin-relationship-approved": Said(kind=EventKind.ACCESS_GRANTED, actor=Actor.CUSTOMER),
    "dap-admin-relationship-terminated": Said(kind=EventKind.ACCESS_ENDED),
    "dap-admin-relationship-terminated-by-microsoft": Said(
        kind=EventKind.ACCESS_ENDED,
        customer=CUSTOMER,
        actor=Actor.MICROSOFT,
        audit_id=f"{PARTNER}_{CUSTOMER}_dapadminrelationshipterminatedbymicrosoft_{TICKS}",
    ),
    "granular-admin-relationship-approved": Said(
        kind=EventKind.ACCESS_GRANTED, resource=RELATIONSHIP, actor=Actor.CUSTOMER
    ),
    "granular-admin-relationship-activated": Said(kind=EventKind.QUIET, resource=RELATIONSHIP),
    "granular-admin-relationship-terminated": Said(kind=EventKind.ACCESS_ENDED, resource=RELATIONSHIP),
    "granular-admin-relationship-expired": Said(
        kind=EventKind.ACCESS_ENDED, resource=RELATIONSHIP, actor=Actor.END_DATE
    ),
    **{
        f"granular-admin-access-assignment-{what}": Said(kind=EventKind.QUIET, resource=RELATIONSHIP)
        for what in ("created", "activated", "updated", "deleted")
    },
    **{
        f"new-commerce-migration-{what}": Said(kind=kind, customer=CUSTOMER, resource=MIGRATION)
        for what, kind in (
            ("created", EventKind.MIGRATION_CREATED),
            ("completed", EventKind.MIGRATION_COMPLETED),
            ("failed", EventKind.MIGRATION_FAILED),
            ("schedule-failed", EventKind.MIGRATION_FAILED),
        )
    },
    **{
        f"{whose}referral-{what}": Said(kind=kind, resource=REFERRAL)
        for whose in ("", "related-")
        for what, kind in (("created", EventKind.REFERRAL_CREATED), ("updated", EventKind.REFERRAL_UPDATED))
    },
}


def read(name: str) -> dict[str, Any]:
    """Return a sample."""
    content: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    return content


def seen(body: dict[str, Any] | str) -> Sighting:
    """Return what a body says."""
    text = body if isinstance(body, str) else json.dumps(body)
    return sighting(Announcement.model_validate_json(text), now=NOW)


def test_every_documented_event_has_a_sample_and_a_meaning() -> None:
    documented = set(EVENTS)

    assert documented == set(registration.EVENTS)
    assert {sample.stem for sample in SAMPLES.glob("*.json")} == documented
    assert set(MEANT) == documented
    assert set(KINDS) == {name.lower() for name in documented}


@pytest.mark.parametrize("name", MEANT)
def test_an_event_says_what_microsoft_means_by_it(name: str) -> None:
    said = seen(read(name))

    meant = MEANT[name]
    assert (
        Said(
            kind=said.kind,
            customer=said.customer_id,
            resource=said.resource,
            actor=said.actor,
            audit_id=said.audit_id,
            detail=said.detail,
        )
        == meant
    )
    assert (said.name, said.source) == (name, Source.WEBHOOK)
    assert said.happened_at == datetime(2026, 10, 18, 0, 26, 24, 15908, tzinfo=UTC)


@pytest.mark.parametrize("name", MEANT)
def test_keys_come_in_any_case(name: str) -> None:
    as_documented = read(name)
    in_camel_case = {f"{key[0].lower()}{key[1:]}": value for key, value in as_documented.items()}
    shouted = {key.upper(): value for key, value in as_documented.items()}

    assert seen(in_camel_case) == seen(shouted) == seen(as_documented)


def test_the_address_of_the_record_has_two_names() -> None:
    sample = read("reseller-relationship-accepted-by-customer")
    sample["AuditUrl"] = sample.pop("AuditUri")

    assert seen(sample).audit_id == MEANT["reseller-relationship-accepted-by-customer"].audit_id


def test_the_customer_may_stand_in_the_address_of_the_record_alone() -> None:
    sample = read("granular-admin-relationship-approved")
    record = f"{PARTNER}_{CUSTOMER}_granularadminrelationshipapproved_{TICKS}"
    sample["AuditUri"] = f"https://api.partnercenter.microsoft.com/auditactivity/v1/auditrecords/{record.upper()}"

    assert (seen(sample).customer_id, seen(sample).audit_id) == (CUSTOMER, record)


def test_a_name_that_is_new_is_an_unknown_event() -> None:
    said = seen({"EventName": "customer-renamed", "ResourceUri": "https://api.partnercenter.microsoft.com/v1/x/1"})

    assert (said.kind, said.name) == (EventKind.UNKNOWN, "customer-renamed")


@pytest.mark.parametrize("date", [None, "", "yesterday", [], {}, "2026-13-01T00:00:00Z"])
def test_an_event_without_a_readable_date_is_of_now(date: object) -> None:
    assert seen({"EventName": "invoice-ready", "ResourceChangeUtcDate": date}).happened_at == NOW


@pytest.mark.parametrize("odd", [17, None, [], {}, "not an address", "//", "https://[", "x" * 5000])
def test_odd_addresses_name_nothing(odd: object) -> None:
    said = seen({"EventName": "subscription-updated", "ResourceUri": odd, "AuditUri": odd})

    assert (said.customer_id, said.resource, said.audit_id) == (None, None, None)


@pytest.mark.parametrize(
    "body",
    [
        *("", "{", "[]", "null", '"invoice-ready"', "{}", '{"EventName": null}', '{"EventName": ""}'),
        *('{"EventName": ["invoice-ready"]}', '{"EventName": "two words"}', '{"EventName": "\\u0000"}'),
        json.dumps({"EventName": "x" * 101}),
    ],
)
def test_a_body_without_the_name_of_an_event_is_none(body: str) -> None:
    with pytest.raises(ValidationError):
        seen(body)


def test_errors_do_not_quote_what_was_sent() -> None:
    with pytest.raises(ValidationError) as raised:
        seen('{"EventName": "Robin Counts, robin.counts@example.com"}')

    assert "Robin" not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "nobody"),
    [
        ("dap-admin-relationship-approved", True),
        ("granular-admin-relationship-terminated", True),
        ("dap-admin-relationship-terminated-by-microsoft", False),
        ("azure-fraud-event-detected", False),
        ("usagerecords-thresholdExceeded", False),
    ],
)
def test_some_events_do_not_say_whose_access_it_is(name: str, *, nobody: bool) -> None:
    assert names_nobody(seen(read(name))) is nobody
