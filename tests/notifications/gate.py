"""Both ends of a signed delivery: the authority that signs it as Microsoft, and whoever verifies it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from multidict import CIMultiDict

from bot.notifications.signature import Forged, Signatures
from sandbox.microsoft.authority import Authority

BODY = b'{"EventName":"test-created","ResourceName":"test"}'


@dataclass
class Gate:
    """The authority signs and publishes; ``later`` lets time pass for those who verify."""

    authority: Authority
    session: aiohttp.ClientSession
    root_file: Path
    later: timedelta = field(default=timedelta())

    def signatures(self, **changed: Any) -> Signatures:
        """Return somebody who knows nothing yet."""
        settings = self.authority.environment(self.root_file)
        usual: dict[str, Any] = {
            "certificate_url": settings["WEBHOOK_CERTIFICATE_URL"],
            "ca_file": self.root_file,
            "now": lambda: datetime.now(UTC) + self.later,
        }
        return Signatures(self.session, **{**usual, **changed})

    def signed(self, body: bytes = BODY, **changed: str) -> dict[str, str]:
        """Return the headers of a genuine delivery, changed; ``_`` in the name of a header stands for ``-``."""
        return self.authority.sign(body) | {name.replace("_", "-"): value for name, value in changed.items()}


async def verify(signatures: Signatures, headers: Mapping[str, str], body: bytes = BODY) -> None:
    """Verify a delivery; names of headers are as indifferent to case as on the wire."""
    await signatures.require(CIMultiDict(headers), body)


async def refusal(signatures: Signatures, headers: Mapping[str, str], body: bytes = BODY) -> Forged:
    """Return why a delivery is refused, which it must be."""
    with pytest.raises(Forged) as raised:
        await verify(signatures, headers, body)
    return raised.value
