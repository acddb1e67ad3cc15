"""A strict, stateful Partner Center: customers, their relationships and the invitation link, as documented.

What else it serves (audit records, subscriptions, the webhook's registration) has modules of its own.
https://learn.microsoft.com/partner-center/developer/partner-center-rest-api-reference
"""

import asyncio
import re
import uuid
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.faults import Faults
from sandbox.microsoft import answers, faults, invitations, wire
from sandbox.microsoft.answers import Answer
from sandbox.microsoft.audit import AUDIT_RECORD_PATH, AUDIT_RECORDS_PATH, AuditLog
from sandbox.microsoft.commerce import FRAUD_PATH, SUBSCRIPTION_PATH, Commerce
from sandbox.microsoft.companies import CUSTOMERS, PARTNER_TENANT_ID, STRANGERS
from sandbox.microsoft.company import Company, guid
from sandbox.microsoft.paging import BadRequest, Paging, Search
from sandbox.microsoft.registration import REGISTRATION_PATH, Registrations
from sandbox.microsoft.service import FakeService
from sandbox.microsoft.tokens import AUDIENCE, Tokens

CUSTOMERS_PATH: Final = "/v1/customers"
CUSTOMER_PATH: Final = "/v1/customers/{id}"
RELATIONSHIPS_PATH: Final = "/v1/customers/{id}/relationships"
INVITATION_PATH: Final = "/v1/customers/relationshiprequests"
"""Path patterns for ``answer_next``, ``hold`` and ``calls``."""

_QUERIES: Final = {
    CUSTOMERS_PATH: {"size", "filter", "seekOperation"},
    CUSTOMER_PATH: set[str](),
    RELATIONSHIPS_PATH: {"seekOperation"},
    INVITATION_PATH: {"indirectCloudSolutionProviderId", "indirectResellerId", "dualRoleIndirectRelationship"},
    AUDIT_RECORDS_PATH: {"startDate", "endDate", "size", "seekOperation"},
    FRAUD_PATH: {"SubscriptionId", "EventStatus", "EventType", "PageSize", "PageNumber"},
}
_APP_ONLY_ALLOWED: Final = (
    *(CUSTOMERS_PATH, CUSTOMER_PATH, SUBSCRIPTION_PATH, AUDIT_RECORDS_PATH, AUDIT_RECORD_PATH),
    f"{REGISTRATION_PATH}**",
)
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


@dataclass(slots=True)
class State:
    """What tests and scenarios may turn; customers by their tenant id in lower case."""

    customers: dict[str, Company] = field(
        default_factory=lambda: {company.tenant_id.lower(): company for company in CUSTOMERS}
    )
    strangers: set[str] = field(default_factory=lambda: set(STRANGERS.values()))
    """Tenants that exist and have no relationship with the partner: refused with 403, not 404."""
    invitation_url: str = invitations.NEWER
    audience: str = AUDIENCE
    mfa_required: bool = True
    """Since April 2026 a user's token without the claim is refused."""
    mfa_refusal: Literal["2026", "2019"] = "2026"
    direct_partner_refusal: Answer = answers.NOT_AN_INDIRECT_PROVIDER
    slow_seconds: float = 6.0
    echo_correlation_id: bool = True
    """Without it answers carry a correlation id of Microsoft's own, which does happen."""


class FakePartnerCenter(FakeService):
    """``app`` serves it; ``state`` and ``paging`` can be changed at any time; see ``FakeService`` for the rest."""

    def __init__(self, tokens: Tokens, faults: Faults | None = None) -> None:
        super().__init__(faults)
        self.tokens = tokens
        self.state = State()
        self.paging = Paging()
        self.audit = AuditLog(tokens.clock, self.paging)
        self.commerce = Commerce(self._find)
        self.registrations = Registrations(tokens.clock)
        self._answered: dict[str, str] = {}
        self.app.router.add_get(INVITATION_PATH, self._invitation, allow_head=False)
        self.app.router.add_get(CUSTOMERS_PATH, self._customers, allow_head=False)
        self.app.router.add_get("/v1/customers/{customer_id}", self._customer, allow_head=False)
        self.app.router.add_get("/v1/customers/{customer_id}/relationships", self._relationships, allow_head=False)
        self.app.add_routes([*self.audit.routes(), *self.commerce.routes(), *self.registrations.routes()])

    # What happens at the partner's.

    def add_customer(self, company: Company) -> None:
        """Put a customer into the list, or another in its place."""
        self.state.customers[company.tenant_id.lower()] = company

    def remove_customer(self, customer_id: str) -> Company:
        """End the relationship; the tenant still exists."""
        self.state.strangers.add(customer_id.lower())
        return self.state.customers.pop(customer_id.lower())

    def accept_invitation(self, domain: str, name: str | None = None) -> Company:
        """A company's administrator accepts the reseller relationship (which grants no delegated access since 2023)."""
        tenant_id = STRANGERS.get(domain, guid(domain))
        company = Company(
            tenant_id=tenant_id, name=name or domain, domain=domain, domains=(domain,), delegated_access=False
        )
        self.state.strangers.discard(tenant_id)
        self.add_customer(company)
        return company

    def set_delegated_access(self, customer_id: str, *, granted: bool) -> None:
        """The customer grants or ends delegated access."""
        self.add_customer(replace(self.state.customers[customer_id.lower()], delegated_access=granted))

    # The door: form, token, faults.

    def check(self, request: web.Request) -> Answer | None:
        """Refuse what a careful client would never send, with an answer that is plainly not Microsoft's."""
        wrong = [
            *(["no bearer token"] if not request.headers.get("Authorization", "").startswith("Bearer ") else []),
            *(["no Accept: application/json"] if "application/json" not in request.headers.get("Accept", "") else []),
            *(
                f"{name} is not a GUID: {request.headers.get(name)!r}"
                for name in ("MS-RequestId", "MS-CorrelationId")
                if not re.fullmatch(answers.GUID, request.headers.get(name, ""))
            ),
            *(["a body that is no JSON"] if _has_body(request) and request.content_type != "application/json" else []),
            *(f"unknown query parameter {name!r}" for name in request.query if name not in self._known(request.path)),
        ]
        request_id = request.headers.get("MS-RequestId", "")
        if request_id in self._answered:
            wrong.append(f"MS-RequestId {request_id} again, after it was answered on {self._answered[request_id]}")
        return self.complain("; ".join(wrong)) if wrong else None

    def _known(self, path: str) -> set[str]:
        known = [names for shape, names in _QUERIES.items() if answers.pattern(shape).fullmatch(path)]
        return known[0] if known else set()

    async def serve(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Honour the faults, look at the token, then answer."""
        if self.faults.is_on(faults.SLOW):
            await asyncio.sleep(self.state.slow_seconds)
        if refusal := self._broken() or self._refused_at_the_door(request):
            return refusal.response()
        return await handler(request)

    def _broken(self) -> Answer | None:
        if self.faults.is_on(faults.DOWN):
            return answers.empty(503)
        if self.faults.is_on(faults.THROTTLED):
            return answers.throttled()
        if self.faults.is_on(faults.HTML_ANSWER):
            return answers.html(200)
        return None

    def _refused_at_the_door(self, request: web.Request) -> Answer | None:
        token = self.tokens.read_access_token(request.headers["Authorization"].removeprefix("Bearer "))
        if token is None or self.faults.is_on(faults.CONSENT_WITHDRAWN):
            return replace(answers.ACCESS_DENIED, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
        if token.audience != self.state.audience:
            return answers.WRONG_AUDIENCE
        if token.tenant_id != PARTNER_TENANT_ID:
            return answers.NO_PRIVILEGES
        if token.user is None:
            allowed = any(answers.pattern(shape).fullmatch(request.path) for shape in _APP_ONLY_ALLOWED)
            return None if allowed else answers.APP_ONLY
        if self.state.mfa_required and not self._is_mfa_compliant(request):
            return answers.NO_MFA if self.state.mfa_refusal == "2026" else answers.NO_MFA_2019
        return None

    def _is_mfa_compliant(self, request: web.Request) -> bool:
        token = self.tokens.read_access_token(request.headers.get("Authorization", "").removeprefix("Bearer "))
        return token is not None and token.mfa and not self.faults.is_on(faults.MFA_MISSING)

    def finish(self, request: web.Request, response: web.StreamResponse) -> None:
        """The headers of every answer; the byte order mark where it is wished for."""
        asked = request.headers
        ours = str(uuid.uuid4())
        correlation_id = asked.get("MS-CorrelationId", ours) if self.state.echo_correlation_id else ours
        # The list is known to answer with a request id of its own.
        request_id = ours if request.path == CUSTOMERS_PATH else asked.get("MS-RequestId", ours)
        response.headers.setdefault("MS-CorrelationId", correlation_id)
        response.headers.setdefault("MS-RequestId", request_id)
        response.headers.setdefault("MS-CV", f"{ours[:16]}.0")
        response.headers.setdefault("MS-ServerId", "201040406")
        locale = asked.get("X-Locale", "en-US")
        response.headers.setdefault("X-Locale", f"{locale},{locale}" if request.path == CUSTOMERS_PATH else locale)
        if asked.get("ValidateMfa", "").lower() == "true":
            response.headers.setdefault("isMfaCompliant", str(self._is_mfa_compliant(request)).lower())
        if isinstance(response, web.Response) and isinstance(response.body, bytes) and self.faults.is_on(faults.BOM):
            response.body = _BYTE_ORDER_MARK + response.body

    def sent(self, request: web.Request, response: web.StreamResponse) -> None:
        """From a success on, the request id may not come again: it is what makes a retry idempotent."""
        if response.status < 300:
            self._answered[request.headers["MS-RequestId"]] = request.path

    # The routes.

    async def _customers(self, request: web.Request) -> web.Response:
        try:
            search = Search.read(request.query)
            found = [company for company in self.state.customers.values() if search.matches(company)]
            page = self.paging.customers(request, [wire.summary(company) for company in found], search.size)
        except BadRequest as wrong:
            return wrong.answer.response()
        # Recorded answers come with and without a charset.
        return replace(page, headers={"Content-Type": "application/json"}).response()

    async def _customer(self, request: web.Request) -> web.Response:
        match self._find(request):
            case Company() as company:
                return Answer(body=wire.customer(company)).response()
            case refusal:
                return refusal.response()

    async def _relationships(self, request: web.Request) -> web.Response:
        match self._find(request):
            case Company(direct=direct) if direct or self.faults.is_on(faults.DIRECT_PARTNER):
                return self.state.direct_partner_refusal.response()
            case Company() as company:
                items = [wire.relationship(partner) for partner in company.partners]
                try:
                    return self.paging.relationships(request, items).response()
                except BadRequest as wrong:
                    return wrong.answer.response()
            case refusal:
                return refusal.response()

    async def _invitation(self, _: web.Request) -> web.Response:
        strange = self.faults.is_on(faults.STRANGE_LINK)
        url = invitations.LOOK_ALIKE if strange else self.state.invitation_url
        return Answer(body=wire.invitation(url)).response()

    def _find(self, request: web.Request) -> Company | Answer:
        customer_id = request.match_info["customer_id"].lower()
        if not re.fullmatch(answers.GUID, customer_id):
            return answers.MALFORMED_ID
        if company := self.state.customers.get(customer_id):
            return company
        return answers.NO_RELATIONSHIP if customer_id in self.state.strangers else answers.NO_SUCH_TENANT


def _has_body(request: web.Request) -> bool:
    return request.headers.get("Content-Length", "0") != "0" or "Transfer-Encoding" in request.headers
