"""Stock msal, sent to the fake Entra by its own http_client, gets and keeps tokens there."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit, urlunsplit

import aiohttp
import msal
import pytest
import requests

from sandbox.microsoft import Microsoft, companies
from sandbox.microsoft.entra import TOKEN_PATH

SCOPES = ["https://api.partnercenter.microsoft.com/.default"]


class Rebased(requests.Session):
    """Sends to a loopback port what was meant for the authority."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.trust_env = False
        self._base = urlsplit(base)

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **more: Any) -> requests.Response:
        meant = urlsplit(str(url))
        return super().request(
            method, urlunsplit((self._base.scheme, self._base.netloc, meant.path, meant.query, "")), *args, **more
        )


@pytest.fixture
def app(microsoft: Microsoft) -> Iterator[Callable[[], Any]]:
    """Builds the msal application; building asks the network, so it is done in a thread."""
    with Rebased(microsoft.entra_url) as http_client:
        yield lambda: msal.ConfidentialClientApplication(
            companies.CLIENT_ID,
            client_credential=companies.CLIENT_SECRET,
            authority=f"https://login.microsoftonline.com/{companies.PARTNER_TENANT_ID}",
            instance_discovery=False,
            http_client=http_client,
        )


async def test_msal_redeems_the_seed_and_answers_from_its_cache_afterwards(
    microsoft: Microsoft, app: Callable[[], Any]
) -> None:
    def redeem() -> tuple[Any, Any, Any]:
        client = app()
        first = client.acquire_token_by_refresh_token(companies.REFRESH_TOKEN, SCOPES)
        account = client.get_accounts()[0]
        silent = client.acquire_token_silent(SCOPES, account=account)
        forced = client.acquire_token_silent(SCOPES, account=account, force_refresh=True)
        return first, silent, forced

    first, silent, forced = await asyncio.to_thread(redeem)

    assert first["token_source"] == "identity_provider"
    assert first["id_token_claims"]["preferred_username"] == "mona.kane@adventure-works.com"
    assert silent["token_source"] == "cache"
    assert forced["access_token"] != first["access_token"]
    assert microsoft.entra.calls(TOKEN_PATH) == 2
    assert microsoft.entra.complaints == []


async def test_msal_reports_a_refusal_without_raising(microsoft: Microsoft, app: Callable[[], Any]) -> None:
    microsoft.entra.refuse(50076)
    result = await asyncio.to_thread(lambda: app().acquire_token_by_refresh_token(companies.REFRESH_TOKEN, SCOPES))

    assert (result["error"], result["error_codes"]) == ("invalid_grant", [50076])


async def test_msal_signs_somebody_in_with_pkce(
    microsoft: Microsoft, app: Callable[[], Any], session: aiohttp.ClientSession
) -> None:
    client = await asyncio.to_thread(app)
    flow = await asyncio.to_thread(
        client.initiate_auth_code_flow, SCOPES, redirect_uri="http://localhost:54321", response_mode="form_post"
    )
    meant = urlsplit(flow["auth_uri"])
    wanted = dict(parse_qsl(meant.query)) | {"response_mode": "query"}
    url = f"{microsoft.entra_url}{meant.path}"
    async with session.get(url, params=wanted, allow_redirects=False) as response:
        answer = dict(parse_qsl(urlsplit(response.headers["Location"]).query))

    result = await asyncio.to_thread(client.acquire_token_by_auth_code_flow, flow, answer)

    assert result["id_token_claims"]["tid"] == companies.PARTNER_TENANT_ID
    assert "refresh_token" in result


async def test_msal_gets_an_app_only_token_from_its_cache_the_second_time(
    microsoft: Microsoft, app: Callable[[], Any]
) -> None:
    def twice() -> list[Any]:
        client = app()
        return [client.acquire_token_for_client(SCOPES) for _ in range(2)]

    assert [result["token_source"] for result in await asyncio.to_thread(twice)] == ["identity_provider", "cache"]
    assert microsoft.entra.calls(TOKEN_PATH) == 1
