"""What arrives at the webhook: signed events with a few nodes replaced, and headers that are not as they should be."""

import json
import random
from typing import Any, ClassVar

from tests.fuzz import mutations, target
from tests.fuzz.mutations import MARK
from tests.fuzz.target import Case
from tests.world import World

STATUSES = (200, 400, 401, 403, 408, 411, 413, 415, 503)
"""Microsoft delivers again what is refused; nothing may be our own failure."""
HEADERS = ("Authorization", "X-MS-Certificate-Url", "X-MS-Signature-Algorithm", "Content-Type", "x-ms-signature")
VALUES: tuple[str, ...] = (
    "",
    MARK,
    "Signature",
    "Signature !!!",
    "Signature AAAA",
    "Bearer x",
    f"https://{MARK}.example/cert/x.cer",
    "http://127.0.0.1:1/cert/x.cer",
    "rsa-sha1",
    "rsa-sha256, rsa-sha1",
    "x" * 7_000,
    "https://[",
    "//",
    "\u00e9",
)


class WebhookRequests:
    """Requests to the webhook."""

    name: ClassVar = "webhook_requests"

    def invent(self, chance: random.Random) -> Case:
        return {
            "event": chance.randrange(1_000),
            "edits": target.written(mutations.invent(chance)),
            "body": chance.choice([*mutations.BODIES]) if chance.random() < 0.2 else "as it is",
            "signed": chance.random() < 0.8,
            "header": chance.choice(HEADERS) if chance.random() < 0.3 else None,
            "value": chance.choice(VALUES),
        }

    async def begin(self, world: World) -> None:
        pass

    async def attempt(self, world: World, case: Case) -> list[str]:
        samples = _samples(world)
        event = samples[case["event"] % len(samples)]
        body = json.dumps(mutations.mutated(event, target.read(case["edits"]))).encode()
        body = mutations.garbled(body, case["body"])
        headers = {"Content-Type": "application/json"}
        if case["signed"]:
            headers |= world.microsoft.authority.sign(body)
        if case["header"]:
            headers[case["header"]] = case["value"]
        attempt = await world.microsoft.webhook.post(f"{world.url}/partner-center/webhook", body, headers)
        return [] if attempt.status in STATUSES else [f"status {attempt.status} {attempt.error}"]

    async def end(self, world: World) -> list[str]:
        return [f"complaint: {complaint}" for complaint in world.slack.complaints]


def _samples(world: World) -> list[dict[str, Any]]:
    """Return an event of every kind that the sandbox can cause."""
    happenings = world.microsoft.happenings
    customer = next(iter(world.microsoft.partner_center.state.customers))
    granted = happenings.grant_access(customer)
    ended = happenings.end_access(customer)
    return [dict(event) for event in (*granted, *ended)]
