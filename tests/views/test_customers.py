"""What the cards show and what they keep back."""

import pytest

from bot.context import Outdated
from bot.finding import Domain, Name, NoCustomer
from bot.language import language
from bot.partner_center.models import Customer, CustomerMatches, CustomerSummary
from bot.views import customers
from bot.views.customer_choice import ChoicePage, choice
from bot.views.no_customer import no_customer
from tests.views.examples import NOBODY, card
from tests.views.reading import everything, of_type
from tests.views.samples import AT, PORTAL, TENANT, customer, matches

ENGLISH = language("en")


def fields(of: Customer) -> dict[str, str]:
    """Return what stands under each label of the card."""
    pairs = (text["text"].partition("*\n") for text in of_type(card(ENGLISH, of).blocks, "mrkdwn"))
    return {label.removeprefix("*"): value for label, mark, value in pairs if mark}


def test_a_reduced_card_holds_no_person_address_or_bill() -> None:
    reduced = customers.reduced_card(ENGLISH, customer(), read_at=AT, portal_url=PORTAL, shared_by="U0ALINE")
    text = "\n".join(everything(reduced))
    for secret in ("Jeanne", "jeanne@", "+33", "rue des Lilas", "French (France)", "contoso.fr"):
        assert secret not in text


def test_the_tenant_id_stands_alone_to_be_copied() -> None:
    assert fields(customer())["Tenant ID"] == f"`{TENANT}`"


@pytest.mark.parametrize("label", ["Address", "Contact", "Other domains"])
def test_a_gap_without_delegated_access_is_told_from_one_with_it(label: str) -> None:
    assert fields(customer(delegated=False))[label] == "_Withheld by Microsoft_"
    assert fields(Customer(id=TENANT, allow_delegated_access=True))[label] == "_Not given_"


def test_a_domain_that_comes_twice_or_in_capitals_is_listed_once() -> None:
    twice = customer().model_copy(update={"custom_domains": ("Contoso.FR", "contoso.fr", "CONTOSO.COM", "contoso.fr.")})

    assert fields(twice)["Other domains"] == "`Contoso.FR`"


def test_a_country_or_language_babel_does_not_know_is_shown_as_it_came() -> None:
    strange = customer().model_copy(update={"billing_profile": None})
    assert strange.company_profile is not None
    assert strange.company_profile.address is not None
    address = strange.company_profile.address.model_copy(update={"country": "XQ"})
    profile = strange.company_profile.model_copy(update={"address": address})
    assert fields(strange.model_copy(update={"company_profile": profile}))["Country"] == "XQ"


def test_further_domains_are_counted_beyond_three() -> None:
    assert fields(customer())["Other domains"] == "`contoso.fr` `contoso.onmicrosoft.com` `contoso.example` and 2 more"


def test_a_name_too_long_for_the_header_stands_below_in_full() -> None:
    name = " ".join(["Contoso"] * 50)
    header, whole, *_ = card(ENGLISH, customer(name)).blocks
    assert len(header["text"]["text"]) <= 150
    assert whole["text"]["text"] == name


def test_buttons_that_a_person_may_not_press_are_left_out() -> None:
    buttons = {button["action_id"] for button in of_type(card(ENGLISH, customer(), may=False).blocks, "button")}
    assert buttons == {"show_relationships", "link_customer"}


def test_an_unseen_channel_is_told_from_a_shared_one_and_how_to_let_the_bot_see_it() -> None:
    assert "Other organisations can read this channel" in customers.share_refused(ENGLISH).text
    unseen = customers.share_refused(ENGLISH, known=False)
    assert unseen.text == (
        "The bot cannot see who reads this channel, so customer cards stay out of it. "
        "Type /invite @Partner Bot there, then try again."
    )
    assert "`/invite @Partner Bot`" in unseen.blocks[0]["text"]["text"]


def test_ten_of_many_hits_are_shown_and_the_rest_counted() -> None:
    shown = choice(ENGLISH, matches(14), query=Name("contoso"))
    *buttons, following = of_type(shown.blocks, "button")
    assert [button["action_id"] for button in buttons] == [f"show_customer:{index}" for index in range(10)]
    assert shown.blocks[-2]["elements"][0]["text"].startswith("4 more match.")
    assert following["text"]["text"] == "Next 4"


def test_a_tenant_id_that_is_all_that_is_known_stands_once_in_a_choice() -> None:
    shown = choice(ENGLISH, CustomerMatches(items=(CustomerSummary(id=TENANT),)), query=Name("contoso"))
    assert shown.blocks[1]["text"]["text"] == f"`{TENANT}`"


def test_a_page_of_a_choice_is_read_as_it_was_written() -> None:
    for query in (Name("Contoso: the shop"), Domain("contoso.com"), Name("1:2:3")):
        page = ChoicePage(action="show_relationships", query=query, first=20)

        assert ChoicePage.read(page.written()) == page


@pytest.mark.parametrize(
    "value",
    ["", "show_customer", "show_customer:name:0:", "show_customer:name:-1:a", "show_customer:name:²:a", "x:name:0:a"],
)
def test_a_page_of_a_choice_that_is_none_is_not_read(value: str) -> None:
    with pytest.raises(Outdated):
        ChoicePage.read(value)


def test_the_customer_that_is_called_just_so_comes_first_in_a_choice() -> None:
    shown = choice(ENGLISH, matches(14), query=Name("contoso 13"))

    assert shown.blocks[1]["text"]["text"].startswith("Contoso 13")


def test_a_page_beyond_the_last_is_the_first() -> None:
    assert choice(ENGLISH, matches(14), query=Name("c"), first=999) == choice(ENGLISH, matches(14), query=Name("c"))


@pytest.mark.parametrize(("typed", "helps"), [("z", False), ("zz", False), ("zzz", True)])
def test_fewer_letters_are_advised_only_where_there_are_some_to_spare(typed: str, helps: bool) -> None:  # noqa: FBT001
    said = no_customer(ENGLISH, NoCustomer(query=Name(typed)), may_invite=False)

    assert ("Try fewer letters" in "\n".join(everything(said))) is helps


@pytest.mark.parametrize("none", [none for name, none in NOBODY.items() if "name" not in name and name != "hostile"])
def test_fewer_letters_are_never_advised_for_an_id_or_a_domain(none: NoCustomer) -> None:
    assert "fewer letters" not in "\n".join(everything(no_customer(ENGLISH, none, may_invite=True)))
