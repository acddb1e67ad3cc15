"""What customers have bought, and what Microsoft noticed about it.

https://learn.microsoft.com/partner-center/developer/get-a-subscription-by-id
https://learn.microsoft.com/partner-center/developer/get-fraud-events
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from sandbox.microsoft.answers import Answer, error
from sandbox.microsoft.companies import PARTNER_NAME, PARTNER_TENANT_ID
from sandbox.microsoft.company import Company, guid
from sandbox.microsoft.wire import Resource

SUBSCRIPTION_PATH: Final = "/v1/customers/{id}/subscriptions/*"
FRAUD_PATH: Final = "/v1/fraudEvents"
"""Path patterns for ``answer_next``, ``hold`` and ``calls``."""

STATUSES: Final = ("Active", "Investigating", "Resolved")
NO_SUCH_SUBSCRIPTION = error(404, "20003", "The subscription was not found.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A customer's subscription; ``id`` stands on the wire as it is written here."""

    id: str
    name: str = "Microsoft 365 Business Basic"
    quantity: int = 15
    status: str = "active"
    auto_renews: bool = True
    ends: str = "2027-06-30T23:59:59Z"

    def wire(self, customer_id: str) -> Resource:
        """``GET /v1/customers/{id}/subscriptions/{id}``."""
        return {
            "id": self.id,
            "offerId": "CFQ7TTC0LH18:0001:CFQ7TTC0K971",
            "offerName": self.name,
            "friendlyName": self.name,
            "quantity": self.quantity,
            "unitType": "Licenses",
            "creationDate": "2026-07-01T16:57:15.0966728Z",
            "commitmentEndDate": f"{self.ends[:10]}T00:00:00Z",
            "commitmentEndDateTime": self.ends,
            "status": self.status,
            "autoRenewEnabled": self.auto_renews,
            "billingType": "license",
            "termDuration": "P1Y",
            "links": {"self": {"uri": f"/customers/{customer_id}/subscriptions/{self.id}", "method": "GET"}},
            "attributes": {"objectType": "Subscription"},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """What Microsoft noticed; ``at`` is as it stands on the wire, without a zone."""

    company: Company
    subscription: Subscription
    at: str
    status: str = "Active"
    kind: str = "NetworkConnectionsToCryptoMiningPools"
    severity: str = "Medium"

    def wire(self) -> Resource:
        """An item of ``GET /v1/fraudEvents``."""
        return {
            "eventTime": self.at,
            "eventId": f"{self.subscription.id}_{guid(f'alert/{self.at}')}",
            "partnerTenantId": PARTNER_TENANT_ID,
            "partnerFriendlyName": PARTNER_NAME,
            "customerTenantId": self.company.tenant_id,
            "customerFriendlyName": self.company.name,
            "subscriptionId": self.subscription.id,
            "subscriptionType": "modern",
            "subscriptionName": self.subscription.name,
            "hitCount": "10",
            "eventStatus": self.status,
            "resourceName": "invented-machine",
            "resolvedOn": "9999-12-31T23:59:59.9970000",
            "eventType": self.kind,
            "severity": self.severity,
            "displayName": "Connections to crypto mining pools",
            "isTest": "false",
        }


class Commerce:
    """One subscription for each customer, and the alerts; ``find`` returns who is asked about, or a refusal."""

    def __init__(self, find: Callable[[web.Request], Company | Answer]) -> None:
        self.subscriptions: dict[str, Subscription] = {}
        self.alerts: list[Alert] = []
        self._find = find

    def subscription_of(self, company: Company) -> Subscription:
        """The customer's subscription, invented at the first glance."""
        tenant_id = company.tenant_id.lower()
        return self.subscriptions.setdefault(tenant_id, Subscription(id=guid(f"subscription/{tenant_id}").upper()))

    def routes(self) -> list[web.RouteDef]:
        """What is served."""
        return [
            web.get("/v1/customers/{customer_id}/subscriptions/{subscription_id}", self._one, allow_head=False),
            web.get(FRAUD_PATH, self._fraud, allow_head=False),
        ]

    async def _one(self, request: web.Request) -> web.Response:
        match self._find(request):
            case Company() as company:
                subscription = self.subscription_of(company)
                if subscription.id.lower() != request.match_info["subscription_id"].lower():
                    return NO_SUCH_SUBSCRIPTION.response()
                return Answer(body=subscription.wire(company.tenant_id)).response()
            case refusal:
                return refusal.response()

    async def _fraud(self, request: web.Request) -> web.Response:
        wanted, status = request.query.get("SubscriptionId", ""), request.query.get("EventStatus", "")
        if status and status not in STATUSES:
            return error(400, "800002", "The status is none of the known ones.", status).response()
        found = [
            alert.wire()
            for alert in self.alerts
            if wanted.lower() in {"", alert.subscription.id.lower()} and status in {"", alert.status}
        ]
        if request.headers.get("X-NewEventsModel", "").lower() != "true":  # the model of before May 2023
            newer = {"eventType", "severity", "displayName", "subscriptionName", "isTest"}
            found = [{key: value for key, value in alert.items() if key not in newer} for alert in found]
        return Answer(body=found).response()
