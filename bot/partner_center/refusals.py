"""What a refusal means: from a request and an answer to one of our errors, sorted by what a person would do about it.

https://learn.microsoft.com/partner-center/developer/error-codes — the status is never inferred from the code nor the
code from the status: 2006 is both 400 and 403, and 400072 comes with 200.
"""

import re
from datetime import UTC, datetime
from typing import Any

from bot.partner_center.answers import Answer, code_of, wait_asked_for
from bot.partner_center.errors import (
    AlreadyRegistered,
    CustomerNotFound,
    Lack,
    NoRelationship,
    NotAnIndirectProvider,
    PartnerCenterError,
    RoleMissing,
    SearchRefused,
    SignInCause,
    SignInRefused,
    Throttled,
    Unavailable,
    UnreadableAnswer,
    WrongKindOfSignIn,
)
from bot.partner_center.requests import Request

_AUTHORIZATION_FAILED = "1002"  # not in Microsoft's list; direct partners get it on …/relationships
_INVALID_PROPERTY = "3000"  # with a text about a relationship it means that there is none
_NO_RELATIONSHIP = frozenset({"20002", "900159"})
NO_SUCH_TENANT = "60003"
_NO_CUSTOMER = frozenset({NO_SUCH_TENANT, "900118"})  # the other: malformed customer id
_NO_MFA = frozenset({"900421", "10001"})  # of 2026 and of 2019
_WRONG_TOKEN = frozenset({"900420", "900329"})  # another audience; app-only
_LACKS = {
    "900149": Lack.PROGRAMME,
    "800039": Lack.PROGRAMME,
    "900309": Lack.CONDITIONAL_ACCESS,
    "2030": Lack.LOCATION,
}
_MFA_WORDS = re.compile(r"\bMFA\b|multi-?factor", re.IGNORECASE)
_RELATIONSHIP_WORDS = re.compile(r"relationship[^\"]*does not exist", re.IGNORECASE)


class TokenRejected(SignInRefused):
    """A plain 401: the token expired early or was revoked, and a new one may be taken."""


def refusal(request: Request[Any], answer: Answer) -> tuple[PartnerCenterError, str | None]:
    """Return what the answer means where it is not what was asked for, and its code."""
    code = code_of(answer)
    return _by_code(request, answer, code) or _by_status(request, answer, code), code


def _by_code(request: Request[Any], answer: Answer, code: str | None) -> PartnerCenterError | None:
    """Codes that mean the same with any status but those of a server in trouble."""
    if code == _AUTHORIZATION_FAILED and request.path.endswith("/relationships"):
        return NotAnIndirectProvider()
    if code is None or answer.status >= 500 or answer.status in {408, 429}:  # noqa: PLR2004
        return None
    if code in _NO_RELATIONSHIP or (code == _INVALID_PROPERTY and _RELATIONSHIP_WORDS.search(answer.text)):
        return NoRelationship()
    if code in _NO_CUSTOMER:
        return CustomerNotFound()
    if code in _NO_MFA:
        return SignInRefused(SignInCause.MFA_MISSING)
    return WrongKindOfSignIn() if code in _WRONG_TOKEN else None


def _by_status(request: Request[Any], answer: Answer, code: str | None) -> PartnerCenterError:
    match answer.status:
        case 401 if _MFA_WORDS.search(answer.reason) or _MFA_WORDS.search(answer.text):
            # In 2019 the body was empty and the reason phrase said "Unauthorized - MFA required".
            return SignInRefused(SignInCause.MFA_MISSING)
        case 401:
            return TokenRejected(SignInCause.OTHER)
        case 429:
            return Throttled(wait_asked_for(answer, datetime.now(UTC)))
        case status if status >= 500 or status == 408:  # noqa: PLR2004
            return Unavailable(attempts=1)
        case _ if answer.is_page:
            return UnreadableAnswer()
        case 403:
            return RoleMissing(_LACKS.get(code or "", Lack.ROLE))
        case 404 if request.customer_tenant_id and (code or not answer.text):
            return CustomerNotFound()
        case 409 if request.path.endswith("/registration"):
            return AlreadyRegistered()
        case 400 | 414:  # 414: a name longer than an address may be
            return SearchRefused()
    return UnreadableAnswer()
