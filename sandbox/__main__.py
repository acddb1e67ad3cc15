"""``python -m sandbox``: the whole thing on this machine, with a page; ``ask`` prints one answer and ends."""

import argparse
import asyncio
import contextlib
import json
import signal
import sys

from sandbox.bot import BotDidNotStart
from sandbox.faults import Faults
from sandbox.microsoft import FAULTS as MICROSOFT_FAULTS
from sandbox.microsoft import Microsoft
from sandbox.people import MAYA, PEOPLE
from sandbox.slack import Answer, Invocation, Modal, Slack
from sandbox.slack.terminal import drawn
from sandbox.whole import PORT, fake_slack, running_bot, whole_sandbox

ANSWER_SECONDS = 30.0


def main(arguments: list[str] | None = None) -> int:
    """Run the sandbox; the exit code is 1 when the bot did not start or gave no answer."""
    options = _options().parse_args(arguments)
    try:
        return asyncio.run(_ask(options) if options.task == "ask" else _demo(options))
    except BotDidNotStart as error:
        print(error, file=sys.stderr)
        return 1
    except (KeyboardInterrupt, asyncio.CancelledError):
        return 130


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox", description="Partner Bot with a made-up Slack and a made-up Microsoft."
    )
    parser.add_argument("--port", type=int, help=f"where the page is served (default {PORT}, or any free one)")
    parser.add_argument("--socket-mode", action="store_true", help="let the bot connect by Socket Mode")
    tasks = parser.add_subparsers(dest="task", metavar="")
    ask = tasks.add_parser("ask", help="type one command, print the answer, end")
    ask.add_argument("text", help='such as "/partner customer contoso.com"')
    people = [person.handle for person in PEOPLE if person.can_act]
    ask.add_argument("--as", dest="person", choices=people, default=MAYA.handle, help="who asks")
    ask.add_argument("--in", dest="channel", default="sales", help="the channel it is asked in")
    ask.add_argument("--json", action="store_true", help="print text and blocks as JSON")
    ask.add_argument("--socket-mode", action="store_true", default=argparse.SUPPRESS)
    return parser


# One question


async def _ask(options: argparse.Namespace) -> int:
    if (task := asyncio.current_task()) is not None:
        with contextlib.suppress(NotImplementedError):  # so that the bot is not left behind
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    async with (
        fake_slack(socket_mode=options.socket_mode) as slack,
        Microsoft(Faults(MICROSOFT_FAULTS)) as microsoft,
        running_bot(slack, microsoft) as bot,
    ):
        person = slack.person(options.person)
        text = options.text
        asked = await (person.types if text.startswith("/") else person.says)(text, channel=options.channel)
        answered = await _first(asked)
        for complaint in slack.complaints:
            print(f"Slack would object: {complaint}", file=sys.stderr)
        if answered is None:
            print(f"No answer came. Slack says: {asked.error or 'acknowledged'}.", file=sys.stderr)
            print(bot.log_tail(), file=sys.stderr)
            return 1
        print(_as_json(answered, asked) if options.json else _as_text(answered, slack))
        return 0


async def _first(asked: Invocation) -> Answer | Modal | None:
    """Return whatever comes first, a message or a modal; None when nothing does."""
    if asked.error is not None:
        return None
    waiting: set[asyncio.Task[Answer | Modal]] = {
        asyncio.ensure_future(asked.answer(ANSWER_SECONDS)),
        asyncio.ensure_future(asked.modal(ANSWER_SECONDS)),
    }
    done, pending = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    with contextlib.suppress(TimeoutError):
        return done.pop().result()
    return None


def _as_text(answered: Answer | Modal, slack: Slack) -> str:
    match answered:
        case Modal():
            lines = [f"A window opens: {answered.title}", drawn(answered.blocks, slack.names)]
            return "\n\n".join([*lines, f"[{answered.submit}]" if answered.submit else "[Close]"])
        case Answer():
            return drawn(answered.blocks, slack.names) if answered.blocks else answered.plain


def _as_json(answered: Answer | Modal, asked: Invocation) -> str:
    shown: dict[str, object] = {"blocks": answered.blocks, "acked_after": round(asked.acked_after, 4)}
    match answered:
        case Modal():
            shown |= {"title": answered.title, "submit": answered.submit}
        case Answer():
            shown |= {"text": answered.text, "only_for": answered.only_for}
            shown |= {"channel": answered.channel, "thread_ts": answered.thread_ts}
    return json.dumps(shown, ensure_ascii=False, indent=2)


# The page


async def _demo(options: argparse.Namespace) -> int:
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(name, stop.set)
    print("Starting Partner Bot with a made-up Slack and a made-up Microsoft …", flush=True)
    async with whole_sandbox(port=options.port, socket_mode=options.socket_mode) as sandbox:
        bot = sandbox.bot
        print("Everything runs on this machine; no account is needed and nothing leaves it.")
        print(f"The bot's log: {bot.log}")
        print("Stop with Ctrl-C. Open this address in a browser:")
        print(sandbox.slack.url, flush=True)
        either = {asyncio.ensure_future(bot.ended()), asyncio.ensure_future(stop.wait())}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not stop.is_set():
            raise BotDidNotStart(f"The bot stopped by itself.\n{bot.log_tail()}")
        for each in either:
            each.cancel()
    return 0


if __name__ == "__main__":
    sys.exit(main())
