"""Answers a test dictates to a fake, among them a failure in every shape a Partner Center client meets."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cache

from aiohttp import web

Body = bytes | str | Mapping[str, object] | Sequence[object] | None

JSON = "application/json; charset=utf-8"
GUID = "[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"


class Drop(Enum):
    """When the connection breaks: before a byte of the answer, or after its headers and half of its body."""

    BEFORE = "before"
    WITHIN = "within"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One HTTP answer. ``delay`` is in seconds; a body that is neither bytes nor text is sent as JSON."""

    status: int = 200
    body: Body = None
    headers: Mapping[str, str] = field(default_factory=dict)
    reason: str | None = None
    delay: float = 0.0
    drop: Drop | None = None

    def payload(self) -> bytes:
        """The bytes of the body."""
        match self.body:
            case None:
                return b""
            case bytes():
                return self.body
            case str():
                return self.body.encode()
            case _:
                return json.dumps(self.body, ensure_ascii=False).encode()

    def response(self) -> web.Response:
        """The answer as aiohttp sends it; an empty body has no content type unless one is given."""
        payload = self.payload()
        headers = dict(self.headers)
        if payload and "content-type" not in {name.lower() for name in headers}:
            headers["Content-Type"] = JSON
        return web.Response(status=self.status, reason=self.reason, body=payload, headers=headers)


@cache
def pattern(text: str) -> re.Pattern[str]:
    """A path in which ``{id}`` is a GUID, ``*`` one segment and ``**`` anything; case does not matter."""
    known = {"{id}": GUID, "**": ".*", "*": "[^/]*"}
    parts = re.split(r"(\{id\}|\*\*|\*)", text)
    return re.compile("".join(known.get(part) or re.escape(part) for part in parts), re.IGNORECASE)


def error(status: int, code: str | int, description: str, *data: str) -> Answer:
    """The documented body; the code is a string on the error page and a number in some captured answers."""
    return Answer(
        status=status,
        body={"code": code, "description": description, "data": list(data), "source": "PartnerFD"},
    )


def newer_error(status: int, code: int, name: str, description: str) -> Answer:
    """The body of newer services, which add a message, a name and whether to try again."""
    return Answer(
        status=status,
        body={
            "code": code,
            "message": description,
            "description": description,
            "errorName": name,
            "isRetryable": False,
            "parameters": {},
            "errorMessageExtended": f"InternalErrorCode={code}",
        },
    )


def throttled(retry_after: int | None = 57) -> Answer:
    """The gateway's 429, with a body of its own; ``retry_after`` is in seconds, None leaves the header out."""
    wait = 57 if retry_after is None else retry_after
    return Answer(
        status=429,
        body={"statusCode": 429, "message": f"Rate limit is exceeded. Try again in {wait} seconds."},
        headers={} if retry_after is None else {"Retry-After": str(retry_after)},
    )


def empty(status: int, reason: str | None = None) -> Answer:
    """No body at all; in 2019 a missing MFA claim was told by the reason phrase alone."""
    return Answer(status=status, reason=reason)


def html(status: int = 502) -> Answer:
    """A page from a front end where JSON was expected."""
    page = "<!DOCTYPE html><html><head><title>Service unavailable</title></head><body><h1>Sorry</h1></body></html>"
    return Answer(status=status, body=page, headers={"Content-Type": "text/html"})


def gateway_error(status: int, code: str, message: str) -> Answer:
    """The envelope of api.partner.microsoft.com, which proxies sometimes use too."""
    return Answer(status=status, body={"error": {"code": code, "message": message, "target": None, "innerError": None}})


NO_MFA_2019 = Answer(
    status=401,
    reason="Unauthorized - MFA required",
    headers={
        "WWW-Authenticate": 'Bearer error="invalid_token"',
        "Request-Context": "appId=cid-v1:03ce8ca8-8373-4021-8f25-d5dd45c7b12f",
    },
)
NO_MFA = error(401, 900421, "MFA is required for this request; the access token does not carry the claim.")
ACCESS_DENIED = error(401, "400", "Access denied.")
NO_PARTNER_TOKEN = error(401, "800001", "The partner token is missing.")
WRONG_AUDIENCE = error(401, 900420, "The audience of the access token is not accepted.")
APP_ONLY = error(403, "900329", "App-only tokens are not supported by this call.")
NO_PRIVILEGES = error(403, "900308", "The account has insufficient privileges.")
NO_RELATIONSHIP = error(403, 20002, "No relationship between caller and account.")
RELATIONSHIP_DOES_NOT_EXIST = error(403, "3000", "The relationship with this customer does not exist.")
NOT_AN_INDIRECT_PROVIDER = error(403, 1002, "Authorization Failed")
NO_SUCH_TENANT = error(404, "60003", "The tenant was not found.")
MALFORMED_ID = error(400, "900118", "The customer id is not valid.")
NO_SUCH_SEARCH = error(400, "2000", "Customer search only allows starts with and equals operation.")
NO_ACCOUNT_STATUS = newer_error(404, 600074, "AccountStatusNotFound", "The account has no status.")
# Every shape of a refusal, by a name a test can be parametrised with.
SHAPES: dict[str, Answer] = {
    "a code as text": NO_SUCH_TENANT,
    "a code as number": NO_RELATIONSHIP,
    "a newer service": NO_ACCOUNT_STATUS,
    "the gateway's 429": throttled(),
    "the reason phrase alone": NO_MFA_2019,
    "an empty 500": empty(500),
    "a web page": html(),
    "plain text": Answer(status=500, body="Internal error", headers={"Content-Type": "text/plain"}),
    "another envelope": gateway_error(403, "Forbidden", "Not allowed."),
    "cut-off JSON": Answer(status=400, body='{"code":2000,"description":"Customer sea'),
}
