"""Microsoft's refusals and troubles, as a person hears of them."""

from dataclasses import replace

import pytest

from bot import retry
from sandbox.microsoft import answers
from sandbox.microsoft.companies import CONTOSO
from tests.world import World

CUSTOMER = "/v1/customers/{id}"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (answers.NO_RELATIONSHIP, "You have no relationship with this customer."),
        (answers.RELATIONSHIP_DOES_NOT_EXIST, "You have no relationship with this customer."),
        (answers.NO_SUCH_TENANT, "None of your customers has this tenant ID."),
        (answers.MALFORMED_ID, "None of your customers has this tenant ID."),
        (answers.NO_PRIVILEGES, "The bot’s account may not do this in Partner Center."),
        (answers.APP_ONLY, "The bot’s sign-in is of the wrong kind for Partner Center."),
        (answers.WRONG_AUDIENCE, "The bot’s sign-in is of the wrong kind for Partner Center."),
        (answers.NO_MFA, "Microsoft no longer accepts the bot’s sign-in: it lacks multi-factor authentication."),
        (answers.NO_MFA_2019, "Microsoft no longer accepts the bot’s sign-in: it lacks multi-factor authentication."),
        (answers.throttled(57), "Microsoft asks the bot to wait 57 seconds."),
        (answers.html(200), "Partner Center sent an answer the bot cannot read."),
        (answers.empty(200), "Partner Center sent an answer the bot cannot read."),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_each_refusal_says_what_is_so_and_what_to_do(world: World, answer: answers.Answer, said: str) -> None:
    world.microsoft.partner_center.answer_next(CUSTOMER, answer, times=9)

    told = await (await world.maya.types(f"/partner customer {CONTOSO.tenant_id}")).answer()

    assert said in told.plain.replace("*", "")
    assert told.only_for == world.maya.id


async def test_a_failure_can_be_tried_again_in_its_place(world: World) -> None:
    world.microsoft.partner_center.answer_next(CUSTOMER, answers.throttled(57))
    told = await (await world.maya.types(f"/partner customer {CONTOSO.tenant_id}")).answer()

    card = await (await world.maya.presses(told, "Try again")).answer()

    assert card.ts == told.ts
    assert "Tenant ID" in card.plain


async def test_a_failure_of_microsofts_can_be_copied_for_its_support(world: World) -> None:
    world.microsoft.partner_center.answer_next(CUSTOMER, answers.html(200), times=9)
    told = await (await world.maya.types(f"/partner customer {CONTOSO.tenant_id}")).answer()

    modal = await (await world.maya.presses(told, "Copy for support")).modal()

    text = str(modal.blocks)
    assert CONTOSO.tenant_id in text
    assert "orrelation" in text


async def test_microsoft_down_is_tried_three_times_and_then_said(world: World) -> None:
    world.microsoft.partner_center.answer_next(CUSTOMER, status=503, times=9)

    told = await (await world.maya.types(f"/partner customer {CONTOSO.tenant_id}")).answer(timeout=15)

    assert "Partner Center is not answering." in told.plain
    assert world.microsoft.partner_center.calls(CUSTOMER) == 3


async def test_slowness_is_said_once_and_the_answer_comes_below(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "SLACK", replace(retry.SLACK, progress=0.05))
    world.microsoft.partner_center.hold(CUSTOMER)

    asked = await world.maya.types(f"/partner customer {CONTOSO.tenant_id}")
    working = await asked.answer(working=True)
    world.microsoft.partner_center.release()
    card = await asked.answer()

    assert asked.acked_after < 1
    assert "the answer comes below" in working.plain
    assert CONTOSO.tenant_id in card.plain
    assert len(asked.answers) == 2


async def test_behind_a_button_the_working_line_is_replaced_by_the_answer(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "SLACK", replace(retry.SLACK, progress_replaced=0.05))
    card = await (await world.maya.types("/partner customer fabrikam.com")).answer()
    world.microsoft.partner_center.hold()

    pressed = await world.maya.presses(card, "Relationships")
    await pressed.answer(working=True)
    world.microsoft.partner_center.release()
    listing = await pressed.answer()

    assert listing.ts == card.ts
    assert len([m for m in world.maya.reads("sales") if m.by_bot]) == 1


async def test_a_new_consent_is_picked_up_without_a_restart(world: World) -> None:
    world.microsoft.entra.refuse(700082)
    dead = await (await world.maya.types(f"/partner customer {CONTOSO.tenant_id}")).answer()

    world.microsoft.entra.refuse(None)
    alive = await (await world.maya.types(f"/partner customer {CONTOSO.tenant_id}")).answer()

    assert "it was unused for 90 days" in dead.plain
    assert "Ask Tom Becker (bot admin) to sign the bot in again." in dead.plain
    assert "Tenant ID" in alive.plain


async def test_forty_identical_look_ups_make_one_upstream_call(world: World) -> None:
    world.microsoft.partner_center.hold(CUSTOMER)

    asked = [await world.maya.types(f"/partner customer {CONTOSO.tenant_id}") for _ in range(40)]
    await world.microsoft.partner_center.until_called(CUSTOMER)
    world.microsoft.partner_center.release()
    for each in asked:
        assert CONTOSO.tenant_id in (await each.answer()).plain

    assert world.microsoft.partner_center.calls(CUSTOMER) == 1
