"""``python -m bot connect``: a person signs the bot in, at this machine or from another."""

import asyncio
import os
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from bot.connect import connect
from bot.connections import DatabaseTokenStore
from bot.partner_center.auth import Consent, Registration, SignIn
from sandbox.microsoft import Microsoft, answers
from sandbox.microsoft.companies import PARTNER_TENANT_ID, REFRESH_TOKEN
from sandbox.microsoft.entra import AUTHORIZE_PATH, DISCOVERY_PATH, TOKEN_PATH
from sandbox.microsoft.users import ADMIN_AGENT, FROM_ANOTHER_TENANT, WITHOUT_MFA


@pytest.fixture(autouse=True)
def no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """No browser of the developer's is opened."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)


@dataclass
class Terminal:
    """What was printed, and somebody who can type."""

    reading: int
    writing: int
    lines: list[str] = field(default_factory=list)
    address: asyncio.Event = field(default_factory=asyncio.Event)

    def say(self, text: str) -> None:
        self.lines.append(text)
        if text.startswith("http"):
            self.address.set()

    async def authorize_address(self) -> str:
        async with asyncio.timeout(120):
            await self.address.wait()
        return next(line for line in self.lines if line.startswith("http")).strip()

    def paste(self, text: str) -> None:
        os.write(self.writing, f"{text}\n".encode())

    def end(self) -> None:
        os.close(self.writing)
        self.writing = -1

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    opened = Terminal(*os.pipe())
    yield opened
    if opened.writing != -1:
        opened.end()


Person = Callable[[Terminal], Coroutine[None, None, None]]


async def redirect_of(terminal: Terminal) -> str:
    """Sign in as the fake Entra's person and return the address the browser is sent to."""
    async with (
        aiohttp.ClientSession() as browser,
        browser.get(await terminal.authorize_address(), allow_redirects=False) as answer,
    ):
        return answer.headers["Location"]


async def paste_redirect(terminal: Terminal) -> None:
    terminal.paste(await redirect_of(terminal))


async def follow_redirect(terminal: Terminal) -> None:
    location = await redirect_of(terminal)
    async with aiohttp.ClientSession() as browser, browser.get(location) as answer:
        assert "You can close this page" in await answer.text()


async def run(
    registration: Registration,
    store: DatabaseTokenStore,
    terminal: Terminal,
    person: Person | None = None,
    *,
    paste: bool = True,
    seed: str | None = None,
) -> int:
    async with asyncio.timeout(120), asyncio.TaskGroup() as group:
        outcome = group.create_task(
            connect(registration, store, paste=paste, seed=seed, say=terminal.say, stdin=terminal.reading)
        )
        if person is not None:
            group.create_task(person(terminal))
    return outcome.result()


async def stored(registration: Registration, store: DatabaseTokenStore) -> Consent | None:
    found = await store.load(registration.account)
    return None if found is None else Consent.model_validate_json(found.payload)


async def test_a_pasted_redirect_signs_the_bot_in(
    registration: Registration, store: DatabaseTokenStore, terminal: Terminal, microsoft: Microsoft
) -> None:
    code = await run(registration, store, terminal, paste_redirect)

    assert code == 0
    assert f"Signed in:     {ADMIN_AGENT.username}" in terminal.text
    assert f"Tenant:        {PARTNER_TENANT_ID}" in terminal.text
    assert "MFA-compliant: yes" in terminal.text
    consent = await stored(registration, store)
    assert consent is not None
    assert (consent.username, consent.mfa_compliant) == (ADMIN_AGENT.username, True)
    assert microsoft.entra.complaints == []


async def test_the_address_to_open_is_the_other_authoritys_and_asks_with_pkce(
    registration: Registration, store: DatabaseTokenStore, terminal: Terminal, microsoft: Microsoft
) -> None:
    await run(registration, store, terminal, paste_redirect)

    address = urlsplit(await terminal.authorize_address())
    query = parse_qs(address.query)
    assert f"{address.scheme}://{address.netloc}" == microsoft.entra_url
    assert query["code_challenge_method"] == ["S256"]
    assert query["redirect_uri"] == ["http://localhost"]
    assert "offline_access" in query["scope"][0]


async def test_the_browser_of_this_machine_comes_back_by_itself(
    registration: Registration, store: DatabaseTokenStore, terminal: Terminal
) -> None:
    terminal.end()

    code = await run(registration, store, terminal, follow_redirect, paste=False)

    assert code == 0
    redirect = parse_qs(urlsplit(await terminal.authorize_address()).query)["redirect_uri"][0]
    assert redirect.startswith("http://localhost:")
    assert await stored(registration, store)


async def test_a_person_elsewhere_may_paste_even_where_a_listener_waits(
    registration: Registration, store: DatabaseTokenStore, terminal: Terminal
) -> None:
    assert await run(registration, store, terminal, paste_redirect, paste=False) == 0


async def test_a_stray_visit_or_line_does_not_end_the_sign_in(
    registration: Registration, store: DatabaseTokenStore, terminal: Terminal
) -> None:
    async def stumble(terminal: Terminal) -> None:
        redirect = parse_qs(urlsplit(await terminal.authorize_address()).query)["redirect_uri"][0]
        async with aiohttp.ClientSession() as browser:
            await browser.get(f"{redirect}/?code=stolen&state=forged")
        terminal.paste("")
        terminal.paste("what am I to do?")
        await paste_redirect(terminal)

    code = await run(registration, store, terminal, stumble, paste=False)

    assert code == 0
    assert terminal.text.count("That is not the address this sign-in comes back to") == 2


async def test_nothing_pasted_is_told(
    registration: Registration, store: DatabaseTokenStore, terminal: Terminal
) -> None:
    terminal.end()

    assert await run(registration, store, terminal) == 77
    assert "No address was pasted; nothing was stored." in terminal.text


async def test_an_account_of_another_organisation_is_refused_by_its_tenant(
    registration: Registration, store: DatabaseTokenStore, terminal: Terminal, microsoft: Microsoft
) -> None:
    microsoft.entra.user = FROM_ANOTHER_TENANT

    code = await run(registration, store, terminal, paste_redirect)

    assert code == 77
    assert f"belongs to tenant {FROM_ANOTHER_TENANT.tenant_id}" in terminal.text
    assert await stored(registration, store) is None
    assert microsoft.partner_center.requests == []


async def test_a_sign_in_that_partner_center_refuses_for_want_of_mfa_keeps_the_former_one(
    registration: Registration, store: DatabaseTokenStore, terminal: Terminal, microsoft: Microsoft
) -> None:
    await SignIn(registration, store, seed=REFRESH_TOKEN).access_token()
    former = await stored(registration, store)
    microsoft.entra.user = WITHOUT_MFA

    code = await run(registration, store, terminal, paste_redirect)

    assert code == 77
    assert "MFA-compliant: no" in terminal.text
    assert "Require MFA for this account" in terminal.text
    assert await stored(registration, store) == former


async def test_a_sign_in_without_mfa_that_is_still_taken_is_stored_with_a_warning(
    registration: Registration, store: DatabaseTokenStore, terminal: Terminal, microsoft: Microsoft
) -> None:
    microsoft.entra.user = WITHOUT_MFA
    microsoft.partner_center.answer_next(
        "/v1/customers", body={"totalCount": 0, "items": []}, headers={"isMfaCompliant": "false"}
    )

    code = await run(registration, store, terminal, paste_redirect)

    assert code == 0
    assert "MFA-compliant: no" in terminal.text
    assert "once it enforces MFA" in terminal.text
    consent = await stored(registration, store)
    assert consent is not None
    assert consent.mfa_compliant is False


async def test_an_account_without_the_role_is_refused(
    registration: Registration, store: DatabaseTokenStore, terminal: Terminal, microsoft: Microsoft
) -> None:
    microsoft.partner_center.answer_next("/v1/customers", status=403, body={"code": "900150"})

    assert await run(registration, store, terminal, paste_redirect) == 77
    assert "refuses this account (403)" in terminal.text
    assert await stored(registration, store) is None


async def test_a_sign_in_that_cannot_be_checked_just_now_is_stored_all_the_same(
    registration: Registration, store: DatabaseTokenStore, terminal: Terminal
) -> None:
    nowhere = replace(registration, rest_base="http://127.0.0.1:1")

    assert await run(nowhere, store, terminal, paste_redirect) == 0
    assert "MFA-compliant: unknown" in terminal.text
    assert await stored(registration, store)


async def test_partner_center_is_asked_to_check_the_mfa(
    registration: Registration, store: DatabaseTokenStore, terminal: Terminal, microsoft: Microsoft
) -> None:
    await run(registration, store, terminal, paste_redirect)

    (asked,) = microsoft.partner_center.requests
    assert (asked.method, asked.path, dict(asked.query)) == ("GET", "/v1/customers", {"size": "1"})
    assert asked.headers["ValidateMfa"] == "true"
    assert microsoft.partner_center.complaints == []


async def test_a_sign_in_that_was_cancelled_is_told(
    registration: Registration, store: DatabaseTokenStore, terminal: Terminal, microsoft: Microsoft
) -> None:
    microsoft.entra.sign_in_error = ("access_denied", "the user canceled the authentication")

    assert await run(registration, store, terminal, paste_redirect) == 77
    assert "The sign-in was cancelled in the browser; nothing was stored." in terminal.text


async def test_a_refusal_of_entra_is_told_with_its_cause(
    registration: Registration, store: DatabaseTokenStore, terminal: Terminal, microsoft: Microsoft
) -> None:
    microsoft.entra.refuse(7000222)

    assert await run(registration, store, terminal, paste_redirect) == 77
    assert (
        "(AADSTS7000222): PARTNER_CENTER_CLIENT_SECRET (or the certificate) is wrong or has expired." in terminal.text
    )


async def test_an_authority_that_is_away_is_told_before_anything_is_opened(
    registration: Registration, store: DatabaseTokenStore, terminal: Terminal, microsoft: Microsoft
) -> None:
    microsoft.entra.answer_next(DISCOVERY_PATH, status=503, body="", times=3)

    assert await run(registration, store, terminal) == 75
    assert "Try again in some minutes." in terminal.text
    assert microsoft.entra.calls(AUTHORIZE_PATH) == 0


async def test_a_running_bot_with_a_dead_consent_works_again_without_a_restart(
    registration: Registration, store: DatabaseTokenStore, terminal: Terminal, microsoft: Microsoft
) -> None:
    running = SignIn(registration, store, seed=REFRESH_TOKEN)
    await running.access_token()
    microsoft.entra.revoke_refresh_tokens()

    await run(registration, store, terminal, paste_redirect)

    assert await running.access_token(refresh=True)


async def test_after_a_sign_in_the_seed_of_the_settings_does_not_come_back(
    registration: Registration, store: DatabaseTokenStore, terminal: Terminal, microsoft: Microsoft
) -> None:
    await run(registration, store, terminal, paste_redirect, seed=REFRESH_TOKEN)

    await SignIn(registration, store, seed=REFRESH_TOKEN).access_token()

    assert microsoft.entra.asked(TOKEN_PATH)[-1].form["refresh_token"] != REFRESH_TOKEN


async def test_no_secret_is_printed(
    registration: Registration, store: DatabaseTokenStore, terminal: Terminal, microsoft: Microsoft
) -> None:
    await run(registration, store, terminal, paste_redirect)

    consent = await stored(registration, store)
    assert consent is not None
    code = microsoft.entra.asked(TOKEN_PATH)[0].form["code"]
    bearer = microsoft.partner_center.requests[0].headers["Authorization"].removeprefix("Bearer ")
    for secret in (consent.refresh_token, code, bearer, registration.client_secret or ""):
        assert secret not in terminal.text


ADVICE = {
    7000112: "an administrator must enable sign-in for it",
    500011: "add the API permission Microsoft Partner Center",
    50105: "an administrator must assign it",
    900021: "PARTNER_CENTER_TENANT_ID",
    7000229: "have an administrator of it grant consent",
    700016: "PARTNER_CENTER_CLIENT_ID",
    7000215: "PARTNER_CENTER_CLIENT_SECRET",
    53003: "Conditional Access",
    50076: "multi-factor authentication",
    65001: "an administrator must grant them",
    999999: "https://login.microsoftonline.com/error",
}


@pytest.mark.parametrize("number", ADVICE)
async def test_a_refusal_is_told_with_its_number_and_with_advice_that_can_help(
    registration: Registration, store: DatabaseTokenStore, terminal: Terminal, microsoft: Microsoft, number: int
) -> None:
    microsoft.entra.refuse(number)

    assert await run(registration, store, terminal, paste_redirect) == 77
    assert f"(AADSTS{number})" in terminal.text
    assert ADVICE[number] in terminal.text


async def test_a_wrong_audience_is_told_by_the_setting_that_makes_it(
    registration: Registration, store: DatabaseTokenStore, terminal: Terminal, microsoft: Microsoft
) -> None:
    microsoft.partner_center.answer_next("/v1/customers", answers.WRONG_AUDIENCE, times=9)

    assert await run(registration, store, terminal, paste_redirect) == 77
    assert "Check PARTNER_CENTER_CLOUD" in terminal.text
    assert "role" not in terminal.text


DISCOVERED: dict[str, object] = {
    "another issuer": {"issuer": "https://sts.contoso.example/x/v2.0"},
    "a host that looks like it": {"issuer": "https://login.microsoftonline.com.contoso.example/x/v2.0"},
    "no issuer": {},
    "an issuer that is no text": {"issuer": 1},
}


@pytest.mark.parametrize("name", DISCOVERED)
async def test_an_authority_that_does_not_claim_to_be_microsofts_is_told(
    registration: Registration, store: DatabaseTokenStore, terminal: Terminal, microsoft: Microsoft, name: str
) -> None:
    issuer = DISCOVERED[name]
    assert isinstance(issuer, dict)
    base = "https://sts.contoso.example/oauth2/v2.0"
    body = {"authorization_endpoint": f"{base}/authorize", "token_endpoint": f"{base}/token", **issuer}
    microsoft.entra.answer_next(DISCOVERY_PATH, body=body, times=9)

    assert await run(registration, store, terminal) == 78
    assert "ENTRA_URL leads to a service that does not claim to be login.microsoftonline.com" in terminal.text
    assert microsoft.entra.calls(AUTHORIZE_PATH) == 0


@pytest.mark.parametrize(("status", "body"), [(404, ""), (200, "<html></html>"), (200, "[]"), (302, "")])
async def test_an_address_at_which_no_sign_in_service_answers_is_told(
    registration: Registration,
    store: DatabaseTokenStore,
    terminal: Terminal,
    microsoft: Microsoft,
    status: int,
    body: str,
) -> None:
    microsoft.entra.answer_next(DISCOVERY_PATH, status=status, body=body, times=9)

    assert await run(registration, store, terminal) == 78
    assert "Correct ENTRA_URL, or leave it out." in terminal.text
