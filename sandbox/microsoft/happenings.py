"""What happens at the partner's: each occurrence changes the state, leaves its audit record, and makes its events.

https://learn.microsoft.com/partner-center/developer/partner-center-webhook-events — of a customer that the partner
added itself, and of one that was removed, Microsoft sends no event; of some events it keeps no record.
"""

from dataclasses import replace
from typing import Literal

from sandbox.microsoft.commerce import Alert, Subscription
from sandbox.microsoft.company import Company, guid
from sandbox.microsoft.entra import FakeEntra
from sandbox.microsoft.partner_center import FakePartnerCenter
from sandbox.microsoft.ticks import DAY, written
from sandbox.microsoft.users import ADMIN_AGENT
from sandbox.microsoft.wire import Resource

Events = tuple[Resource, ...]

_GRANULAR = "https://partner.microsoft.com/granularAdminRelationships"
"""The documented address, of a host of its own; the sandbox serves nothing there."""


class Happenings:
    """One method an occurrence; each returns the bodies of the events it causes, in order."""

    def __init__(self, partner_center: FakePartnerCenter, entra: FakeEntra) -> None:
        self.names_records = True
        """Whether events about access name their audit record: Microsoft's samples show null, and then nobody learns
        from the event whom it is about."""
        self.dated: str | None = None
        """What stands in every event instead of its date."""
        self._partner_center = partner_center
        self._entra = entra
        self._audit = partner_center.audit
        self._granular: dict[str, Resource] = {}
        self._count = 0

    def accept_invitation(self, domain: str, name: str | None = None, *, indirect: bool = False) -> Events:
        """A company's administrator accepts the invitation, the partner's own or that of an indirect provider."""
        company = self._new_customer(domain, name)
        operation = f"{'indirect_' if indirect else ''}reseller_relationship_accepted_by_customer"
        at = self._audit.instant()
        record = self._audit.add(operation, "customer", at=at, customer=company, by=_administrator(company))
        uri = f"{self._base}/v1/customers/{company.tenant_id.lower()}"
        return (self._event(operation.replace("_", "-"), at, uri=uri, resource="Customer", record=record),)

    def add_customer(self, domain: str, name: str | None = None) -> Events:
        """The partner creates a tenant for a new customer."""
        company = self._new_customer(domain, name)
        value = {"Id": company.tenant_id, "CompanyProfile": {"CompanyName": company.name, "Domain": domain}}
        self._audit.add("add_customer", "customer", at=self._audit.instant(), customer=company, new=value)
        return ()

    def remove_customer(self, customer_id: str) -> Events:
        """The partner ends the relationship."""
        company = self._partner_center.remove_customer(customer_id)
        at = self._audit.instant()
        value = {"Id": company.tenant_id, "RelationshipToPartner": "none"}
        kind = "partner_customer_relationship"
        self._audit.add("remove_partner_customer_relationship", kind, at=at, customer=company, new=value)
        return ()

    def grant_access(self, customer_id: str, kind: Literal["gdap", "dap"] = "gdap", *, days: int = 730) -> Events:
        """The customer grants delegated access: of the granular kind, for so many days, or of the old one."""
        company = self._customer(customer_id)
        if kind == "dap":
            self._partner_center.set_delegated_access(customer_id, granted=True)
            return self._access_event("dap_admin_relationship_approved", company, by=_administrator(company))
        self._count += 1
        begin = self._audit.instant()
        self._granular[customer_id.lower()] = {
            "Id": f"{guid(f'granular/{customer_id.lower()}')}-{guid(f'granular/{self._count}')}",
            "DisplayName": f"Adventure Works {self._count}",
            "Status": "approved",
            "EndDateTime": written(begin + days * DAY),
            "Customer": {"TenantId": company.tenant_id, "DisplayName": company.name},
        }
        approved = self._granular_event("approved", company, by=_administrator(company))
        return *approved, *self._granular_event("activated", company, status="active", by=None)

    def end_access(
        self, customer_id: str, by: Literal["customer", "partner", "microsoft", "end_date"] = "customer"
    ) -> Events:
        """Delegated access ends: the granular one where there is one, else the old one, which alone Microsoft ends."""
        company = self._customer(customer_id)
        who = {"customer": _administrator(company), "partner": ADMIN_AGENT.username}.get(by)
        if by == "microsoft":
            self._partner_center.set_delegated_access(customer_id, granted=False)
            return self._access_event("dap_admin_relationship_terminated_by_microsoft", company, by=None)
        if customer_id.lower() not in self._granular:
            if by == "end_date":
                raise ValueError("only granular access has an end date: grant it first")
            self._partner_center.set_delegated_access(customer_id, granted=False)
            return self._access_event("dap_admin_relationship_terminated", company, by=who)
        if by == "partner":
            self._granular_event("termination_requested", company, status="terminationRequested", by=who)
        what = "expired" if by == "end_date" else "terminated"
        ended = self._granular_event(what, company, status=what, by=who)
        del self._granular[customer_id.lower()]
        return ended

    def change_subscription(
        self, customer_id: str, *, quantity: int | None = None, status: str | None = None
    ) -> Events:
        """A subscription gets another number of licences (one more, unless told), or another status."""
        company = self._customer(customer_id)
        old = self._partner_center.commerce.subscription_of(company)
        more = old.quantity if status else old.quantity + 1
        new = replace(old, quantity=more if quantity is None else quantity, status=status or old.status)
        self._partner_center.commerce.subscriptions[company.tenant_id.lower()] = new
        at = self._audit.instant()
        record = self._audit.add(
            "update_subscription", "subscription", at=at, customer=company, old=_value(old), new=_value(new)
        )
        uri = f"{self._base}/webhooks/v1/customers/{company.tenant_id}/subscriptions/{new.id}"
        event = self._event("subscription-updated", at, uri=uri, resource="subscription")
        return ({**event, "AuditUri": f"{self._base}/v1/auditrecords/{record}"},)  # this one's address is another

    def threshold_exceeded(self) -> Events:
        """Some customer's Azure usage exceeds its budget; Microsoft does not say whose."""
        uri = f"{self._base}/v1/customers/usagerecords"
        event = self._event("usagerecords-thresholdExceeded", self._audit.instant(), uri=uri, resource="usagerecords")
        return (event,)

    def invoice_ready(self, invoice_id: str = "G012345678") -> Events:
        """An invoice of the partner's is ready."""
        at = self._audit.instant()
        self._audit.add("ready_invoice", "invoice", at=at, by=None, new={"Id": invoice_id}, InvoiceId=invoice_id)
        uri = f"{self._base}/v1/invoices/{invoice_id}"
        return (self._event("invoice-ready", at, uri=uri, resource="invoice"),)

    def fraud_detected(self, customer_id: str, status: str = "Active") -> Events:
        """Microsoft notices something in a customer's Azure subscription."""
        company = self._customer(customer_id)
        subscription = self._partner_center.commerce.subscription_of(company)
        at = self._audit.instant()
        alert = Alert(company=company, subscription=subscription, at=written(at, ""), status=status)
        self._partner_center.commerce.alerts.append(alert)
        self._audit.add(
            "azure_fraud_event_detected", "subscription", at=at, customer=company, by=None, new={"Id": subscription.id}
        )
        uri = f"{self._base}/v1/fraudEvents?SubscriptionId={subscription.id}&EventStatus={status}"
        event = self._event("azure-fraud-event-detected", at, uri=uri, resource="")
        del event["ResourceName"]
        return (event,)

    def migration(
        self, customer_id: str, outcome: Literal["created", "completed", "failed", "schedule-failed"] = "completed"
    ) -> Events:
        """A subscription's move to the new commerce begins, ends or fails."""
        migration = guid(f"migration/{customer_id.lower()}")
        uri = f"{self._base}/v1/customers/{customer_id}/migrations/newcommerce/{migration}"
        name, at = f"new-commerce-migration-{outcome}", self._audit.instant()
        if outcome == "created":  # the only one of them among Microsoft's audit operations
            operation, company = "create_new_commerce_migration", self._customer(customer_id)
            self._audit.add(operation, "new_commerce_migration", at=at, customer=company, new={"Id": migration})
        return (self._event(name, at, uri=uri, resource="NewCommerceMigration"),)

    def referral_created(self) -> Events:
        """Microsoft refers a customer to the partner."""
        self._count += 1
        referral = guid(f"referral/{self._count}")
        at = self._audit.instant()
        self._audit.add("create_referral", "referral", at=at, by=None, new={"Id": referral, "Status": "New"})
        uri = f"{self._base}/engagements/v1/referrals/{referral}"
        return (self._event("referral-created", at, uri=uri, resource="referral"),)

    def unknown_event(self, name: str, customer_id: str | None = None) -> Events:
        """Microsoft has added an event since, of something or of a customer."""
        about = "somethings/1" if customer_id is None else f"customers/{customer_id}"
        return (self._event(name, self._audit.instant(), uri=f"{self._base}/v1/{about}", resource="something"),)

    @property
    def _base(self) -> str:
        return self._partner_center.registrations.base_url

    def _customer(self, customer_id: str) -> Company:
        return self._partner_center.state.customers[customer_id.lower()]

    def _new_customer(self, domain: str, name: str | None) -> Company:
        company = self._partner_center.accept_invitation(domain, name)
        self._entra.tenants[domain.lower()] = company.tenant_id.lower()
        return company

    def _granular_event(self, what: str, company: Company, *, by: str | None, status: str | None = None) -> Events:
        """Granular access reaches another state; only some states have an event."""
        relationship = self._granular[company.tenant_id.lower()]
        relationship["Status"] = status or relationship["Status"]
        at, operation = self._audit.instant(), f"granular_admin_relationship_{what}"
        record = self._audit.add(
            operation, "granular_admin_relationship", at=at, customer=company, by=by, new=relationship
        )
        event = self._event(
            operation.replace("_", "-"),
            at,
            uri=f"{_GRANULAR}/{relationship['Id']}",
            resource="GranularAdminRelationship",
            record=record if self.names_records else None,
        )
        return (event,) if event["EventName"] in self._partner_center.registrations.offered else ()

    def _access_event(self, operation: str, company: Company, *, by: str | None) -> Events:
        """Access of the old kind is granted or ends; its events have no address, one of them not even the key."""
        at = self._audit.instant()
        record = self._audit.add(operation, "partner_customer_dap", at=at, customer=company, by=by)
        named = record if self.names_records else None
        event = self._event(operation.replace("_", "-"), at, uri=None, resource="PartnerCustomerDap", record=named)
        if by is None:
            del event["ResourceUri"]
        return (event,)

    def _event(self, name: str, at: int, *, uri: str | None, resource: str, record: str | None = None) -> Resource:
        return {
            "EventName": name,
            "ResourceUri": uri,
            "ResourceName": resource,
            "AuditUri": f"{self._base}/auditactivity/v1/auditrecords/{record}" if record else None,
            "ResourceChangeUtcDate": written(at, "+00:00") if self.dated is None else self.dated,
        }


def _administrator(company: Company) -> str:
    return f"admin@{company.domain}"


def _value(subscription: Subscription) -> Resource:
    """A subscription as audit records hold it."""
    return {
        "Id": subscription.id,
        "FriendlyName": subscription.name,
        "Quantity": subscription.quantity,
        "Status": subscription.status,
        "AutoRenewEnabled": subscription.auto_renews,
        "CommitmentEndDate": subscription.ends,
    }
