"""The buttons that lead on and back in a list of several pages."""

from collections.abc import Callable

from bot.language import Language
from bot.reply import Block
from bot.views.blocks import button


def page_buttons(
    lang: Language, action: str, value: Callable[[int], str], *, first: int, after: int, total: int, page: int
) -> tuple[Block | None, Block | None]:
    """Return [Previous 30] and [Next 30] where there is such a page; ``value`` is made of the row it begins with.

    Rows ``first`` up to ``after`` of ``total`` are shown; ``page`` is how many a page holds at most.
    """
    back = max(0, first - page)
    previous = lang.plural("Previous {count}", "Previous {count}", first - back).format(count=lang.number(first - back))
    rest = min(page, total - after)
    following = lang.plural("Next {count}", "Next {count}", rest).format(count=lang.number(rest))
    return (
        button(previous, f"{action}:back", value(back), accessibility_label=previous) if first else None,
        button(following, action, value(after)) if after < total else None,
    )
