"""Invite a customer: from a message, a button, the command or anywhere; and see which invitations there are."""

import re
from dataclasses import dataclass, replace

from pydantic import BaseModel

from bot import carried_values
from bot.arguments import customer_query, escaped, nearest, plain
from bot.context import Context, Explained, Outdated, Role
from bot.domain.invitations import InvitationState, NewInvitation
from bot.finding import Domain, Name, TenantId
from bot.language import LANGUAGES, deferred, language
from bot.reply import Answer, Done, FieldErrors, Message, Modal, OpenModal, Replace, Reply
from bot.routing import Form, PointedMessage, Router
from bot.tenant_ids import damaged_tenant_id
from bot.typed_text import Visible
from bot.views import invitations as views
from bot.views.invitations.listing import PAGE, Counts, Scope
from bot.views.no_customer import tenant_id_problem

DOING = deferred("Inviting customers")

router = Router(role=Role.OPERATOR, doing=DOING)

UNDER_WAY = (InvitationState.PENDING, InvitationState.WAITING)
MENTIONED = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
ALSO = {
    **dict.fromkeys(("me", "my", "moi", "mes", "miennes"), Scope.MINE),
    **dict.fromkeys(("everyone", "everybody", "tous", "toutes", "tout"), Scope.ALL),
    **dict.fromkeys(("pending", "open", "attente"), Scope.WAITING),
    **dict.fromkeys(("acceptées", "acceptés"), Scope.ACCEPTED),
}
"""Other words for a list."""
STATES = {Scope.WAITING: UNDER_WAY, Scope.ACCEPTED: (InvitationState.ACCEPTED,)}


class Draft(BaseModel):
    """What the window held, kept while the person confirms a channel that others read."""

    company: Visible
    note: Visible = ""
    language: str
    channel: Visible


@router.command(
    "invite",
    parse=plain,
    argument="[company or domain]",
    summary=deferred("posts your invitation link in a thread."),
    group=deferred("Invite"),
    example="Contoso",
    also=("invitation", "inviter", "invitez"),
    explained=(
        Explained(typed="Contoso", meaning=deferred("for a company; its name is in the message")),
        Explained(typed="contoso.com", meaning=deferred("the same; the customer is then recognised by the domain")),
    ),
)
async def invite(ctx: Context, company: str) -> Reply:
    """Ask for the rest in a window; the invitation hangs on a line of its own."""
    return OpenModal(await _window(ctx, company), otherwise=views.open_window(ctx.language, company))


@router.action("invite_customer", opens_window=True)
async def invite_customer(ctx: Context, company: str) -> Reply:
    """The same behind a button."""
    return OpenModal(await _window(ctx, company))


@router.message_shortcut(
    "invite_in_thread", title="Post invitation here", description="Posts your invitation link in this message’s thread."
)
async def invite_in_thread(ctx: Context, message: PointedMessage) -> Reply:
    """The invitation goes into the thread of the message."""
    del message  # the place knows its thread
    return OpenModal(await _window(ctx, ""))


@router.shortcut("create_invite", title="Invite a customer", description="Posts your invitation link in a channel.")
async def create_invite(ctx: Context) -> Reply:
    """A global shortcut knows no channel, so the window asks for it."""
    return OpenModal(await _window(ctx, ""))


async def _window(ctx: Context, company: str) -> Modal:
    channel = await ctx.services.channels.channel(ctx.place.channel_id) if ctx.place.channel_id else None
    return views.invite_modal(
        ctx.language,
        channel=channel,
        person=ctx.place.person,
        in_thread=ctx.place.thread_ts is not None,
        company=company,
    )


@router.submission("send_invitation", saves=True)
async def send_invitation(ctx: Context, form: Form) -> Reply:
    """Take the window's content; where others read the channel, ask once more."""
    company = plain(escaped(form["company"]))
    channel_id = form["channel"] or ctx.place.channel_id
    errors = {}
    query = customer_query(escaped(company))
    if query is None:
        errors["company"] = views.nothing_typed(ctx.language)
    elif isinstance(query, Name) and (damaged := damaged_tenant_id(query.value)):
        errors["company"] = tenant_id_problem(ctx.language, damaged).plain
    if channel_id is None:
        errors["channel"] = views.no_channel(ctx.language)
    if errors or channel_id is None:
        return FieldErrors(errors)
    await ctx.require_role_in(channel_id, Role.OPERATOR, doing=DOING)
    channel = await ctx.services.channels.channel(channel_id)
    note = "" if channel.external else form["note"]
    draft = Draft(company=company, note=note, language=form["language"], channel=channel_id)
    if channel.external:
        return OpenModal(views.confirm_external_modal(ctx.language, channel, memory=draft.model_dump_json()))
    return await _record(ctx, draft, external=False)


@router.submission("send_invitation_external", saves=True)
async def send_external_invitation(ctx: Context, form: Form) -> Reply:
    """Record an invitation of which only the customer's text and link will be posted."""
    draft = carried_values.model(Draft, form.memory)
    await ctx.require_role_in(draft.channel, Role.OPERATOR, doing=DOING)
    return await _record(ctx, draft, external=True)


async def _record(ctx: Context, draft: Draft, *, external: bool) -> Reply:
    """Commit the invitation; the delivery worker posts it, also after a crash."""
    same_channel = draft.channel == ctx.place.channel_id
    query = customer_query(escaped(draft.company))
    await ctx.services.invitations.record(
        NewInvitation(
            submission_key=ctx.submission_id,
            workspace_id=ctx.services.workspace_id,
            sender_id=ctx.caller.user_id,
            sender_name=ctx.caller.name,
            sender_locale=ctx.language.code,
            sender_tz=ctx.caller.tz,
            channel_id=draft.channel,
            thread_ts=ctx.place.thread_ts if same_channel else None,
            company=draft.company,
            expected_name=query.value if isinstance(query, Name) else None,
            expected_domain=query.value if isinstance(query, Domain) else None,
            expected_tenant_id=query.value if isinstance(query, TenantId) else None,
            note=None if external else draft.note or None,
            language=draft.language if draft.language in LANGUAGES else ctx.language.code,
            external_channel=external,
        )
    )
    return Done()


@router.action("retry_invitation", saves=True)
async def retry(ctx: Context, invitation_id: str) -> Reply:
    """Post an invitation that could not be posted, now that the way is free."""
    invitation = await ctx.services.invitations.retry(invitation_id)
    if invitation is None:
        raise await _outdated(ctx, invitation_id)
    return Answer(message=views.on_its_way(ctx.language, invitation), replaces=True)


@router.action("copy_invitation", role=Role.VIEWER, opens_window=True)
async def copy_text(ctx: Context, invitation_id: str) -> Reply:
    """Open the customer's text in a box that a phone can select from."""
    invitation = await ctx.services.invitations.find(invitation_id)
    if invitation is None:
        raise Outdated

    async def fetched() -> Modal:
        link = await ctx.partner_center.inspected_link()
        text = views.customer_text(language(invitation.language), link, signed=invitation.sender_name)
        return views.copy_modal(ctx.language, text)

    return OpenModal(views.copying(ctx.language), then=fetched)


@router.action("close_invitation", saves=True)
async def close_invitation(ctx: Context, invitation_id: str) -> Reply:
    """Stop waiting for the customer; the text and the link leave the message."""
    closed = await ctx.services.invitations.close(invitation_id, by=ctx.caller.user_id)
    if closed is None:
        row = await ctx.services.invitations.find(invitation_id)
        if row is not None and row.state in UNDER_WAY:  # posted again just now
            row = replace(row, state=InvitationState.PENDING)
        raise Outdated(row)
    if closed.message_ts == ctx.place.message_ts:
        return Done()  # the message itself says so in a moment
    lang, how, by = language(closed.sender_locale), views.ReminderAnswer.CLOSE, ctx.caller.user_id
    return Replace(views.reminder_answered(lang, closed, how=how, by=by, at=ctx.services.now(), next_at=None))


async def _outdated(ctx: Context, invitation_id: str) -> Outdated:
    """Return why a press changed nothing: by what has happened to the invitation meanwhile."""
    return Outdated(await ctx.services.invitations.find(invitation_id))


@dataclass(frozen=True, slots=True)
class Sender:
    """A person, by id, or by a name as it was typed behind ``@``."""

    person: str


@dataclass(frozen=True, slots=True)
class UnknownList:
    """A word that is no list of invitations."""

    typed: str


def _asked(text: str) -> Scope | Sender | UnknownList:
    """Read which invitations are meant; mine, unless something else is given."""
    if mention := MENTIONED.search(text):
        return Sender(mention[1])
    typed = plain(text).strip(".,;:!? ")
    word = typed.lower().removeprefix("--")
    if not word:
        return Scope.MINE
    if typed.startswith("@"):
        return Sender(typed.removeprefix("@"))
    scope = next((scope for scope in Scope if scope == word), None) or ALSO.get(word)
    return scope or UnknownList(typed)


@router.command(
    "invites",
    parse=_asked,
    argument="[mine | all | waiting | accepted | @person]",
    summary=deferred("shows your invitations, or everyone’s."),
    group=deferred("Invite"),
    example="all",
    also=("invitations",),
    explained=(
        Explained(typed="mine", meaning=deferred("those you have sent; the same without a word")),
        Explained(typed="all", meaning=deferred("everyone’s")),
        Explained(typed="waiting", meaning=deferred("those that no customer has accepted yet")),
        Explained(typed="accepted", meaning=deferred("those that a customer has accepted")),
        Explained(typed="@Maya", meaning=deferred("those that one person has sent")),
    ),
)
async def list_invitations(ctx: Context, asked: Scope | Sender | UnknownList) -> Reply:
    """Answer with my invitations, those of one person, or all."""
    if isinstance(asked, Sender):
        sender = await ctx.services.invitations.sender(asked.person)
        if sender is None:
            return Answer(message=views.nobody_sent(ctx.language, asked.person), private=True)
        return Answer(message=await _listing(ctx, None, sender=sender), private=True)
    if isinstance(asked, UnknownList):
        return Answer(message=views.unknown_list(ctx.language, asked.typed, nearest(asked.typed, Scope)), private=True)
    return Answer(message=await _listing(ctx, asked), private=True)


@router.action("choose_invitations")
async def choose_invitations(ctx: Context, scope: str) -> Reply:
    """Show another choice of invitations in place of this one."""
    return Answer(message=await _listing(ctx, carried_values.member(Scope, scope)), private=True, replaces=True)


@router.action("invitations_page")
async def show_page(ctx: Context, value: str) -> Reply:
    """Show the next rows."""
    which, _, first = value.partition(":")
    sender = which.removeprefix("@") if which.startswith("@") else None
    scope = None if sender else carried_values.member(Scope, which)
    listing = await _listing(ctx, scope, sender=sender, first=carried_values.number(first))
    return Answer(message=listing, private=True, replaces=True)


async def _listing(ctx: Context, scope: Scope | None, *, sender: str | None = None, first: int = 0) -> Message:
    """Return the list of a scope, or of what one person has sent."""
    invitations = ctx.services.invitations
    of = ctx.caller.user_id if scope is Scope.MINE else sender
    states = () if scope is None else STATES.get(scope, ())
    tally = await invitations.tally(sender_id=of)
    counts = Counts(
        waiting=sum(tally[state] for state in UNDER_WAY),
        accepted=tally[InvitationState.ACCEPTED],
        closed=tally[InvitationState.CLOSED],
        not_posted=tally[InvitationState.FAILED],
        listed=sum(tally[state] for state in states or InvitationState),
    )
    first = first if first < counts.listed else 0
    rows = await invitations.page(sender_id=of, states=states, limit=PAGE, offset=first)
    return views.listing(
        ctx.language,
        rows,
        scope=scope,
        sender=sender,
        counts=counts,
        now=ctx.services.now(),
        first=first,
        workspace_url=ctx.services.workspace_url,
    )
