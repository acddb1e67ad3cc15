"""What is known of a subscription, and what Microsoft noticed about it."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.partner_center import fraud, microsoft_subscriptions
from bot.partner_center.client import Errand, PartnerCenter
from bot.partner_center.errors import CustomerNotFound, NoRelationship, SearchRefused
from bot.partner_center.microsoft_subscriptions import MicrosoftSubscription
from bot.partner_center.protocol import headers, understand
from sandbox.microsoft import companies
from sandbox.microsoft.commerce import FRAUD_PATH, SUBSCRIPTION_PATH
from sandbox.microsoft.company import guid
from tests.partner_center.asking import CUSTOMER, REQUESTS, SAMPLES, SUBSCRIPTION, answer, call_for
from tests.partner_center.conftest import Wire

CONTOSO = companies.CONTOSO.tenant_id


@pytest.fixture
async def errand(partner_center: PartnerCenter) -> Errand:
    return partner_center.errand(deadline=10)


def test_a_subscription_is_understood() -> None:
    found = understand(call_for(REQUESTS["subscription"]), answer((SAMPLES / "subscription.json").read_bytes()))

    assert (found.id, found.name, found.quantity, found.status) == (
        SUBSCRIPTION,
        "Office licences, Paris",
        15,
        "active",
    )
    assert found.auto_renew_enabled is False
    assert found.ends_at == datetime(2022, 1, 13, 23, 59, 59, tzinfo=UTC)


def test_what_is_paid_by_use_never_ends_and_may_be_called_by_its_offer() -> None:
    body = {"id": SUBSCRIPTION, "offerName": "Microsoft Azure", "commitmentEndDate": "9999-12-10T00:00:00Z"}
    azure = MicrosoftSubscription.model_validate_json(json.dumps(body))

    assert (azure.name, azure.ends_at) == ("Microsoft Azure", None)


@pytest.mark.parametrize("end", ["", None, "soon", "9999-12-31T23:59:59-05:00", {"at": 1}])
def test_an_end_that_cannot_be_read_is_none(end: object) -> None:
    body = {"id": SUBSCRIPTION, "commitmentEndDate": end, "quantity": "many", "autoRenewEnabled": "perhaps"}
    found = MicrosoftSubscription.model_validate_json(json.dumps(body))

    assert (found.ends_at, found.quantity, found.auto_renew_enabled) == (None, None, None)


def test_alerts_are_understood_and_one_that_cannot_be_read_is_left_out() -> None:
    body = (SAMPLES / "fraud_events.json").read_bytes()
    (alert,) = understand(call_for(REQUESTS["fraud_events"]), answer(body))

    assert alert.customer_id == "a248da34-6840-4c67-82d7-7f55ccd50d03"
    assert alert.subscription_id == "2a7064fb-1e33-4007-974e-352cb3f2c805"
    assert (alert.event_status, alert.severity, alert.subscription_name) == ("Active", "Medium", "Azure subscription 1")
    assert alert.event_time == datetime(2021, 12, 8, 0, 25, 45, 690000, tzinfo=UTC)


def test_alerts_are_asked_for_in_the_newer_form() -> None:
    request = fraud.fraud_events(SUBSCRIPTION, "Active")

    assert request.target == f"/v1/fraudEvents?SubscriptionId={SUBSCRIPTION}&EventStatus=Active"
    assert headers(call_for(request), "token")["X-NewEventsModel"] == "true"


@pytest.mark.parametrize("subscription_id", ["", "a/b", "..", "a?b"])
def test_what_is_no_subscription_is_not_asked_for(subscription_id: str) -> None:
    with pytest.raises(SearchRefused):
        microsoft_subscriptions.microsoft_subscription(CUSTOMER, subscription_id)


async def test_a_customers_subscription_arrives(wire: Wire, errand: Errand) -> None:
    commerce = wire.microsoft.partner_center.commerce
    theirs = commerce.subscription_of(companies.CONTOSO)
    commerce.subscriptions[CONTOSO] = replace(theirs, quantity=7, status="suspended")
    found = await errand.microsoft_subscription(CONTOSO.upper(), theirs.id.lower())

    assert found is not None
    assert (found.id, found.quantity, found.status) == (theirs.id.lower(), 7, "suspended")


async def test_a_subscription_that_is_not_there_is_none(wire: Wire, errand: Errand) -> None:
    assert await errand.microsoft_subscription(CONTOSO, guid("nothing")) is None
    with pytest.raises(CustomerNotFound):
        await errand.microsoft_subscription("contoso", guid("nothing"))
    with pytest.raises(NoRelationship):
        await errand.microsoft_subscription(companies.STRANGERS["relecloud.com"], guid("nothing"))
    assert wire.microsoft.partner_center.calls(SUBSCRIPTION_PATH) == 2


async def test_alerts_about_a_subscription_arrive(wire: Wire, errand: Errand) -> None:
    wire.microsoft.happenings.fraud_detected(CONTOSO)
    wire.microsoft.happenings.fraud_detected(companies.FABRIKAM.tenant_id)
    theirs = wire.microsoft.partner_center.commerce.subscription_of(companies.CONTOSO)
    (alert,) = await errand.fraud_events(theirs.id.lower(), "Active")

    assert (alert.customer_id, alert.event_type) == (CONTOSO, "NetworkConnectionsToCryptoMiningPools")
    assert await errand.fraud_events(theirs.id, "Resolved") == ()
    assert wire.microsoft.partner_center.calls(FRAUD_PATH) == 2
