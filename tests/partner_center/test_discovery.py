"""A domain becomes a host and nothing else, and a host a tenant id."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.partner_center import discovery
from bot.typed_text import host_of, same_domain
from tests.partner_center.asking import CUSTOMER, answer


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("contoso.com", "contoso.com"),
        (" Contoso.COM. ", "contoso.com"),
        ("contoso.onmicrosoft.com", "contoso.onmicrosoft.com"),
        ("société.example", "xn--socit-esab.example"),
        ("a.xn--p1ai", "a.xn--p1ai"),
    ],
)
def test_a_domain_is_written_as_hosts_are(typed: str, host: str) -> None:
    assert host_of(typed) == host


@pytest.mark.parametrize(
    "typed",
    [
        "",
        ".",
        "common",
        "organizations",
        "contoso",
        "contoso.com/common",
        "contoso.com?x=1",
        "contoso.com#x",
        "a b.com",
        "user@contoso.com",
        "contoso.com:443",
        "-contoso.com",
        "contoso-.com",
        "a..com",
        "10.0.0.1",
        f"{'a' * 64}.com",
        "contoso%2ecom.example/",
        "..",
        "../contoso.com",
        "con\ntoso.com",
        "under_score.com",
        "a." * 200 + "com",
    ],
)
def test_what_is_no_host_gets_into_no_address(typed: str) -> None:
    assert host_of(typed) is None


@settings(deadline=None)
@given(st.text() | st.from_regex(r"[\w./%?#@:-]+\.com", fullmatch=True))
def test_nothing_but_letters_digits_hyphens_and_dots_gets_into_the_path(typed: str) -> None:
    host = host_of(typed)

    assert host is None or set(host) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.")
    assert host is None or ".." not in host


@pytest.mark.parametrize(
    "issuer", [f"https://sts.windows.net/{CUSTOMER}/", f"https://login.microsoftonline.com/{CUSTOMER.upper()}/v2.0"]
)
def test_the_tenant_id_stands_in_the_issuer(issuer: str) -> None:
    assert discovery.tenant_id_in(answer(b"\xef\xbb\xbf" + json.dumps({"issuer": issuer}).encode())) == CUSTOMER


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, '{"error":"invalid_tenant","error_codes":[90002]}'),
        (404, ""),
        (302, ""),
        (200, ""),
        (200, "[]"),
        (200, '{"issuer":null}'),
        (200, '{"issuer":"https://login.microsoftonline.com/{tenantid}/v2.0"}'),
        (200, "<html></html>"),
        (200, "[" * 100_000),
    ],
)
def test_everything_without_a_tenant_id_means_unknown(status: int, body: str) -> None:
    assert discovery.tenant_id_in(answer(body, status)) is None


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_a_service_in_trouble_knows_better_later(status: int) -> None:
    with pytest.raises(discovery.TryAgain):
        discovery.tenant_id_in(answer("", status))


def test_only_the_service_itself_says_that_nobody_has_a_domain() -> None:
    refused = '{"error":"invalid_tenant","error_codes":[90002]}'

    assert discovery.tenant_of(answer(refused, 400)) is None
    assert discovery.tenant_of(answer('{"error_codes":[90002]}', 400)) is None


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, ""),
        (302, ""),
        (200, "[]"),
        (400, "<html>"),
        (400, '{"error":"invalid_request"}'),
        (403, '{"error_codes":[1]}'),
    ],
)
def test_an_answer_that_does_not_say_whose_a_domain_is_claims_nothing(status: int, body: str) -> None:
    with pytest.raises(discovery.Unclear):
        discovery.tenant_of(answer(body, status))


def test_domains_compare_as_hosts_do() -> None:
    assert same_domain("Zero.OnMicrosoft.com.", "zero.onmicrosoft.COM")
    assert same_domain("münchen.example", "XN--mnchen-3ya.example")
    assert not same_domain("contoso.com", "contoso.co")
    assert not same_domain(None, None)
