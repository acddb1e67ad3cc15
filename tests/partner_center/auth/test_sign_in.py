"""Access tokens, from whatever consent there is, as long as there is one."""

import asyncio
import logging
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot import retry
from bot.connections import DatabaseTokenStore
from bot.language import language
from bot.partner_center.auth import Consent, Registration, SignIn
from bot.partner_center.errors import SignInCause, SignInRefused, Throttled, Unavailable, UnreadableAnswer
from bot.storage.tokens import StoredToken
from bot.views.failures import failure as failure_words
from sandbox.microsoft import Microsoft
from sandbox.microsoft.companies import REFRESH_TOKEN
from sandbox.microsoft.entra import DISCOVERY_PATH, TOKEN_PATH


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def sign_in(registration: Registration, store: DatabaseTokenStore, clock: Clock) -> SignIn:
    return SignIn(registration, store, seed=REFRESH_TOKEN, clock=clock)


class Watched:
    """A store that counts how often it was read, and tells when that was so many times."""

    def __init__(self, store: DatabaseTokenStore, *, reads: int = 0) -> None:
        self.replace, self.save = store.replace, store.save
        self._store, self._expected = store, reads
        self.reads = 0
        self.was_read = asyncio.Event()

    async def load(self, account: str) -> StoredToken | None:
        found = await self._store.load(account)
        self.reads += 1
        if self.reads == self._expected:
            self.was_read.set()
        return found


def redemptions(microsoft: Microsoft) -> int:
    return microsoft.entra.calls(TOKEN_PATH)


async def stored(registration: Registration, store: DatabaseTokenStore) -> Consent:
    found = await store.load(registration.account)
    assert found is not None
    return Consent.model_validate_json(found.payload)


async def sign_in_anew(registration: Registration, store: DatabaseTokenStore, microsoft: Microsoft) -> None:
    """Store what ``python -m bot connect`` would."""
    consent = Consent(
        refresh_token=microsoft.tokens.refresh_token(), sign_in="by a person", signed_in_at=datetime.now(UTC)
    )
    await store.replace(registration.account, consent.model_dump_json())


async def test_a_refresh_token_becomes_an_access_token_for_partner_center(
    sign_in: SignIn, microsoft: Microsoft
) -> None:
    token = microsoft.tokens.read_access_token(await sign_in.access_token())

    assert token is not None
    assert token.audience == "https://api.partnercenter.microsoft.com"
    assert microsoft.entra.complaints == []


async def test_a_token_is_held_until_shortly_before_its_end(
    sign_in: SignIn, microsoft: Microsoft, clock: Clock
) -> None:
    first = await sign_in.access_token()
    clock.seconds += 3299
    assert await sign_in.access_token() == first

    clock.seconds += 2

    assert await sign_in.access_token() != first
    assert redemptions(microsoft) == 2


async def test_callers_at_the_same_time_share_one_redemption(sign_in: SignIn, microsoft: Microsoft) -> None:
    tokens = await asyncio.gather(*(sign_in.access_token() for _ in range(5)))

    assert len(set(tokens)) == 1
    assert redemptions(microsoft) == 1


async def test_callers_at_the_same_time_share_one_look_at_what_is_stored(
    registration: Registration, store: DatabaseTokenStore, clock: Clock
) -> None:
    watched = Watched(store)
    sign_in = SignIn(registration, watched, seed=REFRESH_TOKEN, clock=clock)
    token = await sign_in.access_token()
    watched.reads = 0
    clock.seconds += retry.ENTRA.stored_consent

    tokens = await asyncio.gather(*(sign_in.access_token() for _ in range(5)))

    assert set(tokens) == {token}
    assert watched.reads == 1


async def test_callers_at_the_same_time_share_one_forced_redemption(sign_in: SignIn, microsoft: Microsoft) -> None:
    first = await sign_in.access_token()

    tokens = await asyncio.gather(*(sign_in.access_token(refresh=True) for _ in range(5)))

    assert len(set(tokens)) == 1
    assert first not in tokens
    assert redemptions(microsoft) == 2


async def test_callers_at_the_same_time_share_one_failure(
    sign_in: SignIn, registration: Registration, store: DatabaseTokenStore, microsoft: Microsoft
) -> None:
    await sign_in.access_token()
    microsoft.entra.requests.clear()
    microsoft.entra.refuse(50173)
    microsoft.entra.hold(TOKEN_PATH)
    watched = Watched(store, reads=2)  # the look that all callers share, and that of the one redemption

    anew = SignIn(registration, watched)
    waiting = [asyncio.create_task(anew.access_token()) for _ in range(5)]
    await microsoft.entra.until_called(TOKEN_PATH)
    await watched.was_read.wait()
    microsoft.entra.release()
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)

    assert {type(outcome) for outcome in outcomes} == {SignInRefused}
    assert redemptions(microsoft) == 1


async def test_a_caller_who_gives_up_does_not_take_the_others_along(sign_in: SignIn, microsoft: Microsoft) -> None:
    microsoft.entra.hold(TOKEN_PATH)
    impatient = asyncio.create_task(sign_in.access_token())
    await microsoft.entra.until_called(TOKEN_PATH)
    patient = asyncio.create_task(sign_in.access_token())
    impatient.cancel()
    microsoft.entra.release()

    assert await patient
    assert redemptions(microsoft) == 1


async def test_a_renewal_under_way_is_stored_before_the_bot_ends(
    sign_in: SignIn, registration: Registration, store: DatabaseTokenStore, microsoft: Microsoft
) -> None:
    microsoft.entra.hold(TOKEN_PATH)
    impatient = asyncio.create_task(sign_in.access_token())
    await microsoft.entra.until_called(TOKEN_PATH)
    impatient.cancel()
    microsoft.entra.release()

    await sign_in.close()

    assert (await stored(registration, store)).refresh_token != REFRESH_TOKEN


async def test_every_new_refresh_token_is_stored_and_used_next(
    sign_in: SignIn, registration: Registration, store: DatabaseTokenStore, microsoft: Microsoft
) -> None:
    microsoft.entra.single_use_refresh_tokens = True
    await sign_in.access_token()
    first = await stored(registration, store)

    await sign_in.access_token(refresh=True)

    second = await stored(registration, store)
    assert len({REFRESH_TOKEN, first.refresh_token, second.refresh_token}) == 3
    assert microsoft.entra.asked(TOKEN_PATH)[1].form["refresh_token"] == first.refresh_token
    assert first.sign_in == second.sign_in
    assert second.username == microsoft.entra.user.username


async def test_a_refresh_token_that_another_process_renewed_meanwhile_is_not_overwritten(
    sign_in: SignIn, registration: Registration, store: DatabaseTokenStore, microsoft: Microsoft
) -> None:
    await sign_in.access_token()
    microsoft.entra.hold(TOKEN_PATH)
    renewal = asyncio.create_task(sign_in.access_token(refresh=True))
    await microsoft.entra.until_called(TOKEN_PATH, 2)
    current = await store.load(registration.account)
    assert current is not None
    theirs = (await stored(registration, store)).model_copy(update={"refresh_token": "newer"})
    await store.save(registration.account, theirs.model_dump_json(), expected_version=current.version)
    microsoft.entra.release()

    assert await renewal

    assert (await stored(registration, store)).refresh_token == "newer"


async def test_a_refusal_is_tried_once_more_with_what_was_stored_meanwhile(
    sign_in: SignIn, registration: Registration, store: DatabaseTokenStore, microsoft: Microsoft
) -> None:
    await sign_in.access_token()
    microsoft.entra.revoke_refresh_tokens()
    microsoft.entra.hold(TOKEN_PATH)
    renewal = asyncio.create_task(sign_in.access_token(refresh=True))
    await microsoft.entra.until_called(TOKEN_PATH, 2)
    await sign_in_anew(registration, store, microsoft)
    microsoft.entra.release()

    assert await renewal


async def test_a_dead_consent_is_asked_about_again_and_a_new_one_works_at_once(
    sign_in: SignIn, registration: Registration, store: DatabaseTokenStore, microsoft: Microsoft
) -> None:
    microsoft.entra.revoke_refresh_tokens()
    for asked in (1, 2):
        with pytest.raises(SignInRefused) as refusal:
            await sign_in.access_token()
        assert refusal.value.cause is SignInCause.REVOKED
        assert redemptions(microsoft) == asked

    await sign_in_anew(registration, store, microsoft)

    assert await sign_in.access_token()


async def test_a_cause_that_was_mended_at_microsoft_is_noticed_at_once(sign_in: SignIn, microsoft: Microsoft) -> None:
    microsoft.entra.refuse(53003)
    with pytest.raises(SignInRefused):
        await sign_in.access_token()
    microsoft.entra.refuse(None)

    assert await sign_in.access_token()


async def test_a_new_sign_in_replaces_a_token_that_is_still_valid(
    sign_in: SignIn, registration: Registration, store: DatabaseTokenStore, microsoft: Microsoft, clock: Clock
) -> None:
    first = await sign_in.access_token()
    await sign_in_anew(registration, store, microsoft)
    clock.seconds += retry.ENTRA.stored_consent

    assert await sign_in.access_token() != first


async def test_a_renewal_by_another_replica_does_not_make_this_one_renew(
    sign_in: SignIn, registration: Registration, store: DatabaseTokenStore, microsoft: Microsoft
) -> None:
    first = await sign_in.access_token()
    await SignIn(registration, store, seed=REFRESH_TOKEN).access_token()

    assert await sign_in.access_token() == first
    assert redemptions(microsoft) == 2


async def test_without_any_consent_the_cause_is_that_nobody_signed_in(
    registration: Registration, store: DatabaseTokenStore, microsoft: Microsoft
) -> None:
    sign_in = SignIn(registration, store)

    with pytest.raises(SignInRefused) as refusal:
        await sign_in.access_token()

    assert refusal.value.cause is SignInCause.NEVER_SIGNED_IN
    assert await sign_in.consent() is None
    assert microsoft.entra.requests == []


async def test_the_same_seed_does_not_override_a_newer_token(
    registration: Registration, store: DatabaseTokenStore, microsoft: Microsoft
) -> None:
    await SignIn(registration, store, seed=REFRESH_TOKEN).access_token()
    await sign_in_anew(registration, store, microsoft)
    newer = await stored(registration, store)

    await SignIn(registration, store, seed=REFRESH_TOKEN).access_token()

    assert microsoft.entra.asked(TOKEN_PATH)[-1].form["refresh_token"] == newer.refresh_token


async def test_another_seed_is_a_new_one_and_wins(
    registration: Registration, store: DatabaseTokenStore, microsoft: Microsoft
) -> None:
    await SignIn(registration, store, seed=REFRESH_TOKEN).access_token()
    other = microsoft.tokens.refresh_token()

    await SignIn(registration, store, seed=other).access_token()

    assert microsoft.entra.asked(TOKEN_PATH)[-1].form["refresh_token"] == other


async def test_a_replica_with_the_former_seed_does_not_bring_it_back(
    registration: Registration, store: DatabaseTokenStore, microsoft: Microsoft
) -> None:
    former = SignIn(registration, store, seed=REFRESH_TOKEN)
    await former.access_token()
    other = microsoft.tokens.refresh_token()
    await SignIn(registration, store, seed=other).access_token()

    await former.access_token(refresh=True)

    assert REFRESH_TOKEN not in [request.form["refresh_token"] for request in microsoft.entra.asked(TOKEN_PATH)[1:]]


async def test_replicas_that_start_at_once_agree_on_the_seed(
    registration: Registration, store: DatabaseTokenStore, microsoft: Microsoft
) -> None:
    replicas = [SignIn(registration, store, seed=REFRESH_TOKEN) for _ in range(4)]

    assert all(await asyncio.gather(*(replica.access_token() for replica in replicas)))


async def test_a_gateway_that_fails_once_is_asked_again(sign_in: SignIn, microsoft: Microsoft) -> None:
    microsoft.entra.answer_next(DISCOVERY_PATH, status=503, body="<html>busy</html>")
    microsoft.entra.answer_next(TOKEN_PATH, status=502, body="")

    assert await sign_in.access_token()


async def test_a_gateway_that_keeps_failing_is_unavailable_and_not_a_dead_consent(
    sign_in: SignIn, microsoft: Microsoft
) -> None:
    microsoft.entra.answer_next(TOKEN_PATH, status=503, body="", times=3)

    with pytest.raises(Unavailable) as failure:
        await sign_in.access_token()

    assert failure.value.attempts == 3
    assert failure.value.diagnosis is not None
    assert failure.value.diagnosis.status == 503
    assert await sign_in.access_token()


async def test_an_authority_that_cannot_be_reached_is_unavailable(
    registration: Registration, store: DatabaseTokenStore
) -> None:
    nowhere = replace(registration, authority_url="http://127.0.0.1:1")

    with pytest.raises(Unavailable) as failure:
        await SignIn(nowhere, store, seed=REFRESH_TOKEN).access_token()

    assert failure.value.diagnosis is not None
    assert failure.value.diagnosis.correlation_id


async def test_entra_may_ask_for_patience(sign_in: SignIn, microsoft: Microsoft) -> None:
    microsoft.entra.answer_next(
        TOKEN_PATH, status=429, body={"error": "temporarily_unavailable"}, headers={"Retry-After": "17"}
    )

    with pytest.raises(Throttled) as failure:
        await sign_in.access_token()

    assert failure.value.retry_after == 17


ABSURD_WAITS = {
    "99999999999": 86_400,
    "9" * 400: 86_400,
    "9" * 5000: 86_400,
    "Fri, 31 Dec 9999 23:59:59 GMT": 86_400,
    "inf": retry.ENTRA.unnamed_wait,
    "nan": retry.ENTRA.unnamed_wait,
    "1e300": retry.ENTRA.unnamed_wait,
    "-5": retry.ENTRA.unnamed_wait,
    "²": retry.ENTRA.unnamed_wait,
    "५७": retry.ENTRA.unnamed_wait,
    "soon": retry.ENTRA.unnamed_wait,
}


@pytest.mark.parametrize("status", [400, 429, 503])
@pytest.mark.parametrize("header", ABSURD_WAITS, ids=lambda header: header[:20])
async def test_an_absurd_wait_of_entra_is_a_day_at_most_and_can_be_said(
    sign_in: SignIn, microsoft: Microsoft, header: str, status: int
) -> None:
    body = {"error": "temporarily_unavailable", "error_description": "AADSTS90033: A transient error has occurred."}
    microsoft.entra.answer_next(TOKEN_PATH, status=status, body=body, headers={"Retry-After": header}, times=9)

    with pytest.raises((Throttled, Unavailable)) as failure:
        await sign_in.access_token()

    if isinstance(failure.value, Throttled):
        assert failure.value.retry_after == ABSURD_WAITS[header]
    else:
        assert ABSURD_WAITS[header] == retry.ENTRA.unnamed_wait  # it asked for nothing that can be read
        assert status != 429
    said = failure_words(language("en"), failure.value, reference="r-1", at=datetime.now(UTC))
    assert said.text


async def test_a_date_of_entra_counts_from_entras_clock(sign_in: SignIn, microsoft: Microsoft) -> None:
    headers = {"Date": "Sat, 28 Nov 2026 12:00:00 GMT", "Retry-After": "Sat, 28 Nov 2026 12:00:17 GMT"}
    microsoft.entra.answer_next(TOKEN_PATH, status=429, body={"error": "temporarily_unavailable"}, headers=headers)

    with pytest.raises(Throttled) as failure:
        await sign_in.access_token()

    assert failure.value.retry_after == 17


@pytest.mark.parametrize("strange", ["a\nb", "x" * 5000, "<!channel>", " "])
async def test_ids_and_codes_of_entra_are_plain_and_short_or_not_used(
    sign_in: SignIn, microsoft: Microsoft, strange: str
) -> None:
    body = {"error": strange, "trace_id": strange, "correlation_id": strange, "error_codes": [int("9" * 4000)]}
    for names_numbers in (True, False):
        refused = body if names_numbers else {**body, "error_codes": []}
        microsoft.entra.answer_next(TOKEN_PATH, status=401, body=refused)
        with pytest.raises(SignInRefused) as refusal:
            await sign_in.access_token()

        diagnosis = refusal.value.diagnosis
        assert diagnosis is not None
        for said in (diagnosis.request_id, diagnosis.correlation_id, diagnosis.code or "none"):
            assert re.fullmatch(r"[\w-]{1,80}", said)


LIFETIMES = {
    "3599": 3599,
    '"3599"': 3599,
    "99999999999": 86_400,
    "9" * 400: 86_400,
    "1e300": 86_400,
    "0": 3600,
    "-5": 3600,
    '"-5"': 3600,
}
UNREADABLE_LIFETIMES = ("Infinity", "-Infinity", "NaN", '"inf"', '"soon"', "null", "[]", "{}", '"1e300"', "9" * 5000)


def granted(lifetime: str) -> str:
    return f'{{"token_type": "Bearer", "access_token": "eyJ.one.two", "expires_in": {lifetime}}}'


@pytest.mark.parametrize("lifetime", LIFETIMES, ids=lambda lifetime: lifetime[:20])
async def test_a_token_is_held_for_a_day_at_most_and_not_asked_for_again_at_once(
    sign_in: SignIn, microsoft: Microsoft, clock: Clock, lifetime: str
) -> None:
    microsoft.entra.answer_next(TOKEN_PATH, status=200, body=granted(lifetime), times=9)

    await sign_in.access_token()
    clock.seconds += LIFETIMES[lifetime] - 301
    await sign_in.access_token()
    assert redemptions(microsoft) == 1

    clock.seconds += 2
    await sign_in.access_token()
    assert redemptions(microsoft) == 2


@pytest.mark.parametrize("lifetime", UNREADABLE_LIFETIMES, ids=lambda lifetime: lifetime[:20])
async def test_a_lifetime_that_is_no_number_is_unreadable_or_an_hour(
    sign_in: SignIn, microsoft: Microsoft, clock: Clock, lifetime: str
) -> None:
    microsoft.entra.answer_next(TOKEN_PATH, status=200, body=granted(lifetime))

    with suppress(UnreadableAnswer):
        await sign_in.access_token()
        clock.seconds += 3299
        await sign_in.access_token()
        assert redemptions(microsoft) == 1
        clock.seconds += 2

    assert await sign_in.access_token()
    assert redemptions(microsoft) == 2


async def test_a_page_where_a_token_was_due_is_unreadable(sign_in: SignIn, microsoft: Microsoft) -> None:
    for path in (DISCOVERY_PATH, TOKEN_PATH):
        microsoft.entra.answer_next(path, status=200, body="<html>Welcome to the hotel's network</html>")
        with pytest.raises(UnreadableAnswer):
            await sign_in.access_token()


async def test_a_token_that_is_still_valid_outlives_an_authority_that_is_away(
    sign_in: SignIn, microsoft: Microsoft, clock: Clock
) -> None:
    first = await sign_in.access_token()
    clock.seconds += 3400
    microsoft.entra.answer_next(TOKEN_PATH, status=503, body="", times=6)

    assert await sign_in.access_token() == first
    clock.seconds += 300
    with pytest.raises(Unavailable):
        await sign_in.access_token()


async def test_an_unknown_tenant_is_a_mistake_in_the_registration(
    registration: Registration, store: DatabaseTokenStore
) -> None:
    wrong = replace(registration, tenant_id="00000000-0000-4000-8000-000000000000")

    with pytest.raises(SignInRefused) as refusal:
        await SignIn(wrong, store, seed=REFRESH_TOKEN).access_token()

    assert refusal.value.cause is SignInCause.APP_UNKNOWN


async def test_a_wrong_secret_is_told_from_a_dead_consent(
    registration: Registration, store: DatabaseTokenStore
) -> None:
    wrong = replace(registration, client_secret="another")

    with pytest.raises(SignInRefused) as refusal:
        await SignIn(wrong, store, seed=REFRESH_TOKEN).access_token()

    assert refusal.value.cause is SignInCause.APP_SECRET
    assert refusal.value.diagnosis is not None
    assert refusal.value.diagnosis.code == "AADSTS7000215"
    assert refusal.value.diagnosis.correlation_id


async def test_no_secret_is_logged_or_shown(
    sign_in: SignIn,
    registration: Registration,
    store: DatabaseTokenStore,
    microsoft: Microsoft,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    token = await sign_in.access_token()
    renewed = await stored(registration, store)
    microsoft.entra.answer_next(TOKEN_PATH, status=200, body=f"not JSON: {token} {renewed.refresh_token}")
    with pytest.raises(UnreadableAnswer):
        await sign_in.access_token(refresh=True)

    shown = caplog.text + "".join(capsys.readouterr()) + repr(renewed) + repr(registration) + repr(sign_in._held)
    secrets: Iterable[str] = (token, renewed.refresh_token, REFRESH_TOKEN, registration.client_secret or "")
    assert not [secret for secret in secrets if secret in shown]
