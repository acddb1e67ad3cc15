"""From a delivery to its one answer: decode, caller, authorise, parse, handler, reply.

Everything here runs in tasks that the bot owns, after the acknowledgement; only submissions are answered inside it.
"""

import asyncio
import contextlib
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import structlog

from bot import retry
from bot.background import BackgroundTasks
from bot.context import NotUnderstood, Place, TooSlow
from bot.language import language
from bot.reply import Announce, Answer, FieldErrors, Message, OpenModal, Run, Share
from bot.routing import Form, PointedMessage
from bot.slack.admission import MOST_TOLD, Admission
from bot.slack.answering import AGAIN, AGAIN_ACTION, AGAIN_COMMAND, AGAIN_SENTENCE, Answering, Asked, Desk
from bot.slack.outcomes import log_outcome
from bot.slack.payloads import (
    BlockActions,
    Mention,
    ReturnAddress,
    ShortcutUse,
    SlashCommand,
    Surface,
    ViewSubmission,
    is_reply,
)
from bot.slack.replies import Outlet, Postman, WindowMemory, as_view
from bot.slack.turns import Turns
from bot.views import failures

log = structlog.get_logger()


class Dispatcher:
    """Knows the routes and carries out what they answer."""

    def __init__(
        self, desk: Desk, postman: Postman, tasks: BackgroundTasks, admission: Admission | None = None
    ) -> None:
        self._admission = admission or Admission()
        self._desk = desk
        self._postman = postman
        self._tasks = tasks
        self._turns = Turns()

    @property
    def full(self) -> bool:
        """Say whether another invocation is one too many."""
        return self._admission.full or self._turns.are_late(asyncio.get_running_loop().time())

    def refused_command(self, payload: SlashCommand) -> dict[str, object]:
        """Count a slash command that is one too many; return what its acknowledgement says."""
        self._admission.shed(Surface.COMMAND, "told", now=time.monotonic())
        return {"text": self._overloaded(payload.user_id).text, "response_type": "ephemeral"}

    def command(self, payload: SlashCommand) -> None:
        """Answer a slash command."""
        place = Place(channel_id=payload.channel_id)
        outlet = self._outlet(payload.user_id, place, payload.response_url, payload.trigger_id)
        asked = self._asked(Surface.COMMAND, outlet, again=_again(AGAIN_COMMAND, payload.text))
        self._start(asked, lambda answering: answering.command(payload.text))

    def sheds_mention(self) -> bool:
        """Say whether a mention that comes now is dropped, and count it."""
        if not self.full:
            return False
        self._admission.shed(Surface.MENTION, "dropped", now=time.monotonic())
        return True

    def mention(self, payload: Mention) -> None:
        """Answer a mention in its thread, and what is said in direct messages there."""
        place = Place(
            channel_id=payload.channel,
            thread_ts=payload.thread_ts if payload.direct else payload.thread_ts or payload.ts,
            in_thread=is_reply(payload.ts, payload.thread_ts),
        )
        outlet = self._outlet(payload.user, place, None, "", in_thread=True, direct=payload.direct)
        surface = Surface.DIRECT_MESSAGE if payload.direct else Surface.MENTION
        asked = self._asked(surface, outlet, again=_again(AGAIN_SENTENCE, payload.text))
        self._start(asked, lambda answering: answering.sentence(payload.text))

    def press(self, payload: BlockActions) -> None:
        """Answer a press; link buttons only open their link (https://docs.slack.dev/reference/block-kit/block-elements/button-element)."""
        action = payload.actions[0]
        name = action.action_id.partition(":")[0]
        if name.startswith("link_"):
            return
        if payload.view is not None:
            place = _memory(payload.view.private_metadata).place
        else:
            pressed = payload.message
            message_ts = payload.container.message_ts or (pressed.ts if pressed else None)
            thread_ts = payload.container.thread_ts or (pressed.thread_ts if pressed else None)
            place = Place(
                channel_id=_known(payload.channel.id if payload.channel else payload.container.channel_id),
                thread_ts=thread_ts,
                in_thread=is_reply(message_ts, thread_ts),
                message_ts=message_ts,
            )
        outlet = self._outlet(
            payload.user.id,
            place,
            payload.response_url,
            payload.trigger_id,
            replaceable=payload.container.is_ephemeral,
        )
        again = action.chosen if name in AGAIN else _again(AGAIN_ACTION, f"{name} {action.chosen}")
        asked = self._asked(Surface.PRESS, outlet, again=again)
        self._start_if_possible(asked, lambda answering: answering.action(name, action.chosen))

    def shortcut(self, payload: ShortcutUse) -> None:
        """Answer a shortcut, global or on a message."""
        message = None
        place = Place(channel_id=payload.channel.id if payload.channel else None)
        if payload.type == "message_action":
            message = payload.message
            if message is None:
                raise NotUnderstood
            ts = message.ts or payload.message_ts
            place = Place(
                channel_id=_known(place.channel_id),
                thread_ts=message.thread_ts or ts,
                in_thread=is_reply(ts, message.thread_ts),
                person=message.user,
            )
        outlet = self._outlet(payload.user.id, place, payload.response_url, payload.trigger_id)
        asked = self._asked(Surface.MESSAGE_SHORTCUT if message else Surface.SHORTCUT, outlet)
        pointed = PointedMessage(message.everything) if message else None
        self._start_if_possible(asked, lambda answering: answering.shortcut(payload.callback_id, pointed))

    async def submission(self, payload: ViewSubmission) -> dict[str, object]:
        """Answer a submitted window: return what the acknowledgement holds (empty closes the window)."""
        if self.full:
            return self._shed_in_window(payload)
        self._admission.enter()
        try:
            return await self._submitted(payload)
        finally:
            self._admission.leave()

    def _shed_in_window(self, payload: ViewSubmission) -> dict[str, object]:
        """Keep the window and say under its first input that the bot has too much to do."""
        memory = _memory(payload.view.private_metadata)
        outlet = self._outlet(payload.user.id, memory.place, memory.response_url, payload.trigger_id)
        first = payload.view.first_input
        if first is None:
            self._shed(self._asked(Surface.SUBMISSION, outlet))
            return {}
        self._admission.shed(Surface.SUBMISSION, "told", now=time.monotonic())
        return {"response_action": "errors", "errors": {first: self._overloaded(payload.user.id).text}}

    async def _submitted(self, payload: ViewSubmission) -> dict[str, object]:
        memory = _memory(payload.view.private_metadata)
        outlet = self._outlet(payload.user.id, memory.place, memory.response_url, payload.trigger_id)
        asked = self._asked(Surface.SUBMISSION, outlet)
        form = Form(memory=memory.memory, values=payload.view.inputs)
        started = time.monotonic()
        answering = Answering(self._desk, asked)
        with structlog.contextvars.bound_contextvars(reference=asked.reference):
            try:
                async with asyncio.timeout(retry.SLACK.submission):
                    reply = await answering.submission(payload.view.callback_id, form, payload.view.id)
            except Exception as error:  # noqa: BLE001 - the acknowledgement must leave on every path
                problem = TooSlow() if isinstance(error, TimeoutError) else error
                log_outcome(asked, answering.name, started, problem)
                return self._refused_in_window(payload, asked, answering, problem)
            log_outcome(asked, answering.name, started)
        match reply:
            case FieldErrors(errors):
                return {"response_action": "errors", "errors": dict(errors)}
            case OpenModal(modal):
                return {"response_action": "update", "view": as_view(modal, memory.place, memory.response_url)}
            case Run(command=command, channel_id=channel_id):
                if channel_id not in {None, memory.place.channel_id}:  # so that the answer, too, is read there
                    outlet = self._outlet(payload.user.id, Place(channel_id=channel_id), None, payload.trigger_id)
                again = _again(AGAIN_COMMAND, command)
                asked = replace(asked, place=outlet.place, outlet=outlet, again=again)
                self._start(asked, lambda answering: answering.command(command))
            case Answer() | Share() | Announce():
                self._start(asked, lambda answering: answering.give(reply))
        return {}

    def _refused_in_window(
        self, payload: ViewSubmission, asked: Asked, answering: Answering, error: Exception
    ) -> dict[str, object]:
        """Keep the window and say why under its first input; a window without inputs closes, and a message says it."""
        first = payload.view.first_input
        if first is not None:
            return {"response_action": "errors", "errors": {first: answering.in_window(error)}}
        self._tasks.start(answering.fail(error), name=asked.surface)
        return {}

    def not_understood(self, body: object, event: str, **about: object) -> None:
        """Log one line, and where somebody waits who can be answered, say so with the reference of that line."""
        address = _address(body)
        asked = self._asked_oddly(address)
        answers = bool(address.response_url) or address.is_in_window
        log.warning(event, reference=asked.reference if answers else None, **about)
        if answers:
            self._start_if_possible(asked, lambda answering: answering.not_understood())

    def unheard(self, body: dict[str, Any]) -> None:
        """Answer what is of no kind the bot knows, where somebody waits for an answer."""
        if _address(body).response_url:
            self.not_understood(body, "payload not understood", kind="unknown")

    async def window_not_understood(self, body: object, **about: object) -> dict[str, object]:
        """Say under the first input of a window that it could not be read; where it has none, by a message.

        Raises nothing: the acknowledgement must leave on every path.
        """
        address = _address(body)
        asked = self._asked_oddly(address)
        log.warning("payload not understood", reference=asked.reference, **about)
        first = address.view.first_input if address.view else None
        if first is None:
            if address.is_in_window:
                self._start_if_possible(asked, lambda answering: answering.not_understood())
            return {}
        answering = Answering(self._desk, asked)
        with contextlib.suppress(Exception):
            async with asyncio.timeout(retry.SLACK.submission):
                await answering.not_understood()
        return {"response_action": "errors", "errors": {first: answering.in_window(NotUnderstood())}}

    def _asked_oddly(self, address: ReturnAddress) -> Asked:
        outlet = self._outlet(address.person, Place(channel_id=address.place), address.response_url or None, "")
        return self._asked(Surface.UNKNOWN, outlet)

    def _asked(self, surface: Surface, outlet: Outlet, again: str = "") -> Asked:
        return Asked(
            surface=surface,
            user_id=outlet.user_id,
            place=outlet.place,
            outlet=outlet,
            reference=f"r-{secrets.token_hex(4)}",
            again=again,
        )

    def _outlet(
        self,
        user_id: str,
        place: Place,
        response_url: str | None,
        trigger_id: str,
        *,
        replaceable: bool = False,
        in_thread: bool = False,
        direct: bool = False,
    ) -> Outlet:
        return Outlet(
            postman=self._postman,
            user_id=user_id,
            place=place,
            response_url=response_url,
            trigger_id=trigger_id,
            replaceable=replaceable,
            in_thread=in_thread,
            direct=direct,
        )

    def _start_if_possible(self, asked: Asked, work: Callable[["Answering"], Awaitable[str]]) -> None:
        if self.full:
            self._shed(asked)
        else:
            self._start(asked, work)

    def _start(self, asked: Asked, work: Callable[["Answering"], Awaitable[str]]) -> None:
        self._admission.enter()
        task = self._tasks.start(self._carry_out(asked, work, time.monotonic()), name=asked.surface)
        task.add_done_callback(lambda _: self._admission.leave())

    def _shed(self, asked: Asked) -> None:
        """Say by the response_url that the bot has too much to do, where there is one and a turn for it."""
        told = asked.outlet.response_url is not None and self._admission.telling < MOST_TOLD
        self._admission.shed(asked.surface, "told" if told else "dropped", now=time.monotonic())
        if told:
            self._admission.telling += 1
            telling = self._tasks.start(self._tell_overloaded(asked), name="shed")
            telling.add_done_callback(lambda _: self._admission.told())

    async def _tell_overloaded(self, asked: Asked) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(retry.SLACK.refusal):
                await asked.outlet.refuse(self._overloaded(asked.user_id))

    def _overloaded(self, user_id: str) -> Message:
        return failures.overloaded(language(self._desk.directory.locale(user_id)))

    async def _carry_out(self, asked: Asked, work: Callable[["Answering"], Awaitable[str]], came: float) -> None:
        """Run to the one answer, whatever happens on the way; what has waited for too long is not begun."""
        answering = Answering(self._desk, asked)
        with structlog.contextvars.bound_contextvars(reference=asked.reference):
            try:
                await self._turns.take()
                if time.monotonic() - came > retry.SLACK.oldest:
                    how = "dropped" if asked.outlet.response_url is None else "told"
                    self._admission.shed(asked.surface, how, now=time.monotonic())
                    await self._tell_overloaded(asked)
                    return
                name = await work(answering)
            except asyncio.CancelledError:
                with contextlib.suppress(Exception):
                    async with asyncio.timeout(retry.STOPPING.last_words):
                        await asked.outlet.answer(failures.restarting(answering.language), private=True)
                raise
            except Exception as error:  # noqa: BLE001 - a person waits for an answer
                log_outcome(asked, answering.name, came, error)
                await answering.fail(error)
            else:
                log_outcome(asked, name, came)


def _address(body: object) -> ReturnAddress:
    return ReturnAddress.model_validate(body if isinstance(body, dict) else {})


def _memory(private_metadata: str) -> WindowMemory:
    return WindowMemory.model_validate_json(private_metadata)


def _known(channel_id: str | None) -> str:
    """Return the channel; where it should be known and is not, no role can be granted for it."""
    if channel_id is None:
        raise NotUnderstood
    return channel_id


def _again(kind: str, what: str) -> str:
    return f"{kind} {what}"[:2000]
