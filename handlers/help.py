"""Help: what the person may do here, made from the commands themselves."""

from bot.arguments import nearest, plain
from bot.context import Context, MembersOnly, Role, UnknownCommand
from bot.language import deferred
from bot.reply import Answer, Reply
from bot.routing import Router
from bot.views import help as views
from bot.vocabulary import Vocabulary

router = Router(role=Role.NOBODY)


@router.command(
    "help",
    parse=plain,
    argument="[command]",
    summary=deferred("shows what you can do, or explains one command."),
    group=deferred("Help"),
    example="customer",
    also=("commands", "aide", "commandes"),
)
async def show_help(ctx: Context, topic: str) -> Reply:
    """Explain one command, or list those of the person's role; for their eyes alone."""
    word = topic.lower().removeprefix("/partner").strip(" ?!.,:").partition(" ")[0]
    if not word:
        commands = ctx.services.commands
        mine = [command for command in commands if command.role <= ctx.caller.role]
        if ctx.caller.outsider:
            return Answer(message=views.for_outsiders(ctx.language, mine), private=True)
        hidden = len(commands) - len(mine)
        overview = views.overview(ctx.language, mine, role=ctx.caller.role, hidden=hidden)
        return Answer(message=overview, private=True)
    vocabulary = Vocabulary.of(ctx.services.commands)
    name = vocabulary.command(word)
    if ctx.caller.outsider and name not in {each.name for each in ctx.services.commands if each.role is Role.NOBODY}:
        raise MembersOnly
    if name is None:
        close = nearest(word, vocabulary.words)
        raise UnknownCommand(word, f"help {vocabulary.words[close]}" if close else None)
    command = next(command for command in ctx.services.commands if command.name == name)
    return Answer(message=views.one(ctx.language, command), private=True)


@router.action("show_help")
async def show_help_again(ctx: Context, _value: str) -> Reply:
    """Show the overview behind a button."""
    return await show_help(ctx, "")
