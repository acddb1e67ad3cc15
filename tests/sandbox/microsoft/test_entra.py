"""What the fake Entra promises: discovery, three grants, a sign-in, and refusals in Entra's own words."""

import base64
import hashlib
import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import aiohttp
import pytest

from sandbox.microsoft import Microsoft, companies, faults
from sandbox.microsoft.entra import TOKEN_PATH
from sandbox.microsoft.entra_refusals import REFUSALS
from sandbox.microsoft.users import FROM_ANOTHER_TENANT

SCOPE = "https://api.partnercenter.microsoft.com/.default offline_access openid profile"
VERIFIER = "a-verifier-that-is-long-enough-for-the-standard-0123456789"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
SIGN_IN = {
    "client_id": companies.CLIENT_ID,
    "response_type": "code",
    "redirect_uri": "http://localhost:54321",
    "scope": SCOPE,
    "state": "the state",
    "nonce": "the nonce",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}
REFRESH = {
    "grant_type": "refresh_token",
    "client_id": companies.CLIENT_ID,
    "client_secret": companies.CLIENT_SECRET,
    "refresh_token": companies.REFRESH_TOKEN,
    "scope": SCOPE,
    "client_info": "1",
}


class Browser:
    """Posts forms and opens the sign-in page, without following where that leads."""

    def __init__(self, microsoft: Microsoft, session: aiohttp.ClientSession) -> None:
        self.microsoft = microsoft
        self.session = session

    async def token(self, form: dict[str, str], tenant: str = companies.PARTNER_TENANT_ID) -> tuple[int, Any]:
        url = f"{self.microsoft.entra_url}/{tenant}/oauth2/v2.0/token"
        async with self.session.post(url, data=form) as response:
            return response.status, await response.json()

    async def discover(self, tenant: str) -> tuple[int, Any]:
        url = f"{self.microsoft.entra_url}/{tenant}/v2.0/.well-known/openid-configuration"
        async with self.session.get(url) as response:
            return response.status, await response.json()

    async def sign_in(self, **changed: str) -> tuple[int, str]:
        """Status, and where it leads or what the page says."""
        url = f"{self.microsoft.entra_url}/{companies.PARTNER_TENANT_ID}/oauth2/v2.0/authorize"
        async with self.session.get(url, params=SIGN_IN | changed, allow_redirects=False) as response:
            return response.status, response.headers.get("Location") or await response.text()

    async def code(self, **changed: str) -> str:
        _, there = await self.sign_in(**changed)
        return dict(parse_qsl(urlsplit(there).query))["code"]


@pytest.fixture
def browser(microsoft: Microsoft, session: aiohttp.ClientSession) -> Browser:
    return Browser(microsoft, session)


def claims(token: str) -> dict[str, Any]:
    payload = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return found


def redeem(code: str, /, **changed: str) -> dict[str, str]:
    common = {name: REFRESH[name] for name in ("client_id", "client_secret", "scope")}
    exchange = {"grant_type": "authorization_code", "code": code, "redirect_uri": SIGN_IN["redirect_uri"]}
    return {**common, **exchange, "code_verifier": VERIFIER, **changed}


@pytest.mark.parametrize(
    ("domain", "tenant_id"),
    [
        ("contoso.com", companies.CONTOSO.tenant_id),
        ("Contoso-Shop.com", companies.CONTOSO.tenant_id),
        ("northwindtraders.com", companies.NORTHWIND.tenant_id),
        ("tailspintoys.com", companies.TAILSPIN.tenant_id),
        ("uppercase.example", companies.UPPERCASE.tenant_id.lower()),
        ("relecloud.com", companies.STRANGERS["relecloud.com"]),
        (companies.PARTNER_TENANT_ID, companies.PARTNER_TENANT_ID),
    ],
)
async def test_any_domain_of_a_tenant_resolves_to_it(browser: Browser, domain: str, tenant_id: str) -> None:
    status, found = await browser.discover(domain)

    assert (status, found["issuer"]) == (200, f"https://login.microsoftonline.com/{tenant_id}/v2.0")
    assert found["token_endpoint"].startswith("https://")


async def test_an_unknown_domain_is_refused_with_90002(browser: Browser) -> None:
    status, found = await browser.discover("nobody.example")

    assert (status, found["error"], found["error_codes"]) == (400, "invalid_tenant", [90002])


async def test_a_refresh_token_gives_an_access_token_and_a_new_refresh_token(
    browser: Browser, microsoft: Microsoft
) -> None:
    status, first = await browser.token(REFRESH)
    _, again = await browser.token(REFRESH)
    _, next_one = await browser.token(REFRESH | {"refresh_token": first["refresh_token"]})

    assert status == 200
    assert len({companies.REFRESH_TOKEN, *(one["refresh_token"] for one in (first, again, next_one))}) == 4
    assert claims(first["access_token"])["amr"] == ["pwd", "mfa"]
    assert claims(first["id_token"])["tid"] == companies.PARTNER_TENANT_ID
    assert {"client_info", "expires_in", "ext_expires_in", "token_type", "scope"} <= set(first)
    assert microsoft.tokens.access_tokens_issued == 3
    assert microsoft.entra.calls(TOKEN_PATH) == 3


async def test_a_refresh_token_may_be_made_to_work_once(browser: Browser, microsoft: Microsoft) -> None:
    microsoft.entra.single_use_refresh_tokens = True
    _, first = await browser.token(REFRESH)

    assert (await browser.token(REFRESH))[1]["error_codes"] == [50173]
    assert (await browser.token(REFRESH | {"refresh_token": first["refresh_token"]}))[0] == 200


async def test_a_refresh_token_of_an_earlier_run_still_works_and_a_revoked_one_does_not(
    browser: Browser, microsoft: Microsoft
) -> None:
    _, first = await browser.token(REFRESH)
    async with Microsoft() as next_run:
        later = Browser(next_run, browser.session)
        assert (await later.token(REFRESH | {"refresh_token": first["refresh_token"]}))[0] == 200

    microsoft.entra.revoke_refresh_tokens()
    assert (await browser.token(REFRESH))[1]["error_codes"] == [50173]
    assert (await browser.token(REFRESH | {"refresh_token": microsoft.tokens.refresh_token()}))[0] == 200


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"client_secret": "wrong"}, 401, 7000215),
        ({"client_id": "wrong"}, 400, 700016),
        ({"refresh_token": "wrong"}, 400, 9002313),
        ({"scope": "openid"}, 400, 70011),
        ({"scope": "https://unknown.example/.default"}, 400, 500011),
        ({"grant_type": "password"}, 400, 70003),
    ],
)
async def test_a_wrong_token_request_is_refused_in_entras_words(
    browser: Browser, changed: dict[str, str], status: int, code: int
) -> None:
    answered, body = await browser.token(REFRESH | changed)

    assert (answered, body["error_codes"]) == (status, [code])
    assert body["error_description"].startswith(f"AADSTS{code}: ")
    assert {"trace_id", "correlation_id", "timestamp"} <= set(body)


@pytest.mark.parametrize("code", REFUSALS)
async def test_any_known_refusal_can_be_had_until_it_is_taken_back(
    browser: Browser, microsoft: Microsoft, code: int
) -> None:
    microsoft.entra.refuse(code)
    status, body = await browser.token(REFRESH)
    assert (status, body["error_codes"], body["error"]) == (REFUSALS[code].status, [code], REFUSALS[code].error)

    microsoft.entra.refuse(None)
    assert (await browser.token(REFRESH))[0] == 200


async def test_the_consent_fault_refuses_with_65001(browser: Browser, microsoft: Microsoft) -> None:
    microsoft.faults.switch(faults.CONSENT_WITHDRAWN, on=True)
    _, body = await browser.token(REFRESH)

    assert (body["error_codes"], body["suberror"]) == ([65001], "consent_required")


async def test_client_credentials_give_an_app_only_token_and_nothing_msal_would_cache_as_a_user(
    browser: Browser,
) -> None:
    form = {**REFRESH, "grant_type": "client_credentials", "scope": SCOPE.split(maxsplit=1)[0]}
    _, body = await browser.token(form)

    assert set(body) == {"token_type", "expires_in", "ext_expires_in", "access_token"}
    assert "upn" not in claims(body["access_token"])


async def test_a_sign_in_goes_back_at_once_and_its_code_is_redeemed_with_the_verifier(browser: Browser) -> None:
    status, there = await browser.sign_in()
    answer = dict(parse_qsl(urlsplit(there).query))
    assert (status, answer["state"], there.startswith("http://localhost:54321/?")) == (302, "the state", True)

    status, body = await browser.token(redeem(answer["code"]))
    assert (status, claims(body["id_token"])["nonce"]) == (200, "the nonce")
    assert (await browser.token(redeem(answer["code"])))[1]["error_codes"] == [54005]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"code_verifier": "another"}, 501481),
        ({"redirect_uri": "http://localhost:1"}, 50011),
        ({"code": "invented"}, 9002313),
    ],
)
async def test_a_code_is_worth_nothing_to_others(browser: Browser, changed: dict[str, str], code: int) -> None:
    assert (await browser.token(redeem(await browser.code(), **changed)))[1]["error_codes"] == [code]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"redirect_uri": "https://evil.example"}, "AADSTS50011"),
        ({"redirect_uri": "http://localhost:1/elsewhere"}, "AADSTS50011"),
        ({"client_id": "wrong"}, "AADSTS700016"),
        ({"code_challenge": ""}, "AADSTS90014"),
    ],
)
async def test_a_sign_in_that_cannot_begin_shows_a_page_and_leads_nowhere(
    browser: Browser, changed: dict[str, str], said: str
) -> None:
    status, page = await browser.sign_in(**changed)

    assert (status, said in page) == (400, True)


async def test_a_sign_in_may_come_back_as_a_form_or_with_an_error(browser: Browser, microsoft: Microsoft) -> None:
    status, page = await browser.sign_in(response_mode="form_post")
    assert (status, 'name="code"' in page, 'action="http://localhost:54321/"' in page) == (200, True, True)

    microsoft.entra.sign_in_error = ("access_denied", "AADSTS65004: User declined to consent.")
    _, there = await browser.sign_in()
    assert dict(parse_qsl(urlsplit(there).query))["error"] == "access_denied"


async def test_whoever_signs_in_may_belong_to_another_tenant(browser: Browser, microsoft: Microsoft) -> None:
    microsoft.entra.user = FROM_ANOTHER_TENANT
    _, body = await browser.token(redeem(await browser.code()))

    assert claims(body["id_token"])["tid"] == companies.CONTOSO.tenant_id
