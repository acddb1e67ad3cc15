"""The addresses in webhook events: what they name, and whose they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.partner_center.clouds import CLOUDS
from bot.partner_center.uris import Ids, customer_of, ids_in, is_ours
from tests.partner_center.asking import CUSTOMER, PARTNER, SUBSCRIPTION

BASE = "https://api.partnercenter.microsoft.com"
RELATIONSHIP = "d2f1c3a4-0b5e-4c6d-8e7f-9a0b1c2d3e4f-0f9e8d7c-6b5a-4938-8271-605f4e3d2c1b"
ACCEPTED = f"{PARTNER}_{CUSTOMER}_resellerrelationshipacceptedbycustomer_638331855840159088"

DOCUMENTED = {
    f"{BASE}/v1/customers/{CUSTOMER}": Ids(customer_id=CUSTOMER),
    f"http://api.partnercenter.microsoft.com/webhooks/v1/customers/{CUSTOMER.upper()}/subscriptions/"
    f"{SUBSCRIPTION.upper()}": Ids(customer_id=CUSTOMER, subscription_id=SUBSCRIPTION),
    f"{BASE}/v1/customers/usagerecords": Ids(),
    f"{BASE}/engagements/v1/referrals/{SUBSCRIPTION}": Ids(referral_id=SUBSCRIPTION),
    f"https://partner.microsoft.com/granularAdminRelationships/{RELATIONSHIP}": Ids(relationship_id=RELATIONSHIP),
    f"https://partner.microsoft.com/granularAdminRelationships/{RELATIONSHIP}/accessAssignments/{SUBSCRIPTION}": Ids(
        relationship_id=RELATIONSHIP
    ),
    f"{BASE}/v1/invoices/G000123456": Ids(invoice_id="G000123456"),
    f"{BASE}/v1/fraudEvents?SubscriptionId={SUBSCRIPTION.upper()}&EventStatus=Active": Ids(
        subscription_id=SUBSCRIPTION, event_status="Active"
    ),
    f"{BASE}/v1/customers/{CUSTOMER}/migrations/newcommerce/{SUBSCRIPTION}": Ids(
        customer_id=CUSTOMER, migration_id=SUBSCRIPTION
    ),
    f"{BASE}/webhooks/v1/registration/validationEvents/{SUBSCRIPTION}": Ids(validation_event_id=SUBSCRIPTION),
    f"{BASE}/auditactivity/v1/auditrecords/{ACCEPTED}": Ids(audit_id=ACCEPTED, customer_id=CUSTOMER),
    f"{BASE}/v1/auditrecords/{PARTNER.upper()}_636359232430450483/": Ids(audit_id=f"{PARTNER}_636359232430450483"),
}


@pytest.mark.parametrize(("uri", "ids"), DOCUMENTED.items())
def test_every_documented_address_names_what_it_is_about(uri: str, ids: Ids) -> None:
    assert ids_in(uri) == ids


@pytest.mark.parametrize(
    "uri",
    [
        None,
        "",
        "usagerecords",
        f"/v1/customers/{CUSTOMER}",
        "https://[::1/v1/invoices/G1",
        "https://a:port/v1/invoices/G1",
        f"{BASE}/v1/customers/contoso",
        f"{BASE}/v1/customers",
        f"{BASE}/v1/invoices/..",
        f"{BASE}/v1/invoices/a%2Fb",
        f"{BASE}/v1/invoices/a%20b",
        f"{BASE}/v1/invoices/<!channel>",
        f"{BASE}/v1/fraudEvents?{'&'.join(['SubscriptionId=a'] * 100)}",
    ],
)
def test_any_other_text_names_nothing(uri: str | None) -> None:
    assert ids_in(uri) == Ids()


@pytest.mark.parametrize(
    ("audit_id", "customer"),
    [
        (ACCEPTED, CUSTOMER),
        (ACCEPTED.upper(), CUSTOMER),
        (f"{PARTNER}_638331855840159088", None),
        (f"{PARTNER}_contoso_add_1", None),
        ("", None),
        (None, None),
    ],
)
def test_some_audit_ids_name_the_customer(audit_id: str | None, customer: str | None) -> None:
    assert customer_of(audit_id) == customer


@pytest.mark.parametrize(
    "uri",
    [
        f"{BASE}/v1/customers/{CUSTOMER}",
        "HTTPS://API.PartnerCenter.Microsoft.com:443/v1/customers",
        "http://api.partnercenter.microsoft.com/webhooks/v1/customers/a",
        "https://partner.microsoft.com/granularAdminRelationships/a",
        "https://api.partner.microsoft.com/v1.0/engagements/referrals/a",
    ],
)
@pytest.mark.parametrize("cloud", ["global", "us-gov"])
def test_addresses_of_partner_center_are_ours(cloud: str, uri: str) -> None:
    assert is_ours(uri, CLOUDS[cloud].rest_base)


@pytest.mark.parametrize(
    "uri",
    [
        None,
        "",
        "/v1/customers",
        "https://api.partnercenter.microsoft.com.evil.example/",
        "https://api.partnercenter.microsoft.com@evil.example/",
        "https://user@api.partnercenter.microsoft.com/",
        "https://api.partnercenter.microsoft.com:8443/",
        "http://api.partnercenter.microsoft.com:443/",
        "https://evil.partner.microsoft.com/",
        "ftp://partner.microsoft.com/",
        "//partner.microsoft.com/",
        "https://login.microsoftonline.com/",
        "https://partner.partnercenterapi.microsoftonline.cn/v1",
        "http://127.0.0.1:8080/",
        "https://[::1/",
    ],
)
def test_no_other_address_is(uri: str | None) -> None:
    assert not is_ours(uri, BASE)


def test_another_rest_base_stands_for_itself_alone() -> None:
    assert is_ours("http://127.0.0.1:8080/v1/customers", "http://127.0.0.1:8080")
    assert is_ours("https://partner.partnercenterapi.microsoftonline.cn/v1", CLOUDS["china"].rest_base)
    assert not is_ours("http://127.0.0.1:8081/v1/customers", "http://127.0.0.1:8080")
    assert not is_ours(f"{BASE}/v1", "http://127.0.0.1:8080")
    assert not is_ours(f"{BASE}/v1", CLOUDS["china"].rest_base)


@given(st.text() | st.text().map(lambda tail: f"{BASE}/v1/{tail}") | st.text().map(lambda host: f"https://{host}/"))
def test_no_text_is_too_strange_to_be_looked_at(uri: str) -> None:
    found = ids_in(uri)

    assert all(value is None or value.isascii() for value in (found.customer_id, found.audit_id, found.invoice_id))
    assert is_ours(uri, BASE) in {True, False}


@given(st.text(), st.text())
def test_no_base_is_either(uri: str, base: str) -> None:
    assert is_ours(uri, base) in {True, False}
