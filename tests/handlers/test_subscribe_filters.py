"""Filters of a subscription that fit each other, and the window in which they are changed, as a conversation."""

import pytest

from sandbox.microsoft.companies import BARE, CONTOSO
from sandbox.slack import Answer
from sandbox.slack.actor import Actor
from tests.world import World


async def subscribe(person: Actor, words: str) -> Answer:
    return await (await person.types(f"/partner subscribe {words}")).answer()


@pytest.mark.parametrize("customer", ["contoso.com", CONTOSO.tenant_id, '"Southridge Video"', "contoso-shop.com"])
@pytest.mark.parametrize("country", ["Germany", "FR, DE"])
async def test_a_customer_and_a_country_in_which_it_is_not_are_refused(
    world: World, customer: str, country: str
) -> None:
    told = await subscribe(world.maya, f"customers --country {country} --customer {customer}")

    assert told.only_for == world.maya.id
    assert "nothing would come" in told.plain
    assert world.said() == []


async def test_the_refusal_names_the_customer_and_both_countries(world: World) -> None:
    told = await subscribe(world.maya, "customers --customer contoso.com --country Germany")

    assert told.plain.replace("*", "") == (
        "Contoso’s country is United States. With only Germany, nothing would come. "
        "Leave out the customer or the country."
    )


async def test_the_refusal_is_in_french_for_a_french_reader(world: World) -> None:
    told = await subscribe(world.aline, "customers --customer contoso.com --country Allemagne")

    assert told.plain.replace("*", "") == (
        "Pays de Contoso\u00a0: États-Unis. Avec le filtre Allemagne, rien ne viendrait. Retirez le client ou le pays."
    )


@pytest.mark.parametrize("country", ["US", "United States, Germany"])
async def test_a_subscription_may_name_a_customer_and_its_own_country(world: World, country: str) -> None:
    told = await subscribe(world.maya, f"customers --customer contoso.com --country {country}")

    assert "to follow: customers · Contoso only" in told.plain


async def test_a_subscription_to_a_customer_whose_country_is_withheld_may_name_any_country(world: World) -> None:
    told = await subscribe(world.maya, f"customers --customer {BARE.tenant_id} --country Japan")

    assert "Japan only" in told.plain


@pytest.mark.parametrize("customer", ["contoso.com", CONTOSO.tenant_id, "Southridge Video"])
async def test_the_window_refuses_them_likewise(world: World, customer: str) -> None:
    asked = await world.maya.types("/partner subscribe")

    submission = await world.maya.submits(await asked.modal(), {"customer": customer, "countries": "Germany"})
    told = await asked.answer()

    assert submission.ok
    assert told.only_for == world.maya.id
    assert "nothing would come" in told.plain
    assert world.said() == []


async def test_a_change_to_a_country_in_which_the_customer_is_not_is_refused(world: World) -> None:
    told = await subscribe(world.maya, "customers --customer contoso.com")
    pressed = await world.maya.presses(told, "Change")

    submission = await world.maya.submits(await pressed.modal(), {"countries": "Germany"})

    assert submission.ok
    assert "nothing would come" in (await pressed.answer()).plain
    assert "Germany" not in (await (await world.maya.types("/partner subscriptions")).answer()).plain


@pytest.mark.parametrize(("person", "save"), [("maya", "Save"), ("aline", "Enregistrer")])
async def test_the_window_of_a_change_shows_the_customers_name_and_is_saved(
    world: World, person: str, save: str
) -> None:
    told = await subscribe(world.maya, "customers --customer contoso.com")

    modal = await (await world.slack.person(person).presses(told, "change_follow")).modal()

    assert modal.submit == save
    assert "'initial_value': 'Contoso'" in str(modal.blocks)
    assert CONTOSO.tenant_id not in str(modal.blocks)


async def test_the_window_of_a_new_subscription_is_no_change(world: World) -> None:
    assert (await (await world.maya.types("/partner subscribe")).modal()).submit == "Follow"


async def test_the_name_that_was_shown_means_the_same_customer_whatever_others_begin_with_it(world: World) -> None:
    told = await subscribe(world.maya, f"customers --customer {CONTOSO.tenant_id}")
    modal = await (await world.maya.presses(told, "Change")).modal()

    changed = await (await world.maya.submits(modal, {"topics": ["security"]})).answer()

    assert "to follow: security · Contoso only" in changed.plain


async def test_the_name_of_a_customer_that_was_told_by_its_id_in_the_window_is_shown_too(world: World) -> None:
    asked = await world.maya.types("/partner subscribe")
    submission = await world.maya.submits(await asked.modal(), {"customer": CONTOSO.tenant_id})
    modal = await (await world.maya.presses(await submission.answer(), "Change")).modal()

    await world.slack.wait_for(lambda: modal.labels)
    changed = await (await world.maya.submits(modal, {"topics": ["security"]})).answer()

    assert "to follow: security · Contoso only" in changed.plain


async def test_while_microsoft_is_away_the_window_shows_the_id(world: World) -> None:
    asked = await world.maya.types("/partner subscribe")
    submission = await world.maya.submits(await asked.modal(), {"customer": CONTOSO.tenant_id})
    told = await submission.answer()
    world.microsoft.partner_center.answer_next("/v1/customers/{id}", status=503, times=3)

    modal = await (await world.maya.presses(told, "Change")).modal()
    await world.slack.wait_for(lambda: modal.labels)
    changed = await (await world.maya.submits(modal, {"topics": ["security"]})).answer()

    assert "to follow: security" in changed.plain
    assert CONTOSO.tenant_id in changed.plain
