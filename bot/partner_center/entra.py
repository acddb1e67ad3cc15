"""Conversations with Entra, carried by stock msal; synchronous, to be called in a worker thread.

A fresh msal application serves each conversation. One that lives on remembers a refused request for 60 seconds and
does not ask again, even when a person has mended the cause meanwhile; nor does it renew a certificate.
"""

import logging
import re
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import SplitResult, urlsplit, urlunsplit
from uuid import uuid4

import msal
import requests
from msal.exceptions import MsalServiceError
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from bot import retry
from bot.partner_center.errors import (
    Diagnosis,
    SignInRefused,
    Throttled,
    TokenUnusable,
    Unavailable,
    UnreadableAnswer,
)
from bot.partner_center.protocol import readable_id
from bot.partner_center.registration import Registration
from bot.partner_center.sign_in_causes import cause_of, is_passing, numbers_in
from bot.retry_after import http_date, retry_after, seconds

logging.getLogger("msal").setLevel(logging.CRITICAL + 1)  # it writes answers that it cannot read, tokens and all

LONGEST_CODE = 80
"""Characters."""
LIFETIME = 3600.0
"""Seconds that a token lives for which Entra names no time, or none that can be: a 401 ends it sooner."""

_TOKEN = re.compile(r"[!-~]{1,16384}")
"""Visible ASCII, which RFC 6749 (appendix A.12, A.17) and a header allow; Entra's tokens are some 2 kB, and servers
take header lines of 8 to 16 kB."""

Conversation = Callable[[msal.ConfidentialClientApplication], Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """What Entra gave."""

    access_token: str = field(repr=False)
    lifetime: float
    """Seconds."""
    refresh_token: str | None = field(repr=False)
    username: str | None
    tenant_id: str | None


def _lifetime(value: object) -> float:
    return seconds(value, cap=retry.PARTNER_CENTER.longest_asked) or LIFETIME


class _Claims(BaseModel):
    tid: str | None = None
    preferred_username: str | None = None


class _Grant(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    access_token: str
    expires_in: Annotated[float, BeforeValidator(_lifetime)] = LIFETIME
    refresh_token: str | None = None
    id_token_claims: _Claims = _Claims()


class _Refusal(BaseModel):
    error: str = ""
    error_description: str = ""
    error_codes: tuple[int, ...] = ()
    suberror: str = ""
    trace_id: str = ""
    correlation_id: str = ""


class WrongAuthority(UnreadableAnswer):
    """What ENTRA_URL leads to does not claim to be the cloud's sign-in service, so that msal trusts nothing of it."""

    exit_code = 78  # EX_CONFIG of sysexits.h

    def __init__(self, claimed: str, diagnosis: Diagnosis) -> None:
        super().__init__(diagnosis)
        self.sentence = (
            f"ENTRA_URL leads to a service that does not claim to be {claimed}: its discovery document names another "
            "issuer, or none. Correct ENTRA_URL, or leave it out."
        )


class Entra:
    """The authority of one registration."""

    def __init__(self, registration: Registration) -> None:
        self._registration = registration

    def redeem(self, refresh_token: str) -> Granted:
        """Exchange a refresh token for an access token and, usually, a newer refresh token.

        Raises SignInRefused, Throttled, Unavailable, UnreadableAnswer; OperatorError for an unusable certificate.
        """
        scopes = [self._registration.cloud.scope]
        return self._granted(lambda app: app.acquire_token_by_refresh_token(refresh_token, scopes))

    def begin(self, redirect_uri: str) -> dict[str, Any]:
        """Return msal's flow for a person's sign-in with PKCE; its ``auth_uri`` is the address to open."""

        def begin(app: msal.ConfidentialClientApplication) -> Mapping[str, Any]:
            with warnings.catch_warnings():  # it would rather have form_post, which cannot be pasted into a terminal
                warnings.simplefilter("ignore")
                flow: Mapping[str, Any] = app.initiate_auth_code_flow(
                    [self._registration.cloud.scope], redirect_uri=redirect_uri, prompt="select_account"
                )
                return flow

        flow, _ = self._ask(begin)
        return {**flow, "auth_uri": _moved(str(flow["auth_uri"]), self._registration.authority_url)}

    def finish(self, flow: Mapping[str, Any], answer: Mapping[str, str]) -> Granted:
        """Exchange the code that came back in ``answer``; raises as ``redeem``, ValueError for another sign-in's."""
        if answer.get("state") != flow["state"]:
            raise ValueError("this answer belongs to another sign-in")
        return self._granted(lambda app: app.acquire_token_by_auth_code_flow(dict(flow), dict(answer)))

    def _granted(self, conversation: Conversation) -> Granted:
        result, wire = self._ask(conversation)
        if "access_token" not in result:
            raise self._refused(result, wire)
        try:
            grant = _Grant.model_validate(result)
        except ValidationError as error:
            raise UnreadableAnswer(self._diagnosis(wire)) from error
        refresh_token = grant.refresh_token or None
        if not all(_TOKEN.fullmatch(token) for token in (grant.access_token, refresh_token) if token is not None):
            raise TokenUnusable(self._diagnosis(wire))
        return Granted(
            access_token=grant.access_token,
            lifetime=grant.expires_in,
            refresh_token=refresh_token,
            username=grant.id_token_claims.preferred_username,
            tenant_id=grant.id_token_claims.tid,
        )

    def _ask(self, conversation: Conversation) -> "tuple[Mapping[str, Any], _Wire]":
        """Hold the conversation, up to three times where the network or a gateway fails at once."""
        attempts = 0
        while True:
            attempts += 1
            with _Wire(self._registration) as wire:
                try:
                    return self._converse(conversation, wire), wire
                except (requests.RequestException, MsalServiceError) as error:
                    over = isinstance(error, requests.Timeout) or attempts >= retry.ENTRA.policy.attempts
                    if over or wire.retry_after is not None:
                        raise self._unavailable(wire, attempts) from error
            time.sleep(retry.ENTRA.policy.after(attempts))

    def _converse(self, conversation: Conversation, wire: "_Wire") -> Mapping[str, Any]:
        registration = self._registration
        credential = registration.credential()
        try:
            app = msal.ConfidentialClientApplication(
                registration.client_id,
                client_credential=credential,
                authority=f"{registration.cloud.authority}/{registration.tenant_id}",
                instance_discovery=False,
                http_client=wire,
            )
            answered = conversation(app)
        except (ValueError, LookupError, TypeError, AttributeError, RuntimeError, ArithmeticError) as error:
            # msal's ways of saying that an answer made no sense (an endless lifetime, say), or that it found no such
            # tenant
            if wire.last is not None and not wire.last.ok and numbers_in(wire.last.text):
                return {"error": "invalid_request", "error_description": wire.last.text}
            self._require_authority(wire)
            raise UnreadableAnswer(self._diagnosis(wire)) from error
        self._require_authority(wire)  # msal takes some documents whose issuer is another's
        return answered

    def _require_authority(self, wire: "_Wire") -> None:
        if wire.is_another_authority:
            claimed = urlsplit(self._registration.cloud.authority).hostname or ""
            raise WrongAuthority(claimed, self._diagnosis(wire))

    def _refused(self, result: Mapping[str, Any], wire: "_Wire") -> Exception:
        try:
            refusal = _Refusal.model_validate({key: value for key, value in result.items() if value is not None})
        except ValidationError:
            return UnreadableAnswer(self._diagnosis(wire))
        numbers = refusal.error_codes or numbers_in(refusal.error_description)
        code = f"AADSTS{numbers[0]}"[:LONGEST_CODE] if numbers else readable_id(refusal.error[:LONGEST_CODE])
        diagnosis = self._diagnosis(wire, refusal, code)
        if wire.retry_after is not None or wire.status == requests.codes.too_many_requests:
            return Throttled(wire.retry_after or retry.ENTRA.unnamed_wait, diagnosis)
        if is_passing(refusal.error, numbers):
            return Unavailable(1, diagnosis)
        return SignInRefused(cause_of(refusal.error, numbers, refusal.suberror), diagnosis)

    def _unavailable(self, wire: "_Wire", attempts: int) -> Exception:
        diagnosis = self._diagnosis(wire)
        if wire.retry_after is not None:
            return Throttled(wire.retry_after, diagnosis)
        return Unavailable(attempts, diagnosis)

    def _diagnosis(self, wire: "_Wire", refusal: _Refusal | None = None, code: str | None = None) -> Diagnosis:
        ours = wire.correlation_id
        theirs = refusal or _Refusal()
        return Diagnosis(
            operation=wire.operation,
            at=datetime.now(UTC),
            cloud=self._registration.cloud.name,
            partner_tenant_id=self._registration.tenant_id,
            request_id=readable_id(theirs.trace_id) or readable_id(theirs.correlation_id) or ours,
            correlation_id=readable_id(theirs.correlation_id) or ours,
            status=wire.status,
            code=code,
        )


class _Wire(requests.Session):
    """What msal sends with: every request has a time-out, follows no redirect, and may go to another authority.

    msal takes only https authorities; one on this machine, over http, is reached by sending there what was meant for
    the cloud's own.
    """

    def __init__(self, registration: Registration) -> None:
        super().__init__()
        self._authority_url = registration.authority_url
        self._issuer = urlsplit(registration.cloud.authority).hostname
        self._proxies = registration.network.proxies
        self.trust_env = False  # requests would read .netrc and the environment at every call
        if registration.network.ca_files:
            self.verify = str(registration.network.ca_files[0])
        self.last: requests.Response | None = None
        self.correlation_id = str(uuid4())
        self.operation = "GET /{tenant}/v2.0/.well-known/openid-configuration"

    @property
    def status(self) -> int | None:
        return None if self.last is None else self.last.status_code

    @property
    def retry_after(self) -> float | None:
        """Seconds that the last answer asks to wait."""
        if self.last is None or self.last.ok:
            return None
        clock = http_date(self.last.headers.get("Date", ""))
        return retry_after(self.last.headers.get("Retry-After"), cap=retry.PARTNER_CENTER.longest_asked, now=clock)

    @property
    def is_another_authority(self) -> bool:
        """Say whether the other authority's discovery document, read last, names an issuer elsewhere, or none."""
        if self._authority_url is None or self.last is None or not self.operation.startswith("GET"):
            return False
        if self.last.status_code >= requests.codes.server_error:
            return False
        try:
            published = self.last.json()
            issuer = urlsplit(published["issuer"]).hostname
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            return True
        return bool(issuer != self._issuer)

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        self.last = None
        if method == "POST":
            self.operation = "POST /{tenant}/oauth2/v2.0/token"
        self.correlation_id = (kwargs.get("headers") or {}).get("client-request-id") or self.correlation_id
        address = _moved(str(url), self._authority_url)
        proxy = self._proxies.for_url(address)
        proxies = {} if proxy is None else {urlsplit(address).scheme: proxy.url_with_credentials}
        kwargs |= {"timeout": (retry.ENTRA.connection, retry.ENTRA.read), "allow_redirects": False, "proxies": proxies}
        self.last = super().request(method, address, *args, **kwargs)
        return self.last


def _moved(url: str, authority_url: str | None) -> str:
    """Return the address as it is on the other authority, if there is one."""
    if authority_url is None:
        return url
    there: SplitResult = urlsplit(authority_url)
    here = urlsplit(url)
    return urlunsplit((there.scheme, there.netloc, there.path.rstrip("/") + here.path, here.query, ""))
