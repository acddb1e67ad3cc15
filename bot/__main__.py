"""``python -m bot``: the command line.

Nearly everything that is imported stays, so the garbage collector looks at none of it, now or later.
"""

import gc
import sys

gc.disable()

from bot.command_line import main  # noqa: E402 - with the collector off

gc.freeze()
gc.enable()

if __name__ == "__main__":
    sys.exit(main())
