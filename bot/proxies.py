"""Proxy settings: which proxy serves an address, decided without reading the environment again.

The environment's conventions are those that curl, requests and Go share: a proxy for each scheme, ``ALL_PROXY`` for the
rest, and ``NO_PROXY`` with hosts, domain suffixes, ports, addresses, networks, or ``*``.
"""

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import SplitResult, quote, unquote, urlsplit

DEFAULT_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}
SCHEMES = frozenset({"http", "https"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """A proxy's address without its credentials, and the credentials, which must not reach a log."""

    url: str
    user: str | None = field(default=None, repr=False)
    password: str = field(default="", repr=False)

    @property
    def url_with_credentials(self) -> str:
        """The form that requests takes; a secret where the proxy has a user."""
        if self.user is None:
            return self.url
        scheme, _, rest = self.url.partition("://")
        return f"{scheme}://{quote(self.user, safe='')}:{quote(self.password, safe='')}@{rest}"


def parse_proxy(value: str) -> Proxy:
    """Return the proxy; ``proxy.example.com:8080`` means http. Raises ValueError, which never quotes the value."""
    text = value.strip()
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        port, host = parts.port, parts.hostname or ""
        if ":" in host:
            ipaddress.IPv6Address(host)
    except ValueError:
        raise ValueError("is not the address of a proxy, such as http://proxy.example.com:8080") from None
    if not _is_plain(parts, host, text) or port == 0:
        raise ValueError("is not the address of a proxy, such as http://proxy.example.com:8080")
    if parts.scheme not in SCHEMES:
        raise ValueError("names a proxy of another kind than http or https")
    user, password = parts.username, parts.password
    return Proxy(
        url=f"{parts.scheme}://{_bracketed(host)}:{port or DEFAULT_PORTS[parts.scheme]}",
        user=None if user is None else unquote(user),
        password=unquote(password or ""),
    )


def _is_plain(parts: SplitResult, host: str, text: str) -> bool:
    """Say whether there is a host and nothing behind it that a proxy's address cannot have."""
    credentials = unquote((parts.username or "") + (parts.password or ""))
    readable = text.isascii() and text.isprintable() and " " not in text and credentials.isprintable()
    host_like = bool(host) and all(letter.isalnum() or letter in ".-_:" for letter in host)
    colon_in_user = ":" in unquote(parts.username or "")  # cannot be sent: the first colon ends the user's name
    return (
        readable and host_like and not colon_in_user and parts.path in {"", "/"} and not (parts.query or parts.fragment)
    )


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxies:
    """The proxies of this process."""

    https: Proxy | None = None
    http: Proxy | None = None
    others: Proxy | None = None
    """For each scheme that has none of its own."""
    exceptions: str = ""
    """``NO_PROXY``: separated by commas or blanks."""

    @property
    def any(self) -> bool:
        """Say whether there is one at all."""
        return bool(self.https or self.http or self.others)

    def for_url(self, url: str) -> Proxy | None:
        """Return the proxy for an http, https, ws or wss address; None where it is reached directly.

        Literal loopback addresses never go through a proxy: to a proxy they would mean its own machine.
        """
        parts = urlsplit(url)
        secure = parts.scheme in {"https", "wss"}
        proxy = (self.https if secure else self.http) or self.others
        if proxy is None:
            return None
        host = (parts.hostname or "").rstrip(".").lower()
        port = parts.port or DEFAULT_PORTS.get(parts.scheme, 0)
        return None if _is_loopback(host) or _is_excepted(host, port, self.exceptions) else proxy


def _is_loopback(host: str) -> bool:
    address = _ip(host)
    return host == "localhost" or host.endswith(".localhost") or (address is not None and address.is_loopback)


@lru_cache(maxsize=64)  # a handful of hosts, asked for at every request
def _is_excepted(host: str, port: int, exceptions: str) -> bool:
    return any(_covers(entry, host, port) for entry in _entries(exceptions))


def _entries(exceptions: str) -> Iterator[str]:
    return (entry.lower() for entry in exceptions.replace(",", " ").split())


def _covers(entry: str, host: str, port: int) -> bool:
    """Say whether an entry of ``NO_PROXY`` covers the host; one that cannot be understood covers nothing."""
    if entry == "*":
        return True
    address = _ip(host)
    if "/" in entry:
        try:
            return address is not None and address in ipaddress.ip_network(entry, strict=False)
        except ValueError:
            return False
    name, its_port = _with_port(entry)
    if its_port is not None and its_port != port:
        return False
    named = _ip(name)
    if named is not None or address is not None:
        return named == address
    suffix = name.removeprefix("*").strip(".")
    return bool(suffix) and (host == suffix or host.endswith(f".{suffix}"))


def _with_port(entry: str) -> tuple[str, int | None]:
    """Split ``host:port``, ``[v6]:port`` and the like."""
    if _ip(entry) is not None:
        return entry, None
    name, colon, port = entry.rpartition(":")
    if colon and port.isascii() and port.isdigit():
        return name.strip("[]"), int(port)
    return entry.strip("[]"), None


def _ip(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
