"""``python -m benchmarks``: compare the bot with a plain Bolt app, in turns, on loopback alone."""

import asyncio
import base64
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.child import ChildFailed
from benchmarks.load import SECRET
from benchmarks.report import Pair, table, wrong
from benchmarks.rounds import App, Fakes, play
from sandbox.microsoft import Microsoft

ROUNDS = 5


def main() -> int:
    """Print the table; return 1 if an exact count is wrong."""
    if sys.platform != "linux":
        print("The benchmarks read CPU time and memory of other processes the way Linux tells them.", file=sys.stderr)
        return 2
    try:
        pairs = asyncio.run(compare())
    except ChildFailed as failed:
        print(failed, file=sys.stderr)
        return 2
    print("\n".join(table(pairs)))
    problems = list(wrong(pairs))
    print("\n".join(problems), file=sys.stderr, end="\n" if problems else "")
    return 1 if problems else 0


async def compare() -> list[Pair]:
    """Play all rounds, one process at a time."""
    fakes = Fakes()
    with TemporaryDirectory(prefix="partner-bot-") as name:
        folder = Path(name)
        async with fakes.slack.listening(), fakes.partner_center.listening(), Microsoft() as microsoft:
            environment = _environment(fakes, microsoft, folder)
            bot = App("bot", ("run",), environment)
            plain = App("benchmarks.plain", (), environment)
            pairs: list[Pair] = []
            for number in range(1, ROUNDS + 1):
                print(f"round {number} of {ROUNDS}", file=sys.stderr)
                ours = await play(bot, fakes, folder)
                pairs.append((ours, await play(plain, fakes, folder)))
            return pairs


def _environment(fakes: Fakes, microsoft: Microsoft, folder: Path) -> Mapping[str, str]:
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
