"""The tokens that the fake Entra issues and the fake Partner Center reads: JWTs signed with a key of the sandbox.

A token says everything about itself, so one kept from an earlier run of the sandbox still works in the next.
"""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sandbox.microsoft.companies import CLIENT_ID, PARTNER_TENANT_ID, REFRESH_TOKEN
from sandbox.microsoft.users import ADMIN_AGENT, USERS, User

_KEY: Final = b"the sandbox signs with this and trusts nothing else"
AUDIENCE: Final = "https://api.partnercenter.microsoft.com"


def base64url(data: bytes) -> str:
    """Without padding, as in JWTs."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def sign(claims: Mapping[str, object]) -> str:
    """A JWT with these claims."""
    parts = ({"typ": "JWT", "alg": "HS256"}, claims)
    text = ".".join(base64url(json.dumps(part, separators=(",", ":")).encode()) for part in parts)
    return f"{text}.{base64url(hmac.digest(_KEY, text.encode(), hashlib.sha256))}"


def claims_of(token: str) -> dict[str, Any]:
    """The claims of a JWT, whoever signed it; none for any other text."""
    payload = token.split(".")[1] if token.count(".") == 2 else ""
    try:
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except ValueError:
        return {}
    return claims if isinstance(claims, dict) else {}


def read(token: str) -> dict[str, Any]:
    """The claims of a JWT which this sandbox signed; none for any other text."""
    text, _, signature = token.rpartition(".")
    genuine = base64url(hmac.digest(_KEY, text.encode(), hashlib.sha256))
    return claims_of(token) if hmac.compare_digest(genuine.encode(), signature.encode()) else {}


@dataclass(frozen=True, slots=True)
class AccessToken:
    """What Partner Center learns from a bearer token; ``user`` is None for an app-only one."""

    audience: str
    tenant_id: str
    user: User | None
    mfa: bool


@dataclass(frozen=True, slots=True)
class Consent:
    """What a refresh token stands for. ``serial`` is 0 for the seed, else when it was issued."""

    user: User
    serial: int


class Tokens:
    """Issues, reads and revokes; ``clock`` gives seconds since 1970."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self.lifetime = 3600
        """Seconds an access token lives from now on."""
        self.access_tokens_issued = 0
        self.refresh_tokens_issued = 0
        self._serial = 0
        self._access_revoked_up_to = -1
        self._refresh_revoked_up_to = -1
        self._spent: set[int] = set()

    def _next_serial(self) -> int:
        self._serial = max(self._serial + 1, time.time_ns())
        return self._serial

    def access_token(self, user: User | None, audience: str = AUDIENCE) -> str:
        """A new bearer token: a user's (App+User) or the app's own."""
        self.access_tokens_issued += 1
        now = int(self.clock())
        claims: dict[str, object] = {
            "aud": audience,
            "iss": f"https://sts.windows.net/{user.tenant_id if user else PARTNER_TENANT_ID}/",
            "iat": now,
            "nbf": now,
            "exp": now + self.lifetime,
            "appid": CLIENT_ID,
            "tid": user.tenant_id if user else PARTNER_TENANT_ID,
            "jti": self._next_serial(),
            "ver": "1.0",
        }
        if user is None:
            return sign({**claims, "idtyp": "app"})
        amr = ["pwd", "mfa"] if user.mfa else ["pwd"]
        person = {"amr": amr, "oid": user.object_id, "upn": user.username, "name": user.name}
        return sign({**claims, **person, "scp": "user_impersonation"})

    def refresh_token(self, user: User = ADMIN_AGENT) -> str:
        """A new consent of this user."""
        self.refresh_tokens_issued += 1
        return f"1.{sign({'rt': self._next_serial(), 'upn': user.username})}"

    def read_access_token(self, token: str) -> AccessToken | None:
        """What the token says, or None when it was not issued here, is revoked or has expired."""
        claims = read(token)
        if "aud" not in claims or "jti" not in claims:
            return None
        if claims["jti"] <= self._access_revoked_up_to or claims["exp"] <= self.clock():
            return None
        user = USERS.get(claims.get("upn", ""))
        return AccessToken(claims["aud"], claims["tid"], user, "mfa" in claims.get("amr", []))

    def read_refresh_token(self, token: str) -> Consent | None:
        """What the token stands for, or None when it was never issued here."""
        if token == REFRESH_TOKEN:
            return Consent(ADMIN_AGENT, 0)
        claims = read(token.removeprefix("1."))
        return Consent(USERS[claims["upn"]], claims["rt"]) if "rt" in claims else None

    def is_dead(self, consent: Consent) -> bool:
        """Say whether the refresh token was revoked, or used where each may be used once."""
        return consent.serial <= self._refresh_revoked_up_to or consent.serial in self._spent

    def spend(self, consent: Consent) -> None:
        """Let this refresh token work no more."""
        self._spent.add(consent.serial)

    def revoke_access_tokens(self) -> None:
        """Let no access token issued so far work any longer."""
        self._access_revoked_up_to = self._next_serial()

    def revoke_refresh_tokens(self) -> None:
        """Let no refresh token issued so far work any longer, the seed included."""
        self._refresh_revoked_up_to = self._next_serial()
