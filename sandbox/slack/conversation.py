"""What a test holds after a person did something: the invocation, its answers, the modal it opened."""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.slack import reading
from sandbox.slack.blocks import Block
from sandbox.slack.delivery import Ack
from sandbox.slack.form import Values
from sandbox.slack.model import Happening, Message, View
from sandbox.slack.world import World


class Names(Mapping[str, str]):
    """Names of people and channels by id."""

    def __init__(self, world: World, bot: tuple[str, str]) -> None:
        self._world, self._bot = world, bot

    def _all(self) -> dict[str, str]:
        people = {person.id: person.name for person in self._world.people.values()}
        return people | {c.id: c.name for c in self._world.channels.values()} | {self._bot[0]: self._bot[1]}

    def __getitem__(self, key: str) -> str:
        return self._all()[key]

    def __iter__(self) -> Any:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


class Answer:
    """A message of the bot as it was when it reached people."""

    def __init__(self, happening: Happening, names: Mapping[str, str]) -> None:
        self._happening, self._names = happening, names
        self.message: Message = happening.message

    def __repr__(self) -> str:
        return f"<Answer {self.way} {self.plain!r}>"

    @property
    def text(self) -> str:
        """The fallback text, as Slack keeps it."""
        return self.message.text

    @property
    def blocks(self) -> list[Block]:
        return self.message.blocks

    @property
    def plain(self) -> str:
        """Everything a person reads, a line for each piece."""
        return reading.of_message(self.message, self._names)

    @property
    def buttons(self) -> dict[str, dict[str, Any]]:
        return reading.buttons(self.message.blocks)

    @property
    def only_for(self) -> str | None:
        """The id of the one person who sees it; None where all in the conversation do."""
        return self.message.only_for

    @property
    def channel(self) -> str:
        return self.message.channel

    @property
    def thread_ts(self) -> str | None:
        return self.message.thread_ts

    @property
    def ts(self) -> str:
        return self.message.ts

    @property
    def way(self) -> str:
        """``response_url``, ``ack``, or the Web API method that brought it."""
        return self._happening.way

    @property
    def replaced(self) -> bool:
        """Whether it took the place of an earlier one."""
        return self.message.edited

    @property
    def is_working(self) -> bool:
        """Whether it only says that the answer is coming."""
        return self.message.working


class Modal:
    """A modal in front of a person, as it stands now (or stood when it closed)."""

    def __init__(self, world: World, view: View, names: Mapping[str, str]) -> None:
        self._world, self._names, self.view = world, names, view
        self.id = view.id

    def __repr__(self) -> str:
        return f"<Modal {self.title!r} {self.plain!r}>"

    @property
    def is_open(self) -> bool:
        return self._world.view(self.id) is not None

    @property
    def title(self) -> str:
        return str(self.view.content["title"]["text"])

    @property
    def submit(self) -> str | None:
        """The label of its submit button, if it has one."""
        return (self.view.content.get("submit") or {}).get("text")

    @property
    def callback_id(self) -> str:
        return str(self.view.content.get("callback_id", ""))

    @property
    def private_metadata(self) -> str:
        return str(self.view.content.get("private_metadata", ""))

    @property
    def blocks(self) -> list[Block]:
        return self.view.blocks

    @property
    def plain(self) -> str:
        return reading.plain(self.view.blocks, self._names)

    @property
    def buttons(self) -> dict[str, dict[str, Any]]:
        return reading.buttons(self.view.blocks)

    @property
    def values(self) -> Values:
        """What is filled in, as in ``state.values``."""
        return self.view.values

    @property
    def labels(self) -> list[str]:
        """The labels of its fields."""
        return [str(block["label"]["text"]) for block in self.view.blocks if block["type"] == "input"]


class Invocation:
    """Something a person did that the bot was told of."""

    def __init__(self, world: World, names: Mapping[str, str], *, person: str, channel: str | None = None) -> None:
        self._world, self._names = world, names
        self.number = world.number()
        self.person = person
        self.channel = channel
        self.thread_ts: str | None = None
        """For a mention: the thread in which the answer belongs."""
        self.message: Message | None = None
        """For something said: the message."""
        self.payload: dict[str, Any] = {}
        self.ack = Ack(status=None, after=0.0, error="not_delivered")
        self.opened_url: str | None = None
        """For a link button: the page that opened."""
        self._since = len(world.happenings)
        self._taken: set[int] = set()

    def __repr__(self) -> str:
        return f"<Invocation {self.payload.get('type', 'command')} {self.ack}>"

    @property
    def status(self) -> int | None:
        """The HTTP status of the ack; None where none came."""
        return self.ack.status

    @property
    def acked_after(self) -> float:
        """Seconds until the ack."""
        return self.ack.after

    @property
    def ack_body(self) -> Any:
        return self.ack.body

    @property
    def error(self) -> str | None:
        """Slack's word for what went wrong: ``operation_timeout``, ``dispatch_failed``, ``not_delivered``."""
        return self.ack.error

    @property
    def answers(self) -> list[Answer]:
        """All that has reached the person since, working lines included."""
        return [Answer(h, self._names) for h in self._world.happenings[self._since :] if self._concerns(h)]

    def _concerns(self, happening: Happening) -> bool:
        if happening.invocation is not None:
            return happening.invocation == self.number
        message = happening.message
        if not message.by_bot or not self._world.sees(self.person, message):
            return False
        to_me = message.only_for == self.person or message.channel in self._world.direct.values()
        return to_me or self.thread_ts is None or self.thread_ts == message.thread_ts

    async def answer(
        self,
        timeout: float = 60,  # noqa: ASYNC109 - reads as the conversation does
        *,
        working: bool = False,
        where: Callable[[Answer], bool] = lambda _: True,
    ) -> Answer:
        """Wait for the next thing that reaches the person; working lines are passed over unless asked for.

        Raises TimeoutError, naming what did come, after so many seconds.
        """

        def found() -> tuple[int, Answer] | None:
            for place, answer in enumerate(self.answers):
                if place not in self._taken and (working or not answer.is_working) and where(answer):
                    return place, answer
            return None

        try:
            place, answer = await self._world.wait_for(found, timeout)
        except TimeoutError:
            raise TimeoutError(
                f"no answer within {timeout} s; ack {self.ack}, so far {self.answers}, complaints "
                f"{self._world.complaints}"
            ) from None
        self._taken.add(place)
        return answer

    async def modal(self, timeout: float = 60) -> Modal:  # noqa: ASYNC109 - as above
        """Wait for the modal that this opened."""

        def found() -> View | None:
            stack = self._world.views[self.person]
            return next((view for view in reversed(stack) if view.invocation == self.number), None)

        try:
            return Modal(self._world, await self._world.wait_for(found, timeout), self._names)
        except TimeoutError:
            raise TimeoutError(
                f"no modal within {timeout} s; ack {self.ack}, answers {self.answers}, complaints "
                f"{self._world.complaints}"
            ) from None


class Submission(Invocation):
    """A submit button pressed; ``errors`` by block_id are the bot's, or Slack's own before it asked the bot."""

    def __init__(self, world: World, names: Mapping[str, str], *, person: str, channel: str | None = None) -> None:
        super().__init__(world, names, person=person, channel=channel)
        self.errors: dict[str, str] = {}
        self.is_delivered = False
        """False where Slack stopped it because of a field left empty."""

    @property
    def ok(self) -> bool:
        """Whether the bot took it."""
        return self.is_delivered and self.ack.ok and not self.errors
