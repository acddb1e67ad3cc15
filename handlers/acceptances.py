"""What becomes of an invitation, in the hands of people: is this the customer, post again, remind later."""

from datetime import datetime

from bot.context import Context, Outdated, Role
from bot.domain.invitations import Invitation, InvitationState
from bot.language import deferred, language
from bot.reply import Answer, Modal, OpenModal, Replace, Reply
from bot.routing import Form, Router
from bot.views import invitations as views
from bot.views.invitations import ReminderAnswer
from bot.views.invitations.matching import OPTIONS

router = Router(role=Role.OPERATOR, doing=deferred("Inviting customers"))


@router.action("same_customer", saves=True)
async def same_customer(ctx: Context, value: str) -> Reply:
    """Take the new customer for the one that was invited."""
    event_id, _, invitation_id = value.rpartition(" ")
    row = await ctx.services.invitations.is_customer(event_id, invitation_id)
    if row is None:
        raise await _outdated(ctx, invitation_id)
    return _answered(ctx, row, same=True)


@router.action("other_customer", saves=True)
async def other_customer(ctx: Context, value: str) -> Reply:
    """Take the new customer for somebody else; the invitation goes on waiting."""
    event_id, _, invitation_id = value.rpartition(" ")
    event = await ctx.services.invitations.is_another(event_id)
    row = await ctx.services.invitations.find(invitation_id)
    if event is None or row is None or row.state is not InvitationState.WAITING:
        raise await _outdated(ctx, invitation_id)
    return _answered(ctx, row, same=False)


def _answered(ctx: Context, row: Invitation, *, same: bool) -> Reply:
    lang = language(row.sender_locale)  # the message is the sender's, whoever presses
    return Replace(views.answered(lang, same=same, by=ctx.caller.user_id, at=ctx.services.now(), row=row))


@router.action("match_acceptance", opens_window=True)
async def choose_invitation(ctx: Context, event_id: str) -> Reply:
    """Ask which of the waiting invitations a new customer has accepted."""
    return OpenModal(await _window(ctx, event_id))


async def _window(ctx: Context, event_id: str) -> Modal:
    event = await ctx.services.invitations.new_customer(event_id)
    if event is None:
        raise Outdated
    waiting = await ctx.services.invitations.page(
        sender_id=None, states=(InvitationState.WAITING,), limit=OPTIONS, offset=0
    )
    return views.link_modal(ctx.language, event, waiting)


@router.submission("link_acceptance", saves=True)
async def link_invitation(ctx: Context, form: Form) -> Reply:
    """Take the new customer for the one of the chosen invitation; its thread hears of it."""
    row = await ctx.services.invitations.is_customer(form.memory, form["invitation"])
    if row is None:
        raise await _outdated(ctx, form["invitation"])
    return Answer(message=views.linked(ctx.language, row, ctx.caller.user_id), private=True)


@router.action("post_again", saves=True)
async def post_again(ctx: Context, invitation_id: str) -> Reply:
    """Post the invitation once more in its thread."""
    row = await ctx.services.invitations.post_again(invitation_id)
    if row is None:
        raise await _outdated(ctx, invitation_id)
    return _answered_reminder(ctx, row, ReminderAnswer.POST_AGAIN, row.remind_at)


@router.action("remind_later", saves=True)
async def remind_later(ctx: Context, invitation_id: str) -> Reply:
    """Put the next reminder off."""
    row = await ctx.services.invitations.remind_later(invitation_id)
    if row is None:
        raise await _outdated(ctx, invitation_id)
    return _answered_reminder(ctx, row, ReminderAnswer.LATER, row.remind_at)


def _answered_reminder(ctx: Context, row: Invitation, how: ReminderAnswer, next_at: datetime | None) -> Reply:
    lang, by, at = language(row.sender_locale), ctx.caller.user_id, ctx.services.now()
    return Replace(views.reminder_answered(lang, row, how=how, by=by, at=at, next_at=next_at))


async def _outdated(ctx: Context, invitation_id: str) -> Outdated:
    """Return why a press changed nothing: by what became of the invitation; while it waits, the event is gone."""
    row = await ctx.services.invitations.find(invitation_id)
    return Outdated(None if row is None or row.state is InvitationState.WAITING else row)
