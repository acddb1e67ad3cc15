"""Which handler answers what: each feature declares its commands, buttons, windows and shortcuts on a router, once."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bot.context import CommandHelp, Explained, Role
from bot.reply import Reply

Handler = Callable[..., Awaitable[Reply]]
H = TypeVar("H", bound=Handler)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """What every route has: who may take it, and in words what for."""

    name: str
    handler: Handler
    role: Role
    doing: str
    """What a person does here ("Looking up customers"), a text to translate; said when they may not."""
    opens_window: bool = False
    saves: bool = False
    """Something is saved here: where the database fails, even at a read before, the person is told that it is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRoute(Route):
    """``/partner <name> <argument>``."""

    parse: Callable[[str], Any]
    argument: str
    summary: str
    group: str
    example: str
    also: tuple[str, ...] = ()
    """Further words that call it."""
    explained: tuple[Explained, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortcutRoute(Route):
    """A shortcut, global or on a message; ``title`` and ``description`` stand in Slack's menus."""

    title: str
    description: str
    on_message: bool
    for_sentences: bool = False
    """It also answers a mention that begins with no command, as it would a message with these words."""


@dataclass(frozen=True, slots=True)
class Form:
    """A submitted window: what it remembered, and the value of each input by block id."""

    memory: str
    values: Mapping[str, str]

    def __getitem__(self, block_id: str) -> str:
        return self.values.get(block_id, "")

    def ticked(self, block_id: str) -> tuple[str, ...]:
        """Return the values of the boxes that are ticked."""
        return tuple(filter(None, self[block_id].split(",")))


@dataclass(frozen=True, slots=True)
class PointedMessage:
    """The message that a message shortcut was used on."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Router:
    """The routes of one feature, or of all."""

    role: Role = Role.VIEWER
    doing: str = ""
    commands: dict[str, CommandRoute] = field(default_factory=dict)
    actions: dict[str, Route] = field(default_factory=dict)
    submissions: dict[str, Route] = field(default_factory=dict)
    shortcuts: dict[str, ShortcutRoute] = field(default_factory=dict)

    def command(
        self,
        name: str,
        *,
        parse: Callable[[str], Any],
        summary: str,
        group: str,
        argument: str = "",
        example: str = "",
        also: Iterable[str] = (),
        explained: Iterable[Explained] = (),
        saves: bool = False,
    ) -> Callable[[H], H]:
        """Answer ``/partner <name>``; the handler gets ``(ctx, parse(text))``.

        ``also`` are further words that call it, ``explained`` what help says of each word it takes.
        """

        def register(handler: H) -> H:
            _add(
                self.commands,
                CommandRoute(
                    name=name,
                    handler=handler,
                    role=self.role,
                    doing=self.doing,
                    parse=parse,
                    argument=argument,
                    summary=summary,
                    group=group,
                    example=example,
                    also=tuple(also),
                    explained=tuple(explained),
                    saves=saves,
                ),
            )
            return handler

        return register

    def action(
        self, name: str, *, role: Role | None = None, opens_window: bool = False, saves: bool = False
    ) -> Callable[[H], H]:
        """Answer a button or menu; several in one message are told apart by ``name:0``, ``name:1``.

        The handler gets ``(ctx, value)``, the value being the button's or the chosen option's. What ``opens_window``
        leaves the message alone in which the button stands.
        """

        def register(handler: H) -> H:
            needed = self.role if role is None else role
            _add(
                self.actions,
                Route(
                    name=name,
                    handler=handler,
                    role=needed,
                    doing=self.doing,
                    opens_window=opens_window,
                    saves=saves,
                ),
            )
            return handler

        return register

    def submission(self, callback_id: str, *, saves: bool = False) -> Callable[[H], H]:
        """Answer a submitted window, inside Slack's three seconds; the handler gets ``(ctx, form)``."""

        def register(handler: H) -> H:
            route = Route(name=callback_id, handler=handler, role=self.role, doing=self.doing, saves=saves)
            _add(self.submissions, route)
            return handler

        return register

    def shortcut(self, callback_id: str, *, title: str, description: str) -> Callable[[H], H]:
        """Answer a global shortcut; the handler gets ``(ctx)``."""
        return self._shortcut(callback_id, title, description, on_message=False)

    def message_shortcut(
        self, callback_id: str, *, title: str, description: str, for_sentences: bool = False
    ) -> Callable[[H], H]:
        """Answer a shortcut in a message's menu; the handler gets ``(ctx, message)``.

        With ``for_sentences`` it also answers a mention that begins with no command, but names a customer.
        """
        return self._shortcut(callback_id, title, description, on_message=True, for_sentences=for_sentences)

    def _shortcut(
        self, callback_id: str, title: str, description: str, *, on_message: bool, for_sentences: bool = False
    ) -> Callable[[H], H]:
        def register(handler: H) -> H:
            _add(
                self.shortcuts,
                ShortcutRoute(
                    name=callback_id,
                    handler=handler,
                    role=self.role,
                    doing=self.doing,
                    title=title,
                    description=description,
                    on_message=on_message,
                    for_sentences=for_sentences,
                ),
            )
            return handler

        return register

    @property
    def for_sentences(self) -> ShortcutRoute | None:
        """The shortcut that answers mentions which begin with no command."""
        return next((shortcut for shortcut in self.shortcuts.values() if shortcut.for_sentences), None)

    def help(self) -> tuple[CommandHelp, ...]:
        """Return what help says of each command, in the order of declaration."""
        return tuple(
            CommandHelp(
                name=command.name,
                argument=command.argument,
                summary=command.summary,
                group=command.group,
                role=command.role,
                example=command.example,
                also=command.also,
                explained=command.explained,
            )
            for command in self.commands.values()
        )


R = TypeVar("R", bound=Route)


def _add(routes: dict[str, R], route: R) -> None:
    if route.name in routes:
        raise ValueError(f"two handlers for {route.name}")
    routes[route.name] = route


def combined(routers: Iterable[Router]) -> Router:
    """Return one router with the routes of all; two for the same name raise ValueError.

    Commands stand in the order in which people need them: by role, and help at the end.
    """
    routers = list(routers)
    whole = Router()
    commands = [command for router in routers for command in router.commands.values()]
    for command in sorted(commands, key=lambda command: (command.role is Role.NOBODY, command.role)):
        _add(whole.commands, command)
    for router in routers:
        for action in router.actions.values():
            _add(whole.actions, action)
        for submission in router.submissions.values():
            _add(whole.submissions, submission)
        for shortcut in router.shortcuts.values():
            _add(whole.shortcuts, shortcut)
    return whole
