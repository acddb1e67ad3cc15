"""What Entra says when it gives no token: the body of every AADSTS failure the bot has to tell apart.

https://learn.microsoft.com/entra/identity-platform/reference-error-codes
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Final

from sandbox.microsoft.answers import Answer


@dataclass(frozen=True, slots=True)
class Refusal:
    """One failure: its OAuth error, HTTP status, text, and the suberror where Entra gives one."""

    error: str
    status: int
    text: str
    suberror: str | None = None


REFUSALS: Final = {
    50011: Refusal(
        "invalid_request", 400, "The redirect URI specified in the request does not match the redirect URIs configured."
    ),
    50034: Refusal("invalid_grant", 400, "The user account does not exist in the directory."),
    50053: Refusal("invalid_grant", 400, "The account is locked."),
    50057: Refusal("invalid_grant", 400, "The user account is disabled."),
    50076: Refusal(
        "invalid_grant",
        400,
        "Due to a configuration change made by your administrator, or because you moved to a new location,"
        " you must use multi-factor authentication to access 'fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd'.",
        "basic_action",
    ),
    50079: Refusal(
        "invalid_grant",
        400,
        "Due to a configuration change made by your administrator, or because you moved to a new location,"
        " you must enroll in multi-factor authentication.",
        "basic_action",
    ),
    50173: Refusal(
        "invalid_grant",
        400,
        "The provided grant has expired due to it being revoked, a fresh auth token is needed."
        " The user might have changed or reset their password.",
        "bad_token",
    ),
    50105: Refusal(
        "invalid_grant", 400, "The signed in user is not assigned to a role for the application 'Partner Bot'."
    ),
    53000: Refusal("invalid_grant", 400, "Device is not in required device state: compliant.", "message_only"),
    53003: Refusal(
        "invalid_grant",
        400,
        "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.",
        "message_only",
    ),
    54005: Refusal(
        "invalid_grant", 400, "OAuth2 Authorization code was already redeemed, please retry with a new valid code."
    ),
    65001: Refusal(
        "invalid_grant",
        400,
        "The user or administrator has not consented to use the application. Send an interactive authorization request"
        " for this user and resource.",
        "consent_required",
    ),
    70003: Refusal("unsupported_grant_type", 400, "The app requested an unsupported grant type."),
    70011: Refusal("invalid_scope", 400, "The provided value for the input parameter 'scope' is not valid."),
    90002: Refusal(
        "invalid_tenant", 400, "Tenant not found. Check to make sure you have the correct tenant ID and cloud."
    ),
    90014: Refusal("invalid_request", 400, "A required field is missing from the request."),
    500011: Refusal("invalid_resource", 400, "The resource principal was not found in the tenant."),
    501481: Refusal(
        "invalid_grant",
        400,
        "The Code_Verifier does not match the code_challenge supplied in the authorization request.",
    ),
    900021: Refusal("invalid_request", 400, "Requested tenant identifier is not valid."),
    999999: Refusal("invalid_grant", 400, "A number that Microsoft has added since."),
    7000112: Refusal("unauthorized_client", 400, "Application 'Partner Bot' is disabled."),
    7000229: Refusal("unauthorized_client", 400, "The client application is missing service principal in the tenant."),
    700016: Refusal("unauthorized_client", 400, "Application with this identifier was not found in the directory."),
    700082: Refusal(
        "invalid_grant",
        400,
        "The refresh token has expired due to inactivity. The token was inactive for 90.00:00:00.",
        "bad_token",
    ),
    7000215: Refusal(
        "invalid_client",
        401,
        "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value,"
        " not the client secret ID.",
    ),
    7000222: Refusal("invalid_client", 401, "The provided client secret keys for the app are expired."),
    9002313: Refusal("invalid_grant", 400, "Invalid request. Request is malformed or invalid."),
}


def refusal(code: int, correlation_id: str | None = None) -> Answer:
    """The failure with this AADSTS number; KeyError for a number that is not in the table."""
    known = REFUSALS[code]
    trace_id, correlation_id = str(uuid.uuid4()), correlation_id or str(uuid.uuid4())
    timestamp = f"{dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M:%SZ}"
    description = (
        f"AADSTS{code}: {known.text}\r\nTrace ID: {trace_id}\r\nCorrelation ID: {correlation_id}"
        f"\r\nTimestamp: {timestamp}"
    )
    body: dict[str, object] = {
        "error": known.error,
        "error_description": description,
        "error_codes": [code],
        "timestamp": timestamp,
        "trace_id": trace_id,
        "correlation_id": correlation_id,
        "error_uri": f"https://login.microsoftonline.com/error?code={code}",
    }
    if known.suberror:
        body["suberror"] = known.suberror
    if known.suberror == "basic_action":
        body["claims"] = (
            '{"access_token":{"capolids":{"essential":true,"values":["5b2c4a2e-0000-4000-8000-000000000000"]}}}'
        )
    return Answer(status=known.status, body=body)
