"""``python -m bot`` that hardly waits for the bot that runs on its database already."""

import sys
from dataclasses import replace

from bot import retry
from bot.command_line import main

retry.DATABASE = replace(retry.DATABASE, other_process=0.2)

if __name__ == "__main__":
    sys.exit(main())
