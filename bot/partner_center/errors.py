"""What can go wrong between the bot and Microsoft, one class for each thing a person would do differently about it.

PartnerCenterError                    carries a Diagnosis: what was asked, when, and Microsoft's ids
├── CustomerNotFound (UserError)      404/60003, 400/900118: the tenant is unknown or not a customer
├── NoRelationship (UserError)        403/20002, 900159, 3000 "relationship … does not exist"
├── NotAnIndirectProvider (UserError) 1002 on …/relationships
├── SearchRefused (UserError)         any other 400: the search or value was not taken
├── SignInRefused (OperatorError)     the consent is dead or missing; has a cause
├── RoleMissing (OperatorError)       403 by role, programme or Conditional Access; has a lack
├── WrongKindOfSignIn (OperatorError) 401/900420 (audience), 403/900329 (app-only)
├── AlreadyRegistered (OperatorError) 409: the partner has a webhook registration, and it has only one
├── Throttled (RemoteError)           429 or our own limiter, beyond the command's deadline; has retry_after
├── Unavailable (RemoteError)         408, 5xx, transport, deadline; has attempts
└── UnreadableAnswer (RemoteError)    HTML, empty, malformed or hostile where a resource was due
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot import retry
from bot.errors import OperatorError, PartnerBotError, RemoteError, UserError
from bot.retry_after import seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What Microsoft's support asks for; holds no token, name or contact."""

    operation: str
    """The method and path, with ids but without the query, such as ``GET /v1/customers/{id}``."""
    at: datetime
    """UTC."""
    cloud: str
    partner_tenant_id: str
    request_id: str
    """Theirs where they sent one, else ours."""
    correlation_id: str
    customer_tenant_id: str | None = None
    status: int | None = None
    code: str | None = None


class PartnerCenterError(PartnerBotError):
    """The root of this tree."""

    def __init__(self, diagnosis: Diagnosis | None = None) -> None:
        super().__init__(type(self).__name__)
        self.diagnosis = diagnosis


class CustomerNotFound(PartnerCenterError, UserError):
    """Partner Center knows no such tenant, or it is no customer of this partner."""


class NoRelationship(PartnerCenterError, UserError):
    """The tenant exists, but no relationship ties it to this partner."""


class NotAnIndirectProvider(PartnerCenterError, UserError):
    """A partner that sells directly asked what only indirect providers are told."""


class SearchRefused(PartnerCenterError, UserError):
    """Microsoft did not take what was asked."""


class SignInCause(StrEnum):
    """Why Microsoft does not accept the bot's sign-in, decoded from AADSTS numbers and Partner Center codes."""

    NEVER_SIGNED_IN = "never_signed_in"
    MFA_MISSING = "mfa_missing"  # 900421; AADSTS 50076, 50079
    UNUSED = "unused"  # AADSTS 700082: not used for 90 days
    CONSENT_WITHDRAWN = "consent_withdrawn"  # AADSTS 65001
    CONDITIONAL_ACCESS = "conditional_access"  # AADSTS 53003 and its family
    REVOKED = "revoked"  # AADSTS 50173 and its family: password changed, sessions revoked
    APP_SECRET = "app_secret"  # AADSTS 7000215, 7000222: wrong or expired client secret  # noqa: S105
    APP_UNKNOWN = "app_unknown"  # AADSTS 700016, 90002, 900021: wrong client id or tenant
    APP_DISABLED = "app_disabled"  # AADSTS 7000112
    APP_NOT_IN_TENANT = "app_not_in_tenant"  # AADSTS 7000229: no service principal of the app
    NOT_ASSIGNED = "not_assigned"  # AADSTS 50105: the account is not assigned to the app
    PARTNER_CENTER_MISSING = "partner_center_missing"  # AADSTS 500011 and its family: no principal of the API
    OTHER = "other"


class SignInRefused(PartnerCenterError, OperatorError):
    """The consent is missing or dead: a person must sign in again (or, by its cause, mend the registration)."""

    def __init__(self, cause: SignInCause, diagnosis: Diagnosis | None = None) -> None:
        super().__init__(diagnosis)
        self.cause = cause


class TokenUnusable(SignInRefused):
    """Entra's answer holds a token that no header can carry, or that is far too long; none of it is kept."""

    def __init__(self, diagnosis: Diagnosis) -> None:
        super().__init__(SignInCause.OTHER, diagnosis)


class Lack(StrEnum):
    """What the signed-in account lacks when Microsoft answers 403."""

    ROLE = "role"  # 900150, 900308, 2032 and unknown codes
    PROGRAMME = "programme"  # 900149, 800039
    CONDITIONAL_ACCESS = "conditional_access"  # 900309
    LOCATION = "location"  # 2030


class RoleMissing(PartnerCenterError, OperatorError):
    """The signed-in account may not do this in Partner Center."""

    def __init__(self, lack: Lack, diagnosis: Diagnosis | None = None) -> None:
        super().__init__(diagnosis)
        self.lack = lack


class WrongKindOfSignIn(PartnerCenterError, OperatorError):
    """The token is for another audience, or app-only where a user's is due: the bot is set up wrongly."""


class AlreadyRegistered(PartnerCenterError, OperatorError):
    """The partner's one webhook registration exists; it is replaced by those who mean to."""


class Throttled(PartnerCenterError, RemoteError):
    """Microsoft, or the bot's own limiter on its behalf, asks to wait longer than the command may take."""

    def __init__(self, retry_after: float, diagnosis: Diagnosis | None = None) -> None:
        super().__init__(diagnosis)
        self.retry_after = seconds(retry_after, cap=retry.PARTNER_CENTER.longest_asked) or 0.0
        """Seconds from now, a day at most."""


class Unavailable(PartnerCenterError, RemoteError):
    """Microsoft did not answer usefully in the tries or the time there were."""

    def __init__(self, attempts: int, diagnosis: Diagnosis | None = None) -> None:
        super().__init__(diagnosis)
        self.attempts = attempts


class UnreadableAnswer(PartnerCenterError, RemoteError):
    """An answer came and could not be understood."""
