"""Nothing is waited for in vain, and nothing is kept for ever."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.domain.invitations import CHANNEL_ARCHIVED, MESSAGE_DELETED, Invitation, InvitationState
from bot.storage.tables import deliveries, invitations
from sandbox.microsoft.companies import CONTOSO
from tests.notifications.beginnings import invite, subscribe
from tests.notifications.newsroom import Newsroom, newsroom
from tests.transactions import read, reading, writing
from tests.world import World


async def state(news: Newsroom, invitation: Invitation) -> tuple[InvitationState, str | None]:
    found = await read(news.database, news.repositories.invitations.find, invitation.id)
    assert found is not None
    return found.state, found.reason


async def test_an_invitation_whose_message_was_deleted_is_closed(quiet_world: World) -> None:
    async with newsroom(quiet_world) as news:
        gone, stands = await invite(news), await invite(news, key="V2")
        message = quiet_world.slack.world.message(gone.channel_id, str(gone.message_ts))
        assert message is not None
        quiet_world.slack.world.delete(message)

        await news.run("messages of invitations")

        assert await state(news, gone) == (InvitationState.CLOSED, MESSAGE_DELETED)
        assert await state(news, stands) == (InvitationState.WAITING, None)


async def test_a_stored_message_that_none_of_slacks_can_be_is_not_asked_for(quiet_world: World) -> None:
    async with newsroom(quiet_world) as news:
        damaged = await invite(news)
        async with writing(news.database) as connection:
            connection.execute(update(invitations).values(message_ts="[1700000000.000100"))

        await news.run("messages of invitations")

        assert await state(news, damaged) == (InvitationState.CLOSED, MESSAGE_DELETED)
        assert quiet_world.slack.calls_to("chat.getPermalink") == []


async def test_an_invitation_whose_channel_is_gone_is_closed(quiet_world: World) -> None:
    async with newsroom(quiet_world) as news:
        archived, deleted = await invite(news), await invite(news, key="V2", where="deal-desk")
        slack = quiet_world.slack.world
        slack.alter(replace(slack.channels[archived.channel_id], archived=True))
        del slack.channels[deleted.channel_id]

        await news.run("messages of invitations")

        assert await state(news, archived) == (InvitationState.CLOSED, CHANNEL_ARCHIVED)
        assert await state(news, deleted) == (InvitationState.CLOSED, CHANNEL_ARCHIVED)


async def test_messages_are_looked_for_some_at_a_time_and_in_turn(
    quiet_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.notifications.cleanup.LOOKS", 2)
    async with newsroom(quiet_world) as news:
        waiting = [await invite(news, key=f"V{number}") for number in range(3)]

        await news.run("messages of invitations")
        await news.run("messages of invitations")

        asked = [call.arguments["message_ts"] for call in quiet_world.slack.calls_to("chat.getPermalink")]
        order = [row.message_ts for row in waiting]
        assert asked == [order[0], order[1], order[2], order[0]]


@pytest.mark.parametrize("trouble", [{"status": 429, "retry_after": 30}, {"error": "internal_error", "times": 9}])
async def test_while_slack_has_trouble_nothing_is_closed(quiet_world: World, trouble: dict[str, int]) -> None:
    async with newsroom(quiet_world) as news:
        waiting = await invite(news)
        quiet_world.slack.fail_next("chat.getPermalink", **trouble)  # type: ignore[arg-type]

        await news.run("messages of invitations")

        assert await state(news, waiting) == (InvitationState.WAITING, None)


async def test_what_is_finished_is_forgotten_after_a_month(quiet_world: World) -> None:
    async with newsroom(quiet_world) as news:
        removed = await subscribe(news)
        await news.notifications.subscription_service.remove(removed)
        await invite(news)
        await news.poll()
        news.happen.change_subscription(CONTOSO.tenant_id)
        await news.poll()
        async with writing(news.database) as connection:
            connection.execute(update(deliveries).values(state="sent", finished_at=deliveries.c.created_at))
            connection.execute(update(invitations).values(remind_at=None))
    quiet_world.clock.move(timedelta(days=31))

    async with newsroom(quiet_world) as news:
        await news.run("clean-up")

        async with reading(news.database) as connection:
            left = connection.execute(select(deliveries)).all()
        assert left == []
        assert await read(news.database, news.repositories.subscriptions.find, removed) is None
        assert len(await news.events()) == 1  # these are kept for longer: they must not be told again
