"""Help: what the person may do here, made from the commands themselves."""

from bot.arguments import nearest, plain
from bot.context import Context, Role, UnknownCommand
from bot.language import deferred
from bot.reply import Answer, Reply
from bot.routing import Router
from bot.views import help as views

router = Router(role=Role.NOBODY)


@router.command(
    "help",
    parse=plain,
    argument="[command]",
    summary=deferred("shows what you can do, or explains one command."),
    group=deferred("Help"),
    example="customer",
)
async def show_help(ctx: Context, topic: str) -> Reply:
    """Explain one command, or list those of the person's role."""
    commands = {command.name: command for command in ctx.services.commands}
    name = topic.lower().removeprefix("/partner").strip()
    if not name:
        mine = [command for command in commands.values() if command.role <= ctx.caller.role]
        hidden = len(commands) - len(mine)
        return Answer(message=views.overview(ctx.language, mine, role=ctx.caller.role, hidden=hidden))
    command = commands.get(name.partition(" ")[0])
    if command is None:
        close = nearest(name, commands)
        raise UnknownCommand(name, f"help {close}" if close else None)
    return Answer(message=views.one(ctx.language, command))


@router.action("show_help")
async def show_help_again(ctx: Context, _value: str) -> Reply:
    """Show the overview behind a button."""
    return await show_help(ctx, "")
