"""Plans of deliveries as JSON in a text column."""

from collections.abc import Sequence

from pydantic import TypeAdapter, ValidationError

from bot.domain.deliveries import Step

_PLAN: TypeAdapter[tuple[Step, ...]] = TypeAdapter(tuple[Step, ...])


def stored_plan(steps: Sequence[Step]) -> str:
    """Return a plan as it is stored."""
    return _PLAN.dump_json(tuple(steps), exclude_none=True).decode()


def read_plan(text: str | None) -> tuple[Step, ...] | None:
    """Return a stored plan; None where there is none, or where this release cannot read it."""
    try:
        return None if text is None else _PLAN.validate_json(text)
    except ValidationError:
        return None
