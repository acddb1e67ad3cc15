"""Which proxy serves an address, as curl, requests and Go understand the environment."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.proxies import Proxies, Proxy, parse_proxy

ONE = Proxy(url="http://one.example:8080")
TWO = Proxy(url="http://two.example:8080")
EACH = Proxies(https=ONE, http=TWO)


@pytest.mark.parametrize(
    ("text", "proxy"),
    [
        ("http://proxy.example:8080", Proxy(url="http://proxy.example:8080")),
        ("http://proxy.example:8080/", Proxy(url="http://proxy.example:8080")),
        (" proxy.example:8080 ", Proxy(url="http://proxy.example:8080")),
        ("proxy.example", Proxy(url="http://proxy.example:80")),
        ("HTTPS://Proxy.Example", Proxy(url="https://proxy.example:443")),
        ("http://10.0.0.1:3128", Proxy(url="http://10.0.0.1:3128")),
        ("http://[fd00::1]:3128", Proxy(url="http://[fd00::1]:3128")),
        ("http://bot:pass@proxy.example:8080", Proxy(url="http://proxy.example:8080", user="bot", password="pass")),
        ("bot:p%40ss%3A@proxy.example:8080", Proxy(url="http://proxy.example:8080", user="bot", password="p@ss:")),
        ("http://bot@proxy.example:8080", Proxy(url="http://proxy.example:8080", user="bot")),
    ],
)
def test_a_proxys_address_is_understood(text: str, proxy: Proxy) -> None:
    assert parse_proxy(text) == proxy


@pytest.mark.parametrize(
    "text",
    [
        *("http://", "://", "http://:8080", "http://proxy.example:port", "http://proxy.example:0", "[::1", "@", ":@"),
        *("http://proxy.example:99999", "http://pro xy.example", "http://proxy.example/path", "http://p.example?x=1"),
        *("socks5://proxy.example:1080", "ftp://proxy.example", "http://proxy.example\n:80", "http://[::g]:80"),
        *(
            "http://proxy.example#x",
            "http://pröxy.example",
            "http://u:hidden@pass@",
            "http://u:hid\x00den@proxy.example",
        ),
        *("http://u%0d%0ahidden:x@proxy.example", "http://u%3ahidden:x@proxy.example"),
    ],
)
def test_a_malformed_proxy_is_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(ValueError, match="prox") as raised:
        parse_proxy(text)
    assert "hidden" not in str(raised.value)
    assert raised.value.__cause__ is None


@given(st.text(max_size=40))
def test_any_text_is_a_proxy_or_refused(text: str) -> None:
    try:
        proxy = parse_proxy(text)
    except ValueError as error:
        assert str(error).startswith(("is not the address", "names a proxy"))  # noqa: PT017 - either outcome is right
    else:
        assert parse_proxy(proxy.url_with_credentials) == proxy


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12))
def test_credentials_are_never_shown(password: str) -> None:
    proxy = Proxy(url="http://proxy.example:8080", user="bot", password=f"hidden{password}")

    assert "hidden" not in repr(Proxies(https=proxy))
    assert "hidden" not in proxy.url
    assert parse_proxy(proxy.url_with_credentials) == proxy


def test_each_scheme_has_its_own_and_all_proxy_serves_the_rest() -> None:
    assert EACH.for_url("https://slack.com/api/") == ONE
    assert EACH.for_url("wss://wss-primary.slack.com/link/") == ONE
    assert EACH.for_url("http://www.microsoft.com/pkiops/x.crt") == TWO
    assert Proxies(http=TWO).for_url("https://slack.com/") is None
    assert Proxies(others=ONE).for_url("https://slack.com/") == ONE
    assert Proxies(https=TWO, others=ONE).for_url("http://slack.com/") == ONE


@pytest.mark.parametrize(
    "url",
    [
        *("http://127.0.0.1:3000/x", "https://127.9.9.9/", "http://localhost:1/", "http://[::1]:80/"),
        *("https://a.localhost/", "http://LOCALHOST./"),
    ],
)
def test_loopback_is_reached_without_a_proxy(url: str) -> None:
    assert EACH.for_url(url) is None


@pytest.mark.parametrize(
    ("exceptions", "url"),
    [
        ("*", "https://slack.com/"),
        ("other.example, *", "https://slack.com/"),
        ("slack.com", "https://slack.com/"),
        ("slack.com", "https://hooks.slack.com/"),
        (".slack.com", "https://hooks.slack.com/"),
        (".slack.com", "https://slack.com/"),
        ("*.slack.com", "https://hooks.slack.com/"),
        ("SLACK.com.", "https://slack.COM./"),
        ("a.example b.example,,slack.com", "https://slack.com/"),
        ("slack.com:443", "https://slack.com/"),
        ("slack.com:8443", "https://slack.com:8443/"),
        ("10.1.2.3", "https://10.1.2.3/"),
        ("10.1.2.3:8443", "https://10.1.2.3:8443/"),
        ("10.0.0.0/8", "https://10.1.2.3/"),
        ("10.1.2.0/16", "https://10.1.2.3/"),
        ("fd00::1", "https://[fd00::1]/"),
        ("[fd00::1]:443", "https://[fd00::1]/"),
        ("fd00::/8", "https://[fd00:0::1]:8443/"),
    ],
)
def test_what_no_proxy_names_is_reached_directly(exceptions: str, url: str) -> None:
    assert Proxies(https=ONE, others=TWO, exceptions=exceptions).for_url(url) is None


@pytest.mark.parametrize(
    ("exceptions", "url"),
    [
        ("", "https://slack.com/"),
        ("lack.com", "https://slack.com/"),
        ("slack.com", "https://slack.com.evil.example/"),
        ("hooks.slack.com", "https://slack.com/"),
        ("slack.com:8443", "https://slack.com/"),
        ("10.0.0.0/8", "https://11.1.2.3/"),
        ("10.0.0.0/8", "https://slack.com/"),
        ("0.0.0.0/0", "https://[fd00::1]/"),
        ("1.2.3", "https://1.2.3.4/"),
        ("3.4", "https://1.2.3.4/"),
        ("10.0.0.0/99, /, :, [, *.", "https://10.0.0.1/"),
    ],
)
def test_what_no_proxy_does_not_name_goes_through_the_proxy(exceptions: str, url: str) -> None:
    assert Proxies(https=ONE, exceptions=exceptions).for_url(url) == ONE


@given(st.text(max_size=30), st.sampled_from(["https://slack.com/", "https://10.0.0.1:81/", "wss://[fd00::1]/"]))
def test_no_exception_list_raises(exceptions: str, url: str) -> None:
    assert Proxies(https=ONE, exceptions=exceptions).for_url(url) in {ONE, None}
