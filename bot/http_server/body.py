"""A request's body, read only when its handler asks for it, and bounded while it comes."""

from aiohttp import web
from aiohttp.web_protocol import RequestPayloadError

AWAITS_CONTINUE = web.RequestKey("awaits_continue", bool)
"""The client sends its body only after a ``100 Continue`` (RFC 9110, section 10.1.1), as older .NET clients do."""
_PIECE = 16 * 1024
"""Bytes; smaller pieces are put together, since each has a cost of its own."""


class BodyRefused(Exception):
    """No whole body came within the bounds; ``status`` is the answer's, ``why`` a phrase for log and metrics."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


async def read_body(request: web.Request, *, largest: int) -> bytes:
    """Return the raw body of at most ``largest`` bytes; raise BodyRefused, or ConnectionError where the peer left."""
    if (request.content_length or 0) > largest:
        raise BodyRefused(413, "too large")
    if request.get(AWAITS_CONTINUE) and not request.content.total_bytes:
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0
    pieces: list[bytes] = []  # a growing buffer leaves holes in the heap, five times its size
    size = 0
    try:
        async for chunk in request.content.iter_any():
            size += len(chunk)
            if size > largest:
                raise BodyRefused(413, "too large")
            if pieces and len(pieces[-1]) + len(chunk) <= _PIECE:
                pieces[-1] += chunk
            else:
                pieces.append(chunk)
        return b"".join(pieces)
    except RequestPayloadError:
        raise BodyRefused(400, "malformed") from None
    finally:
        pieces.clear()  # the frame lives on with an error's trace, until the garbage collector comes by
