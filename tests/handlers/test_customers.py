"""Looking a customer up, as a conversation."""

import pytest

from sandbox.microsoft import answers
from sandbox.microsoft.companies import ADATUM, CONTOSO, NORTHWIND, STRANGERS, TAILSPIN
from sandbox.slack.model import Message
from tests.world import World

UNKNOWN = "00000000-1111-2222-3333-444444444444"


@pytest.mark.parametrize(
    "typed",
    [
        CONTOSO.tenant_id,
        CONTOSO.tenant_id.upper(),
        CONTOSO.tenant_id.replace("-", ""),
        f"{{{CONTOSO.tenant_id}}}",
        f"“{CONTOSO.tenant_id}”",
        f"https://partner.microsoft.com/dashboard/v2/customers/{CONTOSO.tenant_id}/subscriptions",
        "contoso.com",
        "CONTOSO.COM.",
        "<http://contoso.com|contoso.com>",
        "https://www.contoso.com/about",
        "jeanne@contoso.com",
    ],
)
async def test_a_customer_is_found_however_it_is_written(world: World, typed: str) -> None:
    asked = await world.maya.types(f"/partner customer {typed}")

    answer = await asked.answer()

    assert asked.status == 200
    assert "contoso.com" in answer.plain
    assert CONTOSO.tenant_id in answer.plain
    assert answer.only_for == world.maya.id


async def test_any_domain_of_a_customer_finds_it_though_microsoft_filters_by_the_default_one(world: World) -> None:
    asked = await world.maya.types("/partner customer northwindtraders.com")

    answer = await asked.answer()

    assert NORTHWIND.tenant_id in answer.plain


async def test_the_card_has_what_staff_look_for_and_its_buttons(world: World) -> None:
    answer = await (await world.maya.types("/partner customer contoso.com")).answer()

    assert "You are their reseller" in answer.plain
    assert list(answer.buttons) == ["Relationships", "Share in channel", "Invite customer", "Open in Partner Center"]


async def test_a_viewer_is_not_offered_what_only_operators_may_do(world: World) -> None:
    answer = await (await world.priya.types("/partner customer contoso.com")).answer()

    assert "Invite customer" not in answer.buttons


async def test_what_microsoft_withholds_reads_as_withheld(world: World) -> None:
    answer = await (await world.maya.types(f"/partner customer {TAILSPIN.tenant_id}")).answer()

    assert "Withheld by Microsoft" in answer.plain


async def test_a_french_reader_gets_french(world: World) -> None:
    answer = await (await world.aline.types("/partner customer contoso.com")).answer()

    assert "Vous êtes revendeur" in answer.plain
    assert "Domaine principal" in answer.plain


async def test_a_name_that_fits_several_gives_a_choice_whose_buttons_show_the_card_in_its_place(world: World) -> None:
    choice = await (await world.maya.types("/partner customer contos")).answer()

    card = await (await world.maya.presses(choice, "Show", nth=0)).answer()

    assert "18 customers match" in choice.plain
    assert len([element for element in choice.blocks if "accessory" in element]) == 10
    assert "8 more match" in choice.plain
    assert card.replaced
    assert "Tenant ID" in card.plain


async def test_a_domain_that_is_the_start_of_another_finds_its_own_customer(world: World) -> None:
    answer = await (await world.maya.types("/partner customer adatum.com")).answer()

    assert ADATUM.tenant_id in answer.plain


async def test_a_domain_that_only_begins_like_a_customers_is_left_to_the_person(world: World) -> None:
    answer = await (await world.maya.types("/partner customer litware.co")).answer()

    assert "Tenant ID" not in answer.plain
    assert "match" in answer.plain


async def test_a_card_is_not_shared_once_the_channel_is(world: World) -> None:
    card = await (await world.maya.types("/partner customer contoso.com")).answer()
    sales = world.slack.world.channel_named("sales")
    world.slack.workspace.channel_changes[sales] = {"is_ext_shared": True, "is_shared": True}

    refused = await (await world.maya.presses(card, "Share in channel")).answer()

    assert "Other organisations can read this channel" in refused.plain


async def test_an_unknown_name_says_what_was_searched_and_offers_to_search_again(world: World) -> None:
    answer = await (await world.maya.types("/partner customer Contosso")).answer()

    modal = await (await world.maya.presses(answer, "Search again")).modal()

    assert "No customer of yours has a name starting with" in answer.plain
    assert modal.title == "Find a customer"


async def test_a_domain_of_a_company_that_is_no_customer_says_so(world: World) -> None:
    domain = next(iter(STRANGERS))

    answer = await (await world.maya.types(f"/partner customer {domain}")).answer()

    assert f"No customer of yours has the domain {domain}" in answer.plain.replace("`", "")


async def test_an_unknown_tenant_id_is_not_one_of_your_customers(world: World) -> None:
    answer = await (await world.maya.types(f"/partner customer {UNKNOWN}")).answer()

    assert "None of your customers has this tenant ID." in answer.plain
    assert "Invite customer" in answer.buttons


async def test_without_an_argument_a_window_asks_and_its_answer_comes_as_a_message(world: World) -> None:
    asked = await world.maya.types("/partner customer")

    submission = await world.maya.submits(await asked.modal(), {"query": "contoso.com"})
    answer = await asked.answer()

    assert submission.ok
    assert CONTOSO.tenant_id in answer.plain


async def test_spaces_alone_are_refused_under_the_field(world: World) -> None:
    modal = await (await world.maya.types("/partner customer")).modal()

    submission = await world.maya.submits(modal, {"query": " ** "})

    assert submission.errors == {"query": "Type an ID, a domain or a name."}
    assert modal.is_open


async def test_sharing_posts_a_reduced_card_for_all_and_notes_it_on_the_private_one(world: World) -> None:
    card = await (await world.maya.types("/partner customer contoso.com")).answer()

    pressed = await world.maya.presses(card, "Share in channel")
    shared = await pressed.answer(where=lambda answer: answer.only_for is None)
    noted = await pressed.answer(where=lambda answer: answer.only_for == world.maya.id)

    assert "contoso.com" in shared.plain
    assert "@" not in shared.plain.replace("@Maya Okafor", "")
    assert "Shared in" in noted.plain
    assert "Share in channel" not in noted.buttons


async def test_a_shared_card_opens_in_full_for_whoever_presses_by_their_own_role(world: World) -> None:
    card = await (await world.maya.types("/partner customer contoso.com")).answer()
    pressed = await world.maya.presses(card, "Share in channel")
    shared = await pressed.answer(where=lambda answer: answer.only_for is None)

    full = await (await world.priya.presses(shared, "See full card")).answer()
    refused = await (await world.rosa.presses(shared, "See full card")).answer()

    assert full.only_for == world.priya.id
    assert "Contact" in full.plain
    assert "members of this workspace only" in refused.plain


async def test_a_card_is_not_shared_where_other_organisations_read(world: World) -> None:
    card = await (await world.maya.types("/partner customer contoso.com", channel="northwind")).answer()

    refused = await (await world.maya.presses(card, "Share in channel")).answer()

    assert "Other organisations can read this channel" in refused.plain
    assert [message for message in world.slack.messages("northwind") if message.by_bot and not message.only_for] == []


async def test_the_message_shortcut_finds_the_customers_that_a_message_names(world: World) -> None:
    said = await world.priya.says(f"Is {ADATUM.tenant_id} with us? They write from jeanne@contoso.com.")

    answer = await (await world.maya.message_shortcut("look_up_customer", said)).answer()

    assert "That message names 2 customers." in answer.plain


async def test_the_message_shortcut_reads_what_an_app_wrote_in_blocks_alone(world: World) -> None:
    slack = world.slack.world
    ticket = {"type": "section", "text": {"type": "mrkdwn", "text": "*Ticket 7*\nFrom jeanne@contoso.com"}}
    sales = slack.channel_named("sales")
    said = Message(channel=sales, ts=slack.next_ts(), user=world.priya.id, text="", blocks=[ticket])
    slack.messages.append(said)

    answer = await (await world.maya.message_shortcut("look_up_customer", said)).answer()

    assert CONTOSO.tenant_id in answer.plain


async def test_the_message_shortcut_passes_over_what_is_nobodys(world: World) -> None:
    named = f"{UNKNOWN}, {next(iter(STRANGERS))}, {ADATUM.tenant_id} and nobody-at-all.example"
    said = await world.priya.says(f"Which of these is ours: {named}?")

    answer = await (await world.maya.message_shortcut("look_up_customer", said)).answer()

    assert ADATUM.tenant_id in answer.plain
    assert "Tenant ID" in answer.plain


async def test_the_message_shortcut_lists_customers_in_the_order_of_the_message(world: World) -> None:
    said = await world.priya.says(f"northwindtraders.com, {ADATUM.tenant_id}, contoso.com, then {NORTHWIND.tenant_id}.")

    answer = await (await world.maya.message_shortcut("look_up_customer", said)).answer()

    assert "That message names 3 customers." in answer.plain
    shown = [element["value"] for block in answer.blocks if (element := block.get("accessory"))]
    assert shown == [NORTHWIND.tenant_id, ADATUM.tenant_id, CONTOSO.tenant_id]


async def test_the_message_shortcut_says_in_its_own_words_what_keeps_it_from_looking(world: World) -> None:
    world.microsoft.partner_center.answer_next("/v1/customers/{id}", answers.throttled(57), times=9)
    said = await world.priya.says(f"{ADATUM.tenant_id} and {CONTOSO.tenant_id}")

    answer = await (await world.maya.message_shortcut("look_up_customer", said)).answer()

    assert "Microsoft asks the bot to wait 57 seconds." in answer.plain.replace("*", "")


async def test_the_message_shortcut_says_when_a_message_names_nobody(world: World) -> None:
    said = await world.priya.says("Lunch at noon, v2.0 of the menu.")

    answer = await (await world.maya.message_shortcut("look_up_customer", said)).answer()

    assert "That message has no tenant ID and no domain." in answer.plain


async def test_a_mention_answers_in_its_thread_with_the_reduced_card(world: World) -> None:
    said = await world.maya.says("@Partner Bot customer contoso.com")

    answer = await said.answer()

    assert answer.only_for is None
    assert said.message is not None
    assert answer.thread_ts == said.message.ts
    assert "See full card" in answer.buttons
    assert "Contact" not in answer.plain


async def test_a_mention_where_other_organisations_read_is_answered_to_the_asker_alone(world: World) -> None:
    for words in ("customer contoso.com", "custmer contoso.com", "help"):
        said = await world.maya.says(f"@Partner Bot {words}", channel="northwind")

        answer = await said.answer()

        assert answer.only_for == world.maya.id


async def test_a_mention_without_an_argument_asks_back_with_a_button(world: World) -> None:
    answer = await (await world.maya.says("@Partner Bot customer")).answer()

    modal = await (await world.maya.presses(answer, "Find a customer")).modal()

    assert modal.title == "Find a customer"
