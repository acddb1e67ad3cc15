"""Every wait of the bot: time-outs, back-off and limits of attempts. All are seconds unless their text says otherwise.

Used as ``retry.SLACK.command``, so that a group can be replaced as a whole.
"""

import random
import sys
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """Exponential back-off: ``first`` seconds after the first failure, twice as many after each further one."""

    first: float
    longest: float
    attempts: int = sys.maxsize
    """Attempts in all; without an end unless it is given."""
    jitter: float = 0.0
    """The share of each wait that is random, from 0 to 1: what failed together does not come back together."""

    def after(self, attempts: int) -> float:
        """Return the wait after so many failed attempts."""
        wait = min(self.longest, self.first * 2.0 ** min(attempts - 1, 16))
        return random.uniform(wait * (1 - self.jitter), wait)  # noqa: S311 - no secret


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackTimeouts:
    """Calls to Slack, and what people wait for there."""

    request: float = 10.0
    """One HTTP request to Slack, or for a webhook's certificate."""
    policy: RetryPolicy = RetryPolicy(first=0.2, longest=0.4, attempts=3)
    """Of a call of the Web API."""
    longest_wait: float = 15.0
    """The longest Retry-After that is waited out while a person waits for the answer."""
    longest_asked: float = 3600.0
    """What Slack is believed at most when it asks to wait; its rates are counted by the minute
    (https://docs.slack.dev/apis/web-api/rate-limits)."""
    unnamed_wait: float = 1.0
    """Where Slack asks to wait and does not say how long."""
    submission: float = 1.8
    """A modal submission or an option list inside the acknowledgement, which so leaves within 2 of Slack's three."""
    command: float = 15.0
    """What a command may spend with Microsoft; less than ``STOPPING.work``."""
    progress: float = 2.5
    """Until a person is told that the bot is asking Microsoft; the line stays, so it should be rare."""
    progress_replaced: float = 1.0
    """Until the same behind a button, where the line is replaced by the answer."""
    contacts: float = 2.0
    """Looking up the names of people to ask; they are told without names after it."""
    oldest: float = 10.0
    """Between a delivery and the beginning of its work, after which it is refused at once."""
    refusal: float = 3.0
    """Telling somebody by their response_url that their invocation is refused."""
    long_turn: float = 5.0
    """For a turn to begin, after which the bot counts as having too much to do."""
    event: float = 2.0
    """Recording that an event came; a person may wait for what it asks for, and an answer that comes twice is better
    than none."""
    recorded: float = 2.0
    """Until a message that people see already is recorded: Slack shows it before the bot has its answer."""
    recorded_again: float = 0.05
    """Between two looks for that record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketModeTimeouts:
    """The connection of Socket Mode."""

    policy: RetryPolicy = RetryPolicy(first=10.0, longest=60.0)
    """Between a failure and the next address."""
    step: float = 15.0
    """For the address, for the handshake, and for Slack's hello, each."""
    heartbeat: float = 20.0
    """Between pings; a connection that does not answer one within half of it has gone silent."""
    leaving: float = 10.0
    """For which a replaced connection is still listened to; Slack says ten seconds ahead that it closes one."""
    deaf: float = 300.0
    """Without a connection although Slack's Web API answers, after which the bot counts as unhealthy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerCenterTimeouts:
    """Calls to Partner Center."""

    policy: RetryPolicy = RetryPolicy(first=0.5, longest=8.0, attempts=3, jitter=1.0)
    attempt: float = 10.0
    """One attempt of a call."""
    unnamed_wait: float = 60.0
    """Where a 429 does not say how long to wait; the limits of the service are per minute."""
    longest_asked: float = 24 * 3600.0
    """What Microsoft is believed at most when it asks to wait; Partner Center's limits are per minute, and Entra's
    tokens live for about an hour."""
    resolution: float = 5.0
    """Finding a domain's tenant, and at most half of what is left: the filter is asked where that fails."""
    resolution_attempts: int = 2
    grace: float = 0.25
    """Past a caller's deadline: a call that ends at it says better what happened than a caller who gives up on it."""
    noticeable: float = 1.0
    """A wait for the limiter's turn; nobody is told of shorter ones."""
    background_page: float = 120.0
    """One page of a list that is read in the background, where a turn may be a minute away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntraTimeouts:
    """Signing in to Microsoft."""

    connection: float = 5.0
    read: float = 10.0
    """Between two bytes."""
    policy: RetryPolicy = RetryPolicy(first=0.4, longest=0.8, attempts=3)
    """Where the network or a gateway fails at once."""
    unnamed_wait: float = 30.0
    """Where Entra asks to wait and does not say how long."""
    probe: float = 30.0
    """One call of Partner Center with a new sign-in, before it is stored."""
    person: float = 15 * 60.0
    """A person who signs in in their browser."""
    renewal: float = 300.0
    """Before the end of an access token, when it is renewed; a tenth of its life, if that is less."""
    stored_consent: float = 5.0
    """Between two looks at the stored consent while a good token is held: a person may have signed in anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookTimeouts:
    """Microsoft's webhook."""

    delivery: float = 20.0
    """Verifying and storing an event, after its body: a certificate may be fetched, and the database be waited for."""
    certificate: float = 5.0
    """A certificate and all its issuers together; Microsoft waits for the answer meanwhile."""
    certificate_again: float = 60.0
    """Between fetches for a key that did not fit: forgers cannot make the bot press the host."""
    registration_call: float = 20.0
    """One call of ``webhook show``, ``register``, ``test`` or ``remove``."""
    test: float = 60.0
    """For a test to arrive."""
    test_again: float = 2.0
    """Between two looks at what has become of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseTimeouts:
    """Transactions."""

    transaction: float = 10.0
    """A transaction, and its turn, where nobody asks for others."""
    window: float = 1.2
    """A transaction that the acknowledgement of a window waits for, of Slack's three."""
    commit: float = 0.5
    """For which a COMMIT under way is waited for past a deadline: its outcome is then known."""
    probe: float = 2.0
    """A write that shows whether something could be saved."""
    held: RetryPolicy = RetryPolicy(first=0.001, longest=0.02)
    """Between attempts to begin on SQLite while something else holds the file."""
    cancel: float = 2.0
    """For the PostgreSQL server to answer that it cancels; then the connection is closed."""
    connection: float = 1.0
    """For a connection of PostgreSQL's pool, which has one for each thread."""
    migrations: float = 3600.0
    """All migrations; only the wait for other writers is short."""
    lane_again: float = 0.05
    """To the next look at a conversation that another transaction holds."""
    other_process: float = 30.0
    """For a starting bot, until the one before it leaves the file; that one may take ``STOPPING.work`` to stop."""
    other_process_again: float = 0.1
    """Between two attempts at the file's lock; ``flock`` cannot be waited for without blocking a thread that nothing
    interrupts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryTimeouts:
    """The delivery worker."""

    lease: float = 30.0
    """A claim; a delivery whose process died is claimed again after it."""
    renewal: float = 5.0
    """Between renewals of the leases, and for one of them."""
    margin: float = 15.0
    """What a lease must have left for a write to begin: the write, and the record of it."""
    write: float = 10.0
    """One write to Slack."""
    preparation: float = 60.0
    """What a handler asks of Microsoft and Slack before it plans, or before a write."""
    look_up: float = 60.0
    """The look for a message that may have been posted."""
    database: float = 60.0
    """One transaction, with its turn."""
    look: float = 20.0
    """Between claims where nothing is due earlier: another replica may have left something."""
    breath: float = 0.02
    """Between claims at the least: what ends meanwhile is claimed together."""
    stuck: float = 180.0
    """Without a claim, before the worker counts as hanging."""
    trouble: float = 2.0
    """To the next claim after the database has failed."""
    record_again: tuple[float, ...] = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
    """Between attempts to record what was written."""
    policy: RetryPolicy = RetryPolicy(first=2.0, longest=900.0, attempts=100, jitter=0.5)
    """Of a delivery; about a day: a sign-in that died at night is mended by then."""
    refused: float = 60.0
    """Between attempts while Slack refuses the bot altogether."""
    longest_queue_wait: float = 3600.0
    """For which a conversation waits once, whatever Slack asks for; its rates are counted by the minute
    (https://docs.slack.dev/apis/web-api/rate-limits)."""
    longest_own_wait: float = 24 * 3600.0
    """For which one delivery lets others go first once, whatever Microsoft asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrichmentTimeouts:
    """Facts that an event lacks."""

    held_back: float = 30.0
    """Since an event came in, after which channels are notified without what Microsoft did not answer."""
    alarm_held_back: float = 5.0
    """The same for alarms."""
    attempt: float = 12.0
    """One question to Microsoft."""
    again: float = 3.0
    """To the next attempt while channels wait."""
    late_again: float = 300.0
    """Between attempts once channels were notified without the facts."""
    latest: float = 86400.0
    """After which nobody asks any more."""
    update: float = 60.0
    """From an incomplete notification to the first attempt to complete it."""
    invitation: float = 15.0
    """The link of an invitation, and the tenant of its domain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobTimeouts:
    """Periodic jobs."""

    look: float = 20.0
    """Between looks at most: another replica may have taken the slot, and clocks may have been set."""
    look_again: float = 0.1
    """Between looks at least."""
    looking: float = 60.0
    """A look; two transactions, each with a deadline of its own."""
    run: float = 3600.0
    """A run; three months of audit records take some minutes."""
    trouble: float = 2.0
    """To the next look after the database has failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpServerTimeouts:
    """What peers may take."""

    head: float = 10.0
    """The request line and the headers, as a whole."""
    body: float = 20.0
    """The body, as a whole; also a peer that does not read what it is sent."""
    idle: float = 75.0
    """Between two requests; longer than proxies keep a connection (nginx and AWS's balancers: 60), so that no proxy
    sends a request to a connection that is just being closed."""
    discard: float = 2.0
    """Reading on, and throwing away, after a request was refused; else the peer may lose the answer to a reset."""
    metrics: float = 2.0
    """Facts that are read at each scrape; where they do not come, the last ones stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppingTimeouts:
    """A bot that stops."""

    work: float = 20.0
    """For the work that has begun."""
    last_words: float = 3.0
    """Telling people who are left without an answer."""
    jobs: float = 2.0
    """For jobs to finish; what is cut is done in the next slot."""
    acknowledgements: float = 3.0
    """For the acknowledgements of a closing connection of Socket Mode; Slack waits no longer for them."""
    threads: float = 5.0
    """For threads of the database."""


SLACK = SlackTimeouts()
SOCKET_MODE = SocketModeTimeouts()
PARTNER_CENTER = PartnerCenterTimeouts()
ENTRA = EntraTimeouts()
WEBHOOK = WebhookTimeouts()
DATABASE = DatabaseTimeouts()
DELIVERY = DeliveryTimeouts()
ENRICHMENT = EnrichmentTimeouts()
JOBS = JobTimeouts()
HTTP_SERVER = HttpServerTimeouts()
STOPPING = StoppingTimeouts()
