"""What Entra's numbers mean to a person."""

import pytest

from bot.partner_center.errors import SignInCause
from bot.partner_center.sign_in_causes import cause_of, is_passing, numbers_in


@pytest.mark.parametrize(
    ("number", "cause"),
    [
        (50076, SignInCause.MFA_MISSING),
        (50079, SignInCause.MFA_MISSING),
        (700082, SignInCause.UNUSED),
        (65001, SignInCause.CONSENT_WITHDRAWN),
        (53003, SignInCause.CONDITIONAL_ACCESS),
        (50173, SignInCause.REVOKED),
        (7000215, SignInCause.APP_SECRET),
        (7000222, SignInCause.APP_SECRET),
        (700016, SignInCause.APP_UNKNOWN),
        (90002, SignInCause.APP_UNKNOWN),
        (900021, SignInCause.APP_UNKNOWN),
        (7000112, SignInCause.APP_DISABLED),
        (7000229, SignInCause.APP_NOT_IN_TENANT),
        (50105, SignInCause.NOT_ASSIGNED),
        (500011, SignInCause.PARTNER_CENTER_MISSING),
        (99999, SignInCause.OTHER),
    ],
)
def test_a_number_has_its_cause(number: int, cause: SignInCause) -> None:
    assert cause_of("invalid_grant", [number]) is cause


def test_the_first_number_that_says_something_counts() -> None:
    assert cause_of("invalid_grant", [70002, 50076]) is SignInCause.MFA_MISSING


def test_without_numbers_the_oauth_error_counts() -> None:
    assert cause_of("invalid_client", []) is SignInCause.APP_SECRET
    assert cause_of("invalid_grant", [], "consent_required") is SignInCause.CONSENT_WITHDRAWN
    assert cause_of("invalid_grant", []) is SignInCause.OTHER


def test_numbers_are_read_from_the_description() -> None:
    assert numbers_in("AADSTS70002: Error. AADSTS50126: Invalid password.\r\nTrace ID: 1") == (70002, 50126)


def test_some_failures_pass_by_themselves() -> None:
    assert is_passing("temporarily_unavailable", [])
    assert is_passing("invalid_grant", [90033])
    assert not is_passing("invalid_grant", [50173])
