"""What a window remembers comes back with its submission as it was given."""

from hypothesis import given
from hypothesis import strategies as st

from bot.context import Place
from bot.reply import Modal
from bot.slack.replies import WindowMemory, as_view
from tests.world import World

names = st.none() | st.text(max_size=20)
places = st.builds(Place, channel_id=names, thread_ts=names, in_thread=st.booleans(), person=names)


@given(place=places, response_url=names, memory=st.text(max_size=20))
def test_a_window_remembers_where_it_was_opened_from(place: Place, response_url: str | None, memory: str) -> None:
    modal = Modal(callback_id="x", title="Title", blocks=(), close="Close", memory=memory)

    remembered = WindowMemory.model_validate_json(str(as_view(modal, place, response_url)["private_metadata"]))

    assert remembered.place == place
    assert remembered.response_url == response_url
    assert remembered.memory == memory


async def test_the_second_window_of_an_invitation_remembers_whose_message_it_was_opened_from(world: World) -> None:
    question = (await world.aline.says("Could you invite Northwind?", channel="northwind")).message
    assert question is not None
    opened = await (await world.maya.message_shortcut("invite_in_thread", question)).modal()

    await world.maya.submits(opened, {"company": "Northwind"})

    second = world.slack.world.views[world.maya.id][-1]
    assert second.content["callback_id"] == "send_invitation_external"
    memory = WindowMemory.model_validate_json(second.content["private_metadata"])
    assert memory.place.person == world.aline.id
    assert memory.place.message_ts is None
