"""Invitations, as they are requested and as they are stored."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.typed_text import identifier

_WORDS = re.compile(r"\w+")


class InvitationState(StrEnum):
    """The state of an invitation."""

    PENDING = "pending"  # enqueued, to be posted
    WAITING = "waiting"  # posted; the customer has not accepted yet
    ACCEPTED = "accepted"
    CLOSED = "closed"  # nobody waits for it any longer; has a reason where no person closed it
    FAILED = "failed"  # cannot be posted; has a reason


MESSAGE_DELETED = "message_deleted"
CHANNEL_ARCHIVED = "channel_archived"
"""Why an invitation was closed by nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewInvitation:
    """An invitation to send."""

    submission_key: str
    """The same for every press on one **Send**."""
    workspace_id: str
    sender_id: str
    sender_name: str
    sender_locale: str
    sender_tz: str = "UTC"
    """IANA; working days are counted in it."""
    channel_id: str
    thread_ts: str | None = None
    """The message in whose thread it goes; without one the bot posts a parent first."""
    company: str
    """As it was typed."""
    expected_name: str | None = None
    expected_domain: str | None = None
    expected_tenant_id: str | None = None
    note: str | None = None
    language: str
    """Of the message: ``en`` or ``fr``."""
    external_channel: bool
    """People of another organisation read the channel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """An invitation as it is stored; instants are in UTC."""

    id: str
    """Opaque."""
    submission_key: str
    workspace_id: str
    sender_id: str
    sender_name: str
    sender_locale: str
    sender_tz: str
    channel_id: str
    thread_ts: str | None
    parent_ts: str | None
    """The one-line message the bot posted to hang the invitation on, where there was no thread."""
    message_ts: str | None
    company: str
    expected_name: str | None
    expected_domain: str | None
    expected_tenant_id: str | None
    note: str | None
    language: str
    external_channel: bool
    link_kind: str | None
    state: InvitationState
    reason: str | None
    """Why it was not posted (Slack's word, or one of ours), or why it was closed by nobody."""
    created_at: datetime
    posted_at: datetime | None
    accepted_at: datetime | None
    accepted_tenant_id: str | None
    accepted_name: str | None
    accepted_domain: str | None
    """Who accepted, which may be another than was expected, where a person said so."""
    reminders: int
    """How often the sender was reminded."""
    remind_at: datetime | None
    """When the sender is reminded next; None where nobody waits."""
    closed_at: datetime | None
    closed_by: str | None


def name_words(name: str) -> list[str]:
    """Return the words of a company's name as they compare."""
    return _WORDS.findall(identifier(name).casefold())


def invited_words(*, company: str, expected_name: str | None) -> list[str]:
    """Return the words by which the name of a customer is compared with an invitation."""
    return name_words(expected_name or company.partition(".")[0])
