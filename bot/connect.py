"""``python -m bot connect``: a person signs the bot in to Partner Center, from this machine or from another one."""

import asyncio
import os
import sys
import webbrowser
from collections.abc import Mapping
from contextlib import AsyncExitStack
from urllib.parse import parse_qsl, urlsplit

from bot import retry
from bot.errors import OperatorError, RemoteError
from bot.partner_center.auth import Consent, Registration, TokenStore, fingerprint
from bot.partner_center.consent import (
    WRONG_AUDIENCE_CODE,
    Access,
    ConsentRefused,
    OpenConsent,
    Verdict,
    judge,
)
from bot.partner_center.entra import Granted, WrongAuthority
from bot.partner_center.errors import SignInRefused
from bot.partner_center.remedies import SIGN_IN, WRONG_AUDIENCE
from bot.redirect import lines_of, loopback_redirect
from bot.terminal import TRY_AGAIN, Say, say

REDIRECT_URI = "http://localhost"
"""As registered, platform Web; Entra does not compare the port of localhost."""


async def connect(
    registration: Registration,
    store: TokenStore,
    *,
    seed: str | None = None,
    paste: bool = False,
    say: Say = say,
    stdin: int = 0,
) -> int:
    """Sign in, check, store; return the process's exit code.

    ``seed`` is PARTNER_CENTER_REFRESH_TOKEN: noted as outdated by this sign-in. ``stdin`` is where a person pastes.
    """
    try:
        granted = await _sign_in(registration, paste=paste, say=say, stdin=stdin)
        verdict = await judge(registration, granted.access_token)
        say(f"Signed in:     {granted.username or 'unknown'}")
        say(f"Tenant:        {granted.tenant_id}")
        say(f"MFA-compliant: {_in_words(verdict.mfa_compliant)}")
        _require_access(verdict)
        await _store(registration, store, granted, verdict, seed)
    except SignInRefused as refused:
        code = f" ({refused.diagnosis.code})" if refused.diagnosis and refused.diagnosis.code else ""
        remedy = SIGN_IN.get(refused.cause, "look the code up at https://login.microsoftonline.com/error")
        say(f"Microsoft refused the sign-in{code}: {remedy}.")
        return ConsentRefused.exit_code
    except WrongAuthority as wrong:
        say(f"{wrong.sentence} Nothing was stored.")
        return wrong.exit_code
    except RemoteError:
        say("Microsoft's sign-in service does not answer as it should; nothing was stored. Try again in some minutes.")
        return TRY_AGAIN
    except TimeoutError:
        say("Nobody signed in within 15 minutes; nothing was stored.")
        return TRY_AGAIN
    except OperatorError as error:
        say(str(error))
        return error.exit_code
    say("Stored, encrypted. A running bot uses it from its next command on.")
    if verdict.mfa_compliant is False:
        say("Microsoft will refuse it once it enforces MFA: require MFA for this account, then connect again.")
    if verdict.access is Access.UNKNOWN:
        say("Partner Center could not be asked just now whether it takes this sign-in.")
    return 0


async def _sign_in(registration: Registration, *, paste: bool, say: Say, stdin: int) -> Granted:
    async with AsyncExitStack() as stack, asyncio.timeout(retry.ENTRA.person):
        answers: asyncio.Queue[Mapping[str, str] | None] = asyncio.Queue()
        redirect_uri = REDIRECT_URI
        if not paste:
            port = await stack.enter_async_context(loopback_redirect(answers))
            redirect_uri = f"{REDIRECT_URI}:{port}"
        consent = await OpenConsent.begin(registration, redirect_uri=redirect_uri)
        say("Open this address and sign in, with MFA, as an admin agent of your own organisation:\n")
        say(f"{consent.address}\n")
        if paste or not await _opened(consent.address):
            say("The browser ends on a page of http://localhost, which may not load.")
            say("If so, copy that page's whole address, paste it here and press Enter:")
        lines = lines_of(stdin)
        reader = asyncio.create_task(_read(lines, answers, ends=paste))
        stack.callback(reader.cancel)
        while (answer := await answers.get()) is not None:
            if consent.is_for(answer):
                return await consent.finish(answer)
            say("That is not the address this sign-in comes back to; copy the whole of it, from http:// on:")
    raise ConsentRefused("No address was pasted; nothing was stored.")


async def _read(
    lines: "asyncio.Queue[str | None]", answers: "asyncio.Queue[Mapping[str, str] | None]", *, ends: bool
) -> None:
    """Pass on what is pasted; the end of the input matters only where nothing else can come."""
    while (line := await lines.get()) is not None:
        if line.strip():
            await answers.put(dict(parse_qsl(urlsplit(line.strip()).query)))
    if ends:
        await answers.put(None)


async def _opened(address: str) -> bool:
    """Open the person's browser, if this machine has one with a screen."""
    has_screen = sys.platform in {"win32", "darwin"} or bool({"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys())
    return has_screen and await asyncio.to_thread(webbrowser.open, address)


def _in_words(compliant: bool | None) -> str:  # noqa: FBT001 - three values of one thing
    return {True: "yes", False: "no", None: "unknown"}[compliant]


def _require_access(verdict: Verdict) -> None:
    """Keep what is stored where Partner Center would not take this sign-in: it may still be better."""
    if verdict.access is not Access.REFUSED:
        return
    if verdict.mfa_compliant is False:
        raise ConsentRefused(
            "Partner Center refuses sign-ins without MFA; nothing was stored. "
            "Require MFA for this account in Entra, then connect again."
        )
    if verdict.code == WRONG_AUDIENCE_CODE:
        raise ConsentRefused(
            f"Partner Center refuses tokens for this audience ({verdict.code}); nothing was stored. "
            f"{WRONG_AUDIENCE[:1].upper()}{WRONG_AUDIENCE[1:]}, then connect again."
        )
    raise ConsentRefused(
        f"Partner Center refuses this account ({verdict.status}); nothing was stored. "
        "Give it the admin agent role, or sign in with an account that has it."
    )


async def _store(
    registration: Registration, store: TokenStore, granted: Granted, verdict: Verdict, seed: str | None
) -> None:
    consent = Consent.given(granted, granted.refresh_token or "", mfa_compliant=verdict.mfa_compliant)
    mark = fingerprint(registration.account, seed) if seed else None
    await store.replace(registration.account, consent.model_dump_json(), seed=mark)
