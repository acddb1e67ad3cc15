"""What is done every so often: each slot once across replicas, and no job held back by another."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from bot import retry
from bot.delivery.scheduler import ScheduledJob, Scheduler
from bot.errors import OperatorError
from bot.partner_center.errors import (
    Diagnosis,
    Lack,
    RoleMissing,
    SignInCause,
    SignInRefused,
    Unavailable,
    WrongKindOfSignIn,
)
from bot.partner_center.remedies import explained
from bot.storage.database import Database, open_database
from bot.storage.migrate import migrate
from bot.storage.schedules import Schedules
from tests.transactions import writing

PARIS = ZoneInfo("Europe/Paris")


@dataclass
class Counted:
    """Something to do that can be held up; ``done`` counts."""

    began: int = 0
    done: int = 0
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def __call__(self) -> None:
        async with self.changed:
            self.began += 1
            self.changed.notify_all()
        await self.gate.wait()
        async with self.changed:
            self.done += 1
            self.changed.notify_all()

    async def until(self, found: Callable[["Counted"], bool]) -> None:
        async with asyncio.timeout(120), self.changed:
            await self.changed.wait_for(lambda: found(self))


def quick() -> Counted:
    counted = Counted()
    counted.gate.set()
    return counted


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    await migrate(database_url)
    async with open_database(database_url) as opened:
        yield opened


def jobs(database: Database, **named: Callable[[], Awaitable[None]]) -> Scheduler:
    return Scheduler(database, Schedules(database), [ScheduledJob(name, 3600.0, run) for name, run in named.items()])


async def test_what_is_due_is_done_at_the_start(database: Database) -> None:
    poll = quick()

    async with jobs(database, poll=poll).at_work():
        await poll.until(lambda counted: counted.done == 1)


async def test_replicas_do_each_slot_once(database: Database) -> None:
    poll, nudge = quick(), quick()
    async with AsyncExitStack() as stack:
        for _ in range(3):
            await stack.enter_async_context(jobs(database, poll=poll, nudge=nudge).at_work())
        await poll.until(lambda counted: counted.done > 0)
        await nudge.until(lambda counted: counted.done > 0)

    assert (poll.began, nudge.began) == (1, 1)


async def test_a_slow_job_holds_back_no_other(database: Database) -> None:
    slow, nudge = Counted(), quick()

    async with jobs(database, poll=slow, nudge=nudge).at_work():
        await slow.until(lambda counted: counted.began == 1)
        await nudge.until(lambda counted: counted.done == 1)
        slow.gate.set()


async def test_a_job_never_runs_beside_itself(database: Database) -> None:
    poll = Counted()
    working = jobs(database, poll=poll)

    async with working.at_work():
        await poll.until(lambda counted: counted.began == 1)
        working.hasten("poll")
        at_once = poll.began
        poll.gate.set()
        await poll.until(lambda counted: counted.done == 2)

    assert at_once == 1


async def test_a_failing_job_is_done_again(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    runs = quick()

    async def fail_first() -> None:
        await runs()
        if runs.done == 1:
            raise Unavailable(3)

    working = jobs(database, poll=fail_first)
    async with working.at_work():
        await runs.until(lambda counted: counted.done == 1)
        working.hasten("poll")
        await runs.until(lambda counted: counted.done == 2)
        assert working.alive

    assert "job failed" in capsys.readouterr().out


DIAGNOSIS = Diagnosis(
    operation="POST /{tenant}/oauth2/v2.0/token",
    at=datetime(2026, 11, 28, tzinfo=UTC),
    cloud="global",
    partner_tenant_id="1b7f0c52-9f6e-4a0f-8d6b-2c3a4e5f6071",
    request_id="r",
    correlation_id="3df6af0c-2fdd-4695-8e0a-f872abcf9eaa",
    status=400,
    code="AADSTS7000222",
)
FAILURES: dict[str, tuple[Exception, dict[str, object]]] = {
    "secret": (
        SignInRefused(SignInCause.APP_SECRET, DIAGNOSIS),
        {"cause": "app_secret", "code": "AADSTS7000222", "correlation_id": DIAGNOSIS.correlation_id},
    ),
    "never signed in": (SignInRefused(SignInCause.NEVER_SIGNED_IN), {"cause": "never_signed_in"}),
    "other": (SignInRefused(SignInCause.OTHER, DIAGNOSIS), {"cause": "other", "code": "AADSTS7000222"}),
    "role": (
        RoleMissing(Lack.ROLE, replace(DIAGNOSIS, code="900150", status=403)),
        {"cause": "role", "code": "900150"},
    ),
    "kind": (WrongKindOfSignIn(replace(DIAGNOSIS, code="900420", status=401)), {"code": "900420", "status": 401}),
    "settings": (OperatorError("PARTNER_CENTER_CLIENT_SECRET is not there."), {}),
}


@pytest.mark.parametrize("name", FAILURES)
async def test_a_failed_job_says_cause_number_and_remedy(database: Database, name: str) -> None:
    error, said = FAILURES[name]
    runs = quick()

    async def fail() -> None:
        await runs()
        raise error

    with capture_logs() as entries:
        async with jobs(database, poll=fail).at_work():
            await runs.until(lambda counted: counted.done == 1)

    (entry,) = [entry for entry in entries if entry["event"] == "job failed"]
    assert entry["error"] == type(error).__name__
    assert said.items() <= entry.items()
    assert len(entry["remedy"].split()) > 3
    assert entry["exc_info"] is None


async def test_every_cause_of_a_refused_sign_in_has_a_remedy() -> None:
    for cause in SignInCause:
        assert len(str(explained(SignInRefused(cause))["remedy"]).split()) > 3
    for lack in Lack:
        assert explained(RoleMissing(lack))["remedy"]


async def test_what_does_not_end_in_time_is_cut_when_the_bot_stops(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "STOPPING", replace(retry.STOPPING, jobs=0.05))
    poll = Counted()
    working = jobs(database, poll=poll)

    async with working.at_work():
        await poll.until(lambda counted: counted.began == 1)

    assert poll.done == 0
    assert not working.alive


class Heard:
    """A log of which a test waits for an error."""

    def __init__(self) -> None:
        self.error_logged = asyncio.Event()

    def error(self, _said: str, **_more: object) -> None:
        self.error_logged.set()


async def test_jobs_outlive_a_database_that_fails(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    heard, poll = Heard(), quick()
    monkeypatch.setattr("bot.delivery.scheduler.log", heard)
    monkeypatch.setattr(retry, "JOBS", replace(retry.JOBS, trouble=0.01))
    async with writing(database) as connection:
        connection.execute(text("ALTER TABLE schedules RENAME TO elsewhere"))

    async with jobs(database, poll=poll).at_work():
        await asyncio.wait_for(heard.error_logged.wait(), 120)
        async with writing(database) as connection:
            connection.execute(text("ALTER TABLE elsewhere RENAME TO schedules"))
        await poll.until(lambda counted: counted.done == 1)
