"""``python -m bot`` that hardly waits for the bot that runs on its database already."""

import sys

from bot import bootstrap
from bot.__main__ import main

bootstrap.LOCK_WAIT = 0.2

if __name__ == "__main__":
    sys.exit(main())
