"""Why Entra gave no token: its AADSTS numbers, sorted by what a person would do about them.

https://learn.microsoft.com/entra/identity-platform/reference-error-codes
"""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from bot.partner_center.errors import SignInCause

_NUMBERS: Mapping[SignInCause, tuple[int, ...]] = {
    SignInCause.MFA_MISSING: (50072, 50074, 50076, 50078, 50079),
    SignInCause.UNUSED: (70008, 700082),
    SignInCause.CONSENT_WITHDRAWN: (65001, 65004, 90094, 90093),
    SignInCause.CONDITIONAL_ACCESS: (50005, 50097, 50158, 53000, 53001, 53002, 53003, 53011, 70043, 530032, 530034),
    SignInCause.REVOKED: (50034, 50053, 50055, 50057, 50132, 50133, 50135, 50144, 50173, 700081),
    SignInCause.APP_SECRET: (700023, 700024, 700027, 700030, 7000215, 7000218, 7000222),
    SignInCause.APP_UNKNOWN: (50059, 50128, 90002, 90099, 700016, 900021, 900023, 900971),
    SignInCause.APP_DISABLED: (7000112,),
    SignInCause.APP_NOT_IN_TENANT: (7000229,),
    SignInCause.NOT_ASSIGNED: (50105,),
    SignInCause.PARTNER_CENTER_MISSING: (500011, 500014, 650052, 650057),
}
_CAUSES: Mapping[int, SignInCause] = MappingProxyType(
    {number: cause for cause, numbers in _NUMBERS.items() for number in numbers}
)
_PASSING = frozenset({90006, 90033, 90036, 90055})  # "a transient error occurred; please try again"
_WRITTEN = re.compile(r"AADSTS(\d{4,9})")


def numbers_in(text: str) -> tuple[int, ...]:
    """Return the AADSTS numbers that a text names."""
    return tuple(int(number) for number in _WRITTEN.findall(text))


def cause_of(error: str, numbers: Iterable[int], suberror: str = "") -> SignInCause:
    """Return the cause of the first number that says one, else what the OAuth error itself says."""
    for number in numbers:
        if number in _CAUSES:
            return _CAUSES[number]
    if suberror == "consent_required":
        return SignInCause.CONSENT_WITHDRAWN
    return SignInCause.APP_SECRET if error == "invalid_client" else SignInCause.OTHER


def is_passing(error: str, numbers: Iterable[int]) -> bool:
    """Say whether trying again later is all there is to do."""
    return error in {"temporarily_unavailable", "server_error"} or not _PASSING.isdisjoint(numbers)
