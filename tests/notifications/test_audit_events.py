"""What audit records say: the few operations that interest a channel, as Microsoft documents them."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain import event_kinds
from bot.domain.event_kind import Actor
from bot.domain.event_kinds import KINDS
from bot.domain.events import Observation, Source
from bot.notifications.audit_events import domain_of_actor, observation
from bot.partner_center.audit import AuditRecord

PARTNER = "60d5c4bb-f78a-4200-a002-953d7cc1f5f8"
CUSTOMER = "4b2a6e33-8791-4386-bd2b-0d55baf25039"
SUBSCRIPTION = "a4c1340d-6911-4758-bba3-0c4c6007d161"
RELATIONSHIP = "d2f1c3a4-0b5e-4c6d-8e7f-9a0b1c2d3e4f-0f9e8d7c-6b5a-4938-8271-605f4e3d2c1b"

DOCUMENTED = {
    *("add_customer", "delete_customer", "delete_tip_customer", "remove_partner_customer_relationship"),
    *("create_partner_relationship", "remove_partner_relationship", "extend_relationship", "create_agreement"),
    *("dap_admin_relationship_approved", "dap_admin_relationship_terminated"),
    *("dap_admin_relationship_terminated_by_microsoft", "azure_fraud_event_detected", "ready_invoice"),
    *(
        f"granular_admin_relationship_{what}"
        for what in ("approved", "activated", "termination_requested", "terminated", "expired", "cleaned_up")
    ),
    *(f"granular_admin_access_assignment_{what}" for what in ("created", "activated", "updated", "deleted")),
    *("update_subscription", "upgrade_subscription", "convert_trial_subscription", "create_order", "update_order"),
    *("create_referral", "update_referral", "create_related_referral", "update_related_referral"),
    "create_new_commerce_migration",  # in the .NET SDK's OperationType alone
    *("create_customer_user", "update_customer_user", "delete_customer_user", "reset_customer_user_password"),
}
"""https://learn.microsoft.com/partner-center/developer/auditing-resources, those near to what is told."""
TOLD = [operation for kind in KINDS for operation in kind.audit_operations]
OF_SAMPLES = {
    "reseller_relationship_accepted_by_customer",  # that of the webhook's sample, in the id of its record
    "indirect_reseller_relationship_accepted_by_customer",
}


def record(operation: str, *, new: object = None, old: object = None, **fields: Any) -> AuditRecord:
    """Return a record as it comes."""
    usual = {
        "id": f"{PARTNER}_{CUSTOMER.upper()}_{operation.replace('_', '')}_638331855840159088",
        "partnerId": PARTNER,
        "customerId": CUSTOMER.upper(),
        "customerName": "Contoso",
        "userPrincipalName": "robin.counts@contoso.com",
        "applicationId": "Partner Center Web App",
        "operationType": operation,
        "operationDate": "2026-10-18T00:26:24.0159088Z",
        "operationStatus": "succeeded",
        "resourceOldValue": None if old is None else json.dumps(old),
        "resourceNewValue": None if new is None else json.dumps(new),
    }
    return AuditRecord.model_validate_json(json.dumps({**usual, **fields}))


def seen(operation: str, **fields: Any) -> Observation:
    """Return what a record says that says something."""
    found = observation(record(operation, **fields))
    assert found is not None
    return found


def test_every_operation_that_is_told_is_one_of_microsofts() -> None:
    assert set(TOLD) <= DOCUMENTED | OF_SAMPLES


@pytest.mark.parametrize("operation", sorted(DOCUMENTED - set(TOLD)))
def test_other_operations_say_nothing(operation: str) -> None:
    assert observation(record(operation)) is None


def test_a_record_says_what_when_and_to_whom() -> None:
    said = seen("remove_partner_customer_relationship")

    assert (said.kind, said.source, said.name) == (
        event_kinds.CUSTOMER_REMOVED,
        Source.AUDIT,
        "remove_partner_customer_relationship",
    )
    assert (said.customer_id, said.customer_name) == (CUSTOMER, "Contoso")
    assert said.audit_id == f"{PARTNER}_{CUSTOMER}_removepartnercustomerrelationship_638331855840159088"
    assert said.happened_at == datetime(2026, 10, 18, 0, 26, 24, 15908, tzinfo=UTC)


def test_operations_may_be_written_as_other_services_write_them() -> None:
    assert seen("ReadyInvoice", new={"Id": "G012345678"}).kind is event_kinds.INVOICE_READY


@pytest.mark.parametrize("status", ["failed", "progress", "decline", "", None])
def test_only_what_succeeded_has_happened(status: str | None) -> None:
    assert observation(record("add_customer", operationStatus=status)) is None


@pytest.mark.parametrize(
    ("operation", "actor"),
    [
        ("add_customer", Actor.PARTNER),
        ("delete_customer", Actor.PARTNER),
        ("reseller_relationship_accepted_by_customer", Actor.CUSTOMER),
        ("indirect_reseller_relationship_accepted_by_customer", Actor.CUSTOMER),
        ("dap_admin_relationship_approved", Actor.CUSTOMER),
        ("dap_admin_relationship_terminated_by_microsoft", Actor.MICROSOFT),
        ("granular_admin_relationship_approved", Actor.CUSTOMER),
        ("granular_admin_relationship_expired", Actor.END_DATE),
    ],
)
def test_some_operations_say_by_whom(operation: str, actor: Actor) -> None:
    assert seen(operation).actor is actor
    assert domain_of_actor(record(operation)) is None


@pytest.mark.parametrize(
    "operation",
    [
        "dap_admin_relationship_terminated",
        "granular_admin_relationship_terminated",
        "remove_partner_customer_relationship",
    ],
)
def test_of_others_the_domain_of_the_account_may(operation: str) -> None:
    assert seen(operation).actor is None
    assert domain_of_actor(record(operation)) == "contoso.com"


@pytest.mark.parametrize("account", [None, "", "unknown.user", "user@", 17])
def test_an_account_without_a_domain_says_nothing(account: object) -> None:
    of_nobody = record("granular_admin_relationship_terminated", userPrincipalName=account)

    assert domain_of_actor(of_nobody) is None


def test_no_account_is_kept() -> None:
    for operation in TOLD:
        assert "robin.counts" not in repr(seen(operation))
        assert "Web App" not in repr(seen(operation))


@pytest.mark.parametrize(
    ("operation", "new", "details", "resource"),
    [
        ("update_subscription", {"Id": SUBSCRIPTION.upper()}, [], SUBSCRIPTION),
        ("update_subscription", None, [{"key": "SubscriptionId", "value": SUBSCRIPTION.upper()}], SUBSCRIPTION),
        ("azure_fraud_event_detected", {"SubscriptionId": SUBSCRIPTION}, [], SUBSCRIPTION),
        ("ready_invoice", None, [{"key": "InvoiceId", "value": "G012345678"}], "G012345678"),
        ("create_referral", {"Id": "R-1"}, [], "R-1"),
        ("granular_admin_relationship_approved", {"Id": RELATIONSHIP}, [], RELATIONSHIP),
        ("dap_admin_relationship_approved", {"Id": CUSTOMER}, [], None),
        ("add_customer", {"Id": CUSTOMER}, [], None),
        ("ready_invoice", None, [], None),
    ],
)
def test_what_changed_has_the_id_that_the_webhook_gives_it(
    operation: str, new: object, details: list[dict[str, str]], resource: str | None
) -> None:
    assert seen(operation, new=new, customizedData=details).resource == resource


def test_a_grant_says_until_when() -> None:
    said = seen(
        "granular_admin_relationship_approved", new={"Id": RELATIONSHIP, "EndDateTime": "2028-10-18T00:26:24.0159088Z"}
    )

    assert said.ends_at == datetime(2028, 10, 18, 0, 26, 24, 15908, tzinfo=UTC)


@pytest.mark.parametrize("stated", [None, "", "everybody"])
def test_the_customer_may_stand_in_the_records_id_alone(stated: str | None) -> None:
    assert seen("add_customer", customerId=stated).customer_id == CUSTOMER


def test_a_record_may_be_about_no_customer() -> None:
    said = seen("ready_invoice", id=f"{PARTNER}_638331855840159088", customerId=None, customerName="")

    assert (said.customer_id, said.customer_name) == (None, None)
