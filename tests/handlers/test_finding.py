"""Finding a customer by what people really type and paste, as a conversation."""

from dataclasses import replace

import pytest

from sandbox.microsoft import answers
from sandbox.microsoft.companies import CONTOSO, FABRIKAM, LITWARE, NORTHWIND, STRANGERS
from sandbox.microsoft.company import Company, Partner, guid
from sandbox.microsoft.entra import DISCOVERY_PATH
from sandbox.microsoft.partner_center import CUSTOMER_PATH, CUSTOMERS_PATH
from sandbox.slack.actor import Actor
from sandbox.slack.conversation import Answer
from tests.world import World

UNSEEN = [
    "\u200b",
    "\u200c",
    "\u200d",
    "\u2060",
    "\ufeff",
    "\u200e",
    "\u202e",
    "\u2066",
    "\u00ad",
    "\U000e0041",
    "\ufe0f",
]
SHORT = CONTOSO.tenant_id[:-1]
each_unseen = pytest.mark.parametrize("mark", UNSEEN, ids=lambda mark: f"{ord(mark):04X}")


def company(name: str, seed: str) -> Company:
    return Company(tenant_id=guid(seed), name=name, domain=f"{seed}.onmicrosoft.com")


async def asked(person: Actor, typed: str) -> Answer:
    return await (await person.types(f"/partner {typed}")).answer()


def calls(world: World) -> tuple[int, int, int]:
    """Return how often Entra was asked for a tenant, and Partner Center for a search and for a customer."""
    partner_center = world.microsoft.partner_center
    searches, customers = len(partner_center.asked(CUSTOMERS_PATH)), len(partner_center.asked(CUSTOMER_PATH))
    resolved = [request for request in world.microsoft.entra.asked(DISCOVERY_PATH) if "." in request.path.split("/")[1]]
    return len(resolved), searches, customers


def words(answer: Answer) -> str:
    return answer.plain.replace("`", "").replace("*", "")


@each_unseen
async def test_what_nobody_sees_changes_nothing_in_a_command(world: World, mark: str) -> None:
    answer = await asked(world.maya, f"{mark}cus{mark}tomer{mark} {mark}con{mark}toso.com{mark}")

    assert CONTOSO.tenant_id in answer.plain


@pytest.mark.parametrize("mark", UNSEEN[:1])
async def test_what_nobody_sees_changes_nothing_in_a_window_a_mention_an_option_or_a_message(
    world: World, mark: str
) -> None:
    dirty = f"{mark}con{mark}toso.com{mark}"
    opened = await world.maya.types("/partner customer")
    await world.maya.submits(await opened.modal(), {"query": dirty})
    mention = await world.maya.says(f"@Partner Bot {mark}customer{mark} {dirty}")
    followed = await world.maya.types(f"/partner subscribe cus{mark}tomers --{mark}customer {dirty}")
    said = await world.priya.says(f"Ask {dirty} about it.")
    pointed = await world.maya.message_shortcut("look_up_customer", said)

    for answer in (await opened.answer(), await mention.answer(), await pointed.answer()):
        assert CONTOSO.tenant_id in answer.plain
    assert (await followed.answer(where=lambda answer: "Contoso only" in answer.plain)).only_for is None


@pytest.mark.parametrize("hyphen", ["\u2010", "\u2011", "\u2012", "\u2013", "\u2212", "\uff0d", "\u00ad-", ""])
async def test_a_tenant_id_is_found_with_whatever_hyphen_it_was_copied(world: World, hyphen: str) -> None:
    answer = await asked(world.maya, f"customer {CONTOSO.tenant_id.replace('-', hyphen)}")

    assert CONTOSO.tenant_id in answer.plain


@pytest.mark.parametrize(
    "typed",
    [
        "customer ｃｏｎｔｏｓｏ．ｃｏｍ",
        "ｃｕｓｔｏｍｅｒ\u3000contoso.com",
        "customer\u00a0contoso.com",
        "customer\u2003contoso.com",
    ],
)
async def test_full_width_letters_and_odd_spaces_are_read(world: World, typed: str) -> None:
    answer = await asked(world.maya, typed)

    assert CONTOSO.tenant_id in answer.plain


async def test_an_invitation_to_a_domain_with_unseen_marks_is_accepted_by_that_domain(world: World) -> None:
    modal = await (await world.maya.types("/partner invite")).modal()
    submission = await world.maya.submits(modal, {"company": "\u200bAlpine\u200bSkiHouse.com\ufeff"})
    await submission.answer(where=lambda answer: "AlpineSkiHouse.com" in answer.plain)
    listed = await asked(world.maya, "invites")

    assert "\u200b" not in listed.plain
    assert "AlpineSkiHouse.com" in listed.plain


@pytest.mark.parametrize(
    "name",
    [
        "(Demo) Lakeshore",
        "[DEMO] Lakeshore",
        "*Stern* Lakeshore",
        '"Lakeshore" GmbH',
        "'Lakeshore' & Co",
        '"Lakeshore"',
        "{Lakeshore}",
        "<Demo> Lakeshore",
        "!Lakeshore!",
        "L’Atelier – Lakeshore",
        "ＬＡＫＥ株式会社",
    ],
)
async def test_marks_that_belong_to_a_name_are_searched_for(world: World, name: str) -> None:
    sought = company(name, "lakeshore")
    world.microsoft.partner_center.add_customer(sought)

    typed = await asked(world.maya, f"customer {name}")
    opened = await world.maya.types("/partner customer")
    await world.maya.submits(await opened.modal(), {"query": name})

    assert sought.tenant_id in typed.plain
    assert sought.tenant_id in (await opened.answer()).plain


@pytest.mark.parametrize(
    "typed", ["(Lakeshore", "*Lakeshore*", '"Lakeshore"', "“Lakeshore”", "Lakeshore,", "Ｌａｋｅｓｈｏｒｅ"]
)
async def test_marks_that_do_not_belong_to_a_name_are_left_out(world: World, typed: str) -> None:
    sought = company("Lakeshore", "lakeshore")
    world.microsoft.partner_center.add_customer(sought)

    answer = await asked(world.maya, f"customer {typed}")

    assert sought.tenant_id in answer.plain


async def test_a_spelling_that_microsoft_refuses_does_not_keep_the_next_from_being_tried(world: World) -> None:
    sought = company("Lakeshore", "lakeshore")
    world.microsoft.partner_center.add_customer(sought)
    world.microsoft.partner_center.answer_next(CUSTOMERS_PATH, answers.NO_SUCH_SEARCH)

    answer = await asked(world.maya, "customer (Lakeshore")

    assert sought.tenant_id in answer.plain


async def test_a_name_with_a_dot_is_found_and_how_is_said(world: World) -> None:
    sought = company("Booking.com", "bookings")
    world.microsoft.partner_center.add_customer(sought)

    card = await asked(world.maya, "customer Booking.com")
    french = await asked(world.aline, "customer booking.com")
    partners = await asked(world.maya, "relationships booking.com")
    said = await world.priya.says("Booking.com wants more seats.")
    pointed = await (await world.maya.message_shortcut("look_up_customer", said)).answer()

    assert sought.tenant_id in card.plain
    assert "Found by name: no customer of yours has the domain booking.com." in words(card)
    assert "Trouvé par le nom" in french.plain
    assert "Found by name" in partners.plain
    assert sought.tenant_id in pointed.plain


@pytest.mark.parametrize(
    "typed", ["zero.onmicrosoft.com", "ZERO.ONMICROSOFT.COM", "Zero.OnMicrosoft.com.", "it@Zero.onmicrosoft.com"]
)
async def test_domains_compare_without_case_where_entra_is_silent(world: World, typed: str) -> None:
    sought = replace(company("Nil", "nil"), domain="Zero.OnMicrosoft.com")
    longer = replace(company("Other", "other"), domain="zero.onmicrosoft.com.example")
    for each in (sought, longer):
        world.microsoft.partner_center.add_customer(each)
    world.microsoft.entra.answer_next(DISCOVERY_PATH.replace("*", "zero.onmicrosoft.com"), status=503, times=2)

    answer = await asked(world.maya, f"customer {typed}")

    assert sought.tenant_id in answer.plain


async def test_a_partner_that_microsoft_sends_twice_is_listed_once(world: World) -> None:
    partner = Partner(id=guid("twice").upper(), name="Twice", mpn_id="1234567")
    doubled = replace(FABRIKAM, partners=(partner, replace(partner, id=partner.id.lower()), partner))
    world.microsoft.partner_center.add_customer(doubled)

    answer = await asked(world.maya, "relationships fabrikam.com")

    assert "1 partner is tied to this customer." in answer.plain


async def test_an_exact_name_gives_its_card_and_the_others_behind_a_button(world: World) -> None:
    card = await asked(world.maya, "customer contoso")
    shown = await (await world.maya.presses(card, "Show 17 others")).answer()
    following = await (await world.maya.presses(shown, "Next 8")).answer()
    back = await (await world.maya.presses(following, "Previous 10")).answer()
    french = await asked(world.aline, "customer CONTOSO")

    assert CONTOSO.tenant_id in card.plain
    assert "17 others begin with Contoso." in words(card)
    assert "18 customers match" in shown.plain
    assert shown.replaced
    assert len([block for block in following.blocks if "accessory" in block]) == 8
    assert back.plain == shown.plain
    assert "17 autres commencent par Contoso." in words(french)
    assert "Voir les 17 autres" in french.buttons


async def test_an_exact_name_gives_its_partners_and_others_too(world: World) -> None:
    listing = await asked(world.maya, "relationships Contoso")
    shown = await (await world.maya.presses(listing, "Show 17 others")).answer()
    other = await (await world.maya.presses(shown, "Show", nth=1)).answer()

    assert "Relationships: Contoso" in listing.plain
    assert "18 customers match" in shown.plain
    assert "tied to" in other.plain


async def test_two_with_the_same_exact_name_are_left_to_the_person_and_come_first(world: World) -> None:
    for seed in ("twin1", "twin2"):
        world.microsoft.partner_center.add_customer(company("Contoso Retail", seed))
    world.microsoft.partner_center.add_customer(company("Contoso Retail", "twin1"))

    answer = await asked(world.maya, "customer Contoso Retail")

    assert "match" in answer.plain
    assert CONTOSO.tenant_id not in answer.plain


async def test_who_asked_may_be_told_in_a_thread_of_the_others_too(world: World) -> None:
    said = await world.maya.says("@Partner Bot customer Contoso")

    answer = await said.answer()

    assert "17 others begin with Contoso." in words(answer)


async def test_a_domain_that_entra_knows_is_said_to_be_no_customer_and_can_be_invited(world: World) -> None:
    answer = await asked(world.maya, "customer relecloud.com")
    modal = await (await world.maya.presses(answer, "Invite customer")).modal()
    viewer = await asked(world.priya, "customer relecloud.com")
    french = await asked(world.aline, "customer relecloud.com")

    assert f"This Microsoft tenant is not your customer: {STRANGERS['relecloud.com']}." in words(answer)
    assert "fewer letters" not in answer.plain
    assert modal.title == "Invite a customer"
    assert "Invite customer" not in viewer.buttons
    assert STRANGERS["relecloud.com"] in viewer.plain
    assert "Ce locataire Microsoft n’est pas votre client" in french.plain


async def test_a_domain_that_nobody_has_is_called_that(world: World) -> None:
    answer = await asked(world.maya, "customer nobody-at-all.example")
    french = await asked(world.aline, "customer nobody-at-all.example")

    assert "No Microsoft tenant has it either." in answer.plain
    assert "fewer letters" not in answer.plain
    assert "Aucun locataire Microsoft ne l’a non plus." in french.plain


@pytest.mark.parametrize(
    "failure",
    [
        answers.Answer(status=503),
        answers.Answer(status=403, body="<html></html>"),
        answers.Answer(status=200, body="not json"),
        answers.Answer(status=400, body={"error": "invalid_request", "error_codes": [900144]}),
        answers.Answer(status=404),
    ],
)
async def test_where_entra_does_not_say_whose_a_domain_is_nothing_is_claimed(
    world: World, failure: answers.Answer
) -> None:
    world.microsoft.entra.answer_next(DISCOVERY_PATH.replace("*", "nobody-at-all.example"), failure, times=2)

    answer = await asked(world.maya, "customer nobody-at-all.example")

    assert "No customer of yours has the domain nobody-at-all.example." in words(answer)
    assert "Microsoft did not say who has this domain." in answer.plain
    assert "No Microsoft tenant" not in answer.plain
    assert "is not your customer" not in answer.plain


async def test_a_tenant_id_that_lost_a_digit_is_called_that_wherever_it_is_typed(world: World) -> None:
    said = f"{SHORT} is no tenant ID: it has 31 digits, a tenant ID has 32."
    card = await asked(world.maya, f"customer {SHORT}")
    longer = await asked(world.maya, f"customer {CONTOSO.tenant_id}0")
    letter = await asked(world.maya, f"customer {SHORT}o")
    partners = await asked(world.maya, f"relationships {SHORT}")
    followed = await asked(world.maya, f"subscribe customers --customer {SHORT}")
    message = await world.priya.says(f"Tenant {SHORT} again")
    pointed = await (await world.maya.message_shortcut("look_up_customer", message)).answer()
    french = await asked(world.aline, f"customer {SHORT}")

    for answer in (card, partners, followed, pointed):
        assert said in words(answer)
    assert "33 digits" in longer.plain
    assert "not o" in words(letter)
    assert "31 chiffres" in french.plain
    assert "fewer letters" not in card.plain
    assert world.microsoft.partner_center.requests == []


async def test_a_tenant_id_that_lost_a_digit_is_refused_under_its_field(world: World) -> None:
    invite = await (await world.maya.types("/partner invite")).modal()
    invited = await world.maya.submits(invite, {"company": SHORT})
    follow = await (await world.maya.types("/partner subscribe")).modal()
    followed = await world.maya.submits(follow, {"customer": SHORT})

    assert "it has 31 digits" in invited.errors["company"]
    assert "it has 31 digits" in followed.errors["customer"]


@pytest.mark.parametrize(("typed", "helps"), [("z", False), ("qz", False), ("Contosso", True)])
async def test_fewer_letters_are_advised_where_there_are_letters_to_spare(
    world: World, typed: str, *, helps: bool
) -> None:
    answer = await asked(world.maya, f"customer {typed}")

    assert ("Try fewer letters" in answer.plain) is helps


@pytest.mark.parametrize(
    ("typed", "cost"),
    [
        (CONTOSO.tenant_id, (0, 0, 1)),
        ("contoso.com", (1, 0, 1)),
        ("NorthwindTraders.com", (1, 0, 1)),
        ("Litware", (0, 1, 1)),
        ("contos", (0, 1, 0)),
        ("“Litware”", (0, 1, 1)),
        ("Margie’s Travel", (0, 1, 1)),
        ("litware.co", (1, 1, 0)),
        ("Contosso", (0, 1, 0)),
        ("Contoso", (0, 1, 1)),
        ("*Litware*", (0, 2, 1)),
        ("nobody-at-all.example", (1, 2, 0)),
        (SHORT, (0, 0, 0)),
    ],
)
async def test_a_look_up_costs_no_call_more_than_it_needs(world: World, typed: str, cost: tuple[int, int, int]) -> None:
    await asked(world.maya, f"customer {typed}")

    assert calls(world) == cost


async def test_a_message_that_names_a_customer_costs_no_search_by_name(world: World) -> None:
    said = await world.priya.says(f"{NORTHWIND.all_domains[1]}, {LITWARE.tenant_id} or nobody-at-all.example?")
    await (await world.maya.message_shortcut("look_up_customer", said)).answer()

    assert calls(world) == (2, 1, 2)


@pytest.mark.parametrize("command", ["customer", "relationships"])
@pytest.mark.parametrize("mention", ["<!channel>", "<!here|here>", "<@U01MAYA4K2P>", "<#C01SALES4KD|sales>"])
async def test_people_and_channels_are_said_to_be_no_customers(world: World, command: str, mention: str) -> None:
    answer = await (await world.priya.types(f"/partner {command} {mention}")).answer()

    named_a_channel = "No customer of yours" in answer.plain  # a channel has a name, which may be a customer's
    assert answer.only_for == world.priya.id
    assert named_a_channel or answer.plain.startswith("That names people or a channel in Slack, not a customer.")
    assert named_a_channel == mention.startswith("<#")
