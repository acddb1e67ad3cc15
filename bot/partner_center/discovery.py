"""From any domain of a company to its tenant id, by what the sign-in service publishes about everybody.

https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc — Partner Center's own filter knows a customer's
default domain alone.
"""

import json
import re

from bot.partner_center.answers import BYTE_ORDER_MARK, Answer

OPERATION = "GET /{domain}/v2.0/.well-known/openid-configuration"
"""For errors: what somebody looked for is not in it."""

_GUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_TENANT_NOT_FOUND = 90002
_TRANSIENT = frozenset({408, 429})


class TryAgain(Exception):
    """The service is in trouble or busy: the domain may well be known."""


class Unclear(Exception):
    """The answer says neither whose the domain is nor that it is nobody's."""


def path_for(host: str) -> str:
    """Return the path, under the authority, of what is published about a host's tenant."""
    return f"/{host}/v2.0/.well-known/openid-configuration"


def tenant_of(answer: Answer) -> str | None:
    """Return the tenant id, or None where the service says that there is no tenant; raise TryAgain or Unclear."""
    tenant_id = tenant_id_in(answer)
    if tenant_id is None and not _says_nobody_has_it(answer):
        raise Unclear
    return tenant_id


def _says_nobody_has_it(answer: Answer) -> bool:
    """Say whether an answer without a tenant id means that there is no tenant, and is not merely one we cannot read.

    https://learn.microsoft.com/entra/identity-platform/reference-error-codes — AADSTS90002: tenant not found.
    """
    try:
        refusal = json.loads(answer.body.removeprefix(BYTE_ORDER_MARK))
    except (ValueError, RecursionError):
        return False
    if answer.status != 400 or not isinstance(refusal, dict):  # noqa: PLR2004
        return False
    codes = refusal.get("error_codes")
    return refusal.get("error") == "invalid_tenant" or (isinstance(codes, list) and _TENANT_NOT_FOUND in codes)


def tenant_id_in(answer: Answer) -> str | None:
    """Return the tenant id that stands in ``issuer``, or None for an unknown domain; raise TryAgain."""
    if answer.status >= 500 or answer.status in _TRANSIENT:  # noqa: PLR2004
        raise TryAgain
    if answer.status != 200:  # noqa: PLR2004  (400 AADSTS90002 is what an unknown domain gets)
        return None
    try:
        published = json.loads(answer.body.removeprefix(BYTE_ORDER_MARK))
    except (ValueError, RecursionError):
        return None
    issuer = published.get("issuer") if isinstance(published, dict) else None
    found = _GUID.search(issuer) if isinstance(issuer, str) else None
    return found[0].lower() if found else None
