"""The whole sandbox: a fake Slack with its page, a fake Microsoft, and the bot between them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from sandbox.bot import TOP, Bot, BotDidNotStart
from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.microsoft import FAULTS as MICROSOFT_FAULTS
from sandbox.microsoft import Microsoft
from sandbox.scenarios import SWITCHES, Mail, presses
from sandbox.slack import FAULTS as SLACK_FAULTS
from sandbox.slack import Slack
from sandbox.slack.manifest import Installed
from sandbox.slack.page import Page

PORT = 8765
POLL_SECONDS = 15
"""Nobody waits five minutes for what Microsoft sends no event of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sandbox:
    """What runs, with all that can be pressed and switched on the page."""

    slack: Slack
    page: Page
    bot: Bot


def fake_slack(*, socket_mode: bool = False, port: int = 0) -> Slack:
    """Return a Slack in which the bot is installed as its manifest says."""
    manifest = TOP / "manifest.yml"
    installed = Installed.read(manifest) if manifest.exists() else Installed()
    return Slack(faults=Faults(SLACK_FAULTS), socket_mode=socket_mode, installed=installed, port=port)


@asynccontextmanager
async def running_bot(slack: Slack, microsoft: Microsoft, clock: Clock | None = None) -> AsyncIterator[Bot]:
    """Run the bot between the two while the block lasts."""
    settings = slack.environment() | microsoft.environment() | {"POLL_SECONDS": str(POLL_SECONDS)}
    async with Bot(settings, clock=clock) as bot:
        slack.bot_url = bot.url
        if slack.socket_mode:
            await slack.connected()
        yield bot


@asynccontextmanager
async def whole_sandbox(*, port: int | None = 0, socket_mode: bool = False) -> AsyncIterator[Sandbox]:
    """Run everything with its page; without a ``port``, at the usual one or where there is room."""
    microsoft_faults, deliveries = Faults(MICROSOFT_FAULTS), Faults(SWITCHES)
    async with AsyncExitStack() as stack:
        clock = stack.enter_context(Clock())
        microsoft = await stack.enter_async_context(Microsoft(microsoft_faults))
        slack, page = await _serve(stack, port, (microsoft_faults, deliveries), socket_mode=socket_mode)
        bot = await stack.enter_async_context(running_bot(slack, microsoft, clock))
        microsoft.partner_center.registrations.register(f"{bot.url}/partner-center/webhook")
        page.sight.offer(presses(slack, Mail(microsoft, deliveries), bot, microsoft))
        yield Sandbox(slack=slack, page=page, bot=bot)


async def _serve(
    stack: AsyncExitStack, port: int | None, faults: Sequence[Faults], *, socket_mode: bool
) -> tuple[Slack, Page]:
    """Start the fake Slack with its page at the wanted port; the usual one gives way to a free one."""
    wanted = [port] if port is not None else [PORT, 0]
    for each in wanted:
        slack = fake_slack(socket_mode=socket_mode, port=each)
        page = Page(slack, faults=(*faults, slack.faults))
        page.mount()
        try:
            return await stack.enter_async_context(slack), page
        except OSError as error:
            if each == wanted[-1]:
                raise BotDidNotStart(f"Port {each} cannot be used: {error.strerror}.") from None
    raise AssertionError("unreachable")
