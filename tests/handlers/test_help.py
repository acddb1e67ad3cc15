"""Help and misspelt commands, as a conversation."""

from bot.domain.event_kind import Topic
from bot.subscription_arguments import DIGESTS, KNOWN
from tests.world import World


async def test_bare_partner_is_help_for_ones_own_role(world: World) -> None:
    operators = await (await world.maya.types("/partner")).answer()
    viewers = await (await world.priya.types("/partner help")).answer()

    assert "/partner invite" in operators.plain
    assert "Your role: operator." in operators.plain
    assert "/partner invite" not in viewers.plain
    assert "5 more commands are for higher roles." in viewers.plain


async def test_help_always_works_even_when_nobody_is_configured(quiet_world: World) -> None:
    async with quiet_world.bot(BOT_VIEWERS="", BOT_OPERATORS="", BOT_ADMINS=""):
        answer = await (await quiet_world.priya.types("/partner help")).answer()
        guest = await (await quiet_world.rosa.types("/partner help")).answer()

    assert "Your role: none yet." in answer.plain
    assert "Partner Bot answers members of this workspace only." in guest.plain
    assert "`/partner help` shows what you can do" in guest.plain
    assert "role" not in guest.plain


async def test_help_explains_one_command(world: World) -> None:
    answer = await (await world.maya.types("/partner help relationships")).answer()

    assert "/partner relationships" in answer.plain
    assert "Lists the customer’s partners." in answer.plain


async def test_help_with_examples_gives_none_twice(world: World) -> None:
    answer = await (await world.maya.types("/partner help subscribe")).answer()

    assert "/partner subscribe customers`" in answer.plain
    assert "*Example*" not in answer.plain


async def test_an_unknown_word_gets_the_nearest_command_which_a_press_runs(world: World) -> None:
    answer = await (await world.maya.types("/partner custmer contoso.com")).answer()

    card = await (await world.maya.presses(answer, "Run this command")).answer()

    assert "/partner customer contoso.com" in answer.plain
    assert "Tenant ID" in card.plain


async def test_a_lone_domain_is_taken_for_a_customer(world: World) -> None:
    answer = await (await world.maya.types("/partner contoso.com")).answer()

    assert "/partner customer contoso.com" in answer.plain


async def test_a_word_that_is_near_nothing_gets_help(world: World) -> None:
    answer = await (await world.maya.types("/partner qqqqq")).answer()

    assert list(answer.buttons) == ["Show help"]


async def test_a_mention_without_words_is_help_in_the_thread(world: World) -> None:
    root = await world.tom.says("Who knows?")
    assert root.message is not None
    said = await world.maya.says("@Partner Bot", thread_ts=root.message.ts)

    answer = await said.answer()

    assert answer.thread_ts is not None
    assert answer.only_for == world.maya.id


async def test_a_mention_without_words_and_without_a_thread_is_help_in_the_channel(world: World) -> None:
    answer = await (await world.maya.says("@Partner Bot")).answer()

    assert (answer.only_for, answer.thread_ts) == (world.maya.id, None)


async def test_help_for_subscribe_shows_every_topic_and_option_by_an_example(world: World) -> None:
    answer = await (await world.maya.types("/partner help subscribe")).answer()

    examples = [line for line in answer.plain.replace("`", "").splitlines() if line.startswith("/partner subscribe ")]
    for topic in Topic:
        assert any(line.startswith(f"/partner subscribe {topic} ") for line in examples), topic
    for option in KNOWN:
        assert any(f" {option} " in line for line in examples), option
    for digest in DIGESTS:
        assert any(digest in line for line in examples), digest
