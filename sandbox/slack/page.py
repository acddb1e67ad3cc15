"""The page's other half: what a person sees as JSON, what they do as posts, and word of every change."""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path

from aiohttp import web

from sandbox.faults import Faults
from sandbox.people import Person
from sandbox.slack.blocks import Block, elements
from sandbox.slack.conversation import Invocation
from sandbox.slack.model import Message, View
from sandbox.slack.page_state import Json, Press, Sight
from sandbox.slack.service import Slack

FILES = Path(__file__).parent.parent / "page"


class Page:
    """The routes of the page, on the fake Slack's own server."""

    def __init__(
        self,
        slack: Slack,
        *,
        faults: Sequence[Faults] = (),
        presses: Iterable[Press] = (),
    ) -> None:
        self.slack, self.world = slack, slack.world
        self.faults = tuple(faults) or (slack.faults,)
        self.sight = Sight(slack, faults=self.faults, presses=presses)
        for person in self.sight.people():
            if not person.external:
                self.world.direct_with(person.id)

    def mount(self) -> None:
        """Add the routes; before the server starts."""
        routes: dict[str, Callable[[Person, Json], Awaitable[Json]]] = {
            "say": self._say,
            "press": self._press,
            "shortcut": self._shortcut,
            "submit": self._submit,
            "close": self._close,
            "dismiss": self._dismiss,
            "delete": self._delete,
            "fault": self._fault,
            "faults/clear": self._clear_faults,
            "scenario": self._scenario,
            "refusal/dismiss": self._dismiss_refusal,
        }
        router = self.slack.app.router
        for name, act in routes.items():
            router.add_post(f"/page/{name}", _posted(self, act))
        router.add_get("/page/state", self._state)
        router.add_get("/page/events", self._events)
        router.add_get("/", self._index)
        if FILES.is_dir():
            router.add_static("/page/static/", FILES)

    # What is to be seen

    async def _index(self, _: web.Request) -> web.StreamResponse:
        return web.FileResponse(FILES / "index.html", headers={"Cache-Control": "no-store"})

    async def _state(self, request: web.Request) -> web.Response:
        try:
            person = self.sight.person(request.query.get("as"))
        except LookupError as error:
            return web.json_response({"ok": False, "error": str(error)}, status=404)
        return web.json_response(self.sight.state(person), headers={"Cache-Control": "no-store"})

    async def _events(self, request: web.Request) -> web.StreamResponse:
        stream = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await stream.prepare(request)
        with contextlib.suppress(ConnectionError):
            while not self.world.is_over:
                told = self.world.version
                await stream.write(f"data: {json.dumps({'version': told})}\n\n".encode())
                await self._change_after(told, stream)
        return stream

    async def _change_after(self, version: int, stream: web.StreamResponse) -> None:
        """Wait for a change; every 15 s a comment keeps the connection from looking dead."""
        while True:
            try:
                await self.world.wait_for(lambda: self.world.version > version, 15)
            except TimeoutError:
                await stream.write(b": still here\n\n")
            else:
                return

    # What is done

    async def _say(self, person: Person, body: Json) -> Json:
        text, channel, thread = str(body["text"]), str(body["channel"]), body.get("thread_ts")
        if person.id not in self.world.members(channel):
            return _refused("channel_not_found")
        known = self.world.channels.get(channel)
        if known and known.archived:
            return _refused("is_archived")
        if not text.strip():
            return _refused("no_text")
        if text.startswith("/"):
            return _outcome(await self.slack.interactions.command(person, text.strip(), channel, thread))
        said = await self.slack.interactions.say(person, text, channel, thread)
        return _outcome(said) if said.payload else {"ok": True}

    async def _press(self, person: Person, body: Json) -> Json:
        place = self._view(person, body) if body.get("view_id") else self._seen(person, body)
        for block in place.blocks:
            for element in elements(block):
                if (block["block_id"], element["action_id"]) == (body["block_id"], body["action_id"]):
                    return await self._act(person, place, block, element, body)
        return _refused("element_not_found")

    async def _act(self, person: Person, place: Message | View, block: Block, element: Json, body: Json) -> Json:
        act = self.slack.interactions.act
        return _outcome(await act(person, place, block, element, body.get("selected")))

    async def _shortcut(self, person: Person, body: Json) -> Json:
        if not body.get("ts"):
            return _outcome(await self.slack.interactions.shortcut(person, str(body["callback_id"])))
        message = self._seen(person, body)
        if message.only_for:
            return _refused("no_shortcuts_on_ephemeral_messages")
        return _outcome(await self.slack.interactions.message_shortcut(person, str(body["callback_id"]), message))

    async def _submit(self, person: Person, body: Json) -> Json:
        submission = await self.slack.modals.submit(person, self._view(person, body), body.get("values") or {})
        if submission.errors:
            return {"ok": False, "errors": submission.errors}
        return _outcome(submission)

    async def _close(self, person: Person, body: Json) -> Json:
        await self.slack.modals.close(person, self._view(person, body))
        return {"ok": True}

    async def _dismiss(self, person: Person, body: Json) -> Json:
        message = self._seen(person, body)
        if message.only_for != person.id:
            return _refused("cant_delete_message")
        self.world.delete(message)
        return {"ok": True}

    async def _delete(self, person: Person, body: Json) -> Json:
        await self.slack.housekeeping.delete_message(person, self._seen(person, body))
        return {"ok": True}

    async def _fault(self, _: Person, body: Json) -> Json:
        for faults in self.faults:
            if body["id"] in faults.known:
                faults.switch(body["id"], on=bool(body["on"]))
                self.world.forget_refusals(self._is_on)
                return {"ok": True}
        return _refused("no_such_fault")

    async def _clear_faults(self, _: Person, __: Json) -> Json:
        for faults in self.faults:
            faults.clear()
        self.world.forget_refusals(self._is_on)
        return {"ok": True}

    def _is_on(self, fault_id: str) -> bool:
        return any(faults.is_on(fault_id) for faults in self.faults if fault_id in faults.known)

    async def _scenario(self, person: Person, body: Json) -> Json:
        if body["id"] not in self.sight.presses:
            return _refused("no_such_scenario")
        await self.sight.presses[body["id"]].act(person.id)
        self.world.change()
        return {"ok": True}

    async def _dismiss_refusal(self, _: Person, body: Json) -> Json:
        self.sight.dismissed.add(str(body["id"]))
        self.world.change()
        return {"ok": True}

    def _view(self, person: Person, body: Json) -> View:
        view = self.world.view(str(body["view_id"]))
        if view is None or view.owner != person.id:
            raise LookupError("view_not_found")
        return view

    def _seen(self, person: Person, body: Json) -> Message:
        message = self.world.message(str(body["channel"]), str(body["ts"]))
        if message is None or not self.world.sees(person.id, message):
            raise LookupError("message_not_found")
        return message


def _posted(
    page: Page, act: Callable[[Person, Json], Awaitable[Json]]
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handle(request: web.Request) -> web.StreamResponse:
        if request.content_type != "application/json":  # a form on some other page could send anything else
            return web.json_response(_refused("json_only"), status=415)
        try:
            body = await request.json()
            outcome = await asyncio.shield(asyncio.ensure_future(act(page.sight.person(body.get("as")), body)))
        except LookupError as error:
            missing = f"missing {error}" if isinstance(error, KeyError) else str(error)
            return web.json_response(_refused(missing), status=400)
        except ValueError:
            return web.json_response(_refused("unreadable"), status=400)
        return web.json_response(outcome)

    return handle


def _refused(error: str) -> Json:
    return {"ok": False, "error": error}


def _outcome(invocation: Invocation) -> Json:
    return {"ok": True} if invocation.error is None else _refused(invocation.error)
