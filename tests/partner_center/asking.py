"""What the tests of the protocol ask, as some partner, and how an answer to it looks."""

from pathlib import Path
from typing import Any, TypeVar

from multidict import CIMultiDict

from bot.partner_center import requests
from bot.partner_center.answers import Answer
from bot.partner_center.protocol import Call
from bot.partner_center.requests import Request

T = TypeVar("T")

SAMPLES = Path(__file__).parent.parent / "samples" / "partner_center"

PARTNER = "5b6c0f5e-2f0a-4c57-9d55-0a1d5f3c7e10"
CUSTOMER = "4b2a6e33-8791-4386-bd2b-0d55baf25039"
CORRELATION_ID = "02971f0f-1029-47b2-9fdb-1932f0987470"

REQUESTS: dict[str, Request[Any]] = {
    "customer": requests.customer(CUSTOMER),
    "customers": requests.customers("CompanyName", "Contoso"),
    "relationships": requests.relationships(CUSTOMER),
    "invitation_link": requests.invitation_link(),
}


def call_for(request: Request[T]) -> Call[T]:
    return Call(request=request, correlation_id=CORRELATION_ID, cloud="global", partner_tenant_id=PARTNER)


def answer(body: bytes | str, status: int = 200, reason: str = "", **headers: str) -> Answer:
    """An answer; ``_`` in the name of a header stands for ``-``."""
    named = CIMultiDict((name.replace("_", "-"), value) for name, value in headers.items())
    return Answer(status, reason, named, body if isinstance(body, bytes) else body.encode())
