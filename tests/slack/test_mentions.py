"""What people write around a mention: the command or the customer in it is found, wherever it stands."""

import pytest

from sandbox.microsoft.companies import ADATUM, CONTOSO
from sandbox.slack.conversation import Answer
from tests.world import World

BOT = "@Partner Bot"


@pytest.mark.parametrize(
    "words",
    [
        f"{BOT} customer contoso.com",
        f"{BOT}: customer contoso.com",
        f"{BOT}, customer contoso.com",
        f"{BOT} - customer contoso.com",
        f"{BOT} – customer contoso.com",
        f"{BOT}! customer contoso.com!",
        f"hey {BOT} customer contoso.com",
        f"{BOT} please customer contoso.com",
        f"{BOT} could you please show contoso.com, thanks",
        f"hey {BOT} look up contoso.com please",
        f"{BOT} show me the customer contoso.com please",
        f"{BOT} contoso.com",
        f"{BOT} contoso.com?",
        f"{BOT} is contoso.com one of our customers?",
        f"{BOT} customer for contoso.com, thank you!",
        f"customer contoso.com {BOT}",
        f"customer contoso.com, {BOT}!",
        f"look up contoso.com {BOT} please",
        f"what do you know, {BOT}, about contoso.com?",
        f"{BOT} /partner customer contoso.com",
        f"{BOT} *customer* contoso.com",
        f"{BOT} {CONTOSO.tenant_id}",
        f"who is {CONTOSO.tenant_id}, {BOT}?",
        f"{BOT} they write from jeanne@contoso.com",
        f"@Tom Becker ask {BOT} about contoso.com",
        f"{BOT} @Tom Becker wants contoso.com",
        f"bonjour {BOT}, peux-tu chercher contoso.com s'il te plaît ?",
        f"{BOT} montre-moi le client contoso.com svp",
        f"{BOT} client contoso.com merci",
        f"{BOT} est-ce que contoso.com est chez nous ?",
    ],
)
async def test_the_customer_is_found_and_everyone_in_the_thread_reads_the_card(world: World, words: str) -> None:
    said = await world.maya.says(words)

    answer = await said.answer()

    assert said.message is not None
    assert (answer.only_for, answer.thread_ts) == (None, said.message.ts)
    assert "Contoso" in answer.plain
    assert "See full card" in answer.buttons or "customers begin" in answer.plain


async def test_a_name_is_found_without_the_courtesies_behind_it(world: World) -> None:
    answer = await (await world.maya.says(f"{BOT} customer Southridge Video please, thank you!")).answer()

    assert "Southridge Video" in answer.plain
    assert "See full card" in answer.buttons


async def test_of_two_customers_in_a_sentence_one_is_chosen(world: World) -> None:
    said = await world.maya.says(f"{BOT} which of contoso.com and {ADATUM.tenant_id} was it?")

    answer = await said.answer()

    assert "names 2 customers" in answer.plain
    assert answer.only_for is None


@pytest.mark.parametrize(
    "words",
    [
        f"{BOT} relationships fabrikam.com please",
        f"{BOT} can you list the relationships of fabrikam.com please",
        f"{BOT}: show partners for fabrikam.com",
    ],
)
async def test_another_command_is_found_likewise(world: World, words: str) -> None:
    answer = await (await world.maya.says(words)).answer()

    assert "Fabrikam" in answer.plain
    assert "MPN" in answer.plain or "partner" in answer.plain.lower()
    assert answer.only_for is None


async def in_a_thread(world: World, words: str) -> tuple[Answer, str]:
    """Say it in a thread; return the answer, and the thread."""
    root = await world.tom.says("Who knows?")
    assert root.message is not None
    return await (await world.maya.says(words, thread_ts=root.message.ts)).answer(), root.message.ts


@pytest.mark.parametrize(
    "words",
    [
        f"{BOT}",
        f"{BOT} hi",
        f"thanks {BOT}!",
        f"{BOT} help",
        f"{BOT} help subscribe",
        f"{BOT} customer --help",
        f"{BOT} custmer Contoso",
        f"{BOT} xyzzy",
        f"{BOT} how do I unsubscribe?",
        f"{BOT} invites",
        f"{BOT} invites mine",
        f"{BOT} show my invites",
        f"{BOT} invites xyzzy",
        f"{BOT} subscriptions",
        f"{BOT} subscribe custmers",
        f"{BOT} subscribe --xyzzy",
        f"{BOT} subscribe customers --country Atlantis",
        f"{BOT} subscribe customers --customer nobody-at-all.example",
        f"{BOT} unsubscribe xyzzy",
        f"{BOT} unsubscribe",
    ],
)
async def test_near_misses_help_and_what_is_ones_own_are_for_the_asker_alone(world: World, words: str) -> None:
    answer, thread = await in_a_thread(world, words)

    assert answer.only_for == world.maya.id
    assert answer.thread_ts == thread
    assert world.said() == []


async def test_a_near_miss_without_a_thread_stands_in_the_channel(world: World) -> None:
    answer = await (await world.maya.says(f"{BOT} custmer Contoso")).answer()

    assert (answer.only_for, answer.thread_ts) == (world.maya.id, None)


async def test_a_command_in_the_middle_of_a_question_is_offered_and_not_carried_out(world: World) -> None:
    await (await world.maya.types("/partner subscribe customers")).answer()

    answer, _ = await in_a_thread(world, f"{BOT} how do I unsubscribe?")

    assert "Did you mean /partner unsubscribe" in answer.plain.replace("`", "")
    assert "Customers" in (await (await world.maya.types("/partner subscriptions")).answer()).plain


async def test_the_line_that_an_answer_is_coming_leaves_the_thread_when_the_answer_is_for_one_person(
    world: World,
) -> None:
    world.microsoft.partner_center.hold()
    said = await world.maya.says(f"{BOT} subscribe customers --customer nobody-at-all.example")
    working = await said.answer(working=True)
    assert working.is_working

    world.microsoft.partner_center.release()
    answer = await said.answer()
    await world.slack.wait_for(lambda: not world.said())

    assert answer.only_for == world.maya.id


async def test_trying_again_reads_the_sentence_again(world: World) -> None:
    world.microsoft.partner_center.answer_next("/v1/customers/{id}", status=503, times=3)
    failed = await (await world.maya.says(f"{BOT} is contoso.com ours, please?")).answer()

    again = await (await world.maya.presses(failed, "Try again")).answer()

    assert CONTOSO.tenant_id in again.plain
