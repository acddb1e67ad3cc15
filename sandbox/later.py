"""``python -m sandbox.later SECONDS MODULE …``: runs ``python -m MODULE …`` with a clock that is so far ahead."""

import runpy
import sys
from collections.abc import Sequence
from datetime import timedelta

from sandbox.clock import Clock


def command(module: Sequence[str], ahead: timedelta) -> tuple[str, ...]:
    """Return the command line that runs a module with its arguments so much later."""
    launcher = ("sandbox.later", str(ahead.total_seconds())) if ahead else ()
    return (sys.executable, "-m", *launcher, *module)


def main() -> None:
    """Move the clock, then be the other program: by its name, for the sandbox imports nothing of the bot's."""
    seconds, sys.argv = sys.argv[1], sys.argv[2:]
    with Clock() as clock:
        clock.move(timedelta(seconds=float(seconds)))
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
