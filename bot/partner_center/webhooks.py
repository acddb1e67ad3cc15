"""The webhook's registration at Microsoft: which events go to which address, and whether they arrive.

https://learn.microsoft.com/partner-center/developer/partner-center-webhooks
"""

import json
from typing import Annotated

from pydantic import Field, TypeAdapter

from bot.partner_center.requests import Request, nothing, opaque_id
from bot.partner_center.wire import LENIENT, AnyCase, Date, Flag, Guid, Text

TEST = "test-created"
"""What a validation event is called; Microsoft sends none to a registration without it."""

_PATH = "/webhooks/v1/registration"
_DELIVERED = frozenset({"ok", "created", "accepted", "nocontent", "200", "201", "202", "204"})
"""How the sample writes a status (``OK``), and how others would look in its words and in numbers."""
_OVER = frozenset({"completed", "failed"})


class WebhookRegistration(AnyCase):
    """Where the partner's events go."""

    webhook_url: Annotated[str, Field(repr=False)]
    """The addresses of some tools carry a key in their query."""
    webhook_events: Annotated[tuple[str, ...] | None, LENIENT] = None

    @property
    def events(self) -> tuple[str, ...]:
        """The names of the events that are sent."""
        return self.webhook_events or ()


class DeliveryAttempt(AnyCase):
    """How the receiver took one attempt."""

    response_code: Text = None
    response_message: Annotated[Text, Field(repr=False)] = None
    system_error: Flag = None
    """Whether Microsoft itself had the trouble."""
    at: Annotated[Date, Field(validation_alias="datetimeutc")] = None

    @property
    def delivered(self) -> bool:
        """Say whether the receiver took it."""
        return (self.response_code or "").replace(" ", "").lower() in _DELIVERED and not self.system_error


class ValidationEvent(AnyCase):
    """What has become of a test."""

    status: Text = None
    results: Annotated[tuple[Annotated[DeliveryAttempt | None, LENIENT], ...] | None, LENIENT] = None

    @property
    def attempts(self) -> tuple[DeliveryAttempt, ...]:
        """Every attempt so far."""
        return tuple(result for result in self.results or () if result is not None)

    @property
    def delivered(self) -> bool:
        """Say whether it arrived."""
        return any(attempt.delivered for attempt in self.attempts)

    @property
    def over(self) -> bool:
        """Say whether no further attempt is to come."""
        return self.delivered or (self.status or "").strip().lower() in _OVER


class _Sent(AnyCase):
    correlation_id: Guid


_NAMES = TypeAdapter(tuple[Annotated[str | None, LENIENT], ...])
_SENT = TypeAdapter(_Sent | Guid)


def _names(body: bytes) -> tuple[str, ...]:
    return tuple(name for name in _NAMES.validate_json(body) if name)


def _sent(body: bytes) -> str:
    """The page shows an object with the id, the OpenAPI file the id alone."""
    sent = _SENT.validate_json(body)
    return sent.correlation_id if isinstance(sent, _Sent) else sent


def events() -> Request[tuple[str, ...]]:
    """Ask for the names of the events that can be registered for."""
    return Request(path=f"{_PATH}/events", decode=_names)


def registration() -> Request[WebhookRegistration | None]:
    """Ask for the one registration of the partner."""
    return Request(path=_PATH, decode=WebhookRegistration.model_validate_json, absent=nothing)


def register(url: str, names: tuple[str, ...], *, replace: bool) -> Request[WebhookRegistration]:
    """Ask for these events to go to this address, instead of what is registered or where nothing is."""
    wanted = {"WebhookUrl": url, "WebhookEvents": names, "SignatureTokenToMsSignatureHeader": False}
    return Request(
        path=_PATH,
        method="PUT" if replace else "POST",
        body=json.dumps(wanted).encode(),
        decode=WebhookRegistration.model_validate_json,
    )


def send_validation_event() -> Request[str]:
    """Ask for a test to be sent."""
    return Request(path=f"{_PATH}/validationEvents", method="POST", decode=_sent)


def validation_event(correlation_id: str) -> Request[ValidationEvent | None]:
    """Ask what has become of a test."""
    return Request(
        path=f"{_PATH}/validationEvents/{opaque_id(correlation_id)}",
        decode=ValidationEvent.model_validate_json,
        absent=nothing,
    )
