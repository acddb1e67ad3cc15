"""What events say, by Microsoft's own samples: one for each name that it documents."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from bot.domain import event_kinds
from bot.domain.event_kind import Actor
from bot.domain.event_kinds import KINDS
from bot.domain.events import Observation, Source, plausible
from bot.notifications.webhook_events import WebhookEvent, names_nobody, observation
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
class Read:
    """What is read from the addresses of an event."""

    customer: str | None = None
    resource: str | None = None
    audit_id: str | None = None
    detail: str | None = None


def of_customer(operation: str, resource: str | None = None) -> Read:
    return Read(customer=CUSTOMER, resource=resource, audit_id=f"{PARTNER}_{CUSTOMER}_{operation}_{TICKS}")


READ = {
    "test-created": Read(resource="02971f0f-1029-47b2-9fdb-1932f0987470"),
    "subscription-updated": of_customer("updatesubscription", SUBSCRIPTION),
    "invoice-ready": Read(resource="G012345678"),
    "azure-fraud-event-detected": Read(resource=SUBSCRIPTION, detail="Active"),
    **{
        name: of_customer(name.replace("-", ""))
        for name in (
            "reseller-relationship-accepted-by-customer",
            "indirect-reseller-relationship-accepted-by-customer",
            "dap-admin-relationship-terminated-by-microsoft",
        )
    },
    **{
        f"granular-admin-{what}": Read(resource=RELATIONSHIP)
        for what in (
            *(f"relationship-{change}" for change in ("approved", "activated", "terminated", "expired")),
            *(f"access-assignment-{change}" for change in ("created", "activated", "updated", "deleted")),
        )
    },
    **{
        f"new-commerce-migration-{what}": Read(customer=CUSTOMER, resource=MIGRATION)
        for what in ("created", "completed", "failed", "schedule-failed")
    },
    **{
        f"{whose}referral-{what}": Read(resource=REFERRAL)
        for whose in ("", "related-")
        for what in ("created", "updated")
    },
}
"""By event; the samples of all others name nothing."""
EVENTS = sorted(sample.stem for sample in SAMPLES.glob("*.json"))


def read(name: str) -> dict[str, Any]:
    """Return a sample."""
    content: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    return content


def seen(body: dict[str, Any] | str) -> Observation:
    """Return what a body says."""
    text = body if isinstance(body, str) else json.dumps(body)
    found = observation(WebhookEvent.model_validate_json(text))
    return replace(found, happened_at=plausible(found.happened_at, now=NOW))


def test_every_event_of_a_kind_has_a_sample_of_microsofts() -> None:
    assert set(EVENTS) == KINDS.webhook_names
    assert set(registration.EVENTS) <= KINDS.webhook_names


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_says_what_microsoft_means_by_it(name: str) -> None:
    said = seen(read(name))

    read_from_it = Read(customer=said.customer_id, resource=said.resource, audit_id=said.audit_id, detail=said.detail)
    assert read_from_it == READ.get(name, Read())
    assert name in said.kind.webhook_names
    assert (said.name, said.source) == (name, Source.WEBHOOK)
    assert said.happened_at == datetime(2026, 10, 18, 0, 26, 24, 15908, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "actor"),
    [
        ("reseller-relationship-accepted-by-customer", Actor.CUSTOMER),
        ("granular-admin-relationship-approved", Actor.CUSTOMER),
        ("dap-admin-relationship-terminated-by-microsoft", Actor.MICROSOFT),
        ("granular-admin-relationship-expired", Actor.END_DATE),
        ("granular-admin-relationship-terminated", None),
        ("invoice-ready", None),
    ],
)
def test_some_events_say_by_whom(name: str, actor: Actor | None) -> None:
    assert seen(read(name)).actor is actor


@pytest.mark.parametrize("name", EVENTS)
def test_keys_come_in_any_case(name: str) -> None:
    as_documented = read(name)
    in_camel_case = {f"{key[0].lower()}{key[1:]}": value for key, value in as_documented.items()}
    shouted = {key.upper(): value for key, value in as_documented.items()}

    assert seen(in_camel_case) == seen(shouted) == seen(as_documented)


def test_the_address_of_the_record_has_two_names() -> None:
    sample = read("reseller-relationship-accepted-by-customer")
    sample["AuditUrl"] = sample.pop("AuditUri")

    assert seen(sample).audit_id == READ["reseller-relationship-accepted-by-customer"].audit_id


def test_the_customer_may_stand_in_the_address_of_the_record_alone() -> None:
    sample = read("granular-admin-relationship-approved")
    record = f"{PARTNER}_{CUSTOMER}_granularadminrelationshipapproved_{TICKS}"
    sample["AuditUri"] = f"https://api.partnercenter.microsoft.com/auditactivity/v1/auditrecords/{record.upper()}"

    assert (seen(sample).customer_id, seen(sample).audit_id) == (CUSTOMER, record)


def test_a_name_that_is_new_is_an_unknown_event() -> None:
    said = seen({"EventName": "customer-renamed", "ResourceUri": "https://api.partnercenter.microsoft.com/v1/x/1"})

    assert (said.kind, said.name) == (event_kinds.UNKNOWN, "customer-renamed")


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
