"""``python -m bot webhook``: nobody's registration is replaced unawares, and a test tells how each attempt went."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web
from cryptography.fernet import Fernet

from bot.notifications.webhook import WEBHOOK_PATH
from bot.partner_center.client import PartnerCenter
from bot.partner_center.errors import SignInCause, SignInRefused
from bot.webhook_registration import Action, look_after
from sandbox.microsoft import answers
from sandbox.microsoft.registration import EVENTS, EVENTS_PATH, REGISTRATION_PATH, TEST, Registrations
from tests.partner_center.conftest import Wire
from tests.slack import child

BOT = "https://bot.example.com"
OWN = f"{BOT}{WEBHOOK_PATH}"
ELSEWHERE = "https://tool.example/hook?code=key-of-the-tool"


@dataclass
class Terminal:
    """Somebody at a terminal who runs one action after the other."""

    partner_center: PartnerCenter
    public_url: str | None = BOT
    lines: list[str] = field(default_factory=list)

    async def run(
        self, action: Action, *, take_over: bool = False, host: str | None = None, patience: float = 10
    ) -> int:
        self.lines.clear()
        return await look_after(
            self.partner_center,
            action,
            public_url=self.public_url,
            take_over=take_over,
            host=host,
            say=self.lines.append,
            pause=0.01,
            patience=patience,
        )

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


@pytest.fixture
def terminal(partner_center: PartnerCenter) -> Terminal:
    return Terminal(partner_center)


@pytest.fixture
def registrations(wire: Wire) -> Registrations:
    wire.microsoft.webhook.pauses = (0.01,)
    return wire.microsoft.partner_center.registrations


@asynccontextmanager
async def listening(*statuses: int) -> AsyncIterator[str]:
    """Somebody at the address who answers so, one attempt after the other; yields the public address."""
    left = list(statuses)

    async def take(_: web.Request) -> web.Response:
        return web.Response(status=left.pop(0) if len(left) > 1 else left[0])

    app = web.Application()
    app.router.add_post(WEBHOOK_PATH, take)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def test_without_a_registration_that_is_said(registrations: Registrations, terminal: Terminal) -> None:
    assert await terminal.run(Action.SHOW) == 0
    assert terminal.text == "No webhook is registered: Microsoft sends no events."


async def test_a_registration_is_shown_with_what_it_lacks(registrations: Registrations, terminal: Terminal) -> None:
    registrations.register(OWN, tuple(sorted({*EVENTS} - {"invoice-ready"})))

    assert await terminal.run(Action.SHOW) == 0
    assert terminal.lines[0] == f"Microsoft sends events to {OWN} (this bot)."
    assert "azure-fraud-event-detected, dap-admin" in terminal.lines[1]
    assert terminal.lines[2].endswith("the bot understands them: invoice-ready")


async def test_the_key_in_anothers_address_is_not_shown(registrations: Registrations, terminal: Terminal) -> None:
    registrations.register(ELSEWHERE)

    assert await terminal.run(Action.SHOW) == 0
    assert terminal.lines[0] == "Microsoft sends events to https://tool.example/hook?… (not this bot)."
    assert "key-of-the-tool" not in terminal.text


async def test_without_a_public_address_nobody_says_whose_it_is(
    registrations: Registrations, terminal: Terminal
) -> None:
    registrations.register(OWN)
    terminal.public_url = None

    assert await terminal.run(Action.SHOW) == 0
    assert terminal.lines[0] == f"Microsoft sends events to {OWN}."


async def test_registering_asks_for_all_that_is_offered_and_understood(
    registrations: Registrations, terminal: Terminal
) -> None:
    registrations.offered = (TEST, "invoice-ready", "subscription-updated", "pigs-fly")

    assert await terminal.run(Action.REGISTER) == 0
    assert registrations.url == OWN
    assert registrations.events == ("invoice-ready", "subscription-updated", TEST)
    assert registrations.current is not None
    assert registrations.current["SignatureTokenToMsSignatureHeader"] is False
    assert terminal.lines == [
        f"Microsoft sends 3 kinds of events to {OWN}: invoice-ready, subscription-updated, test-created",
        "Not asked for, since this release does not know them: pigs-fly",
        "Try it with: python -m bot webhook test",
    ]


async def test_registering_again_brings_the_bots_own_registration_up_to_date(
    registrations: Registrations, terminal: Terminal
) -> None:
    terminal.public_url = f"{BOT}/"
    registrations.register(f"{OWN.replace('bot.', 'BOT.')}/", (TEST,))

    assert await terminal.run(Action.REGISTER) == 0
    assert registrations.url == OWN
    assert set(registrations.events) == set(EVENTS)
    assert "Replaced" not in terminal.text


@pytest.mark.parametrize("action", [Action.REGISTER, Action.REMOVE])
async def test_another_tools_registration_is_left_alone(
    registrations: Registrations, terminal: Terminal, action: Action
) -> None:
    registrations.register(ELSEWHERE, ("invoice-ready",))

    assert await terminal.run(action) == 1
    assert terminal.text.startswith(
        "The partner’s one registration points to https://tool.example/hook?…: it belongs to another application"
    )
    assert "othing was changed" in terminal.text
    assert "take-over" not in terminal.text
    assert "It would get no more of these events: invoice-ready" in terminal.text
    assert f"not to this bot ({OWN})" in terminal.text
    assert (registrations.url, registrations.events) == (ELSEWHERE, ("invoice-ready",))


async def test_a_take_over_shows_all_that_is_needed_to_undo_it(
    registrations: Registrations, terminal: Terminal
) -> None:
    registrations.register(ELSEWHERE, ("invoice-ready", "referral-created"))

    assert await terminal.run(Action.REGISTER, take_over=True) == 0
    assert registrations.url == OWN
    assert terminal.lines[0] == f"Replaced: {ELSEWHERE}, with the events invoice-ready, referral-created"


async def test_a_registration_that_comes_in_between_is_left_alone(
    wire: Wire, registrations: Registrations, terminal: Terminal
) -> None:
    wire.microsoft.partner_center.answer_next(REGISTRATION_PATH, answers.error(404, "1000", "None."))
    registrations.register(ELSEWHERE)

    assert await terminal.run(Action.REGISTER) == 1
    assert "Somebody else has just registered a webhook" in terminal.text
    assert registrations.url == ELSEWHERE


async def test_what_is_removed_stays_for_tests_alone(registrations: Registrations, terminal: Terminal) -> None:
    registrations.register(OWN)

    assert await terminal.run(Action.REMOVE) == 0
    assert (registrations.url, registrations.events) == (OWN, (TEST,))
    assert terminal.text.startswith("Microsoft offers no way to delete a registration")
    assert OWN in terminal.text


async def test_the_flag_alone_removes_no_registration_of_another_tool(
    registrations: Registrations, terminal: Terminal
) -> None:
    registrations.register(ELSEWHERE, ("invoice-ready",))

    assert await terminal.run(Action.REMOVE, take_over=True) == 1
    assert "https://tool.example/hook?…: it belongs to another application" in terminal.text
    assert "It would get no more of these events: invoice-ready" in terminal.text
    assert "type the host of that address behind --take-over" in terminal.text
    assert (registrations.url, registrations.events) == (ELSEWHERE, ("invoice-ready",))


@pytest.mark.parametrize("action", [Action.REGISTER, Action.REMOVE])
@pytest.mark.parametrize("host", ["bot.example.com", "example", "tool.example.com", "tool", "[", "//"])
async def test_another_host_than_that_of_the_address_changes_nothing(
    registrations: Registrations, terminal: Terminal, action: Action, host: str
) -> None:
    registrations.register(ELSEWHERE, ("invoice-ready",))

    assert await terminal.run(action, take_over=True, host=host) == 1
    assert (registrations.url, registrations.events) == (ELSEWHERE, ("invoice-ready",))


async def test_an_address_without_a_host_is_meant_by_nobody(registrations: Registrations, terminal: Terminal) -> None:
    registrations.register("nowhere", ("invoice-ready",))

    assert await terminal.run(Action.REMOVE, take_over=True, host="//") == 1
    assert registrations.events == ("invoice-ready",)


async def test_the_flag_takes_nothing_from_the_bots_own(registrations: Registrations, terminal: Terminal) -> None:
    registrations.register(OWN)

    assert await terminal.run(Action.REMOVE, take_over=True) == 0
    assert registrations.events == (TEST,)
    assert "another application" not in terminal.text


@pytest.mark.parametrize("host", ["tool.example", "Tool.Example", "https://tool.example/hook?…", "tool.example:443"])
async def test_another_tools_registration_is_withdrawn_by_those_who_name_its_host(
    registrations: Registrations, terminal: Terminal, host: str
) -> None:
    registrations.register(ELSEWHERE, ("invoice-ready",))

    assert await terminal.run(Action.REMOVE, take_over=True, host=host) == 0
    assert (registrations.url, registrations.events) == (ELSEWHERE, (TEST,))
    assert terminal.lines[0] == f"Replaced: {ELSEWHERE}, with the events invoice-ready"


async def test_where_nothing_is_registered_nothing_is_removed(registrations: Registrations, terminal: Terminal) -> None:
    assert await terminal.run(Action.REMOVE) == 0
    assert registrations.current is None


async def test_a_test_that_arrives_is_told(registrations: Registrations, terminal: Terminal) -> None:
    async with listening(200) as terminal.public_url:
        await terminal.run(Action.REGISTER)

        assert await terminal.run(Action.TEST) == 0
    assert terminal.lines[0] == f"Microsoft sends a test to {terminal.public_url}{WEBHOOK_PATH}."
    assert terminal.lines[1].startswith("Attempt 1 at ")
    assert terminal.lines[1].endswith(" UTC: it arrived.")
    assert terminal.lines[2] == "The webhook works."


async def test_every_attempt_is_told_in_plain_words(registrations: Registrations, terminal: Terminal) -> None:
    async with listening(401, 503, 418, 202) as terminal.public_url:
        await terminal.run(Action.REGISTER)

        assert await terminal.run(Action.TEST) == 0
    told = [line.partition("UTC: ")[2] for line in terminal.lines if line.startswith("Attempt")]
    assert told == [
        "the bot did not accept its signature (Unauthorized).",
        "the bot could not keep it just now (ServiceUnavailable).",
        "it was answered with I'mATeapot.",
        "it arrived.",
    ]


async def test_a_test_that_is_given_up_is_told(registrations: Registrations, terminal: Terminal) -> None:
    terminal.public_url = "http://127.0.0.1:1"
    await terminal.run(Action.REGISTER)

    assert await terminal.run(Action.TEST) == 1
    assert sum("nobody answered (RequestTimeout)" in line for line in terminal.lines) == 10
    assert terminal.lines[-1] == "Microsoft has given the test up."


async def test_a_test_that_takes_too_long_is_told(registrations: Registrations, terminal: Terminal) -> None:
    registrations.register(OWN)
    registrations.send = None

    assert await terminal.run(Action.TEST, patience=0.1) == 75
    assert terminal.lines[-1] == "It has not arrived within 1 s; Microsoft may still try."


async def test_words_of_others_cannot_command_the_terminal(
    wire: Wire, registrations: Registrations, terminal: Terminal
) -> None:
    registrations.register(OWN)
    registrations.send = None
    result = {"responseCode": "\x1b[2J", "responseMessage": "a\nb\u202e" + "c" * 500, "systemError": True}
    wire.microsoft.partner_center.answer_next(
        f"{REGISTRATION_PATH}/validationEvents/*", body={"status": "failed", "results": [result]}
    )

    assert await terminal.run(Action.TEST) == 1
    assert all(line.isprintable() for line in terminal.lines)
    assert max(map(len, terminal.lines)) < 400


async def test_no_test_is_sent_to_another_tool(wire: Wire, registrations: Registrations, terminal: Terminal) -> None:
    registrations.register(ELSEWHERE)

    assert await terminal.run(Action.TEST) == 1
    assert "is not this bot; none was sent" in terminal.text
    assert wire.microsoft.partner_center.calls(f"{REGISTRATION_PATH}/validationEvents") == 0


@pytest.mark.parametrize("events", [None, ("invoice-ready",)])
async def test_a_test_needs_a_registration(
    registrations: Registrations, terminal: Terminal, events: tuple[str, ...] | None
) -> None:
    if events:
        registrations.register(OWN, events)

    assert await terminal.run(Action.TEST) == 1
    assert "register first: python -m bot webhook register" in terminal.text


async def test_a_third_test_within_a_minute_is_told_when_to_come_back(
    registrations: Registrations, terminal: Terminal
) -> None:
    async with listening(200) as terminal.public_url:
        await terminal.run(Action.REGISTER)
        for _ in range(2):
            assert await terminal.run(Action.TEST) == 0

        assert await terminal.run(Action.TEST) == 75
    assert "two tests a minute" in terminal.text


@pytest.mark.parametrize("action", [Action.REGISTER, Action.TEST, Action.REMOVE])
async def test_without_a_public_address_nothing_is_changed(
    wire: Wire, registrations: Registrations, terminal: Terminal, action: Action
) -> None:
    terminal.public_url = None
    registrations.register(OWN)

    assert await terminal.run(action) == 78
    assert terminal.text.startswith("PUBLIC_URL is missing")
    assert {request.method for request in wire.microsoft.partner_center.requests} <= {"GET"}


async def test_every_call_of_a_command_has_the_same_correlation_id(
    wire: Wire, registrations: Registrations, terminal: Terminal
) -> None:
    await terminal.run(Action.REGISTER)

    asked = wire.microsoft.partner_center.requests
    assert [request.path for request in asked] == [REGISTRATION_PATH, EVENTS_PATH, REGISTRATION_PATH]
    assert len({request.headers["MS-CorrelationId"] for request in asked}) == 1


REFUSALS = {
    "no role": (answers.NO_PRIVILEGES, 77, "may not manage webhooks (code 900308, correlation id "),
    "app-only": (answers.APP_ONLY, 78, "of the wrong kind (code 900329, "),
    "no MFA": (answers.NO_MFA, 77, "run: python -m bot connect"),
    "a bad request": (answers.error(400, "800002", "No."), 1, "did not take this (code 800002, "),
    "too many requests": (answers.throttled(), 75, "asks to wait 57 s"),
    "a web page": (answers.html(200), 75, "try again in some minutes"),
}


@pytest.mark.parametrize(("refusal", "code", "words"), REFUSALS.values(), ids=REFUSALS)
async def test_a_refusal_is_a_sentence_and_an_exit_code(
    wire: Wire, registrations: Registrations, terminal: Terminal, refusal: answers.Answer, code: int, words: str
) -> None:
    wire.microsoft.partner_center.answer_next(REGISTRATION_PATH, refusal)

    assert await terminal.run(Action.REGISTER) == code
    assert len(terminal.lines) == 1
    assert words in terminal.text
    assert registrations.current is None


async def test_a_bot_that_never_signed_in_is_told_to(wire: Wire) -> None:
    class Nobody:
        async def access_token(self, *, refresh: bool = False) -> str:
            raise SignInRefused(SignInCause.NEVER_SIGNED_IN)

    terminal = Terminal(wire.client(tokens=Nobody()))

    assert await terminal.run(Action.SHOW) == 77
    assert "run: python -m bot connect" in terminal.text


Run = Callable[..., Awaitable[child.Ended]]


@pytest.fixture
def run(wire: Wire, tmp_path: Path) -> Run:
    """The program itself, with settings of its own."""
    environment = {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'bot.db'}",
        "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_SIGNING_SECRET": "secret",
        "PUBLIC_URL": BOT,
        **wire.microsoft.environment(),
    }

    async def begin(*arguments: str) -> child.Ended:
        return await child.run("webhook", *arguments, environment=environment)

    return begin


async def test_the_command_line_does_it_too(registrations: Registrations, run: Run) -> None:
    registrations.register(ELSEWHERE)

    refused = await run("register")
    taken_over = await run("register", "--take-over")
    shown = await run("show")

    assert (refused.code, taken_over.code, shown.code) == (1, 0, 0)
    assert "https://tool.example/hook?…" in refused.out
    assert f"Microsoft sends events to {OWN} (this bot)." in shown.out
    assert refused.err == taken_over.err == shown.err == ""


async def test_the_command_line_removes_what_belongs_to_another_by_its_host_alone(
    registrations: Registrations, run: Run
) -> None:
    registrations.register(ELSEWHERE, ("invoice-ready",))

    flag = await run("remove", "--take-over")
    before = registrations.events
    named = await run("remove", "--take-over", "tool.example")

    assert (flag.code, before, named.code, registrations.events) == (1, ("invoice-ready",), 0, (TEST,))
    assert "https://tool.example/hook?…" in flag.out


async def test_an_action_is_needed(run: Run) -> None:
    ended = await run()

    assert ended.code == 2
    assert "Traceback" not in ended.err
