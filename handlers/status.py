"""Status: for everyone whether the bot works, for bot admins everything that is known about it."""

from bot.arguments import plain
from bot.context import Context, Role
from bot.language import deferred
from bot.reply import Answer, Reply
from bot.routing import Router
from bot.views import status as views

router = Router(role=Role.NOBODY, doing=deferred("Seeing the bot’s state"))


@router.command(
    "status",
    parse=plain,
    summary=deferred("says whether the bot is working."),
    group=deferred("Run"),
    also=("health", "ping", "statut", "état", "etat"),
)
async def show_status(ctx: Context, _text: str) -> Reply:
    """Say whether the bot works; the account of it is for bot admins alone."""
    status = await ctx.services.status()
    if ctx.caller.role < Role.ADMIN:
        return Answer(message=views.line(ctx.language, status))
    return Answer(message=views.full(ctx.language, status), private=True)
