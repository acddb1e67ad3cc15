"""Outgoing requests: through the proxy that the settings name, without .netrc, and without a thread hop."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.connections import network
from bot.errors import OperatorError
from bot.network import Network
from bot.proxies import Proxies, parse_proxy
from bot.slack.connection import slack_client
from sandbox.forward_proxy import ForwardProxy
from sandbox.microsoft.companies import CONTOSO
from tests.slack import child
from tests.world import World

LOGIN = "bot:hidden-word"
TIMEOUT = aiohttp.ClientTimeout(total=10)
ORIGINS = {"SLACK_API_URL": "slack.example", "PARTNER_CENTER_URL": "partner.example", "ENTRA_URL": "login.example"}


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("https_proxy", "http_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def netrc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file with a login for every host, where aiohttp and requests look for one."""
    home = tmp_path / "home"
    home.mkdir()
    file = home / ".netrc"
    file.write_text("default login somebody password netrc-word\n")
    file.chmod(0o600)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("NETRC", str(file))
    return file


@pytest.fixture
async def proxy(quiet_world: World, tmp_path: Path) -> AsyncIterator[ForwardProxy]:
    """A proxy that demands a login and knows Slack, Partner Center and Entra under public names."""
    slack, microsoft = quiet_world.slack, quiet_world.microsoft
    origins = {
        "slack.example": slack.url,
        "partner.example": microsoft.partner_center_url,
        "login.example": microsoft.entra_url,
    }
    async with ForwardProxy(tmp_path, origins, login=LOGIN) as served:
        yield served


def public_names(world: World, proxy: ForwardProxy) -> dict[str, str]:
    """Return the settings of a bot behind that proxy."""
    return {
        "SLACK_API_URL": "https://slack.example/api/",
        "PARTNER_CENTER_URL": "https://partner.example",
        "ENTRA_URL": "https://login.example" + world.microsoft.entra_url.partition("//")[2].partition("/")[2],
        "HTTPS_PROXY": proxy.url_with_login,
        "SSL_CERT_FILE": str(proxy.root_file),
    }


class CountingExecutor(ThreadPoolExecutor):
    """The loop's threads, which count what they are given."""

    def __init__(self) -> None:
        super().__init__(max_workers=4)
        self.given = 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.given += 1
        return super().submit(fn, *args, **kwargs)


@pytest.fixture
async def hops() -> CountingExecutor:
    """What counts the thread hops of this test."""
    executor = CountingExecutor()
    asyncio.get_running_loop().set_default_executor(executor)
    return executor


async def test_the_whole_bot_works_behind_a_proxy_and_netrc_changes_nothing(
    quiet_world: World, proxy: ForwardProxy, netrc: Path
) -> None:
    async with quiet_world.bot(**public_names(quiet_world, proxy)):
        asked = await quiet_world.maya.types("/partner customer contoso.com")
        answer = await asked.answer()

    assert CONTOSO.tenant_id in answer.plain
    assert {served.partition(" ")[2] for served in proxy.served} == {f"{host}:443" for host in ORIGINS.values()}
    assert proxy.refused == 0
    assert quiet_world.slack.complaints == []
    assert quiet_world.microsoft.entra.complaints == []
    assert quiet_world.microsoft.partner_center.complaints == []


async def test_netrc_changes_nothing_without_a_proxy(quiet_world: World, netrc: Path) -> None:
    async with quiet_world.bot():
        answer = await (await quiet_world.maya.types("/partner customer contoso.com")).answer()

    assert CONTOSO.tenant_id in answer.plain
    assert quiet_world.microsoft.entra.complaints == []


async def test_socket_mode_goes_through_the_proxy(quiet_world: World, proxy: ForwardProxy) -> None:
    quiet_world.slack.socket_mode = True
    quiet_world.slack.workspace.url = "https://slack.example"
    async with quiet_world.bot(**public_names(quiet_world, proxy)):
        await quiet_world.slack.connected()
        through = proxy.served.count("CONNECT slack.example:443")

    assert through == 2  # the Web API's kept connection, and the socket's own


async def test_no_proxy_is_honoured_by_all(
    quiet_world: World, proxy: ForwardProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)  # where the SDK would find it
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    async with quiet_world.bot(HTTP_PROXY=proxy.url, HTTPS_PROXY=proxy.url, NO_PROXY="*"):
        answer = await (await quiet_world.maya.types("/partner customer contoso.com")).answer()

    assert CONTOSO.tenant_id in answer.plain
    assert (proxy.served, proxy.refused) == ([], 0)


async def test_an_outgoing_request_takes_no_thread_hop(
    quiet_world: World, proxy: ForwardProxy, hops: CountingExecutor, netrc: Path
) -> None:
    settings = quiet_world.settings()
    direct = network(settings)
    behind = Network(proxies=Proxies(http=parse_proxy(proxy.url_with_login), https=None))
    async with direct.session(TIMEOUT) as session:
        client = slack_client(settings, session)
        for _ in range(3):
            assert (await client.auth_test())["ok"]
            async with session.get(f"{quiet_world.microsoft.partner_center_url}/v1/customers") as answer:
                assert answer.status == 400
    async with behind.session(TIMEOUT) as session, session.get("http://partner.example/v1/customers") as answer:
        assert answer.status == 400

    assert hops.given == 0
    assert proxy.served == ["GET http://partner.example/v1/customers"]


async def test_a_command_of_a_bot_that_is_warm_takes_no_thread_hop(world: World, hops: CountingExecutor) -> None:
    await (await world.maya.types("/partner customer contoso.com")).answer()
    before = hops.given
    asked = await world.maya.types("/partner relationships contoso.com")
    await asked.answer()

    assert hops.given == before


async def test_a_certificate_of_an_unknown_root_is_refused(quiet_world: World, proxy: ForwardProxy) -> None:
    behind = Network(proxies=Proxies(https=parse_proxy(proxy.url_with_login)))
    async with behind.session(TIMEOUT) as session:
        with pytest.raises(aiohttp.ClientConnectorCertificateError):
            await session.get("https://partner.example/v1/customers")


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "SSL_CERT_DIR"])
async def test_every_variable_for_trusted_certificates_is_honoured(
    quiet_world: World, proxy: ForwardProxy, tmp_path: Path, name: str
) -> None:
    named = str(proxy.root_file)
    if name == "SSL_CERT_DIR":
        named = await _hashed(tmp_path, proxy.root_file.read_bytes())
    changes = public_names(quiet_world, proxy)
    del changes["SSL_CERT_FILE"]
    async with quiet_world.bot(**changes, **{name: named}):
        answer = await (await quiet_world.maya.types("/partner customer contoso.com")).answer()

    assert CONTOSO.tenant_id in answer.plain


async def _hashed(folder: Path, root: bytes) -> str:
    """Make the folder one in OpenSSL's form that holds one certificate."""
    process = await asyncio.create_subprocess_exec(
        "openssl", "x509", "-hash", "-noout", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate(root)
    (folder / f"{out.decode().strip()}.0").write_bytes(root)
    return str(folder)


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
@pytest.mark.parametrize("value", ["http://bot:hidden-word@ proxy.example", "socks5://bot:hidden-word@proxy.example"])
async def test_a_malformed_proxy_ends_the_start_with_one_line(quiet_world: World, name: str, value: str) -> None:
    ended = await child.run("run", environment=quiet_world.environment() | {name: value})

    assert ended.code == 78
    assert len(ended.err.splitlines()) == 1
    assert name.upper() in ended.err
    assert "hidden" not in ended.err


async def test_a_proxy_that_refuses_the_login_is_no_trace_and_no_secret(
    quiet_world: World, proxy: ForwardProxy
) -> None:
    wrong = proxy.url.replace("//", "//bot:hidden-other@")
    changes = public_names(quiet_world, proxy) | {"HTTPS_PROXY": wrong}
    ended = await child.run("run", environment=quiet_world.environment() | changes | {"LOG_LEVEL": "DEBUG"})

    assert ended.code == 75
    assert proxy.refused > 0
    assert "hidden" not in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("content", ["", "no certificates"])
def test_trusted_certificates_that_cannot_be_read_are_said(tmp_path: Path, content: str) -> None:
    file = tmp_path / "roots.pem"
    file.write_text(content)

    with pytest.raises(OperatorError, match=r"roots\.pem"):
        Network(ca_files=(file,)).require()
