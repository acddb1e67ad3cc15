"""The things that can be broken on purpose: each fake names the faults it knows and asks whether one is on."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A switch on the page's panel; ``effect`` says in one line what it does."""

    id: str
    group: Literal["microsoft", "slack"]
    label: str
    effect: str
    label_fr: str
    effect_fr: str


class Faults:
    """Which of the known faults are on."""

    def __init__(self, known: Iterable[Fault]) -> None:
        self.known = {fault.id: fault for fault in known}
        self._on: set[str] = set()

    def is_on(self, fault_id: str) -> bool:
        """Say whether the fault is on; an unknown id is a mistake of ours and raises KeyError."""
        return self.known[fault_id].id in self._on

    def switch(self, fault_id: str, *, on: bool) -> None:
        """Turn a known fault on or off."""
        (self._on.add if on else self._on.discard)(self.known[fault_id].id)

    def clear(self) -> None:
        """Turn all off."""
        self._on.clear()
