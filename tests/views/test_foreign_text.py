"""Whatever a customer is called, or a person types: it is shown, never obeyed, and no limit breaks."""

import json
import re
import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import event_kinds
from bot.domain.channel_subscriptions import Rhythm, SubscriptionStats
from bot.domain.event_kind import EventKind, Topic
from bot.domain.invitations import InvitationState
from bot.finding import Domain, Name, NoCustomer, OneCustomer, Others
from bot.language import LANGUAGES, Language, language
from bot.reply import Message, Modal
from bot.tenant_ids import DamagedTenantId
from bot.views import customers, invitations, notices, refusals, relationships, status, subscriptions
from bot.views.customer_choice import choice
from bot.views.foreign import clean, code, escape
from bot.views.marks import HIDDEN
from bot.views.no_customer import damaged_tenant_id, no_customer
from bot.views.notices import Late, MicrosoftSubscriptionFacts
from tests.views import event_samples, examples, notice_examples, samples
from tests.views.event_samples import hostile_event, subscription, subscription_stats, week
from tests.views.judge import judge
from tests.views.limits import problems
from tests.views.reading import forms, nodes, of_type

SPITEFUL = st.sampled_from(
    [
        *("<!channel>", "<!here>", "<@U0EVIL>", "<#C0EVIL>", "<http://evil.example|x>", "&lt;", "`", "*", ">", ":x:"),
        *("{name}", "{0}", "\u202e", "\u2066", "\x00", "\ud800", "\n", "\u2028"),
        *("&" * 400, "<" * 400, "é" * 400),
    ]
)
TEXTS = st.lists(st.one_of(st.text(max_size=400), SPITEFUL), max_size=6).map("".join)
LANGUAGE = st.sampled_from(LANGUAGES).map(language)
OURS = re.compile(r"<!date\^\d+\^[^|<>]*\|[^<>|]*>|<@U0(?:ALINE|TOM)>|<#C0(?:SALES|SHARED)>")


def assert_harmless(view: Message | Modal) -> None:
    """Fail if Slack would refuse the view, or if anything but our own mentions and stamps is obeyed."""
    assert problems(view) == []
    judge(view)
    json.dumps([list(blocks) for blocks in forms(view)]).encode()
    for blocks in forms(view):
        for node in of_type(blocks, "mrkdwn"):
            assert not re.search(r"[<>]|&(?!(?:amp|lt|gt);)", OURS.sub("", node["text"]))
            assert OURS.sub("", node["text"]).count("`") % 2 == 0
        for node in nodes(blocks):
            assert node.get("type") not in {"broadcast", "usergroup"}
            assert node.get("user_id", "U0ALINE") == "U0ALINE"
            assert node.get("url", samples.URL) in {samples.URL, samples.PORTAL}
            if isinstance(node.get("text"), str) and node["type"] != "text":
                seen = node["text"].replace(f"{HIDDEN}&gt;", "&gt;")
                assert not any(unicodedata.category(mark) in {"Cf", "Cs"} for mark in seen)
    if isinstance(view, Message):
        assert view.text.strip()
        assert not re.search(r"[<>]|&(?!(?:amp|lt|gt);)", view.text)


@given(text=TEXTS, lang=LANGUAGE)
@settings(max_examples=60, deadline=None)
def test_a_customer_may_be_called_anything(text: str, lang: Language) -> None:
    assert_harmless(examples.card(lang, samples.hostile_customer(text), shared_in="C0SALES"))
    assert_harmless(
        customers.reduced_card(
            lang, samples.hostile_customer(text), read_at=samples.AT, portal_url=samples.PORTAL, shared_by="U0ALINE"
        )
    )
    assert_harmless(choice(lang, samples.matches(11, name=text), query=Name(text), not_by_domain=text))
    others = Others(prefix=text, count=2)
    found = OneCustomer(customer=samples.hostile_customer(text), others=others, not_by_domain=text)
    assert_harmless(examples.card(lang, samples.hostile_customer(text), found=found))


@given(text=TEXTS, lang=LANGUAGE)
@settings(max_examples=30, deadline=None)
def test_a_partner_may_be_called_anything(text: str, lang: Language) -> None:
    partners = samples.partners(130, full=True, name=text)
    assert_harmless(relationships.listing(lang, samples.hostile_customer(text), partners, read_at=samples.AT))


@given(text=TEXTS, lang=LANGUAGE)
@settings(max_examples=60, deadline=None)
def test_anything_may_be_typed(text: str, lang: Language) -> None:
    assert_harmless(no_customer(lang, NoCustomer(query=Name(text)), may_invite=True))
    assert_harmless(no_customer(lang, NoCustomer(query=Domain(text), tenant_id=text), may_invite=True))
    assert_harmless(damaged_tenant_id(lang, DamagedTenantId(text, 31, (text,))))
    assert_harmless(refusals.unknown_command(lang, text, text))
    assert_harmless(invitations.invite_modal(lang, channel=None, company=text))
    assert_harmless(invitations.open_window(lang, text))


@given(text=TEXTS, lang=LANGUAGE)
@settings(max_examples=60, deadline=None)
def test_an_invitation_may_hold_any_company_note_and_name(text: str, lang: Language) -> None:
    row = samples.invitation(company=text, note=text, sender=text, domain=text)
    assert_harmless(invitations.invitation(lang, lang, row, samples.link()))
    assert_harmless(invitations.external_invitation(lang, samples.link(), signed=text))
    assert_harmless(invitations.parent(lang, row))
    assert_harmless(invitations.closed(lang, samples.invitation(InvitationState.CLOSED, company=text)))
    rows = [samples.invitation(company=text, number=number) for number in range(50)]
    assert_harmless(
        invitations.listing(lang, rows, scope=invitations.Scope.ALL, counts=examples.COUNTS, now=samples.AT)
    )


@given(text=TEXTS, lang=LANGUAGE)
@settings(max_examples=30, deadline=None)
def test_an_invitation_may_be_accepted_by_anybody(text: str, lang: Language) -> None:
    row = samples.invitation(InvitationState.ACCEPTED, company=text, sender=text, domain=text, accepted_by=text)
    event = hostile_event(event_kinds.RELATIONSHIP_ACCEPTED, text)
    assert_harmless(invitations.accepted(lang, row, portal_url=samples.PORTAL))
    assert_harmless(invitations.acceptance(lang, row, None, read_at=None, portal_url=samples.PORTAL))
    assert_harmless(invitations.reminder(lang, row, working_days=5))
    assert_harmless(invitations.is_this_them(lang, [row] * 9, event, samples.hostile_customer(text), ask=row))
    assert_harmless(invitations.is_this_them(lang, [row], event, None, ask=row))
    many = [samples.invitation(company=text, sender=text, number=number) for number in range(130)]
    assert_harmless(invitations.link_modal(lang, event, many))


@given(text=TEXTS, lang=LANGUAGE, kind=st.sampled_from([*event_kinds.KINDS]))
@settings(max_examples=60, deadline=None)
def test_an_event_may_hold_any_text(text: str, lang: Language, kind: EventKind) -> None:
    event, customer = hostile_event(kind, text), samples.hostile_customer(text)
    facts = MicrosoftSubscriptionFacts(name=text, quantity=1, status=text, unit=text)
    assert_harmless(
        notice_examples.card(lang, event, customer, microsoft_subscription=facts, unlinked=True, late=Late.SLACK)
    )
    assert_harmless(notice_examples.card(lang, event))
    assert_harmless(notice_examples.reply(lang, event, customer))


@given(text=TEXTS, lang=LANGUAGE)
@settings(max_examples=20, deadline=None)
def test_a_digest_may_hold_any_names(text: str, lang: Language) -> None:
    changes = (*week(30, name=text), *(hostile_event(kind, text) for kind in event_kinds.KINDS))
    assert_harmless(notice_examples.digest(lang, changes))
    assert_harmless(notices.digest_rest(lang, changes, {}, first=20))


@given(text=TEXTS, lang=LANGUAGE)
@settings(max_examples=30, deadline=None)
def test_a_channel_may_subscribe_to_any_customer(text: str, lang: Language) -> None:
    assert_harmless(
        subscriptions.listing(
            lang, subscription_stats(10, customer=text), channel_id=None, total=43, first=0, may_change=True
        )
    )
    kept = subscription(*Topic, customer=text, countries=(text, "FR"), rhythm=Rhythm.DAILY, reason=text)
    assert_harmless(subscriptions.set_up(lang, kept, by="U0ALINE"))
    assert_harmless(subscriptions.subscription_modal(lang, channel=None, subscription=kept))
    assert_harmless(subscriptions.owner_told(lang, SubscriptionStats(subscription=kept)))
    assert_harmless(subscriptions.bad_option(lang, text, text, (text, "weekly")))
    assert_harmless(subscriptions.unknown_topic(lang, text, None))
    assert_harmless(status.full(lang, event_samples.status(unknown=(text, text))))


@given(text=TEXTS, limit=st.integers(min_value=5, max_value=400))
def test_a_cut_text_is_no_longer_than_its_limit_and_whole_entities_remain(text: str, limit: int) -> None:
    escaped = escape(text, limit)
    assert len(clean(text, limit)) <= limit
    assert len(escaped) <= limit
    assert not re.search(r"&(?!(?:amp|lt|gt);)", escaped)
    assert len(code(text, limit)) <= limit


@given(text=TEXTS)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)
