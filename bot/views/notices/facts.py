"""What a notice says of an event below its heading: labelled facts, and what they mean for the partner."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.event_kind import ACCESS, MICROSOFT_SUBSCRIPTION, Actor
from bot.domain.event_kinds import ACCESS_ENDED, CUSTOMER_REMOVED
from bot.domain.events import Event, Source
from bot.language import Language, deferred
from bot.partner_center.models import Customer
from bot.reply import Block
from bot.views.blocks import field
from bot.views.customer_fields import country, identity
from bot.views.foreign import code, day_stamp, escape, humanised, stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class MicrosoftSubscriptionFacts:
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
SEATS = frozenset({"license", "licenses", "seat", "seats"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A label and what stands below it, as escaped text."""

    label: str
    value: str


def of_event(
    lang: Language, event: Event, microsoft_subscription: MicrosoftSubscriptionFacts | None = None
) -> tuple[Fact, ...]:
    """Return what changed, by whom and when: at most six facts."""
    return (
        *_changed(lang, event, microsoft_subscription),
        *_by_whom(lang, event),
        *_when(lang, event),
        *_said(lang, event),
    )


def _said(lang: Language, event: Event) -> tuple[Fact, ...]:
    """Return Microsoft's own words about it: what it noticed, where it raises an alarm."""
    if not event.detail:
        return ()
    detail = event.detail if " " in event.detail.strip() else humanised(event.detail)
    return (Fact(label=lang.text(event.kind.detail_label), value=escape(detail)),)


def shows_customer(event: Event) -> bool:
    """Say whether Partner Center has a record of whom the event is about; not of those who are gone."""
    return event.customer_id is not None and event.kind is not CUSTOMER_REMOVED


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


def _changed(
    lang: Language, event: Event, microsoft_subscription: MicrosoftSubscriptionFacts | None
) -> tuple[Fact, ...]:
    """Return the facts about what changed besides the customer."""
    about = event.kind.subject
    if about is ACCESS:
        return _access(lang, event)
    if about is MICROSOFT_SUBSCRIPTION and microsoft_subscription is not None:
        return _subscription(lang, microsoft_subscription)
    if not event.resource or about.label is None:
        return ()
    return (Fact(label=lang.text(about.label), value=code(event.resource)),)


def _subscription(lang: Language, microsoft_subscription: MicrosoftSubscriptionFacts) -> tuple[Fact, ...]:
    facts = [
        Fact(
            label=lang.text("Microsoft subscription"), value=escape(microsoft_subscription.name) or lang.text("No name")
        )
    ]
    if microsoft_subscription.quantity is not None:
        number, unit = lang.number(microsoft_subscription.quantity), microsoft_subscription.unit or ""
        if not unit or unit.lower() in SEATS:
            facts.append(Fact(label=lang.text("Seats"), value=number))
        else:
            facts.append(Fact(label=lang.text("Quantity"), value=f"{number} {escape(humanised(unit, 60).lower())}"))
    if microsoft_subscription.status:
        known = STATUSES.get(microsoft_subscription.status.lower())
        facts.append(
            Fact(
                label=lang.text("State"),
                value=escape(humanised(microsoft_subscription.status, 60)) if known is None else lang.text(known),
            )
        )
    return tuple(facts)


def _access(lang: Language, event: Event) -> tuple[Fact, ...]:
    """Return which of the two kinds of delegated access it is, told from Microsoft's word for the event."""
    kind = {"granular": "GDAP", "dap": "DAP"}.get(event.name.lower().replace("_", "-").partition("-")[0])
    return () if kind is None else (Fact(label=lang.text("Kind"), value=kind),)


def _by_whom(lang: Language, event: Event) -> tuple[Fact, ...]:
    label = event.kind.actor_label
    if label is None or (event.actor is None and event.kind is not ACCESS_ENDED):
        return ()
    whose = deferred("Microsoft does not say") if event.actor is None else ACTORS[event.actor]
    return (Fact(label=lang.text(label), value=lang.text(whose)),)


def _when(lang: Language, event: Event) -> tuple[Fact, ...]:
    ends = (
        () if event.ends_at is None else (Fact(label=lang.text("Ends"), value=day_stamp(lang, event.ends_at).mrkdwn),)
    )
    if ends and event.kind.countdown is not None:  # nothing has happened yet
        return ends
    # The customer list has no time in it: it happened some time before.
    label = deferred("Noticed") if event.source is Source.LIST else event.kind.time_label
    return (Fact(label=lang.text(label), value=stamp(lang, event.happened_at).mrkdwn), *ends)
