"""Question in the thread of an invitation: is a new customer the one that was invited?"""

from functools import partial

from bot.delivery.handler import Decision, DeliveryHandler, Drop, Plan, Planner
from bot.domain.deliveries import Delivery, Step
from bot.notifications.handlers import Dependencies
from bot.notifications.invitation_matching import find_match
from bot.notifications.invitation_news import QUESTION, into_thread, is_shared, of_sender
from bot.reply import Message
from bot.views import invitations as views

ASK = "question"


class AcceptanceQuestionHandler(DeliveryHandler):
    """Handler of deliveries whose subject is an event and an invitation."""

    kind = QUESTION

    def __init__(self, dependencies: Dependencies) -> None:
        self._database = dependencies.repositories.database
        self._events = dependencies.repositories.events
        self._enrichment = dependencies.enrichment
        self._channels = dependencies.channels

    async def prepare(self, delivery: Delivery) -> Planner | Decision:
        """Ask, unless it has been answered meanwhile."""
        event_id, _, invitation_id = delivery.subject.rpartition(" ")
        event = await self._database.read(partial(self._events.find, event_id=event_id))
        if event is None:
            return Drop("no such event")
        customer = await self._enrichment.customer_if_there(event.customer_id)
        found = await self._database.read(lambda connection: find_match(connection, event, customer))
        rows = found.perhaps if found.sure is None else (found.sure,)
        ask = next((row for row in rows if row.id == invitation_id), None)
        if ask is None:
            return Drop("answered")
        shared = ask.external_channel or await is_shared(self._channels, delivery)

        async def render(_step: Step) -> Message:
            return views.is_this_them(of_sender(ask), rows, event, customer, ask=ask)

        return Plan(steps=(into_thread(ask, name=ASK, shared=shared),), content=render)


def handler(dependencies: Dependencies) -> AcceptanceQuestionHandler:
    """Return the handler."""
    return AcceptanceQuestionHandler(dependencies)
