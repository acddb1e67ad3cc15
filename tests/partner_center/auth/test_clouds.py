"""Microsoft's clouds."""

import pytest

from bot.errors import OperatorError
from bot.partner_center.clouds import CLOUDS, cloud


def test_us_government_shares_the_public_clouds_api_but_not_its_authority() -> None:
    assert cloud("us-gov").rest_base == cloud("global").rest_base
    assert cloud("us-gov").audience == cloud("global").audience
    assert cloud("us-gov").authority == "https://login.microsoftonline.us"


@pytest.mark.parametrize("name", CLOUDS)
def test_every_cloud_is_found_by_its_name_in_any_case(name: str) -> None:
    assert cloud(f" {name.upper()} ") is CLOUDS[name]


@pytest.mark.parametrize("name", CLOUDS)
def test_every_address_is_https_and_bare(name: str) -> None:
    for address in (CLOUDS[name].rest_base, CLOUDS[name].authority, CLOUDS[name].audience, CLOUDS[name].portal_url):
        assert address.startswith("https://")
        assert address.count("/") == 2


@pytest.mark.parametrize("name", ["germany", "de", "Germany"])
def test_the_retired_german_cloud_is_refused_with_a_sentence(name: str) -> None:
    with pytest.raises(OperatorError, match="Microsoft Cloud Germany was closed"):
        cloud(name)


def test_an_unknown_cloud_is_refused_with_the_known_ones() -> None:
    with pytest.raises(OperatorError, match="'mars', but must be one of: global, us-gov, china"):
        cloud("mars")


def test_a_customers_page_holds_the_tenant_id_safely() -> None:
    page = cloud("global").customer_page("a/b?c")

    assert page == "https://partner.microsoft.com/dashboard/v2/customers/a%2Fb%3Fc/servicemanagementpage"
