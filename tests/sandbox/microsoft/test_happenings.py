"""What happens at the partner's changes the state, leaves a record, and makes events in their documented forms."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.microsoft import Happenings, Microsoft, companies
from sandbox.microsoft.company import guid
from sandbox.microsoft.registration import EVENTS

CONTOSO = companies.CONTOSO.tenant_id
KEYS = {"EventName", "ResourceUri", "ResourceName", "AuditUri", "ResourceChangeUtcDate"}

Act = Callable[[Happenings], tuple[dict[str, object], ...]]

ALL: dict[str, Act] = {
    "accepted": lambda happenings: happenings.accept_invitation("new.example", "New"),
    "accepted through another": lambda happenings: happenings.accept_invitation("new.example", indirect=True),
    "added": lambda happenings: happenings.add_customer("new.example", "New"),
    "removed": lambda happenings: happenings.remove_customer(CONTOSO),
    "granted": lambda happenings: happenings.grant_access(CONTOSO),
    "granted in the old way": lambda happenings: happenings.grant_access(CONTOSO, "dap"),
    "ended by the customer": lambda happenings: happenings.end_access(CONTOSO),
    "ended by Microsoft": lambda happenings: happenings.end_access(CONTOSO, by="microsoft"),
    "a subscription": lambda happenings: happenings.change_subscription(CONTOSO),
    "a threshold": lambda happenings: happenings.threshold_exceeded(),
    "an invoice": lambda happenings: happenings.invoice_ready(),
    "fraud": lambda happenings: happenings.fraud_detected(CONTOSO),
    "a migration": lambda happenings: happenings.migration(CONTOSO),
    "a failed migration": lambda happenings: happenings.migration(CONTOSO, "failed"),
    "a referral": lambda happenings: happenings.referral_created(),
}


def records(microsoft: Microsoft) -> list[dict[str, Any]]:
    return microsoft.partner_center.audit.records


def operations(microsoft: Microsoft) -> list[str]:
    return [record["operationType"] for record in records(microsoft)]


@pytest.mark.parametrize("act", ALL.values(), ids=ALL)
async def test_events_are_as_microsoft_writes_them(microsoft: Microsoft, act: Act) -> None:
    for event in act(microsoft.happenings):
        assert event["EventName"] in EVENTS
        assert set(event) <= KEYS
        assert len(str(event["ResourceChangeUtcDate"])) == len("2023-10-18T00:26:24.0159088+00:00")
        assert json.dumps(event)


@pytest.mark.parametrize("act", ALL.values(), ids=ALL)
async def test_a_record_that_an_event_names_is_there(microsoft: Microsoft, act: Act) -> None:
    ids = set()
    for event in act(microsoft.happenings):
        if event["AuditUri"]:
            ids.add(str(event["AuditUri"]).rpartition("/")[2])

    assert ids <= {record["id"] for record in records(microsoft)}


async def test_an_accepted_invitation_is_a_customer_with_a_record_and_an_event(microsoft: Microsoft) -> None:
    (event,) = microsoft.happenings.accept_invitation("relecloud.com", "Relecloud")
    tenant_id = companies.STRANGERS["relecloud.com"]
    (record,) = records(microsoft)

    assert microsoft.partner_center.state.customers[tenant_id].name == "Relecloud"
    assert microsoft.entra.tenants["relecloud.com"] == tenant_id
    assert record["operationType"] == "reseller_relationship_accepted_by_customer"
    assert event["ResourceUri"] == f"{microsoft.partner_center_url}/v1/customers/{tenant_id}"
    assert str(event["AuditUri"]).endswith(f"_{tenant_id}_resellerrelationshipacceptedbycustomer_{_ticks(record)}")
    assert record["operationDate"].removesuffix("Z") == str(event["ResourceChangeUtcDate"]).removesuffix("+00:00")


def _ticks(record: dict[str, Any]) -> str:
    return str(record["id"]).rpartition("_")[2]


async def test_of_customers_added_and_removed_by_the_partner_there_is_no_event(microsoft: Microsoft) -> None:
    tenant_id = guid("new.example")
    assert microsoft.happenings.add_customer("new.example", "New") == ()
    assert tenant_id in microsoft.partner_center.state.customers
    assert microsoft.happenings.remove_customer(tenant_id) == ()

    assert tenant_id not in microsoft.partner_center.state.customers
    assert operations(microsoft) == ["add_customer", "remove_partner_customer_relationship"]


async def test_granular_access_is_approved_then_active_and_has_an_end(microsoft: Microsoft) -> None:
    approved, activated = microsoft.happenings.grant_access(CONTOSO, days=180)
    value = json.loads(records(microsoft)[0]["resourceNewValue"])

    assert approved["EventName"] == "granular-admin-relationship-approved"
    assert activated["EventName"] == "granular-admin-relationship-activated"
    assert approved["ResourceUri"] == f"https://partner.microsoft.com/granularAdminRelationships/{value['Id']}"
    assert (value["Status"], value["Customer"]["TenantId"]) == ("approved", CONTOSO)
    assert value["EndDateTime"] > records(microsoft)[0]["operationDate"]


@pytest.mark.parametrize(
    ("by", "event_name", "left"),
    [
        ("customer", "granular-admin-relationship-terminated", ["terminated"]),
        ("partner", "granular-admin-relationship-terminated", ["termination_requested", "terminated"]),
        ("end_date", "granular-admin-relationship-expired", ["expired"]),
    ],
)
async def test_granular_access_ends_by_somebody_or_by_itself(
    microsoft: Microsoft, by: Any, event_name: str, left: list[str]
) -> None:
    microsoft.happenings.grant_access(CONTOSO)
    records(microsoft).clear()
    (event,) = microsoft.happenings.end_access(CONTOSO, by)

    assert event["EventName"] == event_name
    assert operations(microsoft) == [f"granular_admin_relationship_{what}" for what in left]
    whose = {"customer": "admin@contoso.com", "partner": f"mona.kane@{companies.PARTNER_DOMAIN}", "end_date": None}
    assert records(microsoft)[-1].get("userPrincipalName") == whose[by]


async def test_access_of_the_old_kind_shows_in_the_customer_and_has_no_address(microsoft: Microsoft) -> None:
    tailspin = companies.TAILSPIN.tenant_id
    (granted,) = microsoft.happenings.grant_access(tailspin, "dap")
    assert microsoft.partner_center.state.customers[tailspin].delegated_access is True
    (ended,) = microsoft.happenings.end_access(tailspin)
    assert microsoft.partner_center.state.customers[tailspin].delegated_access is False
    (by_microsoft,) = microsoft.happenings.end_access(tailspin, by="microsoft")

    assert granted["ResourceUri"] is ended["ResourceUri"] is None
    assert "ResourceUri" not in by_microsoft
    assert operations(microsoft) == [
        "dap_admin_relationship_approved",
        "dap_admin_relationship_terminated",
        "dap_admin_relationship_terminated_by_microsoft",
    ]


async def test_events_about_access_may_name_no_record_as_in_the_samples(microsoft: Microsoft) -> None:
    microsoft.happenings.names_records = False
    events = (*microsoft.happenings.grant_access(CONTOSO), *microsoft.happenings.end_access(CONTOSO))

    assert {event["AuditUri"] for event in events} == {None}
    assert len(records(microsoft)) == 3


async def test_only_granular_access_has_an_end_date(microsoft: Microsoft) -> None:
    with pytest.raises(ValueError, match="grant it first"):
        microsoft.happenings.end_access(CONTOSO, by="end_date")


async def test_a_changed_subscription_differs_and_names_its_record_at_another_address(microsoft: Microsoft) -> None:
    (event,) = microsoft.happenings.change_subscription(CONTOSO)
    microsoft.happenings.change_subscription(CONTOSO, status="suspended")
    now = microsoft.partner_center.commerce.subscription_of(companies.CONTOSO)
    first, second = records(microsoft)

    assert (now.quantity, now.status) == (16, "suspended")
    assert json.loads(first["resourceOldValue"])["Quantity"] == 15
    assert json.loads(second["resourceNewValue"])["Status"] == "suspended"
    assert event["AuditUri"] == f"{microsoft.partner_center_url}/v1/auditrecords/{first['id']}"
    assert str(event["ResourceUri"]).endswith(f"/webhooks/v1/customers/{CONTOSO}/subscriptions/{now.id}")


async def test_fraud_has_no_resource_name_and_can_be_read(microsoft: Microsoft) -> None:
    (event,) = microsoft.happenings.fraud_detected(CONTOSO)
    theirs = microsoft.partner_center.commerce.subscription_of(companies.CONTOSO)

    assert "ResourceName" not in event
    assert str(event["ResourceUri"]).endswith(f"/v1/fraudEvents?SubscriptionId={theirs.id}&EventStatus=Active")
    assert len(microsoft.partner_center.commerce.alerts) == 1


async def test_what_is_not_recorded_has_only_an_event(microsoft: Microsoft) -> None:
    (threshold,) = microsoft.happenings.threshold_exceeded()
    (migration,) = microsoft.happenings.migration(CONTOSO, "failed")
    (unknown,) = microsoft.happenings.unknown_event("pigs-fly")

    assert str(threshold["ResourceUri"]).endswith("/v1/customers/usagerecords")
    assert migration["EventName"] == "new-commerce-migration-failed"
    assert unknown["EventName"] == "pigs-fly"
    assert records(microsoft) == []


async def test_the_short_way_to_accept_does_the_same(microsoft: Microsoft) -> None:
    company = microsoft.accept_invitation("new.example", "New")

    assert company.name == "New"
    assert operations(microsoft) == ["reseller_relationship_accepted_by_customer"]
