"""The registry of event kinds: one row a kind. A new kind is a row here, its French, and one sample in the tests.

https://learn.microsoft.com/partner-center/developer/partner-center-webhook-events
https://learn.microsoft.com/partner-center/developer/auditing-resources
"""

from bot.domain.event_kind import (
    ACCESS,
    ACCESS_BEGINS,
    ACCESS_ENDS,
    AZURE_SUBSCRIPTION,
    BECOMES_CUSTOMER,
    CUSTOMER,
    INVOICE,
    LEAVES,
    MICROSOFT_SUBSCRIPTION,
    MIGRATION,
    REFERRAL,
    Actor,
    EventKind,
    EventKinds,
    Loudness,
    Topic,
)
from bot.language import deferred, deferred_plural

CUSTOMER_ADDED = EventKind(
    name="customer_added",
    topic=Topic.CUSTOMERS,
    webhook_names=(),  # there is no such event
    audit_operations=("add_customer",),
    actor=Actor.PARTNER,
    subject=CUSTOMER,
    once=BECOMES_CUSTOMER,
    loudness=Loudness.NEWS,
    heading=deferred("New customer"),
    counted=deferred_plural("{count} new customer", "{count} new customers"),
    meaning=deferred(
        "They are in your customer list now. Orders also need their signed Microsoft Customer Agreement; "
        "delegated access is separate."
    ),
)
CUSTOMER_REMOVED = EventKind(
    name="customer_removed",
    topic=Topic.CUSTOMERS,
    webhook_names=(),  # there is no such event
    audit_operations=("delete_customer", "delete_tip_customer", "remove_partner_customer_relationship"),
    actors={"delete_customer": Actor.PARTNER},
    subject=CUSTOMER,
    once=LEAVES,
    loudness=Loudness.ALARM,
    heading=deferred("No longer your customer"),
    counted=deferred_plural("{count} customer removed", "{count} customers removed"),
    meaning=deferred(
        "They have left your customer list, and Microsoft shows you nothing of them any more. "
        "To work for them again, send a new invitation."
    ),
)
RELATIONSHIP_ACCEPTED = EventKind(
    name="relationship_accepted",
    topic=Topic.CUSTOMERS,
    webhook_names=("reseller-relationship-accepted-by-customer",),
    audit_operations=("reseller_relationship_accepted_by_customer",),
    actor=Actor.CUSTOMER,
    subject=CUSTOMER,
    once=BECOMES_CUSTOMER,
    loudness=Loudness.NEWS,
    heading=deferred("Accepted your invitation"),
    sentence=deferred("{customer} accepted your invitation"),
    counted=deferred_plural("{count} invitation accepted", "{count} invitations accepted"),
    meaning=deferred(
        "You are now their reseller. Orders also need their signed Microsoft Customer Agreement; "
        "delegated access is separate."
    ),
    actor_label=None,
    time_label=deferred("Accepted"),
)
RELATIONSHIP_ACCEPTED_INDIRECT = EventKind(
    name="relationship_accepted_indirect",
    topic=Topic.CUSTOMERS,
    webhook_names=("indirect-reseller-relationship-accepted-by-customer",),
    audit_operations=("indirect_reseller_relationship_accepted_by_customer",),
    actor=Actor.CUSTOMER,
    subject=CUSTOMER,
    once=BECOMES_CUSTOMER,
    loudness=Loudness.NEWS,
    heading=deferred("Accepted your invitation through an indirect provider"),
    sentence=deferred("{customer} accepted your invitation through an indirect provider"),
    counted=deferred_plural(
        "{count} invitation accepted through an indirect provider",
        "{count} invitations accepted through an indirect provider",
    ),
    meaning=deferred(
        "You are now their reseller through an indirect provider, with whom orders are placed. "
        "Delegated access is separate."
    ),
    actor_label=None,
    time_label=deferred("Accepted"),
)
ACCESS_GRANTED = EventKind(
    name="access_granted",
    topic=Topic.RELATIONSHIPS,
    webhook_names=("dap-admin-relationship-approved", "granular-admin-relationship-approved"),
    audit_operations=("dap_admin_relationship_approved", "granular_admin_relationship_approved"),
    actor=Actor.CUSTOMER,
    subject=ACCESS,
    once=ACCESS_BEGINS,
    loudness=Loudness.NEWS,
    heading=deferred("Delegated access granted"),
    counted=deferred_plural("{count} grant of delegated access", "{count} grants of delegated access"),
    meaning=deferred(
        "You can administer for them, within what they approved. "
        "A GDAP relationship also needs its roles assigned to your security groups."
    ),
)
ACCESS_ENDED = EventKind(
    name="access_ended",
    topic=Topic.RELATIONSHIPS,
    webhook_names=(
        "dap-admin-relationship-terminated",
        "dap-admin-relationship-terminated-by-microsoft",
        "granular-admin-relationship-terminated",
        "granular-admin-relationship-expired",
    ),
    audit_operations=(
        "dap_admin_relationship_terminated",
        "dap_admin_relationship_terminated_by_microsoft",
        "granular_admin_relationship_termination_requested",  # the end follows, and is the same event
        "granular_admin_relationship_terminated",
        "granular_admin_relationship_expired",
    ),
    actors={
        "dap_admin_relationship_terminated_by_microsoft": Actor.MICROSOFT,
        "granular_admin_relationship_expired": Actor.END_DATE,
    },
    subject=ACCESS,
    once=ACCESS_ENDS,
    loudness=Loudness.NEWS,
    heading=deferred("Delegated access ended"),
    counted=deferred_plural("{count} end of delegated access", "{count} ends of delegated access"),
    meaning=deferred(
        "You remain their reseller but can no longer administer for them. "
        "If you still look after them, ask for a new GDAP relationship."
    ),
    actor_label=deferred("Ended by"),
)
ACCESS_EXPIRING = EventKind(
    name="access_expiring",
    topic=Topic.RELATIONSHIPS,
    webhook_names=(),  # the bot watches the dates
    audit_operations=(),
    subject=ACCESS,
    loudness=Loudness.NEWS,
    heading=deferred("Delegated access ends soon"),
    countdown=deferred_plural(
        "Delegated access ends in {count} day: {customer}", "Delegated access ends in {count} days: {customer}"
    ),
    counted=deferred_plural("{count} end of delegated access ahead", "{count} ends of delegated access ahead"),
    meaning=deferred(
        "After that you can no longer administer for them. "
        "If you still look after them, extend it in Partner Center or ask for a new GDAP relationship."
    ),
)
SUBSCRIPTION_CHANGED = EventKind(
    name="subscription_changed",
    topic=Topic.SUBSCRIPTIONS,
    webhook_names=("subscription-updated",),
    audit_operations=("update_subscription", "upgrade_subscription", "convert_trial_subscription"),
    subject=MICROSOFT_SUBSCRIPTION,
    loudness=Loudness.DETAIL,
    heading=deferred("Microsoft subscription changed"),
    counted=deferred_plural("{count} Microsoft subscription changed", "{count} Microsoft subscriptions changed"),
    meaning=deferred("Microsoft reports such changes up to 48 hours late. Check the orders if you did not expect one."),
)
USAGE_THRESHOLD = EventKind(
    name="usage_threshold",
    topic=Topic.SUBSCRIPTIONS,
    webhook_names=("usagerecords-thresholdExceeded",),
    audit_operations=(),  # there is no such operation
    subject=AZURE_SUBSCRIPTION,
    loudness=Loudness.DETAIL,
    heading=deferred("Usage threshold passed"),
    counted=deferred_plural("{count} usage threshold passed", "{count} usage thresholds passed"),
    meaning=deferred("A customer’s Azure usage is over the budget you set. Check it soon; the cost is billed to you."),
)
MIGRATION_CREATED = EventKind(
    name="migration_created",
    topic=Topic.SUBSCRIPTIONS,
    webhook_names=("new-commerce-migration-created",),
    audit_operations=("create_new_commerce_migration",),
    subject=MIGRATION,
    loudness=Loudness.DETAIL,
    heading=deferred("Migration started"),
    counted=deferred_plural("{count} migration started", "{count} migrations started"),
    meaning=deferred("A Microsoft subscription is being moved to new commerce. How it ends is told here too."),
)
MIGRATION_COMPLETED = EventKind(
    name="migration_completed",
    topic=Topic.SUBSCRIPTIONS,
    webhook_names=("new-commerce-migration-completed",),
    audit_operations=(),  # how a migration ends is in no record
    subject=MIGRATION,
    loudness=Loudness.DETAIL,
    heading=deferred("Migration completed"),
    counted=deferred_plural("{count} migration completed", "{count} migrations completed"),
    meaning=deferred(
        "A Microsoft subscription has moved to new commerce. Check the term and the renewal of the new one."
    ),
)
MIGRATION_FAILED = EventKind(
    name="migration_failed",
    topic=Topic.SUBSCRIPTIONS,
    webhook_names=("new-commerce-migration-failed", "new-commerce-migration-schedule-failed"),
    audit_operations=(),  # how a migration ends is in no record
    subject=MIGRATION,
    loudness=Loudness.NEWS,
    heading=deferred("Migration failed"),
    counted=deferred_plural("{count} migration failed", "{count} migrations failed"),
    meaning=deferred(
        "The Microsoft subscription has not moved to new commerce. "
        "Look up the reason in Partner Center, then start it again."
    ),
)
INVOICE_READY = EventKind(
    name="invoice_ready",
    topic=Topic.INVOICES,
    webhook_names=("invoice-ready",),
    audit_operations=("ready_invoice",),
    subject=INVOICE,
    loudness=Loudness.NEWS,
    heading=deferred("Invoice ready"),
    counted=deferred_plural("{count} invoice ready", "{count} invoices ready"),
    meaning=deferred("Your invoice is in Partner Center under Billing, with its reconciliation files."),
)
FRAUD_ALERT = EventKind(
    name="fraud_alert",
    topic=Topic.SECURITY,
    webhook_names=("azure-fraud-event-detected",),
    audit_operations=("azure_fraud_event_detected",),
    subject=AZURE_SUBSCRIPTION,
    loudness=Loudness.ALARM,
    heading=deferred("Fraud alert"),
    counted=deferred_plural("{count} fraud alert", "{count} fraud alerts"),
    meaning=deferred("Check new administrators and new resources now; the cost is billed to you until it stops."),
    time_label=deferred("Seen"),
    detail_label=deferred("What Microsoft saw"),
)
REFERRAL_CREATED = EventKind(
    name="referral_created",
    topic=Topic.ALL,
    webhook_names=("referral-created", "related-referral-created"),
    audit_operations=("create_referral", "create_related_referral"),
    subject=REFERRAL,
    loudness=Loudness.NEWS,
    heading=deferred("New referral"),
    counted=deferred_plural("{count} new referral", "{count} new referrals"),
    meaning=deferred("Answer it in Partner Center; a referral expires if nobody does."),
)
REFERRAL_UPDATED = EventKind(
    name="referral_updated",
    topic=Topic.ALL,
    webhook_names=("referral-updated", "related-referral-updated"),
    audit_operations=("update_referral", "update_related_referral"),
    subject=REFERRAL,
    loudness=Loudness.DETAIL,
    heading=deferred("Referral changed"),
    counted=deferred_plural("{count} referral changed", "{count} referrals changed"),
    meaning=deferred("Partner Center shows what has changed."),
)
TEST = EventKind(  # asked for by a person or by ``python -m bot webhook test``
    name="test",
    topic=None,
    webhook_names=("test-created",),
    audit_operations=(),  # Microsoft keeps no record of a test
    loudness=Loudness.DETAIL,
    heading=deferred("Test event from Partner Center"),
    meaning=deferred("Events of Partner Center reach this channel."),
)
QUIET = EventKind(  # known, and of no interest to a channel
    name="quiet",
    topic=None,
    webhook_names=(
        "granular-admin-relationship-activated",  # follows the approval, which has been told
        # the partner's own doing
        *(f"granular-admin-access-assignment-{what}" for what in ("created", "activated", "updated", "deleted")),
    ),
    audit_operations=(),  # records of no interest are not kept
    loudness=Loudness.DETAIL,
    heading=deferred("Other event"),
)
UNKNOWN = EventKind(  # a name that Microsoft, or a newer release of the bot, has added
    name="unknown",
    topic=None,
    webhook_names=(),
    audit_operations=(),
    loudness=Loudness.DETAIL,
    heading=deferred("Event of a new kind"),
)
KINDS = EventKinds(*(row for row in tuple(globals().values()) if isinstance(row, EventKind)), unknown=UNKNOWN)
