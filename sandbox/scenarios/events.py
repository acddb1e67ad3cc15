"""What else Microsoft sends word of: subscriptions, usage, invoices, fraud, migrations, referrals, and news to come."""

from collections.abc import Awaitable, Callable

from sandbox.microsoft import Microsoft
from sandbox.microsoft.happenings import Events
from sandbox.scenarios.delivery import Mail
from sandbox.scenarios.once import once
from sandbox.slack.page_state import Press

MANY = 25


def presses(microsoft: Microsoft, mail: Mail) -> list[Press]:
    """Return an occurrence for each kind of event."""
    happen = microsoft.happenings

    def contoso() -> str:
        return microsoft.entra.tenants["contoso.com"]

    def brought(occur: Callable[[], Events]) -> Callable[[], Awaitable[None]]:
        return lambda: mail.bring(occur())

    def many() -> Events:
        customers = list(microsoft.partner_center.state.customers)[:MANY]
        return tuple(event for customer in customers for event in happen.change_subscription(customer))

    rows = (
        (
            "subscription",
            ("A subscription changes", "Contoso gets one more licence"),
            ("Un abonnement change", "Contoso reçoit une licence de plus"),
            lambda: happen.change_subscription(contoso()),
        ),
        (
            "threshold",
            ("Usage over budget", "Some customer’s Azure usage exceeds its budget"),
            ("Consommation dépassée", "La consommation Azure d’un client dépasse son budget"),
            happen.threshold_exceeded,
        ),
        (
            "invoice",
            ("An invoice is ready", "Microsoft has an invoice for the partner"),
            ("Une facture est prête", "Microsoft a une facture pour le partenaire"),
            happen.invoice_ready,
        ),
        (
            "fraud",
            ("A fraud alert", "Microsoft notices something in Contoso’s Azure subscription"),
            ("Une alerte de fraude", "Microsoft remarque une anomalie dans l’abonnement Azure de Contoso"),
            lambda: happen.fraud_detected(contoso()),
        ),
        (
            "migration",
            ("A migration ends", "Contoso’s subscription has moved to the new commerce"),
            ("Une migration se termine", "L’abonnement de Contoso est passé au nouveau commerce"),
            lambda: happen.migration(contoso()),
        ),
        (
            "referral",
            ("A referral", "Microsoft refers a customer to the partner"),
            ("Une recommandation", "Microsoft recommande le partenaire à un client"),
            happen.referral_created,
        ),
        (
            "unknown",
            ("An event of a new kind", "Microsoft sends an event that this bot cannot know"),
            ("Un événement d’un type nouveau", "Microsoft envoie un événement que ce bot ne peut pas connaître"),
            lambda: happen.unknown_event("tenant-renamed"),
        ),
        (
            "many",
            (f"{MANY} changes at once", f"{MANY} customers’ subscriptions change within seconds"),
            (f"{MANY} changements à la fois", f"Les abonnements de {MANY} clients changent en quelques secondes"),
            many,
        ),
    )
    return [once(name, "microsoft", english, french, brought(occur)) for name, english, french, occur in rows]
