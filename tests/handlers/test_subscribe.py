"""Setting channel subscriptions, by words and in the window, as a conversation."""

import pytest

from sandbox.microsoft.companies import CONTOSO
from sandbox.people import CHANNELS
from sandbox.slack import Answer, Invocation, Modal
from sandbox.slack.actor import Actor
from tests.world import World

SALES = next(channel.id for channel in CHANNELS if channel.name == "sales")


def is_private(answer: Answer) -> bool:
    return answer.only_for is not None


async def subscribe(person: Actor, words: str, channel: str = "sales") -> Answer:
    return await (await person.types(f"/partner subscribe {words}", channel)).answer()


async def window(person: Actor, channel: str = "sales") -> Modal:
    return await (await person.types("/partner subscribe", channel)).modal()


async def listing(person: Actor, channel: str = "sales") -> str:
    return (await (await person.types("/partner subscriptions", channel)).answer()).plain


async def test_words_subscribe_a_channel_and_everyone_there_is_told(world: World) -> None:
    told = await subscribe(world.maya, "customers, Relationships --country FR —digest daily --thread-only")

    assert told.only_for is None
    assert told.channel == SALES
    assert (
        "@Maya Okafor set this channel to follow: "
        "customers and relationships · France only · once a day · in one thread." in told.plain
    )
    assert list(told.buttons) == ["Test", "Change"]


async def test_options_alone_subscribe_to_customers(world: World) -> None:
    assert "to follow: customers · once a week." in (await subscribe(world.maya, "--digest weekly")).plain


@pytest.mark.parametrize("customer", ["contoso.com", CONTOSO.tenant_id, "contoso-shop.com"])
async def test_a_customer_is_told_by_id_or_domain(world: World, customer: str) -> None:
    told = await subscribe(world.maya, f"all --customer {customer}")

    assert "to follow: everything · Contoso only." in told.plain


async def test_a_customer_is_told_by_the_start_of_its_name(world: World) -> None:
    told = await subscribe(world.maya, "invoices security --customer Southridge")

    assert "to follow: invoices and security · Southridge Video only." in told.plain


async def test_a_french_reader_writes_and_reads_french(world: World) -> None:
    told = await subscribe(world.aline, "invoices --country Allemagne")

    assert "@Aline Marchand a réglé le suivi de ce canal" in told.plain
    assert "Allemagne" in told.plain


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("custmers", "There is no topic custmers. Did you mean customers?"),
        ("xyzzy", "There is no topic xyzzy. Choose from customers, relationships, subscriptions, invoices"),
        ("customers --digset daily", "There is no option --digset. Did you mean --digest?"),
        (
            "customers --xyzzy",
            "There is no option --xyzzy. Choose from --customer, --country, --thread-only, or --digest.",
        ),
        ("customers --digest hourly", "--digest takes daily or weekly, not hourly."),
        ("customers --digest", "--digest needs a value."),
        ("customers --country Atlantis", "--country does not take Atlantis."),
        ("customers --customer Contos", "Contos fits no customer of yours, or several."),
        ("customers --customer nobody-at-all.example", "nobody-at-all.example fits no customer of yours, or several."),
    ],
)
async def test_a_subscription_that_cannot_be_is_refused_to_the_person_alone(
    world: World, words: str, said: str
) -> None:
    told = await subscribe(world.maya, words)

    assert told.only_for == world.maya.id
    assert said in told.plain.replace("`", "")
    assert "follows nothing yet" in await listing(world.maya)


async def test_a_tenant_that_is_no_customer_is_a_failure_in_words(world: World) -> None:
    told = await subscribe(world.maya, "customers --customer 00000000-1111-2222-3333-444444444444")

    assert "None of your customers has this tenant ID." in told.plain.replace("*", "")


async def test_while_microsoft_is_away_nothing_is_set_and_it_can_be_tried_again(world: World) -> None:
    world.microsoft.partner_center.answer_next("/v1/customers/{id}", status=503, times=3)
    asked = await world.maya.types(f"/partner subscribe customers --customer {CONTOSO.tenant_id}")
    failed = await asked.answer(timeout=15)

    pressed = await world.maya.presses(failed, "Try again")
    told = await pressed.answer(where=lambda answer: not is_private(answer))
    instead = await pressed.answer(where=is_private)

    assert "Partner Center is not answering." in failed.plain.replace("*", "")
    assert "Contoso only" in told.plain
    assert (instead.ts, instead.text) == (failed.ts, told.text)


async def test_a_window_asks_where_nothing_is_named_and_the_channel_is_told(world: World) -> None:
    modal = await window(world.maya)

    submission = await world.maya.submits(
        modal,
        {
            "topics": ["customers", "invoices"],
            "countries": "France, be",
            "rhythm": "weekly",
            "thread": ["thread"],
        },
    )
    told = await submission.answer()

    assert "#sales will follow:" in modal.plain
    assert submission.ok
    assert told.only_for is None
    assert "to follow: customers and invoices · France and Belgium only · once a week · in one thread." in told.plain


async def test_a_submission_does_not_wait_for_microsoft(world: World) -> None:
    modal = await window(world.maya)
    world.microsoft.partner_center.hold()

    submission = await world.maya.submits(modal, {"customer": "contoso.com"})

    assert submission.ok
    assert submission.acked_after < 1
    world.microsoft.partner_center.release()
    assert "to follow: customers · Contoso only." in (await submission.answer()).plain


async def test_a_customer_that_a_submission_cannot_find_is_told_afterwards(world: World) -> None:
    asked = await world.maya.types("/partner subscribe")

    submission = await world.maya.submits(await asked.modal(), {"customer": "Contos", "countries": "FR"})
    told = await asked.answer()

    assert submission.ok
    assert told.only_for == world.maya.id
    assert "Contos fits no customer of yours, or several." in told.plain.replace("`", "")


async def test_a_tenant_id_in_the_window_is_taken_as_it_is(world: World) -> None:
    submission = await world.maya.submits(await window(world.maya), {"customer": CONTOSO.tenant_id.upper()})

    assert f"{CONTOSO.tenant_id} only" in (await submission.answer()).plain.replace("`", "")
    assert world.microsoft.partner_center.requests == []


async def test_what_is_wrong_in_the_window_stands_under_its_field(world: World) -> None:
    modal = await window(world.maya)

    submission = await world.maya.submits(modal, {"countries": "FR, Atlantis", "customer": "**"})

    assert submission.errors == {
        "countries": "No country is called Atlantis. Write names or codes, such as FR.",
        "customer": "No customer of yours fits, or several do. Give the tenant ID or the domain.",
    }
    assert modal.is_open


async def test_pressing_the_button_twice_subscribes_and_says_it_once(world: World) -> None:
    modal = await window(world.maya)
    state = world.maya.fills(modal, {"topics": ["invoices"]})
    view = world.slack.world.view(modal.id)
    assert view is not None

    first = await world.slack.modals.submit(world.maya.person, view, state)
    await first.answer()
    second = await world.slack.modals.submit(world.maya.person, view, state)

    assert first.ok
    assert second.ok
    assert (await listing(world.maya)).count("Owner:") == 1
    assert len(world.said()) == 1


async def test_no_subscription_is_made_twice(world: World) -> None:
    await subscribe(world.maya, "customers --country FR")

    typed = await subscribe(world.aline, "customers --country France --thread-only")
    submission = await world.maya.submits(await window(world.maya), {"countries": "FR"})
    otherwise = await subscribe(world.maya, "customers --country FR --digest daily")

    assert is_private(typed)
    assert "suit déjà ces sujets" in typed.plain
    assert submission.errors == {"topics": "The channel already follows these topics. Change the filter, or cancel."}
    assert "once a day" in otherwise.plain


@pytest.mark.parametrize("words", ["", "customers", "--customer contoso.com"])
async def test_a_channel_that_other_organisations_read_cannot_subscribe(world: World, words: str) -> None:
    told = await subscribe(world.maya, words, channel="northwind")

    assert told.only_for == world.maya.id
    assert "Other organisations can read this channel, so it cannot follow Partner Center." in told.plain
    assert "follows nothing yet" in await listing(world.maya, "northwind")


async def test_a_channel_that_was_shared_while_the_window_was_open_is_refused_there(world: World) -> None:
    modal = await window(world.maya)
    await world.tom.shares("sales")

    submission = await world.maya.submits(modal)

    assert submission.errors == {"topics": "Other organisations can read this channel, or may. Choose one of your own."}


@pytest.mark.parametrize("words", ["", "customers"])
async def test_where_the_bot_is_no_member_it_says_how_to_let_it_in(world: World, words: str) -> None:
    told = await subscribe(world.maya, words, channel="random")

    assert told.only_for == world.maya.id
    assert "Type /invite @Partner Bot there, then try again." in told.plain.replace("`", "")


async def test_an_archived_channel_cannot_subscribe(world: World) -> None:
    modal = await window(world.maya)
    await world.tom.archives("sales")

    submission = await world.maya.submits(modal)

    assert submission.errors == {"topics": "Choose a channel Partner Bot is in."}


async def test_direct_messages_cannot_subscribe_but_their_window_asks_for_a_channel(world: World) -> None:
    refused = await subscribe(world.maya, "customers", channel="direct")
    asked = await world.maya.types("/partner subscribe", "direct")
    modal = await asked.modal()
    elsewhere = await world.maya.submits(modal, {"channel": "northwind"})
    not_in = await world.maya.submits(modal, {"channel": "random"})

    submission = await world.maya.submits(modal, {"channel": "contoso-project"})
    private = await asked.answer()

    assert "Only a channel can follow Partner Center." in refused.plain
    assert elsewhere.errors == {"channel": "Other organisations can read this channel, or may. Choose one of your own."}
    assert not_in.errors == {"channel": "Choose a channel Partner Bot is in."}
    assert submission.ok
    assert [message.text for message in world.said("contoso-project")] == [private.text]


async def test_a_customer_looked_up_for_a_chosen_channel_is_in_its_subscription(world: World) -> None:
    modal = await window(world.maya, "direct")

    await world.maya.submits(modal, {"channel": "contoso-project", "customer": "contoso.com"})
    told = await world.slack.wait_for(lambda: world.said("contoso-project"))

    assert "Contoso only" in world.reads(told[0])


async def test_a_failure_to_look_up_for_a_chosen_channel_can_be_tried_again_there(world: World) -> None:
    modal = await window(world.maya, "direct")
    world.microsoft.partner_center.answer_next("/v1/customers", status=503, times=3)

    submission = await world.maya.submits(modal, {"channel": "contoso-project", "customer": "Southridge"})
    failed = await submission.answer(timeout=15)
    await world.maya.presses(failed, "Try again")
    told = await world.slack.wait_for(lambda: world.said("contoso-project"))

    assert failed.only_for == world.maya.id
    assert "Southridge Video only" in world.reads(told[0])


async def test_a_viewer_is_told_that_subscribing_is_for_operators(world: World) -> None:
    told = await subscribe(world.priya, "customers")

    assert told.only_for == world.priya.id
    assert "Following topics is for operators." in told.plain.replace("*", "")


async def test_a_mention_is_answered_in_its_thread_and_without_words_by_a_button(world: World) -> None:
    said = await world.maya.says("@Partner Bot subscribe security")
    bare = await world.maya.says("@Partner Bot subscribe")

    told = await said.answer()
    modal = await (await world.maya.presses(await bare.answer(), "Follow topics")).modal()

    assert said.message is not None
    assert told.thread_ts == said.message.ts
    assert "to follow: security." in told.plain
    assert modal.title == "Follow Partner Center"


async def change(person: Actor, told: Answer, values: dict[str, object]) -> Invocation:
    modal = await (await person.presses(told, "Change")).modal()
    return await person.submits(modal, values)


async def test_a_subscription_can_be_changed_by_another_operator_and_stays_its_owners(world: World) -> None:
    told = await subscribe(world.maya, "customers --customer contoso.com --digest daily")
    modal = await (await world.aline.presses(told, "Change")).modal()

    submission = await world.aline.submits(modal, {"topics": ["security"], "rhythm": "now"})
    changed = await submission.answer()

    assert "'initial_value': 'Contoso'" in str(modal.blocks)
    assert "sécurité · Contoso seulement" in changed.plain
    rows = await listing(world.maya)
    assert rows.count("Owner: @Maya Okafor.") == 1
    assert "Security · Contoso only" in rows
    assert "digest" not in rows


async def test_a_change_to_another_customer_is_looked_up_and_made(world: World) -> None:
    told = await subscribe(world.maya, "customers")

    changed = await (await change(world.maya, told, {"customer": "Southridge"})).answer()

    assert "to follow: customers · Southridge Video only." in changed.plain
    assert (await listing(world.maya)).count("Owner:") == 1


async def test_a_change_that_changes_nothing_says_nothing(world: World) -> None:
    told = await subscribe(world.maya, "customers")

    submission = await change(world.maya, told, {})

    assert submission.status == 200
    assert len(world.said()) == 1


async def test_a_change_to_a_subscription_that_the_channel_has_already_is_refused(world: World) -> None:
    await subscribe(world.maya, "invoices")
    told = await subscribe(world.maya, "customers")
    modal = await (await world.maya.presses(told, "Change")).modal()

    submission = await world.maya.submits(modal, {"topics": ["invoices"]})

    assert submission.errors == {"topics": "The channel already follows these topics. Change the filter, or cancel."}


async def test_what_was_removed_meanwhile_cannot_be_changed(world: World) -> None:
    told = await subscribe(world.maya, "customers")
    modal = await (await world.maya.presses(told, "Change")).modal()
    await (await world.maya.types("/partner unsubscribe")).answer()

    late = await world.maya.submits(modal, {"topics": ["invoices"]})
    pressed = await (await world.maya.presses(told, "Change")).answer()

    assert "A colleague removed these notices on " in late.errors["topics"]
    assert "@Maya Okafor removed these notices on " in pressed.plain


async def test_a_subscription_survives_a_restart(world: World) -> None:
    await subscribe(world.maya, "customers")

    await world.restart()

    assert "Customers" in await listing(world.maya)
