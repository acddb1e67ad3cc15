"""Parts of an answer that Microsoft did not give: why a list may lack items, and what of several look-ups failed."""

from bot.language import Language, deferred
from bot.partner_center.paging import Gap

GAPS = {
    Gap.ENTRY: deferred("This list is not complete: Microsoft sent entries that the bot cannot read."),
    Gap.LINK: deferred("This list may not be complete: Microsoft does not say properly how it goes on."),
    Gap.NO_ANSWER: deferred("This list is not complete: Microsoft did not send its next page in time."),
    Gap.REFUSED: deferred("This list is not complete: Microsoft refused its next page."),
    Gap.UNREADABLE: deferred("This list is not complete: Microsoft’s next page cannot be read."),
}


def incomplete(lang: Language, gap: Gap | None) -> str:
    """Return that a list may lack items, why, and what to do; "" for a whole one."""
    return "" if gap is None else f"{lang.text(GAPS[gap])} {lang.text('Try again in a few minutes.')}"
