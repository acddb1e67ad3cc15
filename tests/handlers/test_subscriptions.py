"""Looking at what channels follow, and testing, pausing, resuming, removing and restoring it, as a conversation."""

import re
from dataclasses import replace

from sandbox.microsoft.faults import MFA_MISSING
from sandbox.people import CHANNELS
from sandbox.slack import Answer, Invocation
from sandbox.slack.actor import Actor
from sandbox.slack.model import Message
from tests.forged import forging
from tests.views.reading import nodes
from tests.world import World

SALES = next(channel.id for channel in CHANNELS if channel.name == "sales")
COUNTRIES = re.findall("..", "FRDEGBUSCHBELUITESPTNLDKSENOFIPLCZATHUROBGGRIE")


async def subscribe(person: Actor, words: str, channel: str = "sales") -> Answer:
    return await (await person.types(f"/partner subscribe {words}", channel)).answer()


async def listing(person: Actor, words: str = "", channel: str = "sales") -> Answer:
    return await (await person.types(f"/partner subscriptions {words}", channel)).answer()


async def for_all(pressed: Invocation) -> Answer:
    return await pressed.answer(where=lambda answer: answer.only_for is None)


async def a_paused_one(world: World) -> Answer:
    """Return what the channel is told when what it follows is paused."""
    await subscribe(world.maya, "customers")
    return await for_all(await world.maya.presses(await listing(world.maya), "Pause"))


async def stands(world: World, text: str, channel: str = "sales") -> Message:
    """Wait for a message of the bot for everyone with this in it."""
    return await world.slack.wait_for(
        lambda: next((m for m in world.said(channel) if text in world.reads(m).replace("`", "")), None)
    )


async def told_directly(world: World, person: Actor) -> Message:
    return await world.slack.wait_for(lambda: next(iter(person.direct_messages), None))


async def test_the_list_shows_each_with_its_owner_and_its_account_to_the_caller_alone(world: World) -> None:
    await subscribe(world.maya, "customers")
    await subscribe(world.aline, "security --customer contoso.com --digest weekly")

    shown = await listing(world.maya)

    assert shown.only_for == world.maya.id
    assert "What this channel follows" in shown.plain
    assert "Owner: @Maya Okafor." in shown.plain
    for empty in ("never", "Last event", "Last delivered", "Waiting", "Given up", "Last digest"):
        assert empty not in shown.plain
    assert "Security · Contoso only · once a week" in shown.plain
    assert "Owner: @Aline Marchand." in shown.plain


async def test_an_empty_list_leads_to_the_window(world: World) -> None:
    shown = await listing(world.maya)

    modal = await (await world.maya.presses(shown, "Follow topics")).modal()

    assert "This channel follows nothing yet." in shown.plain
    assert modal.title == "Follow Partner Center"


async def test_23_subscriptions_stand_on_three_pages(world: World) -> None:
    for country in COUNTRIES:
        await subscribe(world.maya, f"customers --country {country}")

    first = await listing(world.maya)
    second = await (await world.maya.presses(first, "Next 10")).answer()
    pages = [first.plain, second.plain]
    third = await (await world.maya.presses(second, "Next 3")).answer()
    pages.append(third.plain)

    assert "Rows 1–10 of 23." in pages[0]
    assert "Rows 11–20 of 23." in pages[1]
    assert "Rows 21–23 of 23." in pages[2]
    assert second.ts == first.ts
    assert "Next" not in "".join(third.buttons)
    assert "Previous 10" in third.buttons
    back = await (await world.maya.presses(third, "Previous 10")).answer()
    assert "Rows 11–20 of 23." in back.plain
    assert "".join(pages).count("Owner:") == 23


async def test_where_the_last_row_of_the_last_page_is_removed_the_page_before_is_shown(world: World) -> None:
    for country in COUNTRIES[:11]:
        await subscribe(world.maya, f"customers --country {country}")
    last = await (await world.maya.presses(await listing(world.maya), "Next 1")).answer()

    pressed = await world.maya.presses(last, "Remove")
    anew = await pressed.answer(where=lambda answer: answer.only_for is not None)

    assert anew.ts == last.ts
    assert anew.plain.count("Owner:") == 10


async def test_a_row_that_is_paused_on_the_last_page_shows_that_page_anew(world: World) -> None:
    for country in COUNTRIES[:12]:
        await subscribe(world.maya, f"customers --country {country}")
    last = await (await world.maya.presses(await listing(world.maya), "Next 2")).answer()

    pressed = await world.maya.presses(last, "Pause", nth=1)
    anew = await pressed.answer(where=lambda answer: answer.only_for is not None)

    assert anew.ts == last.ts
    assert "Rows 11–12 of 12." in anew.plain
    assert "Reason: a person paused them." in anew.plain


async def test_after_the_last_row_of_a_page_is_removed_the_page_before_it_comes(world: World) -> None:
    for country in COUNTRIES[:11]:
        await subscribe(world.maya, f"customers --country {country}")
    last = await (await world.maya.presses(await listing(world.maya), "Next 1")).answer()

    pressed = await world.maya.presses(last, "Remove")
    anew = await pressed.answer(where=lambda answer: answer.only_for is not None)

    assert "follows nothing" not in anew.plain
    assert anew.plain.count("Owner:") == 10


async def test_a_button_whose_page_cannot_be_read_does_nothing(world: World) -> None:
    told = await subscribe(world.maya, "customers")
    shown = await listing(world.maya)
    pause = next(node for node in nodes(shown.blocks) if str(node.get("action_id")).startswith("follow_pause"))

    with forging(world, shown.message) as forger:
        outcome = await forger.press("follow_pause", f"{pause['value']}x")

    assert outcome.said == ("This button no longer applies. Run the command again.",)
    assert world.said()[-1].ts == told.ts


async def test_all_shows_every_channel_and_what_is_done_there_is_told_there(world: World) -> None:
    await subscribe(world.maya, "customers", channel="contoso-project")
    await subscribe(world.maya, "invoices")
    shown = await listing(world.maya, "--all")

    pressed = await world.maya.presses(shown, "Pause", nth=1)
    anew = await pressed.answer(where=lambda answer: answer.only_for is not None)

    assert "What channels follow" in shown.plain
    assert "#contoso-project" in shown.plain
    assert "#sales" in shown.plain
    assert "@Maya Okafor paused: customers." in world.reads(world.said("contoso-project")[-1])
    assert anew.ts == shown.ts
    assert "What channels follow" in anew.plain


async def test_what_is_paused_can_be_resumed_from_the_list_or_from_the_channel(world: World) -> None:
    await subscribe(world.maya, "customers")
    pressed = await world.maya.presses(await listing(world.maya), "Pause")
    paused = await pressed.answer(where=lambda answer: answer.only_for is None)
    shown = await pressed.answer(where=lambda answer: answer.only_for is not None)

    resumed = await (await world.aline.presses(paused, "Resume")).answer()
    late = await (await world.maya.presses(shown, "Resume")).answer()

    assert "@Maya Okafor paused: customers. What happens meanwhile is kept." in paused.plain
    assert resumed.only_for is None
    assert "Aline Marchand" in resumed.plain
    assert "@Aline Marchand switched these notices on again on " in late.plain


async def test_what_is_removed_can_be_restored_once(world: World) -> None:
    await subscribe(world.maya, "customers")
    pressed = await world.maya.presses(await listing(world.maya), "Remove")
    stopped = await pressed.answer(where=lambda answer: answer.only_for is None)
    shown = await pressed.answer(where=lambda answer: answer.only_for is not None)

    restored = await (await world.maya.presses(stopped, "Restore")).answer()
    late = await (await world.maya.presses(stopped, "Restore")).answer()

    assert "@Maya Okafor stopped: customers. It can be restored for 30 days." in stopped.plain
    assert "This channel follows nothing yet." in shown.plain
    assert "@Maya Okafor restored: customers." in restored.plain
    assert "@Maya Okafor switched these notices on again on " in late.plain
    assert "Customers" in (await listing(world.maya)).plain


async def test_after_30_days_nothing_is_restored(world: World) -> None:
    await subscribe(world.maya, "customers")
    stopped = await (await world.maya.types("/partner unsubscribe")).answer()

    await world.later(days=31)
    late = await (await world.maya.presses(stopped, "Restore")).answer()

    assert "@Maya Okafor removed these notices on " in late.plain
    assert "What is removed can be restored for 30 days." in late.plain


async def test_without_topics_the_one_thing_is_stopped_and_of_several_the_person_chooses(world: World) -> None:
    await subscribe(world.maya, "customers")
    await subscribe(world.maya, "invoices")

    several = await (await world.maya.types("/partner unsubscribe")).answer()
    await world.maya.presses(several, "Remove: customers")
    await stands(world, "stopped: customers")
    one = await (await world.maya.types("/partner unsubscribe")).answer()
    none = await (await world.maya.types("/partner unsubscribe")).answer()

    assert several.only_for == world.maya.id
    assert "@Maya Okafor stopped: invoices." in one.plain
    assert none.only_for == world.maya.id
    assert "follows nothing like that." in none.plain


async def test_topics_stop_subscriptions_to_nothing_else(world: World) -> None:
    for words in ("customers --country FR", "customers --country DE", "customers invoices", "security"):
        await subscribe(world.maya, words)

    stopped = await (await world.maya.types("/partner unsubscribe Customers")).answer()
    rest = await (await world.maya.types("/partner unsubscribe customers")).answer()
    nothing = await (await world.maya.types("/partner unsubscribe relationships")).answer()
    misspelt = await (await world.maya.types("/partner unsubscribe secruity")).answer()
    everything = await (await world.maya.types("/partner unsubscribe all")).answer()

    assert "France only" in stopped.plain
    assert "Germany only" in stopped.plain
    assert "invoices" not in stopped.plain
    assert rest.only_for == world.maya.id
    assert "Customers and invoices" in rest.plain
    assert "follows nothing like that." in nothing.plain
    assert "Did you mean security?" in misspelt.plain.replace("`", "")
    assert "customers and invoices" in everything.plain
    assert "stopped: security." in everything.plain
    assert "follows nothing yet" in (await listing(world.maya)).plain


async def test_a_topic_among_everything_is_left_to_the_person(world: World) -> None:
    await subscribe(world.maya, "all")

    shown = await (await world.maya.types("/partner unsubscribe customers")).answer()

    assert "What this channel follows" in shown.plain
    assert "Everything" in shown.plain


async def test_each_of_several_that_were_stopped_can_be_restored(world: World) -> None:
    await subscribe(world.maya, "customers")
    await subscribe(world.maya, "invoices")
    stopped = await (await world.maya.types("/partner unsubscribe all")).answer()

    restored = await (await world.maya.presses(stopped, "Restore: invoices")).answer()

    assert "@Maya Okafor restored: invoices." in restored.plain
    assert (await listing(world.maya)).plain.count("Owner:") == 1


async def test_what_is_stopped_where_others_read_since_is_told_to_the_person_alone(world: World) -> None:
    await subscribe(world.maya, "customers --customer contoso.com")
    before = world.said()
    await world.tom.shares("sales")

    asked = await world.maya.types("/partner unsubscribe")
    stopped = await asked.answer(where=lambda answer: not answer.channel.startswith("D"))

    assert stopped.only_for == world.maya.id
    assert "stopped: customers · Contoso only." in stopped.plain
    assert world.said() == before


async def test_a_channel_that_the_bot_has_left_is_told_all_the_same(world: World) -> None:
    await subscribe(world.maya, "customers")
    left = replace(world.slack.world.channels[SALES], bot_is_member=False)
    world.slack.world.alter(left)

    stopped = await (await world.maya.types("/partner unsubscribe")).answer()
    refused = await (await world.maya.presses(stopped, "Restore")).answer()

    assert stopped.only_for is None
    assert stopped.way == "response_url"
    assert refused.only_for == world.maya.id
    assert "Type /invite @Partner Bot there, then try again." in refused.plain.replace("`", "")


async def test_what_slack_does_not_say_everyone_was_told_is_told_to_the_person_at_least(world: World) -> None:
    await subscribe(world.maya, "customers")
    world.slack.fail_next("chat.postMessage", drop=True)

    stopped = await (await world.maya.types("/partner unsubscribe")).answer()

    assert stopped.only_for == world.maya.id
    assert "stopped: customers." in stopped.plain


async def test_a_test_takes_the_whole_way_of_a_notice_in_its_owners_language(world: World) -> None:
    told = await subscribe(world.aline, "customers")

    await world.maya.presses(told, "Tester")
    test = await stands(world, "Test demandé par @Maya Okafor")

    assert "Suivi ici : clients." in world.reads(test).replace("\u00a0", " ")
    assert "partner_bot_delivery" in str(test.metadata)
    await world.restart()  # after which it is written down
    assert "Last delivered: never" not in (await listing(world.maya)).plain


async def test_who_asks_for_a_test_elsewhere_hears_that_it_is_on_its_way(world: World) -> None:
    await subscribe(world.maya, "customers", channel="contoso-project")

    pressed = await world.maya.presses(await listing(world.maya, "--all"), "Test")
    told = await pressed.answer(where=lambda answer: answer.only_for is not None)

    assert "A test message is on its way to #contoso-project." in told.plain
    await stands(world, "notices reach this channel", "contoso-project")


async def test_an_archived_channel_pauses_its_subscription_and_the_owner_is_told_once(world: World) -> None:
    told = await subscribe(world.aline, "customers")
    await world.tom.archives("sales")

    await world.maya.presses(told, "Tester")
    direct = await told_directly(world, world.aline)
    await world.maya.presses(told, "Tester")
    await world.slack.wait_for(lambda: len(world.slack.calls_to("chat.postMessage")) == 4)
    await world.restart()

    assert "en pause" in world.reads(direct)
    assert "archivé" in world.reads(direct)
    assert world.aline.direct_messages == [direct]
    await world.tom.unarchives("sales")
    shown = await listing(world.maya)
    assert "Reason: the channel is archived." in shown.plain
    assert "Given up: 2." in shown.plain


async def test_the_owner_resumes_from_the_direct_message_once_the_channel_is_back(world: World) -> None:
    told = await subscribe(world.maya, "customers")
    await world.tom.archives("sales")
    await world.maya.presses(told, "Test")
    direct = await told_directly(world, world.maya)

    early = await (await world.maya.presses(direct, "Resume")).answer()
    await world.tom.unarchives("sales")
    pressed = await world.maya.presses(direct, "Resume")
    private = await pressed.answer(where=lambda answer: answer.channel.startswith("D"))

    assert "is archived." in early.plain
    assert "@Maya Okafor resumed: customers. 1 notice was kept and comes now." in private.plain
    await stands(world, "resumed: customers")
    await stands(world, "notices reach this channel")


async def test_a_subscription_of_an_archived_channel_can_be_removed_and_the_person_is_told(world: World) -> None:
    told = await subscribe(world.maya, "customers")
    await world.tom.archives("sales")
    await world.maya.presses(told, "Test")
    direct = await told_directly(world, world.maya)

    stopped = await (await world.maya.presses(direct, "Remove")).answer()

    assert "@Maya Okafor stopped: customers. It can be restored for 30 days." in stopped.plain
    assert list(stopped.buttons) == ["Restore"]


async def test_a_channel_that_others_read_since_gets_no_test(world: World) -> None:
    told = await subscribe(world.maya, "customers --customer contoso.com")
    sales = world.slack.world.channel_named("sales")
    world.slack.workspace.channel_changes[sales] = {"is_ext_shared": True, "is_shared": True}

    await world.maya.presses(told, "Test")
    direct = await told_directly(world, world.maya)

    assert "other organisations can read the channel" in world.reads(direct)
    assert "[Resume]" not in world.reads(direct)
    assert len(world.said()) == 1


async def test_a_channel_that_others_read_since_is_not_resumed(world: World) -> None:
    told = await subscribe(world.maya, "customers")
    shown = await listing(world.maya)
    paused = await (await world.maya.presses(shown, "Pause")).answer(where=lambda answer: "Resume" in answer.buttons)
    sales = world.slack.world.channel_named("sales")
    world.slack.workspace.channel_changes[sales] = {"is_ext_shared": True, "is_shared": True}

    refused = await (await world.maya.presses(paused, "Resume")).answer()

    assert told is not None
    assert "Other organisations can read this channel, so it cannot follow Partner Center." in refused.plain


async def test_resume_is_offered_only_where_the_channel_can_be_written_to(world: World) -> None:
    await subscribe(world.maya, "customers")
    pressed = await world.maya.presses(await listing(world.maya), "Pause")
    await pressed.answer(where=lambda answer: "Resume" in answer.buttons)
    sales = world.slack.world.channel_named("sales")

    world.slack.workspace.channel_changes[sales] = {"is_archived": True}
    archived = await listing(world.maya, "--all")
    world.slack.workspace.channel_changes[sales] = {"is_member": False}
    absent = await listing(world.maya, "--all")
    world.slack.workspace.channel_changes.clear()
    mended = await listing(world.maya, "--all")

    assert "Resume" not in archived.buttons
    assert "To resume, unarchive the channel first." in archived.plain
    assert "Resume" not in absent.buttons
    assert "To resume, type /invite @Partner Bot in the channel first." in absent.plain.replace("`", "")
    assert "Resume" in mended.buttons


async def test_resume_is_not_offered_where_others_read_the_channel_or_may(world: World) -> None:
    await a_paused_one(world)
    sales = world.slack.world.channel_named("sales")

    world.slack.workspace.channel_changes[sales] = {"is_ext_shared": True, "is_shared": True}
    shared = await listing(world.maya, "--all")
    world.slack.workspace.channel_changes.clear()
    world.slack.fail_next("conversations.info", "channel_not_found")
    unseen = await listing(world.maya, "--all")

    assert "Resume" not in shared.buttons
    assert "Other organisations can read this channel, so notices cannot be resumed here." in shared.plain
    assert "Resume" not in unseen.buttons
    assert "To resume, type /invite @Partner Bot in the channel first." in unseen.plain.replace("`", "")


async def test_resume_is_neither_offered_nor_done_while_microsoft_refuses_the_sign_in(world: World) -> None:
    paused = await a_paused_one(world)
    await subscribe(world.aline, "invoices")
    world.microsoft.faults.switch(MFA_MISSING, on=True)
    await (await world.maya.types("/partner customer contoso.com")).answer()

    shown = await listing(world.maya)
    pressed = await (await world.aline.presses(paused, "Resume")).answer()
    second = await for_all(await world.maya.presses(shown, "Pause: invoices"))
    world.microsoft.faults.switch(MFA_MISSING, on=False)
    await (await world.maya.types("/partner customer contoso.com")).answer()
    mended = await listing(world.maya)

    assert "Resume" not in shown.buttons
    words = (
        "Microsoft does not accept the bot’s sign-in. To resume, ask Tom Becker (bot admin) to sign it in again first."
    )
    assert words in shown.plain
    assert pressed.only_for == world.aline.id
    assert "demandez d’abord à Tom Becker" in pressed.plain
    assert list(second.buttons) == []
    assert words in second.plain
    assert len([each for each in mended.buttons if each.startswith("Resume")]) == 2


async def test_resume_is_not_offered_to_whom_it_would_be_refused(quiet_world: World) -> None:
    world = quiet_world
    async with world.bot(BOT_OPERATORS=f"{world.maya.id},{SALES}"):
        await subscribe(world.tom, "customers", channel="contoso-project")
        await (await world.tom.presses(await listing(world.tom, "--all"), "Pause")).answer()
        await subscribe(world.maya, "customers")
        await (await world.maya.presses(await listing(world.maya), "Pause")).answer()

        hers = await listing(world.maya, "--all")
        his = await listing(world.tom, "--all")

    assert len([each for each in hers.buttons if each.startswith("Resume")]) == 1
    assert hers.plain.count("Only operators of this channel can resume its notices.") == 1
    assert len([each for each in his.buttons if each.startswith("Resume")]) == 2
    assert "Only operators" not in his.plain


async def test_what_is_paused_in_a_channel_the_bot_has_left_offers_resume_once_it_is_back(world: World) -> None:
    await subscribe(world.maya, "customers")
    shown = await listing(world.maya)
    world.slack.world.alter(replace(world.slack.world.channels[SALES], bot_is_member=False))

    paused = await for_all(await world.maya.presses(shown, "Pause"))

    assert list(paused.buttons) == []
    assert "To resume, type /invite @Partner Bot in the channel first." in paused.plain.replace("`", "")


async def test_a_role_that_holds_in_one_channel_changes_nothing_in_another(quiet_world: World) -> None:
    world = quiet_world
    async with world.bot(BOT_OPERATORS=f"{world.maya.id},{SALES}"):
        await subscribe(world.tom, "customers", channel="contoso-project")

        for button in ("Test", "Pause", "Change", "Remove"):
            shown = await listing(world.maya, "--all")  # anew: a slow answer stands in the place of the list
            refused = await (await world.maya.presses(shown, button)).answer()
            assert "Following topics is for operators." in refused.plain.replace("*", "")

    assert len(world.said("contoso-project")) == 1


async def test_a_viewer_may_press_nothing(world: World) -> None:
    told = await subscribe(world.maya, "customers")

    for button in ("Test", "Change"):
        refused = await (await world.priya.presses(told, button)).answer()
        assert refused.only_for == world.priya.id
        assert "Following topics is for operators." in refused.plain.replace("*", "")


async def test_what_was_collected_for_a_digest_comes_at_once_where_there_is_none_any_more(world: World) -> None:
    told = await subscribe(world.maya, "invoices --digest daily")
    await world.hears(*world.microsoft.happenings.invoice_ready("G0123"))
    modal = await (await world.maya.presses(told, "Change")).modal()

    await world.maya.submits(modal, {"rhythm": "now"})

    await stands(world, "Invoice ready: G0123")
