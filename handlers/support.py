"""Hand Microsoft's support what it asks for: the ids of a failed request, ready to copy."""

from bot.context import Context, Role
from bot.reply import OpenModal, Reply
from bot.routing import Router
from bot.views import failures

router = Router(role=Role.NOBODY)


@router.action("copy_for_support")
async def copy_for_support(ctx: Context, diagnosis: str) -> Reply:
    """Open a window with the text to copy."""
    return OpenModal(failures.support_modal(ctx.language, diagnosis))
