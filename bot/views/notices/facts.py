"""What a notice says of an event below its heading: labelled facts, and what they mean for the partner."""

from dataclasses import dataclass
from enum import StrEnum

from bot.language import Language, deferred
from bot.partner_center.models import Customer
from bot.reply import Block
from bot.storage.event import NEW_CUSTOMER, Actor, Event, EventKind, Source
from bot.views.blocks import field
from bot.views.customer_fields import country, identity
from bot.views.foreign import code, day_stamp, escape, humanised, stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionFacts:
    """What Partner Center says of a Microsoft subscription that has changed."""

    name: str
    quantity: int | None = None
    status: str | None = None
    """Microsoft's word, such as ``active``."""
    unit: str | None = None
    """What is counted, in Microsoft's word; licences without one."""


class Late(StrEnum):
    """Why a notice comes later than it should."""

    SLACK = "slack"
    MICROSOFT = "microsoft"
    PAUSED = "paused"
    STOPPED = "stopped"


CAUSES = {
    Late.SLACK: deferred("Slack was not reachable"),
    Late.MICROSOFT: deferred("Microsoft did not report it sooner"),
    Late.PAUSED: deferred("the notices were paused"),
    Late.STOPPED: deferred("the bot was stopped"),
}
ACTORS = {
    Actor.CUSTOMER: deferred("The customer"),
    Actor.PARTNER: deferred("You"),
    Actor.MICROSOFT: deferred("Microsoft"),
    Actor.END_DATE: deferred("Its end date"),
}
STATUSES = {
    "active": deferred("Active"),
    "suspended": deferred("Suspended"),
    "disabled": deferred("Disabled"),
    "expired": deferred("Expired"),
    "deleted": deferred("Deleted"),
    "pending": deferred("Pending"),
}
_ACCEPTED = NEW_CUSTOMER - {EventKind.CUSTOMER_ADDED}
SEATS = frozenset({"license", "licenses", "seat", "seats"})

_NEW = deferred(
    "You are now their reseller. Orders also need their signed Microsoft Customer Agreement; "
    "delegated access is separate."
)
MEANINGS = {
    EventKind.CUSTOMER_ADDED: deferred(
        "They are in your customer list now. Orders also need their signed Microsoft Customer Agreement; "
        "delegated access is separate."
    ),
    EventKind.CUSTOMER_REMOVED: deferred(
        "They have left your customer list, and Microsoft shows you nothing of them any more. "
        "To work for them again, send a new invitation."
    ),
    EventKind.RELATIONSHIP_ACCEPTED: _NEW,
    EventKind.RELATIONSHIP_ACCEPTED_INDIRECT: deferred(
        "You are now their reseller through an indirect provider, with whom orders are placed. "
        "Delegated access is separate."
    ),
    EventKind.ACCESS_GRANTED: deferred(
        "You can administer for them, within what they approved. "
        "A GDAP relationship also needs its roles assigned to your security groups."
    ),
    EventKind.ACCESS_ENDED: deferred(
        "You remain their reseller but can no longer administer for them. "
        "If you still look after them, ask for a new GDAP relationship."
    ),
    EventKind.ACCESS_EXPIRING: deferred(
        "After that you can no longer administer for them. "
        "If you still look after them, extend it in Partner Center or ask for a new GDAP relationship."
    ),
    EventKind.SUBSCRIPTION_CHANGED: deferred(
        "Microsoft reports such changes up to 48 hours late. Check the orders if you did not expect one."
    ),
    EventKind.USAGE_THRESHOLD: deferred(
        "A customer’s Azure usage is over the budget you set. Check it soon; the cost is billed to you."
    ),
    EventKind.MIGRATION_CREATED: deferred(
        "A Microsoft subscription is being moved to new commerce. How it ends is told here too."
    ),
    EventKind.MIGRATION_COMPLETED: deferred(
        "A Microsoft subscription has moved to new commerce. Check the term and the renewal of the new one."
    ),
    EventKind.MIGRATION_FAILED: deferred(
        "The Microsoft subscription has not moved to new commerce. "
        "Look up the reason in Partner Center, then start it again."
    ),
    EventKind.INVOICE_READY: deferred(
        "Your invoice is in Partner Center under Billing, with its reconciliation files."
    ),
    EventKind.FRAUD_ALERT: deferred(
        "Check new administrators and new resources now; the cost is billed to you until it stops."
    ),
    EventKind.REFERRAL_CREATED: deferred("Answer it in Partner Center; a referral expires if nobody does."),
    EventKind.REFERRAL_UPDATED: deferred("Partner Center shows what has changed."),
    EventKind.TEST: deferred("Events of Partner Center reach this channel."),
}
"""What it means and what to do; nothing where only Microsoft could say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A label and what stands below it, as escaped text."""

    label: str
    value: str


def of_event(lang: Language, event: Event, subscription: SubscriptionFacts | None = None) -> tuple[Fact, ...]:
    """Return what changed, by whom and when: at most six facts."""
    return (
        *_changed(lang, event, subscription),
        *_by_whom(lang, event),
        *_when(lang, event),
        *_said(lang, event),
    )


def _said(lang: Language, event: Event) -> tuple[Fact, ...]:
    """Return Microsoft's own words about it: what it noticed, where it raises an alarm."""
    if not event.detail:
        return ()
    alarm = event.kind is EventKind.FRAUD_ALERT
    detail = event.detail if " " in event.detail.strip() else humanised(event.detail)
    return (
        Fact(label=lang.text("What Microsoft saw") if alarm else lang.text("Microsoft says"), value=escape(detail)),
    )


def shows_customer(event: Event) -> bool:
    """Say whether Partner Center has a record of whom the event is about; not of those who are gone."""
    return event.customer_id is not None and event.kind is not EventKind.CUSTOMER_REMOVED


def of_customer(lang: Language, event: Event, customer: Customer | None, *, awaited: bool) -> tuple[Block, ...]:
    """Return the fields of the customer that anybody in the channel may see.

    Without the customer's record, ``awaited`` says whether it is still to come.
    """
    if customer is not None:
        tenant_id, domain, *_ = identity(lang, customer)
        return tenant_id, domain, country(lang, customer)
    if event.customer_id is None:
        return ()
    tenant_id = field(lang.text("Tenant ID"), code(event.customer_id))
    if not shows_customer(event):
        return (tenant_id,)
    gap = lang.text("Will follow") if awaited else lang.text("Not given")
    return tenant_id, field(lang.text("Primary domain"), f"_{gap}_"), field(lang.text("Country"), f"_{gap}_")


def _changed(lang: Language, event: Event, subscription: SubscriptionFacts | None) -> tuple[Fact, ...]:
    """Return the facts about what changed besides the customer."""
    match event.kind:
        case EventKind.SUBSCRIPTION_CHANGED if subscription is not None:
            return _subscription(lang, subscription)
        case EventKind.ACCESS_GRANTED | EventKind.ACCESS_ENDED | EventKind.ACCESS_EXPIRING:
            return _access(lang, event)
    if not event.resource:
        return ()
    match event.kind:
        case EventKind.SUBSCRIPTION_CHANGED:
            label = lang.text("Microsoft subscription")
        case EventKind.USAGE_THRESHOLD | EventKind.FRAUD_ALERT:
            label = lang.text("Azure subscription")
        case EventKind.MIGRATION_CREATED | EventKind.MIGRATION_COMPLETED | EventKind.MIGRATION_FAILED:
            label = lang.text("Migration")
        case EventKind.INVOICE_READY:
            label = lang.text("Invoice")
        case EventKind.REFERRAL_CREATED | EventKind.REFERRAL_UPDATED:
            label = lang.text("Referral")
        case _:
            return ()
    return (Fact(label=label, value=code(event.resource)),)


def _subscription(lang: Language, subscription: SubscriptionFacts) -> tuple[Fact, ...]:
    facts = [Fact(label=lang.text("Microsoft subscription"), value=escape(subscription.name) or lang.text("No name"))]
    if subscription.quantity is not None:
        number, unit = lang.number(subscription.quantity), subscription.unit or ""
        if not unit or unit.lower() in SEATS:
            facts.append(Fact(label=lang.text("Seats"), value=number))
        else:
            facts.append(Fact(label=lang.text("Quantity"), value=f"{number} {escape(humanised(unit, 60).lower())}"))
    if subscription.status:
        known = STATUSES.get(subscription.status.lower())
        facts.append(
            Fact(
                label=lang.text("State"),
                value=escape(humanised(subscription.status, 60)) if known is None else lang.text(known),
            )
        )
    return tuple(facts)


def _access(lang: Language, event: Event) -> tuple[Fact, ...]:
    """Return which of the two kinds of delegated access it is, told from Microsoft's word for the event."""
    kind = {"granular": "GDAP", "dap": "DAP"}.get(event.name.lower().replace("_", "-").partition("-")[0])
    return () if kind is None else (Fact(label=lang.text("Kind"), value=kind),)


def _by_whom(lang: Language, event: Event) -> tuple[Fact, ...]:
    if event.kind in _ACCEPTED:  # the heading says who
        return ()
    ended = event.kind is EventKind.ACCESS_ENDED
    if event.actor is None:
        return (Fact(label=lang.text("Ended by"), value=lang.text("Microsoft does not say")),) if ended else ()
    label = lang.text("Ended by") if ended else lang.text("By")
    return (Fact(label=label, value=lang.text(ACTORS[event.actor])),)


def _when(lang: Language, event: Event) -> tuple[Fact, ...]:
    ends = (
        () if event.ends_at is None else (Fact(label=lang.text("Ends"), value=day_stamp(lang, event.ends_at).mrkdwn),)
    )
    if ends and event.kind is EventKind.ACCESS_EXPIRING:  # nothing has happened yet
        return ends
    if event.source is Source.LIST:  # the customer list has no time in it: it happened some time before
        label = lang.text("Noticed")
    elif event.kind in _ACCEPTED:
        label = lang.text("Accepted")
    else:
        label = lang.text("Seen") if event.kind is EventKind.FRAUD_ALERT else lang.text("When")
    return (Fact(label=label, value=stamp(lang, event.happened_at).mrkdwn), *ends)
