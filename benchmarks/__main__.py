"""``python -m benchmarks``: compare the bot with a plain Bolt app and with the least that does the work, in turns."""

import asyncio
import base64
import secrets
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.certificate import server_context
from benchmarks.child import ChildFailed
from benchmarks.load import SECRET
from benchmarks.news import News, measure
from benchmarks.report import Played, news_table, table, wrong
from benchmarks.rounds import App, Fakes, play
from sandbox.microsoft import Microsoft

ROUNDS = 5


def main() -> int:
    """Print the table; return 1 if an exact count is wrong."""
    if sys.platform != "linux":
        print("The benchmarks read CPU time and memory of other processes the way Linux tells them.", file=sys.stderr)
        return 2
    try:
        rounds, news = asyncio.run(compare())
    except ChildFailed as failed:
        print(failed, file=sys.stderr)
        return 2
    print("\n".join((*table(rounds), "", *news_table(news, rounds))))
    problems = list(wrong(rounds))
    print("\n".join(problems), file=sys.stderr, end="\n" if problems else "")
    return 1 if problems else 0


async def compare() -> tuple[list[Played], News]:
    """Play all rounds, one process at a time, and then what news cost."""
    fakes = Fakes()
    with TemporaryDirectory(prefix="partner-bot-") as name:
        folder = Path(name)
        tls, authority = server_context(folder)
        async with fakes.slack.listening(tls), fakes.partner_center.listening(tls), Microsoft() as microsoft:
            environment = _environment(fakes, microsoft, folder) | {"SSL_CERT_FILE": str(authority)}
            bot = App("bot", ("run",), environment)
            plain, floor = (App(f"benchmarks.{name}", (), environment) for name in ("plain", "floor"))
            rounds: list[Played] = []
            for number in range(1, ROUNDS + 1):
                print(f"round {number} of {ROUNDS}", file=sys.stderr)
                played = [await play(app, fakes, folder) for app in (bot, plain, floor)]
                rounds.append(Played(*played))
            print("news", file=sys.stderr)
            return rounds, await measure(environment, fakes.slack, microsoft, folder)


def _environment(fakes: Fakes, microsoft: Microsoft, folder: Path) -> dict[str, str]:
    """Return the contract's environment; sign-in is the sandbox's Entra, customers are our own lighter fake's."""
    return {
        "HOST": "127.0.0.1",
        "SLACK_BOT_TOKEN": "xoxb-benchmark",
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": f"{fakes.slack.url}/api/",
        "DATABASE_URL": f"sqlite:///{folder / 'bot.db'}",  # of all rounds: only the first has to make it
        "ENCRYPTION_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "BOT_VIEWERS": "*",
        **microsoft.environment(),
        "PARTNER_CENTER_URL": fakes.partner_center.url,
    }


if __name__ == "__main__":
    sys.exit(main())
