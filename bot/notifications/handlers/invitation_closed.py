"""End of an invitation: text and link leave its message, and the line it hangs on says so."""

from functools import partial

from bot.delivery.handler import Decision, DeliveryHandler, Drop, Plan, Planner
from bot.delivery.messenger import Refused
from bot.domain.deliveries import Delivery, Edit, Step
from bot.domain.invitations import InvitationState
from bot.language import language
from bot.notifications.handlers import Dependencies
from bot.notifications.invitation_news import CLOSED, is_shared, of_sender
from bot.reply import Message
from bot.views import invitations as views

MESSAGE, LINE = "message", "line"


class InvitationClosedHandler(DeliveryHandler):
    """Handler of deliveries whose subject is a closed invitation."""

    kind = CLOSED

    def __init__(self, dependencies: Dependencies) -> None:
        self._database = dependencies.repositories.database
        self._invitations = dependencies.repositories.invitations
        self._channels = dependencies.channels

    async def prepare(self, delivery: Delivery) -> Planner | Decision:
        """Edit the message, then the line; where others read by now, only take away, and leave the line as it is."""
        row = await self._database.read(partial(self._invitations.find, invitation_id=delivery.subject))
        if row is None or row.state is not InvitationState.CLOSED or row.message_ts is None:
            return Drop("not closed")
        shared = row.external_channel or await self._may_be_shared(delivery)
        steps: list[Step] = [Edit(name=MESSAGE, channel=row.channel_id, ts=row.message_ts, for_others=shared)]
        if row.parent_ts is not None and not shared:
            steps.append(Edit(name=LINE, channel=row.channel_id, ts=row.parent_ts))

        async def render(step: Step) -> Message:
            if isinstance(step, Edit) and step.for_others:
                return views.over(language(row.language))
            return views.parent(of_sender(row), row) if step.name == LINE else views.closed(of_sender(row), row)

        return Plan(steps=tuple(steps), content=render)

    async def _may_be_shared(self, delivery: Delivery) -> bool:
        try:
            return await is_shared(self._channels, delivery)
        except Refused:  # the bot may not see the channel any more
            return True


def handler(dependencies: Dependencies) -> InvitationClosedHandler:
    """Return the handler."""
    return InvitationClosedHandler(dependencies)
