"""What the fake promises about subscriptions and alerts."""

from typing import TYPE_CHECKING

from sandbox.microsoft import Microsoft, companies

if TYPE_CHECKING:
    from tests.sandbox.microsoft.conftest import Asker

CONTOSO = companies.CONTOSO.tenant_id


async def test_every_customer_has_a_subscription_under_its_id_in_any_case(ask: "Asker", microsoft: Microsoft) -> None:
    theirs = microsoft.partner_center.commerce.subscription_of(companies.CONTOSO)
    reply = await ask.get(f"/v1/customers/{CONTOSO}/subscriptions/{theirs.id.lower()}")

    assert (reply.json["id"], reply.json["quantity"], reply.json["status"]) == (theirs.id, 15, "active")
    assert theirs.id.isupper()


async def test_a_subscription_belongs_to_its_customer(ask: "Asker", microsoft: Microsoft) -> None:
    theirs = microsoft.partner_center.commerce.subscription_of(companies.CONTOSO)
    others = await ask.get(f"/v1/customers/{companies.FABRIKAM.tenant_id}/subscriptions/{theirs.id}")
    nobodys = await ask.get(f"/v1/customers/{companies.STRANGERS['relecloud.com']}/subscriptions/{theirs.id}")

    assert (others.status, others.json["code"]) == (404, "20003")
    assert (nobodys.status, nobodys.json["code"]) == (403, 20002)


async def test_alerts_are_a_bare_list_filtered_by_subscription_and_status(ask: "Asker", microsoft: Microsoft) -> None:
    microsoft.happenings.fraud_detected(CONTOSO)
    microsoft.happenings.fraud_detected(companies.FABRIKAM.tenant_id, "Resolved")
    theirs = microsoft.partner_center.commerce.subscription_of(companies.CONTOSO)
    newer = {"X_NewEventsModel": "true"}

    both = (await ask.get("/v1/fraudEvents", **newer)).json
    one = (await ask.get(f"/v1/fraudEvents?SubscriptionId={theirs.id.lower()}&EventStatus=Active", **newer)).json
    assert len(both) == 2
    assert [alert["customerTenantId"] for alert in one] == [CONTOSO]
    assert (await ask.get("/v1/fraudEvents?EventStatus=Perhaps")).status == 400


async def test_the_type_of_an_alert_comes_only_with_the_header(ask: "Asker", microsoft: Microsoft) -> None:
    microsoft.happenings.fraud_detected(CONTOSO)

    assert "eventType" in (await ask.get("/v1/fraudEvents", X_NewEventsModel="true")).json[0]
    assert "eventType" not in (await ask.get("/v1/fraudEvents")).json[0]


async def test_alerts_are_for_users_alone(ask: "Asker") -> None:
    ask.user = None

    assert (await ask.get("/v1/fraudEvents")).json["code"] == "900329"
