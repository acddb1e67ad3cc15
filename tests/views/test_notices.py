"""Notices: what a whole channel reads of an event, in its card, its thread, a digest or a burst."""

from datetime import date

import pytest

from bot.domain import event_kinds
from bot.domain.event_kind import Actor, EventKind
from bot.domain.events import Source
from bot.language import language
from bot.reply import Message
from bot.views import notices
from bot.views.notices import Late, MicrosoftSubscriptionFacts
from tests.views.event_samples import NEW_CUSTOMER, TOLD, event, subscription, week
from tests.views.notice_examples import card, digest, reply
from tests.views.reading import everything, of_type, shown
from tests.views.samples import AT, PORTAL, TENANT, customer

ENGLISH, FRENCH = language("en"), language("fr")


def fields(message: Message) -> dict[str, str]:
    """Return what stands under each label of a card."""
    pairs = (text["text"].partition("*\n") for text in of_type(message.blocks, "mrkdwn"))
    return {label.removeprefix("*"): value for label, mark, value in pairs if mark}


def around(message: Message) -> list[str]:
    (context,) = of_type(message.blocks, "context")
    return [element["text"] for element in context["elements"]]


def buttons(message: Message) -> dict[str, str | None]:
    return {button["action_id"]: button.get("value") for button in of_type(message.blocks, "button")}


def sections(message: Message) -> list[list[str]]:
    """Return the lines of each section of text."""
    return [node["text"]["text"].splitlines() for node in of_type(message.blocks, "section") if "text" in node]


@pytest.mark.parametrize("kind", TOLD, ids=str)
def test_a_notice_holds_no_person_address_or_bill(kind: EventKind) -> None:
    for message in (card(ENGLISH, event(kind), customer()), reply(ENGLISH, event(kind), customer())):
        text = "\n".join(everything(message))
        for secret in ("Jeanne", "jeanne@", "+33", "rue des Lilas", "French (France)", "contoso.fr", "2a0e7c44"):
            assert secret not in text


@pytest.mark.parametrize("kind", TOLD, ids=str)
def test_every_kind_that_is_told_has_its_own_heading_and_says_what_to_do(kind: EventKind) -> None:
    message = card(ENGLISH, event(kind), customer())
    assert message.blocks[0]["text"]["text"] == message.text
    others = {card(ENGLISH, event(other), customer()).text for other in TOLD if other is not kind}
    assert message.text not in others
    assert len(sections(message)) == 1


def test_the_customers_record_names_it_before_what_the_source_knew() -> None:
    known = event(event_kinds.CUSTOMER_ADDED, customer="CONTOSO RETAIL FR")
    assert card(ENGLISH, known, customer()).text == "New customer: Contoso Retail France"
    assert card(ENGLISH, known).text == "New customer: CONTOSO RETAIL FR"
    assert card(ENGLISH, event(event_kinds.CUSTOMER_ADDED, customer=None)).text == f"New customer: {TENANT}"


def test_a_card_without_the_customers_record_says_that_it_will_follow() -> None:
    message = card(ENGLISH, event())
    assert fields(message)["Tenant ID"] == f"`{TENANT}`"
    assert fields(message)["Primary domain"] == "_Will follow_"
    assert around(message)[0] == "Microsoft does not answer just now; what is missing will follow."


@pytest.mark.parametrize(
    "message",
    [
        card(ENGLISH, event(), awaited=False),
        card(ENGLISH, event(event_kinds.CUSTOMER_REMOVED)),
        card(ENGLISH, event(event_kinds.INVOICE_READY)),
    ],
    ids=["no such customer", "a customer who left", "nobody's"],
)
def test_nothing_is_promised_that_microsoft_will_not_say(message: Message) -> None:
    assert "follow." not in "\n".join(around(message))
    assert "_Will follow_" not in fields(message).values()


@pytest.mark.parametrize(
    ("actor", "words"),
    [
        (Actor.CUSTOMER, "The customer"),
        (Actor.PARTNER, "You"),
        (Actor.MICROSOFT, "Microsoft"),
        (Actor.END_DATE, "Its end date"),
        (None, "Microsoft does not say"),
    ],
)
def test_who_ended_an_access_is_told(actor: Actor | None, words: str) -> None:
    assert fields(card(ENGLISH, event(event_kinds.ACCESS_ENDED, actor=actor), customer()))["Ended by"] == words


def test_the_two_kinds_of_delegated_access_are_told_apart() -> None:
    assert fields(card(ENGLISH, event(event_kinds.ACCESS_GRANTED), customer()))["Kind"] == "GDAP"
    assert fields(card(ENGLISH, event(event_kinds.ACCESS_ENDED), customer()))["Kind"] == "DAP"


@pytest.mark.parametrize(
    ("days", "heading"),
    [
        (14, "Delegated access ends in 14 days: Contoso Retail France"),
        (1, "Delegated access ends in 1 day: Contoso Retail France"),
        (0, "Delegated access ends in 1 day: Contoso Retail France"),
        (None, "Delegated access ends soon: Contoso Retail France"),
    ],
)
def test_an_end_is_counted_in_days(days: int | None, heading: str) -> None:
    assert card(ENGLISH, event(event_kinds.ACCESS_EXPIRING, days=days), customer()).text == heading


def test_what_the_customer_list_shows_has_no_time_of_its_own() -> None:
    listed = fields(card(ENGLISH, event(event_kinds.CUSTOMER_ADDED, source=Source.LIST), customer()))
    assert "Noticed" in listed
    assert "When" not in listed


def test_a_changed_subscription_shows_name_seats_and_state_in_words() -> None:
    facts = MicrosoftSubscriptionFacts(name="Microsoft 365 E3", quantity=1204, status="suspended", unit="Licenses")
    shown_facts = fields(
        card(FRENCH, event(event_kinds.SUBSCRIPTION_CHANGED), customer(), microsoft_subscription=facts)
    )
    assert shown_facts["Abonnement Microsoft"] == "Microsoft 365 E3"
    assert shown_facts["Licences"].replace("\u202f", " ") == "1 204"
    assert shown_facts["État"] == "Suspendu"


@pytest.mark.parametrize("kind", TOLD, ids=str)
def test_the_buttons_fit_the_event(kind: EventKind) -> None:
    pressed = buttons(card(ENGLISH, event(kind), customer()))
    gone = {event_kinds.CUSTOMER_REMOVED, event_kinds.REFERRAL_CREATED, event_kinds.REFERRAL_UPDATED}
    expected = {} if kind in gone | {event_kinds.INVOICE_READY} else {"see_customer": TENANT}
    assert pressed == expected | {"link_customer": None}


@pytest.mark.parametrize("kind", NEW_CUSTOMER, ids=str)
def test_a_new_customer_that_fits_no_invitation_can_be_linked_to_one(kind: EventKind) -> None:
    assert buttons(card(ENGLISH, event(kind), customer(), unlinked=True))["match_acceptance"] == "e1"


def test_a_fraud_alert_leads_to_microsoft_first() -> None:
    first, _ = of_type(card(ENGLISH, event(event_kinds.FRAUD_ALERT), customer()).blocks, "button")
    assert (first["url"], first["style"]) == (PORTAL, "primary")


@pytest.mark.parametrize("why", Late)
def test_a_late_notice_says_when_it_happened_and_why_it_is_late(why: Late) -> None:
    line = around(card(ENGLISH, event(), customer(), late=why))[0]
    assert line.startswith("Happened: <!date^")
    others = {around(card(ENGLISH, event(), customer(), late=other))[0] for other in Late if other is not why}
    assert line not in others


def test_a_card_says_why_it_came_here_and_how_many_changes_came_before() -> None:
    assert around(card(ENGLISH, event(), customer(), earlier=3)) == [
        "3 earlier changes are in the thread.",
        "Followed here: customers. Change with `/partner subscriptions`",
    ]


def test_a_reply_is_one_section_with_what_changed_by_whom_and_when() -> None:
    message = reply(ENGLISH, event(event_kinds.ACCESS_ENDED, actor=Actor.CUSTOMER), customer())
    (block,) = message.blocks
    heading, facts = block["text"]["text"].splitlines()
    assert heading == "Delegated access ended: Contoso Retail France"
    assert facts.startswith("Kind: DAP · Ended by: The customer · When: <!date^")


def test_a_reply_keeps_what_the_card_told_until_then() -> None:
    message = notices.reply(
        ENGLISH,
        event(event_kinds.ACCESS_GRANTED),
        customer(),
        portal_url=None,
        before=event(event_kinds.CUSTOMER_ADDED),
    )
    assert around(message)[0].startswith("Before that: New customer: Contoso Retail France, <!date^")


def test_a_digest_groups_by_customer_and_counts_what_is_several() -> None:
    summary, account, *customers = sections(digest(ENGLISH, week(4)))
    assert summary == ["11 changes for 4 customers."]
    assert account[0] == "Your account"
    assert account[1].startswith("• Invoice ready, `G012345`: <!date^")
    assert [lines[0] for lines in customers] == [f"Northwind {number}" for number in range(4)]
    assert customers[3][-1] == "• 2 Microsoft subscriptions changed"
    assert customers[0][1].startswith("• Accepted your invitation: <!date^")


def test_a_digest_takes_names_that_were_looked_up_before_those_of_the_events() -> None:
    changes = week(1)[:1]
    tenant_id = changes[0].customer_id
    assert tenant_id is not None
    assert digest(ENGLISH, changes, names={tenant_id: "Adatum"}).text == "1 change for 1 customer: Adatum."


def test_every_customer_is_in_the_digest_or_in_its_thread_once() -> None:
    changes = week(43)
    pages = [digest(ENGLISH, changes)]
    pages += [notices.digest_rest(ENGLISH, changes, {}, first=first) for first in notices.digest_pages(changes)]
    names = [lines[0] for page in pages for lines in sections(page) if lines[0].startswith("Northwind")]
    assert names == [f"Northwind {number}" for number in range(43)]
    assert [page.text for page in pages[1:]] == ["Customers 21–40 of 43.", "Customers 41–43 of 43."]
    assert "23 more customers are in the thread." in around(pages[0])[0]


def test_a_customer_with_very_many_kinds_of_change_leaves_room_for_the_others() -> None:
    changes = [
        event(kind, customer_id=f"{number:08d}-0000-4000-8000-000000000000", customer="&" * 400, number=number)
        for number in range(20)
        for kind in TOLD
        if kind is not event_kinds.INVOICE_READY
    ]
    _, *customers = sections(digest(FRENCH, changes))
    assert len(customers) == 20
    for lines in customers:
        counted = lines[-1].partition(" autre")[0].removeprefix("• ")
        assert len(lines) - 2 + int(counted) == len(TOLD) - 1


@pytest.mark.parametrize(
    ("begin", "end", "english", "french"),
    [
        (date(2026, 11, 22), date(2026, 11, 22), "22 November 2026", "22 novembre 2026"),
        (date(2026, 11, 16), date(2026, 11, 22), "16–22 November 2026", "16–22 novembre 2026"),
        (date(2026, 10, 26), date(2026, 11, 1), "26 October – 1 November 2026", "26 octobre – 1 novembre 2026"),
        (date(2025, 12, 29), date(2026, 1, 4), "29 December 2025 – 4 January 2026", None),
    ],
)
def test_the_days_of_a_digest_are_written_short(begin: date, end: date, english: str, french: str | None) -> None:
    title = digest(ENGLISH, week(1), begin=begin, end=end).blocks[0]["text"]["text"]
    assert title == f"Partner Center, {english}"
    if french is not None:
        assert digest(FRENCH, week(1), begin=begin, end=end).blocks[0]["text"]["text"].endswith(french)


def test_a_digest_says_when_the_next_one_comes() -> None:
    message = notices.digest(
        ENGLISH, week(1), {}, begin=date(2026, 11, 22), end=date(2026, 11, 22), next_at=AT, subscription=subscription()
    )
    assert around(message)[0].startswith("Next: <!date^")


def test_a_burst_counts_each_kind_the_most_frequent_first() -> None:
    counts = {event_kinds.CUSTOMER_ADDED: 6, event_kinds.SUBSCRIPTION_CHANGED: 28, event_kinds.FRAUD_ALERT: 0}
    message = notices.burst(ENGLISH, counts, minutes=7)
    assert message.text == "34 changes in 7 minutes."
    assert "28 Microsoft subscriptions changed, 6 new customers. Each is in this thread." in set(shown(message.blocks))
    assert buttons(message) == {"follow_topics": None}
    assert buttons(notices.burst(ENGLISH, counts, minutes=7, subscription=subscription())) == {"change_follow": "f1"}
