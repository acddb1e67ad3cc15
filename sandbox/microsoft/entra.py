"""A strict Entra ID: discovery, tokens for the three grants the bot may use, and a sign-in page that signs in at once.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from aiohttp import web

from sandbox.faults import Faults
from sandbox.microsoft import faults, sign_in_page
from sandbox.microsoft.answers import Answer
from sandbox.microsoft.companies import (
    CLIENT_ID,
    CLIENT_SECRET,
    CUSTOMERS,
    PARTNER_DOMAIN,
    PARTNER_TENANT_ID,
    STRANGERS,
)
from sandbox.microsoft.entra_refusals import REFUSALS, refusal
from sandbox.microsoft.service import FakeService
from sandbox.microsoft.tokens import AUDIENCE, Tokens, base64url, claims_of, sign
from sandbox.microsoft.users import ADMIN_AGENT, User

DISCOVERY_PATH: Final = "/*/v2.0/.well-known/openid-configuration"
TOKEN_PATH: Final = "/*/oauth2/v2.0/token"
AUTHORIZE_PATH: Final = "/*/oauth2/v2.0/authorize"
"""Path patterns for ``answer_next``, ``hold`` and ``calls``."""

_ANY_TENANT: Final = {"common", "organizations"}
_SIGN_IN_SCOPES: Final = {"openid", "profile", "email", "offline_access"}
_ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class Refused(Exception):
    """No token, for the reason with this AADSTS number."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Code:
    """What an authorization code stands for."""

    user: User
    redirect_uri: str
    challenge: str
    nonce: str | None


class FakeEntra(FakeService):
    """``app`` serves it. Who signs in, what is registered and what is refused are attributes a test may set."""

    def __init__(self, tokens: Tokens | None = None, faults: Faults | None = None) -> None:
        super().__init__(faults)
        self.tokens = tokens or Tokens()
        self.authority = "https://login.microsoftonline.com"
        self.resources = {AUDIENCE, "https://graph.microsoft.com", "https://graph.windows.net"}
        self.client_secret = CLIENT_SECRET
        self.redirect_uris = {"http://localhost"}
        """Of platform Web. For localhost the port does not matter, the path does."""
        self.user = ADMIN_AGENT
        """Who signs in on the authorize page."""
        self.sign_in_error: tuple[str, str] | None = None
        """An OAuth error and its description: the page sends these back instead of a code."""
        self.single_use_refresh_tokens = False
        """Usually an old refresh token keeps working after it was redeemed."""
        self.tenants = _tenants()
        """Tenant id by domain in lower case; every tenant id and domain in here is resolved."""
        self._refused: int | None = None
        self._codes: dict[str, Code] = {}
        self._redeemed: set[str] = set()
        self.app.router.add_get("/{tenant}/v2.0/.well-known/openid-configuration", self._discover, allow_head=False)
        self.app.router.add_get("/{tenant}/oauth2/v2.0/authorize", self._authorize, allow_head=False)
        self.app.router.add_post("/{tenant}/oauth2/v2.0/token", self._token)

    def refuse(self, aadsts: int | None) -> None:
        """Answer every token request with this failure from now on; None ends it."""
        if aadsts is not None:
            REFUSALS[aadsts]  # a number that is not known is a mistake of the test
        self._refused = aadsts

    def revoke_access_tokens(self) -> None:
        """Let no access token issued so far work any longer."""
        self.tokens.revoke_access_tokens()

    def revoke_refresh_tokens(self) -> None:
        """Let no refresh token issued so far work any longer: AADSTS50173."""
        self.tokens.revoke_refresh_tokens()

    def _tenant_id(self, tenant: str) -> str | None:
        known = tenant.lower()
        return known if known in self.tenants.values() else self.tenants.get(known)

    async def _discover(self, request: web.Request) -> web.Response:
        tenant = request.match_info["tenant"]
        shown = "{tenantid}" if tenant in _ANY_TENANT else self._tenant_id(tenant)
        if shown is None:
            return refusal(90002).response()
        base = f"{self.authority}/{tenant if tenant in _ANY_TENANT else shown}"
        return Answer(
            body={
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
                "jwks_uri": f"{base}/discovery/v2.0/keys",
                "response_modes_supported": ["query", "fragment", "form_post"],
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "response_types_supported": ["code", "id_token", "code id_token"],
                "scopes_supported": ["openid", "profile", "email", "offline_access"],
                "issuer": f"{self.authority}/{shown}/v2.0",
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
                "end_session_endpoint": f"{base}/oauth2/v2.0/logout",
                "tenant_region_scope": "NA",
                "cloud_instance_name": "microsoftonline.com",
            }
        ).response()

    async def _authorize(self, request: web.Request) -> web.StreamResponse:
        query = request.query
        wrong = self._wrong_about_sign_in(request.match_info["tenant"], query)
        if wrong:
            return sign_in_page.failure(refusal(wrong))
        if query.get("code_challenge_method") != "S256" or not query.get("code_challenge") or not query.get("state"):
            self.complain("a sign-in without PKCE (S256) or without state")
            return sign_in_page.failure(refusal(90014))
        if self.sign_in_error:
            answer = {"error": self.sign_in_error[0], "error_description": self.sign_in_error[1]}
        else:
            code = f"1.{secrets.token_urlsafe(24)}"
            self._codes[code] = Code(self.user, query["redirect_uri"], query["code_challenge"], query.get("nonce"))
            answer = {"code": code, "session_state": secrets.token_hex(16)}
            if query.get("client_info") == "1":
                answer["client_info"] = _client_info(self.user)
        return sign_in_page.go_back(
            query["redirect_uri"], {**answer, "state": query["state"]}, query.get("response_mode", "query")
        )

    def _wrong_about_sign_in(self, tenant: str, query: Mapping[str, str]) -> int | None:
        if tenant not in _ANY_TENANT and self._tenant_id(tenant) is None:
            return 90002
        if query.get("client_id") != CLIENT_ID:
            return 700016
        if not self._is_registered(query.get("redirect_uri", "")):
            return 50011
        if query.get("response_type") != "code":
            return 90014
        return self._wrong_about_scope(query.get("scope", ""))

    def _is_registered(self, redirect_uri: str) -> bool:
        """https://learn.microsoft.com/entra/identity-platform/reply-url."""
        asked = urlsplit(redirect_uri)
        for registered in map(urlsplit, self.redirect_uris):
            same_port = registered.hostname == "localhost" or asked.port == registered.port
            same_path = (asked.path or "/") == (registered.path or "/")
            if (asked.scheme, asked.hostname) == (registered.scheme, registered.hostname) and same_port and same_path:
                return True
        return False

    def _wrong_about_scope(self, scope: str) -> int | None:
        wanted = [name for name in scope.split() if name not in _SIGN_IN_SCOPES]
        if len(wanted) != 1 or not wanted[0].endswith(("/.default", "/user_impersonation")):
            return 70011
        return None if wanted[0].rpartition("/")[0] in self.resources else 500011

    async def _token(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        try:
            return Answer(body=self._grant(request.match_info["tenant"], form)).response()
        except Refused as refused:
            return refusal(refused.code, request.headers.get("client-request-id")).response()

    def _grant(self, tenant: str, form: Mapping[str, str]) -> dict[str, object]:
        if self._refused:
            raise Refused(self._refused)
        if self.faults.is_on(faults.CONSENT_WITHDRAWN):
            raise Refused(65001)
        self._check_client(tenant, form)
        if wrong := self._wrong_about_scope(form.get("scope", "")):
            raise Refused(wrong)
        match form.get("grant_type"):
            case "refresh_token":
                return self._for_user(self._redeem_refresh_token(form), form, None)
            case "authorization_code":
                code = self._redeem_code(form)
                return self._for_user(code.user, form, code.nonce)
            case "client_credentials":
                return self._bearer(None, form)
            case _:
                raise Refused(70003)

    def _check_client(self, tenant: str, form: Mapping[str, str]) -> None:
        if tenant not in _ANY_TENANT and self._tenant_id(tenant) is None:
            raise Refused(90002)
        if form.get("client_id") != CLIENT_ID:
            raise Refused(700016)
        if not self._is_assertion(form) and form.get("client_secret") != self.client_secret:
            raise Refused(7000215)

    def _is_assertion(self, form: Mapping[str, str]) -> bool:
        """Certificates sign these; the signature is not looked at, the claims are."""
        claims = claims_of(form.get("client_assertion", ""))
        ours = claims.get("iss") == claims.get("sub") == CLIENT_ID
        return form.get("client_assertion_type") == _ASSERTION and ours and "aud" in claims

    def _redeem_refresh_token(self, form: Mapping[str, str]) -> User:
        consent = self.tokens.read_refresh_token(form.get("refresh_token", ""))
        if consent is None:
            raise Refused(9002313)
        if self.tokens.is_dead(consent):
            raise Refused(50173)
        if self.single_use_refresh_tokens:
            self.tokens.spend(consent)
        return consent.user

    def _redeem_code(self, form: Mapping[str, str]) -> Code:
        text = form.get("code", "")
        if text in self._redeemed:
            raise Refused(54005)
        code = self._codes.pop(text, None)
        if code is None:
            raise Refused(9002313)
        self._redeemed.add(text)
        if form.get("redirect_uri") != code.redirect_uri:
            raise Refused(50011)
        verifier = form.get("code_verifier", "")
        if base64url(hashlib.sha256(verifier.encode()).digest()) != code.challenge:
            raise Refused(501481)
        return code

    def _bearer(self, user: User | None, form: Mapping[str, str]) -> dict[str, object]:
        wanted = next(name for name in form["scope"].split() if name not in _SIGN_IN_SCOPES)
        lifetime = self.tokens.lifetime
        return {
            "token_type": "Bearer",
            "expires_in": lifetime,
            "ext_expires_in": lifetime,
            "access_token": self.tokens.access_token(user, wanted.rpartition("/")[0]),
        }

    def _for_user(self, user: User, form: Mapping[str, str], nonce: str | None) -> dict[str, object]:
        """A user's tokens; id token and client_info only for those who ask, as msal does, or it caches no account."""
        scopes = set(form["scope"].split())
        answer = {**self._bearer(user, form), "scope": " ".join(sorted(scopes - _SIGN_IN_SCOPES))}
        if "offline_access" in scopes:
            answer["refresh_token"] = self.tokens.refresh_token(user)
        if "openid" in scopes:
            answer["id_token"] = self._id_token(user, nonce)
        if form.get("client_info") == "1":
            answer["client_info"] = _client_info(user)
        return answer

    def _id_token(self, user: User, nonce: str | None) -> str:
        now = int(self.tokens.clock())
        claims: dict[str, Any] = {
            "aud": CLIENT_ID,
            "iss": f"{self.authority}/{user.tenant_id}/v2.0",
            "iat": now,
            "nbf": now,
            "exp": now + self.tokens.lifetime,
            "name": user.name,
            "oid": user.object_id,
            "preferred_username": user.username,
            "sub": base64url(hashlib.sha256(user.username.encode()).digest()),
            "tid": user.tenant_id,
            "ver": "2.0",
        }
        return sign({**claims, **({"nonce": nonce} if nonce else {})})


def _client_info(user: User) -> str:
    return base64url(json.dumps({"uid": user.object_id, "utid": user.tenant_id}).encode())


def _tenants() -> dict[str, str]:
    customers = {domain.lower(): company.tenant_id.lower() for company in CUSTOMERS for domain in company.all_domains}
    ours = {PARTNER_DOMAIN: PARTNER_TENANT_ID, f"{PARTNER_DOMAIN.partition('.')[0]}.onmicrosoft.com": PARTNER_TENANT_ID}
    return {**customers, **STRANGERS, **ours}
