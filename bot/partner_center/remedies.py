"""Why a call to Microsoft failed and what whoever runs the bot does about it, for logs and the command line.

No text names a person, a secret or what was asked for.
"""

from collections.abc import Mapping
from types import MappingProxyType

from bot.errors import OperatorError
from bot.partner_center.errors import (
    Lack,
    PartnerCenterError,
    RoleMissing,
    SignInCause,
    SignInRefused,
    Throttled,
    Unavailable,
    WrongKindOfSignIn,
)

SIGN_IN: Mapping[SignInCause, str] = MappingProxyType(
    {
        SignInCause.NEVER_SIGNED_IN: "nobody has signed in yet; run: python -m bot connect",
        SignInCause.UNUSED: "the sign-in was unused for 90 days; run: python -m bot connect",
        SignInCause.MFA_MISSING: "the account needs multi-factor authentication; set it up and sign in again",
        SignInCause.CONSENT_WITHDRAWN: (
            "the app's permissions were not consented to; an administrator must grant them"
        ),
        SignInCause.CONDITIONAL_ACCESS: "a Conditional Access policy of your organisation forbids it",
        SignInCause.REVOKED: "the account is disabled, locked or has a new password",
        SignInCause.APP_SECRET: "PARTNER_CENTER_CLIENT_SECRET (or the certificate) is wrong or has expired",
        SignInCause.APP_UNKNOWN: "PARTNER_CENTER_CLIENT_ID or PARTNER_CENTER_TENANT_ID is unknown to Microsoft",
        SignInCause.APP_DISABLED: (
            "the app is disabled; an administrator must enable sign-in for it, in Microsoft Entra under Enterprise "
            "applications"
        ),
        SignInCause.APP_NOT_IN_TENANT: (
            "the app is not installed in this tenant; check PARTNER_CENTER_TENANT_ID, then have an administrator of it "
            "grant consent to the app"
        ),
        SignInCause.NOT_ASSIGNED: (
            "the account is not assigned to the app; an administrator must assign it, in Microsoft Entra under "
            "Enterprise applications"
        ),
        SignInCause.PARTNER_CENTER_MISSING: (
            "the tenant or the app does not have Microsoft Partner Center's API; check PARTNER_CENTER_CLOUD, add the "
            "API permission Microsoft Partner Center and have an administrator grant consent"
        ),
    }
)
_OTHERWISE = "see Microsoft's page about that code, or run: python -m bot connect"
WRONG_AUDIENCE = "check PARTNER_CENTER_CLOUD: it must be the cloud in which your organisation is a partner"
_ROLES: Mapping[Lack, str] = MappingProxyType(
    {
        Lack.ROLE: "the bot's account needs the role Admin Agent",
        Lack.PROGRAMME: "check your organisation's enrolment in Partner Center",
        Lack.CONDITIONAL_ACCESS: "a Conditional Access policy of your organisation forbids it",
        Lack.LOCATION: "your organisation is not set up to sell in that country",
    }
)


def explained(error: BaseException) -> dict[str, str | int | float]:
    """Return what a line of the log says of a failure: cause, Microsoft's number and ids, and the remedy."""
    if not isinstance(error, PartnerCenterError):
        return {"remedy": str(error)} if isinstance(error, OperatorError) else {}
    said: dict[str, str | int | float] = {}
    if error.diagnosis is not None:
        said = {"operation": error.diagnosis.operation, "correlation_id": error.diagnosis.correlation_id}
        said |= {"code": error.diagnosis.code} if error.diagnosis.code else {}
        said |= {"status": error.diagnosis.status} if error.diagnosis.status else {}
    match error:
        case SignInRefused(cause=cause):
            return {**said, "cause": cause.value, "remedy": SIGN_IN.get(cause, _OTHERWISE)}
        case RoleMissing(lack=lack):
            return {**said, "cause": lack.value, "remedy": _ROLES[lack]}
        case WrongKindOfSignIn():
            return {**said, "remedy": "check PARTNER_CENTER_CLOUD and run: python -m bot connect"}
        case Throttled(retry_after=seconds):
            return {**said, "seconds": round(seconds, 1)}
        case Unavailable(attempts=attempts):
            return {**said, "attempts": attempts}
        case _:
            return said
