"""What every fake service does: keep what it was asked, complain about what is wrong, answer as a test dictates."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.faults import Faults
from sandbox.microsoft.answers import Answer, Body, Drop, error, pattern
from sandbox.microsoft.faults import FAULTS


@dataclass(frozen=True, slots=True)
class Recorded:
    """A request as it arrived; ``at`` is seconds of the monotonic clock."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    at: float

    @property
    def form(self) -> dict[str, str]:
        """The body read as a form."""
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


class FakeService:
    """An aiohttp application whose every request is recorded, can be held back, and can be answered by a test."""

    def __init__(self, faults: Faults | None = None) -> None:
        self.faults = faults or Faults(FAULTS)
        self.requests: list[Recorded] = []
        self.complaints: list[str] = []
        self.app = web.Application(middlewares=[self._front])
        self.app.on_shutdown.append(self._let_go)
        self.alter: Callable[[Answer], Answer] | None = None
        """What becomes of each answer before it leaves, for answers that are almost as they should be."""
        self._dictated: list[tuple[str, Answer, float]] = []
        self._held: tuple[str, asyncio.Event] | None = None
        self._arrived = asyncio.Condition()

    def answer_next(
        self,
        path_pattern: str,
        answer: Answer | None = None,
        *,
        status: int = 200,
        body: Body = None,
        headers: Mapping[str, str] | None = None,
        reason: str | None = None,
        delay: float = 0.0,
        drop: Drop | None = None,
        times: float = 1,
    ) -> None:
        """Dictate the next ``times`` answers (``math.inf`` for all) on paths like ``path_pattern``, see ``pattern``.

        Answers are given in the order of these calls. The request must be well formed, its token is not looked at.
        """
        dictated = answer or Answer(status=status, body=body, headers=headers or {}, reason=reason, drop=drop)
        self._dictated.append((path_pattern, replace(dictated, delay=delay or dictated.delay), times))

    def forget_answers(self) -> None:
        """Drop what was dictated and not used."""
        self._dictated.clear()

    def hold(self, path_pattern: str = "**") -> None:
        """From now on keep requests waiting, until ``release``."""
        self.release()
        self._held = (path_pattern, asyncio.Event())

    def release(self) -> None:
        """Let go of all held requests, and hold no more."""
        if self._held is not None:
            self._held[1].set()
            self._held = None

    def asked(self, path_pattern: str = "**") -> list[Recorded]:
        """The requests on paths like this, oldest first."""
        return [request for request in self.requests if pattern(path_pattern).fullmatch(request.path)]

    def calls(self, path_pattern: str = "**") -> int:
        """How many requests came on paths like this."""
        return len(self.asked(path_pattern))

    async def until_called(self, path_pattern: str = "**", count: int = 1, *, within: float = 60.0) -> None:
        """Wait until that many requests have come (held ones count); TimeoutError after ``within`` seconds."""
        async with asyncio.timeout(within), self._arrived:
            await self._arrived.wait_for(lambda: self.calls(path_pattern) >= count)

    def complain(self, about: str) -> Answer:
        """Note what the caller did wrong; the answer is this fake's own and says so."""
        self.complaints.append(about)
        return error(400, "fake", f"Refused by the sandbox, not by Microsoft: {about}")

    def check(self, request: web.Request) -> Answer | None:  # noqa: ARG002  (for subclasses)
        """Look at the request's form before anything else; an answer refuses it."""
        return None

    async def serve(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer what no test dictated; subclasses put their faults and their door here."""
        return await handler(request)

    def finish(self, request: web.Request, response: web.StreamResponse) -> None:
        """Add the headers that every answer carries."""

    def sent(self, request: web.Request, response: web.StreamResponse) -> None:
        """Note an answer that leaves whole, to somebody who is still there."""

    @web.middleware
    async def _front(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        await self._record(request)
        response = await self._respond(request, handler)
        if request.transport is not None and not request.transport.is_closing():
            self.sent(request, response)
        return response

    async def _respond(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if self._held is not None and pattern(self._held[0]).fullmatch(request.path):
            await self._held[1].wait()
        if refusal := self.check(request):
            return self._finished(request, refusal.response())
        if dictated := self._take(request.path):
            return await self._carry_out(request, dictated)
        try:
            return self._finished(request, self._altered(await self.serve(request, handler)))
        except web.HTTPException as raised:  # only aiohttp's own router raises these
            refusal = self.complain(f"{request.method} {request.path}: {raised.reason}")
            return self._finished(request, replace(refusal, status=raised.status).response())

    def _altered(self, response: web.StreamResponse) -> web.StreamResponse:
        if self.alter is None or not isinstance(response, web.Response) or not isinstance(response.body, bytes):
            return response
        kept = {name: value for name, value in response.headers.items() if name.lower() != "content-length"}
        return self.alter(Answer(status=response.status, body=response.body, headers=kept)).response()

    async def _record(self, request: web.Request) -> None:
        body = await request.read()
        async with self._arrived:
            self.requests.append(
                Recorded(request.method, request.path, request.query, request.headers, body, time.monotonic())
            )
            self._arrived.notify_all()

    def _take(self, path: str) -> Answer | None:
        for index, (path_pattern, answer, times) in enumerate(self._dictated):
            if pattern(path_pattern).fullmatch(path):
                if times > 1:
                    self._dictated[index] = (path_pattern, answer, times - 1)
                else:
                    del self._dictated[index]
                return answer
        return None

    async def _carry_out(self, request: web.Request, answer: Answer) -> web.StreamResponse:
        if answer.delay:
            await asyncio.sleep(answer.delay)
        response = self._finished(request, answer.response())
        if answer.drop is None:
            return response
        if answer.drop is Drop.WITHIN:
            payload = answer.payload()
            partial = web.StreamResponse(status=answer.status, reason=answer.reason, headers=response.headers)
            partial.content_length = len(payload) + 1  # one byte more than ever comes, so that the loss is noticed
            await partial.prepare(request)
            await partial.write(payload[: len(payload) // 2])
            response = partial
        if request.transport is not None:
            request.transport.close()
        return response

    def _finished(self, request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
        self.finish(request, response)
        return response

    async def _let_go(self, _: web.Application) -> None:
        self.release()
