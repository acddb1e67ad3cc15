"""Hand Microsoft's support what it asks for: the ids of a failed request, ready to copy."""

from bot.context import Context, Role
from bot.reply import Done, OpenModal, Reply
from bot.routing import Form, Router
from bot.views import failures
from bot.views.modals import TO_COPY

router = Router(role=Role.NOBODY)


@router.action("copy_for_support", opens_window=True)
async def copy_for_support(ctx: Context, diagnosis: str) -> Reply:
    """Open a window with the text to copy."""
    return OpenModal(failures.support_modal(ctx.language, diagnosis))


@router.submission(TO_COPY)
async def done(_ctx: Context, _form: Form) -> Reply:
    """Close a box that was copied from; Slack gives every window with a field a submit button."""
    return Done()
