"""From one page to the next: the right address, the right headers, and never off the service."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.partner_center import requests
from bot.partner_center.models import CustomerSummary
from bot.partner_center.paging import HostileLink, NextPage, Page, allowed_headers, resolve
from bot.partner_center.requests import Request

BASE = "https://api.partnercenter.microsoft.com"
SEEK = "size=500&seekOperation=Next"


def following(uri: str | None, *headers: tuple[str, str]) -> Request[Page[CustomerSummary]] | None:
    page: Page[CustomerSummary] = Page((), NextPage(uri, headers))
    return requests.next_page(requests.customers("CompanyName", "A"), page, BASE)


@pytest.mark.parametrize(
    "uri",
    [
        f"/customers?{SEEK}",
        f"customers?{SEEK}",
        f"/v1/customers?{SEEK}",
        f"/V1/customers?{SEEK}",
        f"/v1/v1/customers?{SEEK}",
        f"/v1//v1/customers?{SEEK}",
        f"{BASE}/v1/customers?{SEEK}",
        f"{BASE}/customers?{SEEK}",
        f"{BASE}:443//v1/customers?{SEEK}",
        f"HTTPS://API.PartnerCenter.Microsoft.com/v1/customers?{SEEK}",
        "/customers?size=500?seekOperation=Next",
        f" /customers?{SEEK}#top ",
    ],
)
def test_every_form_of_a_link_means_the_same_address(uri: str) -> None:
    assert resolve(uri, BASE) == ("/v1/customers", SEEK)


@pytest.mark.parametrize("prefix", ["", "/v1", "/proxy/v1", "/proxy", "http://127.0.0.1:81/proxy"])
def test_a_path_in_front_of_the_base_is_not_doubled(prefix: str) -> None:
    assert resolve(f"{prefix}/customers", "http://127.0.0.1:81/proxy") == ("/v1/customers", "")


@pytest.mark.parametrize(
    "uri",
    [
        "https://evil.example/v1/customers",
        "http://api.partnercenter.microsoft.com/v1/customers",
        "https://api.partnercenter.microsoft.com:8443/v1/customers",
        "https://api.partnercenter.microsoft.com:port/v1/customers",
        "https://api.partnercenter.microsoft.com.evil.example/v1/customers",
        "https://api.partnercenter.microsoft.com@evil.example/v1/customers",
        "https://user@api.partnercenter.microsoft.com/v1/customers",
        "//evil.example/v1/customers",
        "javascript:alert(1)",
        "/v1/../webhooks/v1/registration",
        "/",
        "/v1",
        "https://[::1/v1/customers",
    ],
)
def test_a_link_that_leads_away_is_not_followed(uri: str) -> None:
    with pytest.raises(HostileLink):
        resolve(uri, BASE)


def test_a_raw_filter_in_a_link_is_encoded_and_an_encoded_one_left_alone() -> None:
    assert resolve('/customers?filter={"Field": 1}&a=%7B', BASE)[1] == "filter=%7B%22Field%22:%201%7D&a=%7B"


@given(st.text())
def test_no_link_leaves_the_service_or_breaks_the_request(uri: str) -> None:
    try:
        path, query = resolve(uri, BASE)
    except HostileLink:
        return

    assert path.startswith("/v1/")
    assert all("!" <= character <= "~" for character in path + query)
    assert "?" not in path
    assert "#" not in path + query


def test_the_headers_of_a_link_are_sent_with_its_next_page() -> None:
    request = following(f"/customers?{SEEK}", ("MS-ContinuationToken", "AQAAAA=="), ("X-Extra", "1"))

    assert request is not None
    assert request.target == f"/v1/customers?{SEEK}"
    assert request.headers == (("MS-ContinuationToken", "AQAAAA=="), ("X-Extra", "1"))


def test_a_link_without_an_address_means_the_same_one_with_its_token() -> None:
    request = following(None, ("MS-ContinuationToken", "AQAAAA=="))

    assert request is not None
    assert request.target == requests.customers("CompanyName", "A").target + "&seekOperation=Next"
    again = requests.next_page(request, Page((), NextPage(None, (("MS-ContinuationToken", "B"),))), BASE)
    assert again is not None
    assert again.target == request.target


def test_the_last_page_has_no_next() -> None:
    assert requests.next_page(requests.customers("CompanyName", "A"), Page((), None), BASE) is None


def test_a_link_sets_neither_who_we_are_nor_where_the_request_goes() -> None:
    headers = (("authorization", "Bearer theirs"), ("HOST", "evil.example"), ("Content-Length", "9"), ("X-Kept", "1"))

    assert allowed_headers(headers) == (("X-Kept", "1"),)


@pytest.mark.parametrize("header", [("X\r\nHost", "a"), ("X", "a\r\nHost: b"), ("", "a"), ("Authorization ", "a")])
def test_headers_that_would_break_the_request_are_not_sent(header: tuple[str, str]) -> None:
    try:
        sent = allowed_headers((header,))
    except HostileLink:
        return
    assert sent == ()
