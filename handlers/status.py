"""Status: for everyone whether the bot works, for bot admins everything that is known about it."""

from bot.arguments import plain
from bot.contacts import BOT_ADMINS
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
    if ctx.caller.outsider:
        return Answer(message=views.outsiders_line(ctx.language, status))
    if ctx.caller.role < Role.ADMIN:
        contacts = BOT_ADMINS if status.works else await ctx.services.contacts()
        return Answer(message=views.line(ctx.language, status, contacts=contacts))
    return Answer(message=views.full(ctx.language, status), private=True)
