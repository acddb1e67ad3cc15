"""What the commands for whoever runs the bot share: sentences on standard output, foreign text in them, exit codes."""

import sys
from collections.abc import Callable

REFUSED = 1
NO_PERMISSION = 77  # EX_NOPERM of sysexits.h
TRY_AGAIN = 75  # EX_TEMPFAIL of sysexits.h

Say = Callable[[str], None]


def say(text: str) -> None:
    """Print a sentence at once, for somebody who waits for it."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def plain(text: str, longest: int = 200) -> str:
    """Return the beginning of a foreign text without what a terminal would obey."""
    return "".join(character if character.isprintable() else " " for character in text[:longest])
