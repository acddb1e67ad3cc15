"""How Microsoft's events reach the bot: as they should, or as a switch on the panel says."""

from datetime import timedelta

from sandbox.faults import Fault, Faults
from sandbox.microsoft import Microsoft
from sandbox.microsoft.happenings import Events

LATE = timedelta(days=15)
"""Microsoft tries for 14 days; what comes later is a repetition of something old."""

SWITCHES = (
    Fault(
        id="events_late",
        group="microsoft",
        label="Events late",
        effect="Events come 15 days after what they tell of",
        label_fr="Événements en retard",
        effect_fr="Les événements arrivent 15 jours après ce qu’ils annoncent",
    ),
    Fault(
        id="events_twice",
        group="microsoft",
        label="Events twice",
        effect="Every event is delivered a second time; it should be told once",
        label_fr="Événements en double",
        effect_fr="Chaque événement arrive deux fois ; il ne doit être annoncé qu’une fois",
    ),
    Fault(
        id="events_backwards",
        group="microsoft",
        label="Events out of order",
        effect="Where several events come together, the last comes first",
        label_fr="Événements dans le désordre",
        effect_fr="Quand plusieurs événements arrivent ensemble, le dernier arrive en premier",
    ),
    Fault(
        id="events_unsigned",
        group="microsoft",
        label="Events unsigned",
        effect="Events carry no signature, so the bot must refuse them",
        label_fr="Événements sans signature",
        effect_fr="Les événements ne sont pas signés : le bot doit les refuser",
    ),
)


class Mail:
    """Brings events to the bot's webhook, as the switches say."""

    def __init__(self, microsoft: Microsoft, faults: Faults) -> None:
        self._sender, self._faults = microsoft.webhook, faults

    async def bring(self, events: Events) -> None:
        """Deliver what an occurrence causes, and wait until it is taken or given up."""
        if self._faults.is_on("events_late"):
            await self._sender.deliver_late(*events, by=LATE)
        elif self._faults.is_on("events_twice"):
            await self._sender.deliver_twice(*events)
        elif self._faults.is_on("events_backwards"):
            await self._sender.deliver_backwards(*events)
        else:
            await self._sender.deliver(*events, signed=not self._faults.is_on("events_unsigned"))
