"""What one person's page shows, as JSON."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sandbox.faults import Faults
from sandbox.people import Channel, Person
from sandbox.slack.model import BOT_NAME, BOT_USER, Message, View
from sandbox.slack.service import Slack

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """Something that happens once when it is pressed: ``act`` gets the id of the person who pressed."""

    id: str
    group: str
    label: str
    effect: str
    label_fr: str
    effect_fr: str
    act: Callable[[str], Awaitable[None]]


class Sight:
    """The state of the page for whoever looks, with the switches and presses beside it."""

    def __init__(
        self,
        slack: Slack,
        *,
        faults: Sequence[Faults],
        presses: Iterable[Press],
    ) -> None:
        self.slack, self.world = slack, slack.world
        self.faults = tuple(faults)
        self.presses: dict[str, Press] = {}
        self.offer(presses)
        self.dismissed: set[str] = set()

    def offer(self, presses: Iterable[Press]) -> None:
        """Put more presses on the panel."""
        self.presses |= {press.id: press for press in presses}

    def people(self) -> list[Person]:
        """Return those whom a visitor may act as."""
        return [person for person in self.world.people.values() if person.can_act]

    def person(self, wanted: str | None) -> Person:
        """Return who acts; the first where nobody is named. Unknown raises LookupError."""
        people = self.people()
        if not wanted:
            return people[0]
        for person in people:
            if person.id == wanted:
                return person
        raise LookupError(f"nobody can act as {wanted}")

    def state(self, person: Person) -> Json:
        """Return all that one person's page shows."""
        places = [self._channel(c) for c in self.world.channels.values() if person.id in c.members]
        if direct := self.world.direct.get(person.id):
            places.append(
                {
                    "id": direct,
                    "name": BOT_NAME,
                    "shared": False,
                    "kind": "dm",
                    "archived": False,
                    "bot_is_member": True,
                }
            )
        seen = [message for message in self.world.messages if self.world.sees(person.id, message)]
        return {
            "version": self.world.version,
            "now": self.world.now(),
            "me": _person(person),
            "people": [_person(each) for each in self.people()],
            "bot": {"id": BOT_USER, "name": BOT_NAME},
            "channels": places,
            "messages": {p["id"]: [self._message(m, seen) for m in seen if m.channel == p["id"]] for p in places},
            "views": [_view(view) for view in self.world.views[person.id]],
            "refusals": [
                {"id": r.id, "method": r.method, "error": r.error, "detail": r.detail, "blocks": r.blocks}
                for r in self.world.refusals
                if r.id not in self.dismissed
            ],
            "shortcuts": [asdict(shortcut) for shortcut in self.slack.installed.shortcuts],
            "commands": [asdict(command) for command in self.slack.installed.slash_commands],
            "faults": [
                asdict(fault) | {"on": faults.is_on(fault.id)}
                for faults in self.faults
                for fault in faults.known.values()
            ],
            "presses": [
                {
                    "id": press.id,
                    "group": press.group,
                    "label": press.label,
                    "effect": press.effect,
                    "label_fr": press.label_fr,
                    "effect_fr": press.effect_fr,
                }
                for press in self.presses.values()
            ],
        }

    def _channel(self, channel: Channel) -> Json:
        return {
            "id": channel.id,
            "name": channel.name,
            "shared": channel.shared,
            "kind": "private" if channel.private else "channel",
            "archived": channel.archived,
            "bot_is_member": channel.bot_is_member,
        }

    def _message(self, message: Message, seen: list[Message]) -> Json:
        replies = [m for m in seen if m.thread_ts == message.ts and m.channel == message.channel and not m.only_for]
        return {
            "ts": message.ts,
            "thread_ts": message.thread_ts,
            "user": {
                "id": message.user,
                "name": BOT_NAME if message.by_bot else self.world.people[message.user].name,
                "bot": message.user == BOT_USER,
            },
            "text": message.text,
            "blocks": message.blocks,
            "mrkdwn": message.formatted,
            "only_you": message.only_for is not None,
            "edited": message.edited and message.only_for is None,
            "reactions": [{"name": name, "count": len(users)} for name, users in message.reactions.items()],
            "reply_count": len(replies),
            "working": message.working,
        }


def _person(person: Person) -> Json:
    return {
        "id": person.id,
        "name": person.name,
        "role": person.role,
        "title": person.title,
        "locale": person.locale,
        "tz": person.tz,
        "guest": person.guest,
        "external": person.external,
        "owner": person.owner,
        "color": person.color,
    }


def _view(view: View) -> Json:
    return {
        "id": view.id,
        "title": view.content["title"]["text"],
        "submit": (view.content.get("submit") or {}).get("text"),
        "close": (view.content.get("close") or {}).get("text"),
        "blocks": view.blocks,
        "callback_id": view.content.get("callback_id", ""),
    }
