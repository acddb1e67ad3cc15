"""What the tests of the protocol ask, as some partner, and how an answer to it looks."""

from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from multidict import CIMultiDict

from bot.partner_center import audit, fraud, microsoft_subscriptions, requests, webhooks
from bot.partner_center.answers import Answer
from bot.partner_center.protocol import Call
from bot.partner_center.requests import Request

T = TypeVar("T")

SAMPLES = Path(__file__).parent.parent / "samples" / "partner_center"

PARTNER = "5b6c0f5e-2f0a-4c57-9d55-0a1d5f3c7e10"
CUSTOMER = "4b2a6e33-8791-4386-bd2b-0d55baf25039"
SUBSCRIPTION = "a4c1340d-6911-4758-bba3-0c4c6007d161"
WEBHOOK = "https://bot.example.com/partner-center/webhook"
TODAY = date(2026, 11, 23)
CORRELATION_ID = "02971f0f-1029-47b2-9fdb-1932f0987470"

REQUESTS: dict[str, Request[Any]] = {
    "customer": requests.customer(CUSTOMER),
    "customers": requests.customers("CompanyName", "Contoso"),
    "relationships": requests.relationships(CUSTOMER),
    "invitation_link": requests.invitation_link(),
    "all_customers": requests.all_customers(),
    "audit_records": next(audit.records(TODAY, TODAY, today=TODAY)),
    "audit_record": audit.record(f"{PARTNER}_638331855840159088"),
    "subscription": microsoft_subscriptions.microsoft_subscription(CUSTOMER, SUBSCRIPTION),
    "fraud_events": fraud.fraud_events(SUBSCRIPTION),
    "webhook_events": webhooks.events(),
    "webhook_registration": webhooks.registration(),
    "register_webhook": webhooks.register(WEBHOOK, ("test-created",), replace=False),
    "replace_webhook": webhooks.register(WEBHOOK, ("test-created",), replace=True),
    "send_validation_event": webhooks.send_validation_event(),
    "validation_event": webhooks.validation_event(CORRELATION_ID),
}


def call_for(request: Request[T]) -> Call[T]:
    return Call(request=request, correlation_id=CORRELATION_ID, cloud="global", partner_tenant_id=PARTNER)


def answer(body: bytes | str, status: int = 200, reason: str = "", **headers: str) -> Answer:
    """An answer; ``_`` in the name of a header stands for ``-``."""
    named = CIMultiDict((name.replace("_", "-"), value) for name, value in headers.items())
    return Answer(status, reason, named, body if isinstance(body, bytes) else body.encode())
