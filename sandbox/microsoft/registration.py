"""The webhook's registration: one for each partner, for events that are listed, and tests two a minute.

https://learn.microsoft.com/partner-center/developer/partner-center-webhooks
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from sandbox.microsoft.answers import Answer, error, throttled
from sandbox.microsoft.companies import PARTNER_TENANT_ID
from sandbox.microsoft.company import guid
from sandbox.microsoft.deliveries import Delivery
from sandbox.microsoft.ticks import DAY, ticks_at, written
from sandbox.microsoft.wire import Resource

REGISTRATION_PATH: Final = "/webhooks/v1/registration"
EVENTS_PATH: Final = f"{REGISTRATION_PATH}/events"
VALIDATION_EVENTS_PATH: Final = f"{REGISTRATION_PATH}/validationEvents"
VALIDATION_EVENT_PATH: Final = f"{VALIDATION_EVENTS_PATH}/*"
"""Path patterns for ``answer_next``, ``hold`` and ``calls``."""

TEST: Final = "test-created"
EVENTS: Final = (
    *(TEST, "subscription-updated", "usagerecords-thresholdExceeded", "invoice-ready", "azure-fraud-event-detected"),
    *("referral-created", "referral-updated", "related-referral-created", "related-referral-updated"),
    *(f"granular-admin-relationship-{what}" for what in ("approved", "activated", "terminated", "expired")),
    *(f"granular-admin-access-assignment-{what}" for what in ("created", "activated", "updated", "deleted")),
    *("reseller-relationship-accepted-by-customer", "indirect-reseller-relationship-accepted-by-customer"),
    *(f"dap-admin-relationship-{what}" for what in ("approved", "terminated", "terminated-by-microsoft")),
    *(f"new-commerce-migration-{what}" for what in ("created", "completed", "failed", "schedule-failed")),
)
_KEYS: Final = {"WebhookUrl", "WebhookEvents", "SignatureTokenToMsSignatureHeader"}
_TESTS_A_MINUTE: Final = 2
_PURGED: Final = 7 * DAY

NONE_YET = error(404, "1000", "There is no registration for this tenant.")
EXISTS = error(409, "2000", "Registration already exists, use the PUT method to update a registration.")


@dataclass(frozen=True, slots=True)
class _Test:
    at: int
    url: str
    delivery: Delivery | None


class Registrations:
    """``current`` is what is registered, in the keys of a request; ``offered`` are the events that are listed."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.current: Mapping[str, object] | None = None
        self.offered: tuple[str, ...] = EVENTS
        self.send: Callable[[Resource], Delivery | None] | None = None
        """Brings an event to where the registration points; without it a test stays where it is."""
        self.base_url = "https://api.partnercenter.microsoft.com"
        self._clock = clock
        self._tests: dict[str, _Test] = {}
        self._written: dict[str, Answer] = {}
        self._modified = 0

    @property
    def url(self) -> str | None:
        """Where events go."""
        return str(self.current["WebhookUrl"]) if self.current else None

    @property
    def events(self) -> tuple[str, ...]:
        """The events that go there."""
        names = self.current["WebhookEvents"] if self.current else ()
        return tuple(str(name) for name in names) if isinstance(names, list | tuple) else ()

    def register(self, url: str, events: tuple[str, ...] = EVENTS, *, ms_signature: bool = False) -> None:
        """Somebody, perhaps with another tool, has registered this."""
        self.current = {
            "WebhookUrl": url,
            "WebhookEvents": list(events),
            "SignatureTokenToMsSignatureHeader": ms_signature,
        }
        self._modified = ticks_at(self._clock())

    def routes(self) -> list[web.RouteDef]:
        """What is served."""
        return [
            web.get(EVENTS_PATH, self._events, allow_head=False),
            web.get(REGISTRATION_PATH, self._show, allow_head=False),
            web.post(REGISTRATION_PATH, self._change),
            web.put(REGISTRATION_PATH, self._change),
            web.post(VALIDATION_EVENTS_PATH, self._test),
            web.get(f"{VALIDATION_EVENTS_PATH}/{{correlation_id}}", self._tested, allow_head=False),
        ]

    async def _events(self, _: web.Request) -> web.Response:
        return Answer(body=self.offered).response()

    async def _show(self, _: web.Request) -> web.Response:
        """In camelCase, as the OpenAPI file has it; what changes it is answered in PascalCase, as on the page."""
        if self.current is None:
            return NONE_YET.response()
        shown = {f"{key[0].lower()}{key[1:]}": value for key, value in self.current.items()}
        return Answer(body={**shown, "lastModifiedTimestamp": written(self._modified)}).response()

    async def _change(self, request: web.Request) -> web.Response:
        body = await request.read()
        return self._once(request, lambda: self._changed(request.method, body)).response()

    def _changed(self, method: str, body: bytes) -> Answer:
        wanted = _read(body, self.offered)
        if isinstance(wanted, Answer):
            return wanted
        if method == "POST" and self.current is not None:
            return EXISTS
        if method == "PUT" and self.current is None:
            return NONE_YET
        self.current = wanted
        self._modified = ticks_at(self._clock())
        return Answer(body={"SubscriberId": guid(f"subscriber/{PARTNER_TENANT_ID}"), **wanted})

    async def _test(self, request: web.Request) -> web.Response:
        return self._once(request, lambda: self._sent(request.headers["MS-RequestId"])).response()

    def _sent(self, seed: str) -> Answer:
        now = ticks_at(self._clock())
        minute = DAY // 1440
        recent = [test.at for test in self._tests.values() if test.at > now - minute]
        if len(recent) >= _TESTS_A_MINUTE:
            return throttled(max(1, (recent[-_TESTS_A_MINUTE] + minute - now) * 86400 // DAY))
        if self.url is None or TEST not in self.events:
            return error(400, "2000", f"The tenant is not registered for {TEST}.")
        correlation_id = guid(f"test/{seed}")
        event: Resource = {
            "EventName": TEST,
            "ResourceUri": f"{self.base_url}{VALIDATION_EVENTS_PATH}/{correlation_id}",
            "ResourceName": "test",
            "AuditUri": None,
            "ResourceChangeUtcDate": written(now, "+00:00"),
        }
        self._tests[correlation_id] = _Test(now, self.url, self.send(event) if self.send else None)
        return Answer(body={"correlationId": correlation_id})

    async def _tested(self, request: web.Request) -> web.Response:
        correlation_id = request.match_info["correlation_id"].lower()
        test = self._tests.get(correlation_id)
        if test is None or test.at < ticks_at(self._clock()) - _PURGED:
            return error(404, "1000", "There is no such validation event.").response()
        over = test.delivery is not None and test.delivery.over.is_set()
        attempts = test.delivery.attempts if test.delivery else []
        results = [
            {
                "responseCode": attempt.code,
                "responseMessage": attempt.error,
                "systemError": False,
                "dateTimeUtc": written(attempt.at, ""),
            }
            for attempt in attempts
        ]
        return Answer(
            body={
                "correlationId": correlation_id,
                "partnerId": PARTNER_TENANT_ID,
                "status": "completed" if over else "inProgress",
                "callbackUrl": test.url,
                "results": results,
            }
        ).response()

    def _once(self, request: web.Request, act: Callable[[], Answer]) -> Answer:
        """Do what is asked, or say again what came of it: the request id makes a repetition harmless."""
        request_id = request.headers["MS-RequestId"]
        if request_id not in self._written:
            self._written[request_id] = act()
        return self._written[request_id]


def _read(body: bytes, offered: tuple[str, ...]) -> Answer | dict[str, object]:
    """What is to be registered, or why it cannot be."""
    try:
        wanted = json.loads(body)
    except ValueError:
        return error(400, "800002", "The body is no JSON.")
    match wanted:
        case {"WebhookUrl": str(url), "WebhookEvents": [_, *_] as events}:
            unknown = [*(set(wanted) - _KEYS), *(repr(name) for name in events if name not in offered)]
            if unknown:
                return error(400, "800002", "Not known.", *unknown)
            if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
                return error(400, "800002", "The address is none.", url)
            return {"SignatureTokenToMsSignatureHeader": False, **wanted}
        case _:
            return error(400, "800002", "WebhookUrl and WebhookEvents are needed.")
