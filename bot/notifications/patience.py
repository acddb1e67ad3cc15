"""How long whoever delivers waits for what; all in seconds."""

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """The waits of a worker."""

    lease: float = 180.0
    """A claim; what a process that died was at is taken up after it."""
    step: float = 90.0
    """A step: asking Microsoft, then calls to Slack of 10 s each. The rest of the lease is for writing it down."""
    database: float = 60.0
    """One transaction."""
    look: float = 20.0
    """Between looks where nothing is due earlier: another replica may have left something behind."""
    breath: float = 0.02
    """Between looks at the least: what ends meanwhile is claimed together."""
    stuck: float = 180.0
    """Without a look, before something is said to hang; a transaction takes 10 s at most."""
    trouble: float = 2.0
    """After the database has failed."""
    settle_again: tuple[float, ...] = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
    """Between attempts to write down what was done."""
    back_off: float = 2.0
    """After the first failure; twice as long after each further one."""
    longest_back_off: float = 900.0
    barred: float = 60.0
    """Between attempts while Slack takes nothing from the bot at all."""
    attempts: int = 100
    """Failures after which a delivery is given up: a day's worth; a sign-in that died at night is mended by then."""

    def after(self, attempts: int) -> float:
        """Return the wait after so many failures, with jitter: what failed together does not come back together."""
        longest = min(self.longest_back_off, self.back_off * 2.0 ** min(attempts - 1, 16))
        return random.uniform(longest / 2, longest)  # noqa: S311 - no secret
