"""Every error is sorted by who can fix it, and turned into words for whoever waits for an answer."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

import bot
from bot.context import (
    CannotPost,
    Channel,
    MembersOnly,
    NobodyConfigured,
    NotAllowed,
    NotUnderstood,
    Outdated,
    Role,
    TooLate,
    TooSlow,
    UnknownCommand,
)
from bot.delivery.messenger import Busy, Failed, Refused, Undelivered
from bot.errors import OperatorError, PartnerBotError, RemoteError, UserError
from bot.language import LANGUAGES, language
from bot.notifications.forged import Forged
from bot.partner_center.consent import ConsentRefused
from bot.partner_center.entra import WrongAuthority
from bot.partner_center.errors import (
    AlreadyRegistered,
    CustomerNotFound,
    Diagnosis,
    Lack,
    NoRelationship,
    NotAnIndirectProvider,
    PartnerCenterError,
    RoleMissing,
    SearchRefused,
    SignInCause,
    SignInRefused,
    Throttled,
    TokenUnusable,
    Unavailable,
    UnreadableAnswer,
    WrongKindOfSignIn,
)
from bot.partner_center.invitation_link import LinkRefused, RefusalReason
from bot.partner_center.refusals import TokenRejected
from bot.settings import Misconfigured
from bot.slack.api import SlackRefused, SlackUnreachable
from bot.slack.connection import SlackSilent
from bot.slack.directory import PersonUnknown
from bot.slack.socket_link import LinkFailed
from bot.storage.encryption import Undecipherable
from bot.storage.errors import DatabaseUnavailable, OutcomeUnknown
from bot.storage.single_process import DatabaseInUse
from bot.views.failures import failure
from tests.views.reading import everything

AT = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
REFERENCE = "r-7k2m4q"
DATE = re.compile(r"<!date[^>]*>")  # Slack's own placeholders stand in it
OWN_WORDS = "an internal sentence that is for nobody"
KINDS = (UserError, RemoteError, OperatorError)
ROOTS = {PartnerBotError, *KINDS, PartnerCenterError}
DIAGNOSIS = Diagnosis(
    operation="GET /v1/customers/{id}",
    at=AT,
    cloud="global",
    partner_tenant_id="1b7f0c52-9f6e-4a0f-8d6b-2c3a4e5f6071",
    request_id="c8b06088-4817-45d4-83fd-d6aa80f8de0f",
    correlation_id="3df6af0c-2fdd-4695-8e0a-f872abcf9eaa",
    customer_tenant_id="8f1d6c1e-3b52-4c8e-9a47-5d20e1c7b903",
)
SALES = Channel(id="C0SALES", name="sales", external=False)

PLAIN = (
    *(CustomerNotFound, NoRelationship, NotAnIndirectProvider, SearchRefused),
    *(WrongKindOfSignIn, AlreadyRegistered, UnreadableAnswer),
)
SAMPLES: tuple[PartnerBotError, ...] = (
    *(kind(diagnosis) for kind in PLAIN for diagnosis in (None, DIAGNOSIS)),
    *(SignInRefused(cause, DIAGNOSIS) for cause in SignInCause),
    TokenUnusable(DIAGNOSIS),
    WrongAuthority("https://login.microsoftonline.com/common/v2.0", DIAGNOSIS),
    *(RoleMissing(lack) for lack in Lack),
    *(Throttled(seconds, DIAGNOSIS) for seconds in (0, 0.2, 57, 10**12)),
    *(Unavailable(attempts) for attempts in (0, 1, 3)),
    *(LinkRefused(reason, found="x", expected="y") for reason in RefusalReason),
    *(CannotPost(SALES, reason) for reason in ("not_in_channel", "is_archived", "a_word_of_tomorrow")),
    *(NotAllowed("Looking up customers", role) for role in Role if role is not Role.NOBODY),
    *(UnknownCommand("custmer x", nearest) for nearest in (None, "customer x")),
    NobodyConfigured("Looking up customers", Role.VIEWER),
    MembersOnly(),
    TooLate(),
    TooSlow(),
    Outdated(),
    NotUnderstood(),
    PersonUnknown(),
    SlackRefused("a_word_of_slacks"),
    SlackUnreachable("ServerDisconnectedError"),
    Undelivered("a_word_of_slacks"),
    Refused("is_archived"),
    Failed("internal_error"),
    Busy(57),
    SlackSilent(OWN_WORDS),
    DatabaseInUse(OWN_WORDS),
    Misconfigured(OWN_WORDS),
    Undecipherable(),
    ConsentRefused(OWN_WORDS),
    *(DatabaseUnavailable(OWN_WORDS, writing=writing) for writing in (True, False)),
    OutcomeUnknown(),
)
TOLD_TO_NOBODY = {TokenRejected.__name__, Forged.__name__, LinkFailed.__name__}
"""A token is taken anew, whoever sends a forged delivery gets a status, and a connection is tried again."""
REMOTE = tuple(sample for sample in SAMPLES if isinstance(sample, RemoteError))
STRANGE: tuple[Exception, ...] = (
    ValueError(OWN_WORDS),
    KeyError("name"),
    OSError(28, OWN_WORDS),
    ExceptionGroup(OWN_WORDS, [ValueError(OWN_WORDS)]),
    PartnerBotError(OWN_WORDS),
    OperatorError(OWN_WORDS),
    PartnerCenterError(),
)


def errors() -> Iterator[type[PartnerBotError]]:
    """Yield every error the bot knows, wherever it is declared."""
    for module in pkgutil.walk_packages(bot.__path__, "bot."):
        if ".migrations" not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    waiting = [PartnerBotError]
    while waiting:
        error = waiting.pop()
        waiting.extend(error.__subclasses__())
        if error not in ROOTS and error.__module__.startswith("bot."):
            yield error


def words(code: str, error: Exception) -> str:
    """Return all that a person reads of the failure."""
    said = failure(language(code), error, reference=REFERENCE, at=AT, admin=True, may_invite=True, again="command x")
    assert said.text
    return "\n".join(everything(said))


def test_every_error_is_for_exactly_one_to_fix() -> None:
    sorted_by = {error.__name__: [kind for kind in KINDS if issubclass(error, kind)] for error in errors()}

    assert {name: kinds for name, kinds in sorted_by.items() if len(kinds) != 1} == {}


def test_every_error_is_explained_here() -> None:
    explained = {type(sample) for sample in SAMPLES}

    assert {error.__name__ for error in errors()} - {error.__name__ for error in explained} <= TOLD_TO_NOBODY


def test_every_error_says_what_it_is() -> None:
    assert [error.__name__ for error in errors() if not error.__doc__] == []


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("error", [*SAMPLES, *STRANGE], ids=lambda error: type(error).__name__)
def test_every_failure_is_said_in_words(code: str, error: Exception) -> None:
    said = words(code, error)

    assert len(said.split()) > 5
    assert type(error).__name__ not in said
    assert not re.search(r"\w(Error|Refused|Exception)\b|Traceback|\{\w*\}", DATE.sub("", said))
    if code != "en":
        assert said != words("en", error)


@pytest.mark.parametrize("error", STRANGE, ids=lambda error: type(error).__name__)
def test_what_nobody_foresaw_is_said_by_reference_alone(error: Exception) -> None:
    said = words("en", error)

    assert REFERENCE in said
    assert OWN_WORDS not in said
    assert "Give the reference to a bot admin." in said


@pytest.mark.parametrize("error", REMOTE, ids=lambda error: type(error).__name__)
def test_what_a_remote_system_did_carries_the_reference_of_the_log(error: Exception) -> None:
    said = failure(language("en"), error, reference=REFERENCE, at=AT)

    assert REFERENCE in "\n".join(everything(said))


def test_mistakes_in_the_set_up_end_the_process_as_such() -> None:
    assert OperatorError.exit_code == 78
    assert Misconfigured.exit_code == 78
    assert SlackSilent.exit_code == DatabaseInUse.exit_code == 75
    assert DatabaseUnavailable(OWN_WORDS).exit_code == 75
    assert DatabaseUnavailable(OWN_WORDS, lasting=True).exit_code == 78
