"""What others wrote is read as they wrote it: Slack obeys none of its marks, in blocks, buttons and notifications."""

import html
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.arguments import customer_query
from bot.contacts import Contact, Contacts
from bot.context import Channel
from bot.domain import event_kinds
from bot.domain.channel_subscriptions import Rhythm, SubscriptionStats
from bot.domain.event_kind import Topic
from bot.domain.invitations import InvitationState
from bot.finding import Name, OneCustomer, Others
from bot.language import language
from bot.reply import Message, Modal
from bot.views import customers, invitations, relationships, subscriptions
from bot.views.customer_choice import choice
from bot.views.foreign import escape, name
from bot.views.outdated import outdated
from sandbox.slack.formatting import Drawn, drawn
from tests.views import examples, notice_examples, samples
from tests.views.event_samples import hostile_event, subscription, subscription_stats
from tests.views.reading import forms, nodes

CORE = "qZzq"
"""Stands in every name, and nowhere else in a view."""
EN = language("en")
MARKED = [
    *("*bold*", "_it_", "~strike~", "`code`", ":boom:", ":+1:", ":flag-fr:", "*_~all~_*", "*a* and _b_", "~$5 to ~$6"),
    *("> quote", "&gt; quote", "＞ quote", "＊wide＊", "＿wide＿", "<!channel>", "<@U0EVIL>", "@here", "#sales"),
    *("• list", "1. list", "- list", "www.example.com", "https://e.com", "a*b", "a_b_c", "R&D", "a|b", "a^b"),
    *("ends:boom", ":boom", "12:30:45", "«*a*»", "(_b_)", "\u200b*c*\u200b", "a\n> b", "_"),
]
MARKS = st.text(st.sampled_from("*_~`:>&<|^＊ ab1-.@#{}"), max_size=3)
PLAIN = [
    *("Contoso", "Contoso Ltd.", "O’Neil & Sons", "Crédit d’Île-de-France", "日本マイクロソフト", "a_b_c"),
    *("Fabrikam: Europe", "C++ / C#", "Müller-Lüdenscheidt (Köln)", "@here", "#1 Pools", "• One", "- Two", "1. Three"),
]


def views(text: str) -> dict[str, Message | Modal]:
    """Return a view of every kind in which others' words stand."""
    customer, row = samples.hostile_customer(text), samples.invitation(company=text, sender=text)
    taken = samples.invitation(InvitationState.ACCEPTED, company=text, sender=text, accepted_by=text)
    event = replace(hostile_event(event_kinds.RELATIONSHIP_ACCEPTED, text), detail=f"{text} seen")
    kept = subscription(*Topic, customer=text, countries=(text, "FR"), rhythm=Rhythm.DAILY)
    edited = replace(kept, edited_by="U0TOM", edited_at=samples.AT)
    partners = samples.partners(3, full=True, name=text)
    people = Contacts(people=(Contact(user_id="U0ALINE", name=text), Contact(user_id="U0TOM", name=text)))
    found = OneCustomer(customer=customer, others=Others(prefix="x", count=2))
    return {
        "card": customers.reduced_card(
            EN, customer, read_at=samples.AT, portal_url=samples.PORTAL, shared_by="U0ALINE"
        ),
        "choice": choice(EN, samples.matches(11, name=text), query=Name("x")),
        "found beside others": examples.card(EN, samples.customer(), found=found),
        "partners": relationships.listing(EN, customer, partners, read_at=samples.AT),
        "event card": notice_examples.card(EN, event, customer),
        "event card without the customer": notice_examples.card(EN, event),
        "event reply": notice_examples.reply(EN, event, customer),
        "digest": notice_examples.digest(EN, (event,)),
        "invitation": invitations.invitation(EN, EN, row, samples.link()),
        "parent": invitations.parent(EN, row),
        "closed": invitations.closed(EN, samples.invitation(InvitationState.CLOSED, company=text)),
        "accepted": invitations.accepted(EN, taken, portal_url=samples.PORTAL),
        "acceptance": invitations.acceptance(EN, taken, None, read_at=None, portal_url=samples.PORTAL),
        "reminder": invitations.reminder(EN, row, working_days=5),
        "same customer": invitations.is_this_them(EN, [row] * 3, event, customer, ask=row),
        "link window": invitations.link_modal(EN, event, [samples.invitation(company=text, sender=text, number=1)]),
        "invitations": invitations.listing(
            EN,
            [samples.invitation(company=text, number=number) for number in range(3)],
            scope=invitations.Scope.ALL,
            counts=examples.COUNTS,
            now=samples.AT,
        ),
        "late": invitations.delayed(EN, row, cause=next(iter(invitations.Delay)), contacts=people),
        "channel": invitations.cannot_post(EN, Channel(id="C0SALES", name=text, external=False), reason="is_archived"),
        "subscriptions": subscriptions.listing(
            EN, subscription_stats(3, customer=text), channel_id=None, total=3, first=0, may_change=True
        ),
        "outdated": outdated(EN, taken),
        "changed meanwhile": subscriptions.subscription_modal(
            EN, channel=None, subscription=edited, changed_meanwhile=True
        ),
        "followed": subscriptions.set_up(EN, kept, by="U0ALINE"),
        "owner told": subscriptions.owner_told(EN, SubscriptionStats(subscription=kept), contacts=people),
    }


def pieces(view: Message | Modal) -> Iterator[Drawn]:
    """Yield every text of a view as Slack draws it."""
    if isinstance(view, Message):
        yield drawn(view.text, {}, formatted=False)
    for blocks in forms(view):
        for node in nodes(blocks):
            match node:
                case {"type": "mrkdwn", "text": text, "verbatim": True}:
                    yield drawn(text, {})
                case {"type": "plain_text", "text": text, "emoji": False} | {"type": "text" | "raw_text", "text": text}:
                    yield Drawn(text, ())
                case {"type": "mrkdwn" | "plain_text"}:
                    raise AssertionError(node)
            if label := node.get("accessibility_label"):
                yield Drawn(label, ())


def shown(drawn_texts: list[Drawn]) -> str:
    """Return all that is read, without the hidden characters; code spans cannot hold the backtick."""
    return "\n".join(each.text for each in drawn_texts).replace("\u00ad", "").replace("`", "’")


def assert_as_typed(text: str) -> None:
    harmless = views(CORE)
    for kind, view in views(text).items():
        seen, usual = list(pieces(view)), list(pieces(harmless[kind]))
        whole = shown(seen)
        assert whole.count(CORE) == shown(usual).count(CORE), f"{kind} hides part of {text!r}: {whole}"
        assert whole.count(CORE) == whole.count(text.replace("`", "’")), f"{kind} shows {text!r} otherwise: {whole}"
        obeyed = Counter(mark for each in seen for mark in each.obeyed)
        assert obeyed == Counter(mark for each in usual for mark in each.obeyed), f"{kind} obeys {text!r}"


@pytest.mark.parametrize("marked", MARKED)
def test_a_name_with_marks_is_read_as_typed(marked: str) -> None:
    text = escape_free(f"{marked} {CORE}")
    assert_as_typed(text)
    assert_as_typed(escape_free(f"{CORE}{marked}"))


@given(before=MARKS, after=MARKS)
@settings(max_examples=60, deadline=None)
def test_any_name_is_read_as_typed(before: str, after: str) -> None:
    assert_as_typed(escape_free(f"{before}{CORE}{after}"))


@pytest.mark.parametrize("plain", PLAIN)
def test_a_name_without_marks_is_sent_as_it_is(plain: str) -> None:
    entities = html.escape(plain, quote=False)
    assert escape(plain) == name(plain).mrkdwn == name(plain).plain == entities


@pytest.mark.parametrize("marked", MARKED)
def test_a_name_copied_from_a_card_finds_the_customer(marked: str) -> None:
    company = escape_free(f"{marked} {CORE}")
    copied = drawn(name(company).mrkdwn, {}).text
    assert customer_query(html.escape(copied, quote=False)) == customer_query(html.escape(company, quote=False))


def escape_free(text: str) -> str:
    """Return a text as it is kept: on one line, without what nobody sees."""
    return " ".join(text.replace("\u200b", "").split())
