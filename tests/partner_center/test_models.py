"""Resources are read as they really come, and keep to themselves what is nobody's business."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.partner_center.models import (
    Customer,
    CustomerRelationship,
    CustomerSummary,
    PartnerRelationship,
    RelationshipType,
)
from tests.partner_center.asking import SAMPLES


def read(name: str) -> Customer:
    return Customer.model_validate_json((SAMPLES / name).read_bytes())


def test_every_documented_field_of_a_customer_is_read() -> None:
    customer = read("customer.json")

    assert customer.id == "eebd1b55-5360-4438-a11d-5c06918c3014"
    assert customer.commerce_id == "99e6a635-48e7-424d-9059-c9db944e3c54"
    assert customer.relationship_to_partner is CustomerRelationship.RESELLER
    assert customer.allow_delegated_access is True
    assert customer.custom_domains == ("contoso.com", "contoso.onmicrosoft.com")
    assert customer.associated_partner_id == "5b6c0f5e-2f0a-4c57-9d55-0a1d5f3c7e10"
    assert (customer.name, customer.domain) == ("Contoso", "contoso.com")
    company, billing = customer.company_profile, customer.billing_profile
    assert company is not None
    assert company.tenant_id == customer.id
    assert company.email == "it@contoso.com"
    assert company.organization_registration_number == "12-3456789"
    assert company.address is not None
    assert company.address.model_dump() == {
        "country": "US",
        "region": "WA",
        "city": "Redmond",
        "state": None,
        "district": "King",
        "address_line1": "1 Contoso Plaza",
        "address_line2": "Building 2",
        "address_line3": "Floor 3",
        "postal_code": "98052",
        "first_name": "Robin",
        "middle_name": "Q",
        "last_name": "Counts",
        "phone_number": "",
        "email_address": "robin@contoso.com",
    }
    assert billing is not None
    assert (billing.culture, billing.language, billing.company_name) == ("en-US", "en", "Contoso")
    assert (billing.first_name, billing.last_name, billing.email) == ("Robin", "Counts", "billing@contoso.com")
    assert billing.default_address is not None
    assert billing.default_address.state == "WA"


def test_contact_data_and_credentials_do_not_show_in_a_representation() -> None:
    shown = repr(read("customer.json"))

    for secret in ("Robin", "Counts", "@contoso.com", "Plaza", "98052", "password", "not for anybody"):
        assert secret not in shown


def test_credentials_are_not_kept() -> None:
    assert "not for anybody" not in read("customer.json").model_dump_json()


def test_what_microsoft_withholds_is_none() -> None:
    customer = read("customer_without_delegated_access.json")

    assert customer.company_profile is not None
    assert customer.company_profile.address is None
    assert customer.company_profile.email is None
    assert customer.custom_domains is None
    assert customer.allow_delegated_access is None
    assert customer.billing_profile is None


def test_keys_in_pascal_case_are_read() -> None:
    customer = read("customer_in_pascal_case.json")

    assert customer.id == "3c95518e-8c37-41e3-9627-0ca339200f53"
    assert customer.name == "Fabrikam"
    assert customer.relationship_to_partner is CustomerRelationship.NONE
    assert customer.allow_delegated_access is False
    assert customer.associated_partner_id == "47a1"
    assert customer.company_profile is not None
    assert customer.company_profile.address is not None
    assert customer.company_profile.address.address_line1 == "2 Fabrikam Way"


@pytest.mark.parametrize(
    ("wire", "meaning"),
    [
        ('"reseller"', CustomerRelationship.RESELLER),
        ('"Reseller"', CustomerRelationship.RESELLER),
        ('"microsoft_support"', CustomerRelationship.MICROSOFT_SUPPORT),
        ('"MicrosoftSupport"', CustomerRelationship.MICROSOFT_SUPPORT),
        ("0", CustomerRelationship.UNKNOWN),
        ("1", CustomerRelationship.RESELLER),
        ('"4"', CustomerRelationship.MICROSOFT_SUPPORT),
        ("5", CustomerRelationship.NONE),
        ("99", CustomerRelationship.UNKNOWN),
        ("-1", CustomerRelationship.UNKNOWN),
        ("1e999", CustomerRelationship.UNKNOWN),
        ("null", CustomerRelationship.UNKNOWN),
        ('""', CustomerRelationship.UNKNOWN),
        ('{"odd": 1}', CustomerRelationship.UNKNOWN),
        ('"Marketplace"', "Marketplace"),
    ],
)
def test_a_relationship_is_read_as_text_number_or_something_new(wire: str, meaning: str) -> None:
    customer = Customer.model_validate_json(f'{{"id": "a", "relationshipToPartner": {wire}}}')

    assert customer.relationship_to_partner == meaning
    assert type(customer.relationship_to_partner) is type(meaning)


@pytest.mark.parametrize("wire", ['"is_indirect_reseller_of"', '"IsIndirectResellerOf"', "1"])
def test_a_kind_of_partner_is_read_in_every_spelling(wire: str) -> None:
    partner = PartnerRelationship.model_validate_json(f'{{"id": "a", "relationshipType": {wire}}}')

    assert partner.relationship_type is RelationshipType.IS_INDIRECT_RESELLER_OF


def test_a_field_of_an_unexpected_kind_is_left_out_and_the_rest_is_read() -> None:
    customer = Customer.model_validate_json(
        '{"id": "a", "companyProfile": {"companyName": "Contoso", "email": {"to": 1}, "address": []},'
        ' "customDomains": "contoso.com", "allowDelegatedAccess": "perhaps", "billingProfile": 7}'
    )

    assert customer.name == "Contoso"
    assert customer.company_profile is not None
    assert customer.company_profile.email is None
    assert customer.company_profile.address is None
    assert customer.custom_domains is None
    assert customer.allow_delegated_access is None
    assert customer.billing_profile is None


def test_an_empty_name_is_no_name() -> None:
    assert CustomerSummary.model_validate_json('{"id": "a", "companyProfile": {"companyName": " "}}').name is None


def test_an_error_does_not_quote_what_was_sent() -> None:
    with pytest.raises(ValidationError) as raised:
        Customer.model_validate_json('{"id": {"password": "not for anybody"}}')

    assert "not for anybody" not in str(raised.value)


def test_a_resource_can_be_built_by_attribute() -> None:
    partner = PartnerRelationship(id="a", mpn_id="1", relationship_type=RelationshipType.NONE)

    assert partner.mpn_id == "1"


@given(st.text(min_size=1).filter(str.strip))
def test_any_name_is_read_as_it_is(name: str) -> None:
    body = CustomerSummary.model_validate({"id": "a", "companyProfile": {"companyName": name}})

    assert body.name == name
