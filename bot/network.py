"""Outgoing connections: proxies and trusted certificates, read once at start, and the HTTP sessions that use them.

aiohttp's own ``trust_env`` reads ``~/.netrc`` and the environment at every request, in two thread hops, and lets a
``default`` line of that file add an Authorization header of its own
(https://docs.aiohttp.org/en/stable/client_reference.html#aiohttp.ClientSession).
"""

import ssl
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import aiohttp
from aiohttp import hdrs
from yarl import URL

from bot.errors import OperatorError
from bot.proxies import Proxies, Proxy

CONNECTIONS = 256
"""At once in one session; aiohttp's default of 100 would queue a busy morning's look-ups."""

HEAD_BYTES, HEADERS = 64 * 1024, 1000
"""Of an answer's status line and of each of its headers, and how many of those; what is beyond aiohttp's own 8,190 and
128 is refused by it in a way that passes for an outage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """How the bot reaches other hosts."""

    proxies: Proxies = field(default_factory=Proxies)
    ca_files: tuple[Path, ...] = ()
    """PEM files, or folders of them in OpenSSL's form, that are trusted beside the machine's own; the first is what
    requests, which takes one, trusts."""

    def require(self) -> None:
        """Raise OperatorError for certificates that cannot be read."""
        _tls(self.ca_files)

    def session(self, timeout: aiohttp.ClientTimeout, *, unpack: bool = True) -> aiohttp.ClientSession:
        """Open a session; one for each remote, to be closed by the caller; ``unpack`` says whether bodies are."""
        session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=CONNECTIONS, ssl=_tls(self.ca_files)),
            cookie_jar=aiohttp.DummyCookieJar(),  # no remote uses cookies, and a jar costs at every request
            timeout=timeout,
            trust_env=False,
            auto_decompress=unpack,
            middlewares=(self._through_proxy,) if self.proxies.any else (),
            max_line_size=HEAD_BYTES,
            max_field_size=HEAD_BYTES,
            max_headers=HEADERS,
        )
        # aiohttp sends a GET again by itself when the connection breaks, at once and uncounted; tries are ours to count
        session._retry_connection = False  # noqa: SLF001 - there is no public switch
        return session

    async def _through_proxy(
        self, request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        """Send the request by its host's proxy, whatever proxy a library has found in the environment."""
        proxy = self.proxies.for_url(str(request.url))
        if proxy is None:
            request.update_proxy(None, None, None)
            return await send(request)
        login = _login(proxy)
        request.update_proxy(URL(proxy.url), None, login)
        if not request.is_ssl():  # a kept connection takes the next request without a CONNECT before it
            request.headers.update(login)
        return await send(request)


def _login(proxy: Proxy) -> dict[str, str]:
    """Return the header that takes the credentials to the proxy."""
    if proxy.user is None:
        return {}
    return {hdrs.PROXY_AUTHORIZATION: aiohttp.encode_basic_auth(proxy.user, proxy.password)}


@lru_cache(maxsize=8)  # reading the machine's certificates takes some 20 ms
def _tls(ca_files: tuple[Path, ...]) -> ssl.SSLContext:
    """Return what connections are verified with."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    for path in ca_files:
        try:
            if path.is_dir():
                context.load_verify_locations(capath=path)
            else:
                context.load_verify_locations(cafile=path)
        except (OSError, ValueError):  # ssl.SSLError is an OSError
            raise OperatorError(f"The trusted certificates in {path} cannot be read.") from None
    return context
