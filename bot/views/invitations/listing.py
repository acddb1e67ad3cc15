"""The list of invitations: mine or everyone's, waiting or accepted, with their age and thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.invitations import CHANNEL_ARCHIVED, MESSAGE_DELETED, Invitation, InvitationState
from bot.language import Language, deferred
from bot.reply import Block, Message
from bot.views.blocks import (
    Cell,
    actions,
    button,
    context,
    header,
    menu,
    option,
    raw,
    rich_cell,
    rich_channel,
    rich_day,
    rich_link,
    rich_person,
    section,
)
from bot.views.foreign import (
    IN_SENTENCE,
    SLACK_ID,
    SLACK_TS,
    Words,
    channel,
    clean,
    day_stamp,
    escape,
    link,
    name,
    person,
    sentence,
    span,
    utc_day,
)
from bot.views.paging import page_buttons
from bot.views.tables import PageOfRows, Row, fitting

PAGE = 50


class Scope(StrEnum):
    """Which invitations are listed."""

    MINE = "mine"
    ALL = "all"
    WAITING = "waiting"
    ACCEPTED = "accepted"


LABELS = {
    Scope.MINE: deferred("Mine"),
    Scope.ALL: deferred("All"),
    Scope.WAITING: deferred("All waiting"),
    Scope.ACCEPTED: deferred("All accepted"),
}
NOTHING = {
    Scope.MINE: deferred("You have sent no invitation yet."),
    Scope.ALL: deferred("Nobody has sent an invitation yet."),
    Scope.WAITING: deferred("No invitation is waiting."),
    Scope.ACCEPTED: deferred("No invitation has been accepted yet."),
}
STATES = {
    InvitationState.PENDING: deferred("Being posted"),
    InvitationState.WAITING: deferred("Waiting"),
    InvitationState.ACCEPTED: deferred("Accepted"),
    InvitationState.CLOSED: deferred("Closed"),
    InvitationState.FAILED: deferred("Not posted"),
}
CLOSED_BY_NOBODY = {
    MESSAGE_DELETED: deferred("Closed: message deleted"),
    CHANNEL_ARCHIVED: deferred("Closed: channel archived"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many invitations there are: in each state, and in the chosen scope altogether."""

    waiting: int
    accepted: int
    closed: int
    listed: int
    not_posted: int = 0


def listing(
    lang: Language,
    invitations: Sequence[Invitation],
    *,
    scope: Scope | None,
    counts: Counts,
    sender: str | None = None,
    now: datetime,
    first: int = 0,
    workspace_url: str = "",
) -> Message:
    """Return up to fifty invitations, of which the list holds the ``first`` and following.

    Those of a ``scope``, or without one those that one person, the ``sender``, has sent.

    ``workspace_url`` is the workspace's address, such as ``https://contoso.slack.com/``; without it the threads are
    told by their channel.
    """
    title = header(lang.text("Invitations"))
    if not invitations:
        return _empty(lang, scope, title, sender)
    summary = _summary(lang, counts)
    rows = tuple(_row(lang, row, now, workspace_url) for row in invitations[:PAGE])

    def bottom(shown: int) -> tuple[Block, ...]:
        after = first + shown
        more = after < counts.listed
        paging = page_buttons(
            lang,
            "invitations_page",
            lambda row: f"{scope or f'@{sender}'}:{row}",
            first=first,
            after=after,
            total=counts.listed,
            page=PAGE,
        )
        line = lang.text("Rows {first}–{last} of {count}.").format(
            first=lang.number(first + 1), last=lang.number(after), count=lang.number(counts.listed)
        )
        return (
            *((context(line),) if more or first else ()),
            *actions(_menu(lang, scope), *paging),
        )

    page = PageOfRows(
        caption=lang.text("Invitations"),
        head=(
            lang.text("Customer"),
            lang.text("State"),
            lang.text("Sent by"),
            lang.text("Sent"),
            lang.text("Age"),
            lang.text("Thread"),
        ),
        rows=rows,
    )
    blocks, plainer = fitting((title, section(f"{summary}.")), page, bottom)
    text = sentence(
        lang.text("Invitations: {counts}. First: {company}."), counts=summary, company=name(invitations[0].company)
    )
    return Message(text=text.plain, blocks=blocks, plainer=plainer)


def _empty(lang: Language, scope: Scope | None, title: Block, sender: str | None) -> Message:
    if scope is None:
        return nobody_sent(lang, str(sender))
    text = lang.text(NOTHING[scope])
    create = button(lang.text("Create an invitation"), "invite_customer", style="primary")
    return Message(text=text, blocks=(title, section(text), *actions(_menu(lang, scope), create)))


def _summary(lang: Language, counts: Counts) -> str:
    """Return "2 waiting, 1 closed": what is not zero."""
    each = (
        (lang.plural("{count} waiting", "{count} waiting", counts.waiting), counts.waiting),
        (lang.plural("{count} accepted", "{count} accepted", counts.accepted), counts.accepted),
        (lang.plural("{count} closed", "{count} closed", counts.closed), counts.closed),
        (lang.plural("{count} not posted", "{count} not posted", counts.not_posted), counts.not_posted),
    )
    return ", ".join(template.format(count=lang.number(count)) for template, count in each if count)


def nobody_sent(lang: Language, person_typed: str) -> Message:
    """Say that a person, by name or id, has sent no invitation."""
    known = SLACK_ID.fullmatch(person_typed)
    who = Words(mrkdwn=person(person_typed), plain=lang.text("This person")) if known else span(person_typed, 100)
    words = sentence(lang.text("{person} has sent no invitation."), person=who)
    return Message(text=words.plain, blocks=(section(words.mrkdwn), *actions(_menu(lang, None))))


def unknown_list(lang: Language, typed: str, nearest: str | None) -> Message:
    """Say that there is no such list of invitations, and which there are."""
    words = sentence(lang.text("There is no list {list}."), list=span(typed, 100))
    if nearest is not None:
        words += sentence(lang.text("Did you mean {command}?"), command=span(f"/partner invites {nearest}"))
    else:
        each = ", ".join((*Scope, "@name"))
        words += sentence(lang.text("Choose from {values}."), values=span(each, 100))
    return Message(text=words.plain, blocks=(section(words.mrkdwn), *actions(_menu(lang, None))))


def _menu(lang: Language, scope: Scope | None) -> Block:
    options = {each: option(lang.text(label), each) for each, label in LABELS.items()}
    return menu(
        "choose_invitations",
        list(options.values()),
        None if scope is None else options[scope],
        lang.text("Which invitations"),
    )


def _row(lang: Language, row: Invitation, now: datetime, workspace_url: str) -> Row:
    sent = row.posted_at or row.created_at
    state, age = _state(lang, row), lang.duration(now - sent)
    thread = _thread_url(row, workspace_url)
    return Row(
        cells=(
            raw(clean(row.company, IN_SENTENCE)),
            raw(state),
            _slack_id(row.sender_id, rich_person(row.sender_id)),
            rich_cell(rich_day(sent, utc_day(lang, sent))),
            raw(age),
            rich_cell(rich_link(thread, lang.text("Open")))
            if thread
            else _slack_id(row.channel_id, rich_channel(row.channel_id)),
        ),
        line=", ".join(
            (
                escape(row.company, IN_SENTENCE * 2),
                state[:1].lower() + state[1:],
                person(row.sender_id),
                day_stamp(lang, sent).mrkdwn,
                age,
                link(thread, lang.text("Open")) if thread else channel(row.channel_id),
            )
        ),
    )


def _state(lang: Language, row: Invitation) -> str:
    if row.state is InvitationState.WAITING and row.reminders:
        return lang.text("Waiting, reminded")
    if row.state is InvitationState.CLOSED and row.closed_by is None:
        return lang.text(CLOSED_BY_NOBODY.get(row.reason or "", STATES[row.state]))
    return lang.text(STATES[row.state])


def _slack_id(slack_id: str, element: Block) -> Cell:
    return rich_cell(element) if SLACK_ID.fullmatch(slack_id) else raw(clean(slack_id, IN_SENTENCE))


def _thread_url(row: Invitation, workspace_url: str) -> str | None:
    """Return the message's address, in the form that Slack's chat.getPermalink answers; None for ids that are none."""
    stamps = [ts for ts in (row.message_ts, row.thread_ts, row.parent_ts) if ts is not None]
    if row.message_ts is None or not workspace_url or not all(SLACK_TS.fullmatch(ts) for ts in stamps):
        return None
    if not SLACK_ID.fullmatch(row.channel_id):
        return None
    address = f"{workspace_url.rstrip('/')}/archives/{row.channel_id}/p{row.message_ts.replace('.', '')}"
    root = row.thread_ts or row.parent_ts
    return f"{address}?thread_ts={root}&cid={row.channel_id}" if root else address
