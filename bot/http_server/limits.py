"""Bounds of the HTTP server: seconds, bytes and connections."""

import sys
from dataclasses import dataclass

from bot import retry

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a connection may take before its request is whole; a request that is being answered has other bounds."""

    head_seconds: float = retry.HTTP_SERVER.head
    body_seconds: float = retry.HTTP_SERVER.body
    idle_seconds: float = retry.HTTP_SERVER.idle
    discard_seconds: float = retry.HTTP_SERVER.discard
    discarded_bytes: int = MEBIBYTE
    head_bytes: int = 32 * 1024
    headers: int = 100
    body_bytes: int = MEBIBYTE
    """Slack's own payloads stay well under this."""
    pending_connections: int = 512
    """Connections without a whole request."""
    pending_bytes: int = 8 * MEBIBYTE
    """What all of these have sent together."""


def open_file_limit() -> int | None:
    """Return how many files this process may have open, or None where nothing bounds it."""
    if sys.platform == "win32":
        return None
    import resource  # noqa: PLC0415 - Unix only

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return None if soft == resource.RLIM_INFINITY else soft


def pending_connections(limits: Limits, open_files: int | None) -> int:
    """Return the cap on connections without a whole request: half the files at most, the rest is for the work."""
    return (
        limits.pending_connections if open_files is None else max(1, min(limits.pending_connections, open_files // 2))
    )
