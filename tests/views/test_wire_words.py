"""Words of a wire format never reach people: values nobody has seen yet are said in words."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain import event_kinds
from bot.language import LANGUAGES, language
from bot.partner_center.models import PartnerRelationship, PartnerRelationships
from bot.reply import Message
from bot.views import customers, relationships
from bot.views.foreign import IN_SENTENCE, humanised
from bot.views.notices.facts import MicrosoftSubscriptionFacts, of_event
from tests.views import event_samples
from tests.views.reading import everything
from tests.views.samples import AT, PORTAL, customer

INVENTED = ("is_marketplace_publisher_of", "marketplace_partner", "pendingApproval", "SoldThrough2Tiers", "usage_unit")
WIRE = re.compile(r"[a-z]_[a-z]|[a-z][A-Z]")
OWN = re.compile(r"Partner Bot|date_short_pretty|\{[a-z_]+\}")


def raw(message: Message) -> list[str]:
    return [text for text in (OWN.sub("", each) for each in everything(message)) if WIRE.search(text)]


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("value", INVENTED)
def test_a_kind_of_customer_that_nobody_knows_is_another_kind(value: str, code: str) -> None:
    of = customer(relationship=value)
    lang = language(code)
    full = customers.card(lang, of, read_at=AT, may_invite=True, may_share=True, portal_url=PORTAL)

    for shown in (full, customers.reduced_card(lang, of, read_at=AT, portal_url=PORTAL)):
        assert not any(value in text for text in everything(shown))
    assert any("nother kind of relationship" in text or "utre type de relation" in text for text in everything(full))


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("value", INVENTED)
def test_kinds_and_states_of_partners_that_nobody_knows_are_said_in_words(value: str, code: str) -> None:
    partner = PartnerRelationship(id="1", name="Fabrikam", relationship_type=value, state=value)
    of = PartnerRelationships(items=(partner,))

    assert raw(relationships.listing(language(code), customer(), of, read_at=AT)) == []


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("value", INVENTED)
def test_states_and_units_of_subscriptions_that_nobody_knows_are_said_in_words(value: str, code: str) -> None:
    event = event_samples.event(event_kinds.SUBSCRIPTION_CHANGED)
    facts = of_event(
        language(code), event, MicrosoftSubscriptionFacts(name="Azure", quantity=3, status=value, unit=value)
    )

    assert not [fact for fact in facts if WIRE.search(OWN.sub("", fact.value))]


@given(st.text(max_size=80))
@example("_")
def test_any_word_is_humanised_without_underscores_and_stays_short(word: str) -> None:
    once = humanised(word)

    assert "_" not in once
    assert len(once) <= IN_SENTENCE * 2


def test_words_stay_what_they_are() -> None:
    assert humanised("pendingApproval") == "Pending approval"
    assert humanised("is_marketplace_publisher_of") == "Is marketplace publisher of"
    assert humanised("GDAPExpired") == "GDAP expired"
    assert humanised("1.5 hours") == "1.5 hours"
