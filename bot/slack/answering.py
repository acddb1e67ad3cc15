"""One invocation on its way to its one answer: caller, role, handler, reply; and words for whatever goes wrong."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from bot import retry
from bot.arguments import customers_in
from bot.contacts import BOT_ADMINS, Contacts
from bot.context import (
    Caller,
    CannotPost,
    Context,
    MembersOnly,
    NobodyConfigured,
    NotAllowed,
    NotUnderstood,
    Outdated,
    Place,
    Role,
    Services,
    TooLate,
    UnknownCommand,
)
from bot.errors import OperatorError, UserError
from bot.language import language
from bot.partner_center.client import PartnerCenter
from bot.reply import (
    Announce,
    Answer,
    Done,
    FieldErrors,
    Message,
    Modal,
    OpenModal,
    Replace,
    Reply,
    Run,
    Share,
)
from bot.routing import Form, PointedMessage, Route, Router
from bot.slack.authorisation import Authorisation
from bot.slack.contacts import ContactBook
from bot.slack.directory import Directory, PersonUnknown
from bot.slack.payloads import Surface
from bot.slack.replies import Outlet, ReadByOthers
from bot.slack.user_object import Person
from bot.storage.intent import intending
from bot.views import customers, failures, last_words, modals
from bot.vocabulary import Meant, Unknown, Vocabulary, around_mention

log = structlog.get_logger()

AGAIN = {"run_again", "run_command"}
"""The buttons whose value says what to do instead: ``command …``, ``sentence …`` or ``action name value``."""
AGAIN_COMMAND, AGAIN_SENTENCE, AGAIN_ACTION = "command", "sentence", "action"
REFUSALS = (
    *(NotAllowed, NobodyConfigured, MembersOnly, PersonUnknown),
    *(UnknownCommand, Outdated, NotUnderstood, TooLate, CannotPost),
)
"""What is said to the person alone, also where everyone would read an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One delivery, whatever its surface: who, where, and how to answer."""

    surface: Surface
    user_id: str
    place: Place
    outlet: Outlet
    reference: str
    again: str = ""
    """What [Try again] carries."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What answering needs, the same for every invocation."""

    router: Router
    services: Services
    partner_center: PartnerCenter
    directory: Directory
    authorisation: Authorisation
    vocabulary: Vocabulary
    bot_user_id: str
    contacts: ContactBook


class Answering:
    """One invocation on its way to its answer."""

    def __init__(self, desk: Desk, asked: Asked) -> None:
        self._desk = desk
        self._asked = asked
        self._person: Person | None = None
        self._role = Role.NOBODY
        self._waits: float = 0
        self.language = language("en")
        self.name = ""

    async def command(self, text: str) -> str:
        """Carry out ``<command> <argument>``."""
        await self._meet()
        meant = self._desk.vocabulary.read(text)
        if isinstance(meant, Unknown):
            self.name = "unknown command"
            self._refuse_outsiders()
            raise UnknownCommand(meant.typed, meant.nearest)
        return await self._command(meant)

    async def sentence(self, text: str) -> str:
        """Carry out the command in what a person says to the bot, or look up the customers that it names."""
        await self._meet()
        parts = around_mention(text, self._desk.bot_user_id)
        for part in parts:
            if (meant := self._desk.vocabulary.read_sentence(part)) is not None:
                return await self._command(meant)
        whole, finder = parts[-1], self._desk.router.for_sentences
        if finder is not None and customers_in(whole, most=1):
            await self._take(finder, lambda ctx: finder.handler(ctx, PointedMessage(whole)))
            return finder.name
        return await self.command(parts[0])

    async def _command(self, meant: Meant) -> str:
        route = self._desk.router.commands[meant.command]
        await self._take(route, lambda ctx: route.handler(ctx, route.parse(meant.argument)))
        return route.name

    async def action(self, name: str, value: str) -> str:
        """Carry out a press; [Try again] and [Run this command] carry what to do instead."""
        if name in AGAIN:
            self._asked.outlet.supersedes = True
            kind, _, what = value.partition(" ")
            if kind == AGAIN_COMMAND:
                return await self.command(what)
            if kind == AGAIN_SENTENCE:
                return await self.sentence(what)
            if kind == AGAIN_ACTION:
                name, _, value = what.partition(" ")
        await self._meet()
        route = self._desk.router.actions.get(name)
        if route is None:
            self.name = "unknown action"
            self._refuse_outsiders()
            raise Outdated
        await self._take(route, lambda ctx: route.handler(ctx, value))
        return name

    async def shortcut(self, callback_id: str, message: PointedMessage | None) -> str:
        """Carry out a shortcut."""
        await self._meet()
        route = self._desk.router.shortcuts.get(callback_id)
        if route is None or route.on_message is not (message is not None):
            log.warning("unknown shortcut")
            if self._asked.outlet.response_url is not None:
                raise NotUnderstood
            return "unknown shortcut"
        await self._take(route, lambda ctx: route.handler(ctx) if message is None else route.handler(ctx, message))
        return callback_id

    async def submission(self, callback_id: str, form: Form, view_id: str) -> Reply:
        """Return the reply to a submitted window; nothing here waits for Microsoft."""
        await self._meet()
        route = self._desk.router.submissions.get(callback_id)
        if route is None:
            self.name = "unknown window"
            self._refuse_outsiders()
            raise Outdated
        self._authorise(route)
        with intending(saves=route.saves, within=retry.DATABASE.window):
            return await route.handler(self._context(public=False, submission_id=view_id), form)

    def in_window(self, error: Exception) -> str:
        """Return why not, as a sentence for the window, with the reference where the log knows more."""
        said = self._failure(error, self._desk.contacts.remembered()).text
        return said if isinstance(error, UserError) else f"{said} ({self._asked.reference})"

    async def give(self, reply: Reply) -> str:
        """Carry a reply that was made inside an acknowledgement."""
        await self._meet()
        await self._carry(reply)
        return "answered"

    async def not_understood(self) -> str:
        """Learn in which language to say that Slack's payload could not be read, and raise it."""
        if self._asked.user_id:
            with contextlib.suppress(PersonUnknown):
                self._person = await self._desk.directory.person(self._asked.user_id)
                self.language = language(self._person.locale)
        raise NotUnderstood

    async def fail(self, error: Exception) -> None:
        """Turn an exception into the answer."""
        for_admins = self._role >= Role.ADMIN and isinstance(error, OperatorError)  # names settings and commands
        await self._asked.outlet.answer(
            await self._explained(error),
            private=isinstance(error, REFUSALS) or for_admins,
            replaces=not isinstance(error, UserError | PersonUnknown),
        )

    async def _meet(self) -> None:
        """Learn who asks (their language, their role here), and whether a thread is for their eyes alone."""
        try:
            self._person = await self._desk.directory.person(self._asked.user_id)
            self.language = language(self._person.locale)
        except PersonUnknown:
            self._person = None
        self._role = await self._desk.authorisation.role(self._person, self._asked.place.channel_id)
        outlet = self._asked.outlet
        if outlet.in_thread and await outlet.is_external():
            outlet.in_thread = False

    def _refuse_outsiders(self) -> None:
        if self._desk.authorisation.is_outsider(self._role, self._person):
            raise MembersOnly

    def _authorise(self, route: Route) -> None:
        self.name = route.name
        self._desk.authorisation.require(route, self._role, self._person)

    async def _take(self, route: Route, handle: Callable[[Context], Awaitable[Reply]]) -> None:
        self._authorise(route)
        work = handle(self._context(public=self._asked.outlet.public))
        with intending(saves=route.saves):
            reply = await (work if route.opens_window else self._patiently(work))
        await self._meet()  # Microsoft may have taken its time, and rights may have been taken away meanwhile
        self._authorise(route)
        await self._carry(reply)

    async def _patiently(self, work: Awaitable[Reply]) -> Reply:
        """Wait for the handler; when it takes long, say so once, and return only after that."""
        outlet = self._asked.outlet
        said: list[asyncio.Task[None]] = []

        def say() -> None:
            said.append(asyncio.create_task(self._say_working(), name="working"))

        seconds = retry.SLACK.progress_replaced if outlet.replaceable else retry.SLACK.progress
        timer = asyncio.get_running_loop().call_later(seconds, say)
        try:
            return await work
        except asyncio.CancelledError:
            for task in said:
                task.cancel()
            raise
        finally:
            timer.cancel()
            for task in said:
                await task

    async def _say_working(self) -> None:
        outlet = self._asked.outlet
        await outlet.working(self._working(outlet))

    def _working(self, outlet: Outlet) -> Message:
        if self._waits:
            return failures.waiting(self.language, self._waits)
        return failures.working(self.language, stays=not (outlet.replaceable or outlet.in_thread))

    async def _carry(self, reply: Reply) -> None:
        outlet = self._asked.outlet
        match reply:
            case Answer(message=message, private=private, replaces=replaces):
                await outlet.answer(message, private=private, replaces=replaces)
            case OpenModal():
                await self._open(reply)
            case Share(message=message, confirmation=confirmation):
                await self._share(message, confirmation)
            case Announce(message=message, channel_id=channel_id, instead=instead):
                await outlet.announce(message, channel_id, instead=instead)
            case Replace(message):
                await outlet.replace(message)
            case Run(command=command):
                await self.command(command)
            case FieldErrors() | Done():
                pass

    async def _share(self, message: Message, confirmation: Message) -> None:
        outlet = self._asked.outlet
        try:
            await outlet.share(message)
        except ReadByOthers as refused:  # since the button was pressed
            await outlet.answer(customers.share_refused(self.language, known=refused.channel.known))
        else:
            await outlet.answer(confirmation, private=True, replaces=True)

    async def _open(self, window: OpenModal) -> None:
        outlet = self._asked.outlet
        if window.otherwise is not None and not outlet.trigger_id:
            await outlet.answer(window.otherwise)
            return
        view_id = await outlet.open(window.modal)
        if window.then is not None:
            await outlet.refill(view_id, await self._fetched(window.modal, window.then))

    async def _fetched(self, modal: Modal, then: Callable[[], Awaitable[Modal]]) -> Modal:
        """Return what an open window was waiting for, or why it does not come."""
        try:
            return await then()
        except Exception as error:  # noqa: BLE001 - the window waits for an answer
            log.warning("window not filled", error=type(error).__name__)
            return modals.failed(self.language, title=modal.title, message=await self._explained(error))

    def _context(self, *, public: bool, submission_id: str = "") -> Context:
        desk, asked, person = self._desk, self._asked, self._person
        caller = Caller(
            user_id=asked.user_id,
            name=person.name if person else "",
            language=self.language,
            role=self._role,
            tz=person.tz if person else "UTC",
            outsider=desk.authorisation.is_outsider(self._role, person),
        )
        errand = desk.partner_center.errand(deadline=retry.SLACK.command, on_wait=self._wait)
        return Context(
            caller=caller,
            place=asked.place,
            reference=asked.reference,
            public=public,
            partner_center=errand,
            role_in=self._role_in,
            services=desk.services,
            submission_id=submission_id,
        )

    async def _role_in(self, channel_id: str) -> Role:
        return await self._desk.authorisation.role(self._person, channel_id)

    def _wait(self, seconds: float) -> None:
        self._waits = seconds

    async def _explained(self, error: Exception) -> Message:
        """Return the failure in words, with the names of whom to ask where it takes any."""
        named = failures.names_contacts(error)
        return self._failure(error, await self._desk.contacts.contacts() if named else BOT_ADMINS)

    def _failure(self, error: Exception, contacts: Contacts) -> Message:
        """Return the failure in words; where even that fails, in the last ones, which nothing is put into."""
        asked = self._asked
        try:
            return failures.failure(
                self.language,
                error,
                reference=asked.reference,
                at=self._desk.services.now(),
                admin=self._role >= Role.ADMIN,
                may_invite=self._role >= Role.OPERATOR,
                again=asked.again or None,
                contacts=contacts,
            )
        except Exception as problem:
            log.error("failure not worded", failure=type(error).__name__, exc_info=problem)
            return last_words.said(self.language.code, asked.reference)
