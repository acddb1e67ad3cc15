"""A press in both languages of the page."""

from collections.abc import Awaitable, Callable

from sandbox.slack.page_state import Press

Words = tuple[str, str]
"""What stands on the button, and what pressing it does."""


def once(press_id: str, group: str, english: Words, french: Words, act: Callable[[], Awaitable[object]]) -> Press:
    """Return a press of a group of the panel; whoever presses it, the same happens."""

    async def pressed(_: str) -> None:
        await act()

    return Press(
        id=press_id,
        group=group,
        label=english[0],
        effect=english[1],
        label_fr=french[0],
        effect_fr=french[1],
        act=pressed,
    )
