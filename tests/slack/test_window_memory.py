"""What a window remembers comes back with its submission as it was given."""

from hypothesis import given
from hypothesis import strategies as st

from bot.context import Place
from bot.reply import Modal
from bot.slack.replies import WindowMemory, as_view
from bot.typed_text import visible
from tests.world import World

SLACK_ID = r"[A-Z0-9]{1,64}"
TIMESTAMP = r"[0-9]{1,20}\.[0-9]{1,20}"

ids = st.none() | st.from_regex(SLACK_ID, fullmatch=True)
timestamps = st.none() | st.from_regex(TIMESTAMP, fullmatch=True)
places = st.builds(Place, channel_id=ids, thread_ts=timestamps, in_thread=st.booleans(), person=ids)


@given(place=places, response_url=st.none() | st.text(max_size=20), memory=st.text(max_size=20).map(visible))
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
