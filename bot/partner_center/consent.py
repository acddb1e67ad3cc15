"""A person's sign-in on the bot's behalf: authorization code with PKCE, then what Partner Center thinks of it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

import aiohttp

from bot import retry
from bot.errors import OperatorError
from bot.partner_center.registration import Registration

if TYPE_CHECKING:
    from bot.partner_center.entra import Entra, Granted

NO_MFA = "900421"
WRONG_AUDIENCE_CODE = "900420"


class ConsentRefused(OperatorError):
    """A sign-in that came back and cannot be used; nothing was stored."""

    exit_code = 77  # EX_NOPERM of sysexits.h


class OpenConsent:
    """A sign-in that waits for its person; made by ``begin``, used up by ``finish``."""

    def __init__(self, registration: Registration, entra: "Entra", flow: Mapping[str, Any]) -> None:
        self._registration = registration
        self._entra = entra
        self._flow = flow

    @classmethod
    async def begin(cls, registration: Registration, *, redirect_uri: str) -> Self:
        """Prepare a sign-in that comes back to ``redirect_uri``; raises as ``SignIn.access_token`` does."""
        from bot.partner_center.entra import Entra  # noqa: PLC0415 - loads msal and requests

        entra = Entra(registration)
        return cls(registration, entra, await asyncio.to_thread(entra.begin, redirect_uri))

    @property
    def address(self) -> str:
        """What the person opens in a browser."""
        return str(self._flow["auth_uri"])

    def is_for(self, answer: Mapping[str, str]) -> bool:
        """Say whether what came back belongs to this sign-in."""
        return answer.get("state") == self._flow["state"] and ("code" in answer or "error" in answer)

    async def finish(self, answer: Mapping[str, str]) -> "Granted":
        """Turn what came back into tokens; raises ConsentRefused for another organisation's account."""
        if answer.get("error") == "access_denied" and "AADSTS" not in answer.get("error_description", ""):
            raise ConsentRefused("The sign-in was cancelled in the browser; nothing was stored.")
        granted = await asyncio.to_thread(self._entra.finish, self._flow, answer)
        expected = self._registration.tenant_id
        if (granted.tenant_id or "").lower() != expected.lower():
            raise ConsentRefused(
                f"This account belongs to tenant {granted.tenant_id or 'unknown'}, but PARTNER_CENTER_TENANT_ID is "
                f"{expected}; nothing was stored. Sign in with an account of your own organisation."
            )
        if granted.refresh_token is None:
            raise ConsentRefused("Microsoft gave no refresh token, so the sign-in would not last; nothing was stored.")
        return granted


class Access(Enum):
    """How Partner Center takes a sign-in."""

    GRANTED = "granted"
    REFUSED = "refused"
    UNKNOWN = "unknown"  # it could not be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What Partner Center thinks of a sign-in."""

    access: Access
    mfa_compliant: bool | None
    status: int | None = None
    code: str | None = None
    """Partner Center's own, of a refusal."""


async def judge(registration: Registration, access_token: str) -> Verdict:
    """Ask Partner Center for something cheap and have it check the sign-in's MFA.

    https://learn.microsoft.com/partner-center/security/partner-security-requirements-mandating-mfa
    """
    headers = {
        "Authorization": f"Bearer {access_token}",
        "Accept": "application/json",
        "MS-RequestId": str(uuid4()),
        "MS-CorrelationId": str(uuid4()),
        "ValidateMfa": "true",
    }
    url = f"{registration.partner_center_url}/v1/customers?size=1"
    try:
        async with (
            registration.network.session(aiohttp.ClientTimeout(total=retry.ENTRA.probe)) as session,
            session.get(url, headers=headers, allow_redirects=False) as response,
        ):
            body = await response.text(errors="replace")
            return _verdict(response.status, response.headers.get("isMfaCompliant"), f"{response.reason} {body}")
    except (aiohttp.ClientError, TimeoutError):
        return Verdict(access=Access.UNKNOWN, mfa_compliant=None)


def _verdict(status: int, header: str | None, text: str) -> Verdict:
    compliant = {"true": True, "false": False}.get((header or "").strip().lower())
    if status == 401 and (NO_MFA in text or "MFA required" in text):  # noqa: PLR2004 - HTTP's own numbers
        compliant = False
    if status in {401, 403}:
        code = WRONG_AUDIENCE_CODE if WRONG_AUDIENCE_CODE in text else None
        return Verdict(access=Access.REFUSED, mfa_compliant=compliant, status=status, code=code)
    access = Access.GRANTED if status == 200 else Access.UNKNOWN  # noqa: PLR2004
    return Verdict(access=access, mfa_compliant=compliant, status=status)
