"""Invitations in words: the message and its life in the thread, what the sender is told, the windows, and the list."""

from bot.views.invitations.answers import (
    Delay,
    cannot_post,
    delayed,
    link_refused,
    no_channel,
    nothing_typed,
    on_its_way,
    open_window,
)
from bot.views.invitations.life import (
    ReminderAnswer,
    acceptance,
    accepted,
    posted_again,
    reminder,
    reminder_answered,
)
from bot.views.invitations.listing import Counts, Scope, listing, nobody_sent, unknown_list
from bot.views.invitations.matching import answered, is_this_them, link_modal, linked
from bot.views.invitations.message import closed, customer_text, external_invitation, invitation, over, parent
from bot.views.invitations.windows import confirm_external_modal, copy_modal, copying, invite_modal

__all__ = [
    "Counts",
    "Delay",
    "ReminderAnswer",
    "Scope",
    "acceptance",
    "accepted",
    "answered",
    "cannot_post",
    "closed",
    "confirm_external_modal",
    "copy_modal",
    "copying",
    "customer_text",
    "delayed",
    "external_invitation",
    "invitation",
    "invite_modal",
    "is_this_them",
    "link_modal",
    "link_refused",
    "linked",
    "listing",
    "no_channel",
    "nobody_sent",
    "nothing_typed",
    "on_its_way",
    "open_window",
    "over",
    "parent",
    "posted_again",
    "reminder",
    "reminder_answered",
    "unknown_list",
]
