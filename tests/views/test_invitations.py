"""The invitation: what colleagues read, what the customer may be sent, and what becomes of it."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.context import Channel
from bot.domain import event_kinds
from bot.domain.invitations import CHANNEL_ARCHIVED, MESSAGE_DELETED, Invitation, InvitationState
from bot.language import Language, language
from bot.partner_center.invitation_link import AdministratorAccess
from bot.reply import Message
from bot.views import invitations
from bot.views.invitations import ReminderAnswer
from tests.views.event_samples import event
from tests.views.reading import everything, of_type, shown
from tests.views.samples import AT, PORTAL, SHARED, UNSEEN, URL, customer, invitation, link

ENGLISH, FRENCH = language("en"), language("fr")


@pytest.mark.parametrize("lang", [ENGLISH, FRENCH], ids=["en", "fr"])
def test_the_customers_text_makes_sense_alone(lang: Language) -> None:
    text = invitations.customer_text(lang, link(), signed="Aline Marchand")
    assert URL in text.splitlines()
    assert text.splitlines()[-1] == "Aline Marchand"
    for inner in ("<@", "U0ALINE", "/partner", "#", "Slack"):
        assert inner not in text.replace(URL, "")


def test_the_message_quotes_the_same_text_as_the_box_to_copy() -> None:
    (quote,) = of_type(invitations.invitation(ENGLISH, FRENCH, invitation(), link()).blocks, "rich_text_quote")
    quoted = "".join(part.get("text") or part["url"] for part in quote["elements"])
    assert quoted == invitations.customer_text(FRENCH, link(), signed="Aline Marchand")


def test_a_shared_channel_gets_the_customers_text_and_link_alone() -> None:
    view = invitations.external_invitation(ENGLISH, link(), signed="Aline Marchand")
    text = "\n".join(everything(view))
    assert "U0ALINE" not in text
    assert "State" not in text
    assert {button["action_id"] for button in of_type(view.blocks, "button")} == {"link_invitation"}


@pytest.mark.parametrize(
    ("access", "colleagues", "customers"),
    [
        (AdministratorAccess.NO, "*Does not grant*\nAdministrator access", "it gives us no administrator access"),
        (AdministratorAccess.YES, "with administrator access", "It also gives us administrator access"),
        (AdministratorAccess.UNCLEAR, "See Microsoft’s page before accepting", "please read it before you accept"),
    ],
)
def test_what_accepting_grants_is_told_to_both(access: AdministratorAccess, colleagues: str, customers: str) -> None:
    text = "\n".join(shown(invitations.invitation(ENGLISH, ENGLISH, invitation(), link(access)).blocks))
    assert colleagues in text
    assert customers in text


def test_a_closed_invitation_has_neither_text_nor_link() -> None:
    closed = invitations.closed(ENGLISH, invitation(InvitationState.CLOSED))
    assert "https://" not in str(closed.blocks)
    assert not list(of_type(closed.blocks, "rich_text"))


def test_a_window_for_a_shared_channel_asks_for_no_note() -> None:
    inputs = {
        block["block_id"] for block in invitations.invite_modal(ENGLISH, channel=SHARED).blocks if "block_id" in block
    }
    assert inputs == {"company", "language"}


@pytest.mark.parametrize(
    ("channel", "words"),
    [(SHARED, "Other organisations can read this channel."), (UNSEEN, "The bot cannot see who reads this channel.")],
    ids=["shared", "unseen"],
)
def test_both_windows_warn_of_a_channel_that_others_read_or_may(channel: Channel, words: str) -> None:
    for window in (
        invitations.invite_modal(ENGLISH, channel=channel),
        invitations.confirm_external_modal(ENGLISH, channel, memory="{}"),
    ):
        (alert,) = of_type(window.blocks, "alert")
        assert alert["text"]["text"] == f"{words} Only the text for the customer and the link will be posted."


@pytest.mark.parametrize("cause", invitations.Delay)
def test_a_delay_has_its_own_cause_and_the_same_promise(cause: invitations.Delay) -> None:
    text = invitations.delayed(ENGLISH, invitation(), cause=cause).text
    assert text.startswith("The invitation for Contoso Retail France is late: ")
    assert text.endswith(" The bot keeps trying; you need not send it again.")
    others = {invitations.delayed(ENGLISH, invitation(), cause=other).text for other in invitations.Delay}
    assert len(others) == len(invitations.Delay)


def test_a_window_without_a_channel_asks_for_one() -> None:
    inputs = {
        block["block_id"] for block in invitations.invite_modal(ENGLISH, channel=None).blocks if "block_id" in block
    }
    assert inputs == {"company", "note", "language", "channel"}


def test_an_accepted_invitation_has_neither_text_nor_link_and_says_how_long_it_took() -> None:
    accepted = invitations.accepted(ENGLISH, invitation(InvitationState.ACCEPTED), portal_url=None)
    assert "https://" not in str(accepted.blocks)
    assert "after 2 days and 4 hours" in "\n".join(shown(accepted.blocks))
    assert {button["action_id"] for button in of_type(accepted.blocks, "button")} == {"see_customer"}


@pytest.mark.parametrize(
    "over",
    [
        invitations.closed(ENGLISH, replace(invitation(InvitationState.CLOSED), external_channel=True)),
        invitations.accepted(
            ENGLISH, replace(invitation(InvitationState.ACCEPTED), external_channel=True), portal_url=PORTAL
        ),
    ],
    ids=["closed", "accepted"],
)
def test_where_others_read_an_ended_invitation_keeps_its_state_to_itself(over: Message) -> None:
    assert list(shown(over.blocks)) == ["This invitation is no longer needed."]


@pytest.mark.parametrize(
    ("time", "words"),
    [
        ({"seconds": 3}, "after 1 minute"),
        ({"minutes": 59}, "after 59 minutes"),
        ({"hours": 1}, "after 1 hour"),
        ({"hours": 25, "minutes": 30}, "after 1 day and 1 hour"),
        ({"days": 17, "hours": 5}, "after 17 days"),
    ],
    ids=str,
)
def test_the_time_it_took_is_told_in_two_units_at_most(time: dict[str, int], words: str) -> None:
    row = invitation(InvitationState.ACCEPTED)
    assert row.posted_at is not None
    row = replace(row, accepted_at=row.posted_at + timedelta(**time))
    said = invitations.acceptance(ENGLISH, row, customer(), read_at=AT, portal_url=None).text
    assert said == f"Aline Marchand, Contoso Retail France accepted your invitation {words}."


def test_an_acceptance_in_the_thread_holds_no_person_address_or_bill() -> None:
    row = invitation(InvitationState.ACCEPTED)
    text = "\n".join(everything(invitations.acceptance(ENGLISH, row, customer(), read_at=AT, portal_url=PORTAL)))
    for secret in ("Jeanne", "jeanne@", "+33", "rue des Lilas", "French (France)", "contoso.fr"):
        assert secret not in text


def asked(*rows: Invitation) -> Message:
    return invitations.is_this_them(ENGLISH, rows, event(), customer(), ask=rows[0])


def test_a_name_alone_is_asked_about_with_yes_and_no() -> None:
    row = invitation()
    buttons = {button["action_id"]: button["value"] for button in of_type(asked(row).blocks, "button")}
    assert buttons == {"same_customer:0": f"e1 {row.id}", "other_customer": f"e1 {row.id}"}


def test_each_of_several_that_fit_has_a_button_and_there_is_one_for_none() -> None:
    rows = [invitation(number=number) for number in (1, 2)]
    buttons = list(of_type(asked(*rows).blocks, "button"))
    assert [button["value"] for button in buttons] == [f"e1 {rows[0].id}", f"e1 {rows[1].id}", f"e1 {rows[0].id}"]
    assert [button["text"]["text"] for button in buttons] == [
        "1. Contoso Retail France",
        "2. Contoso Retail France",
        "Neither",
    ]


def test_a_reminder_offers_to_post_again_to_wait_and_to_close() -> None:
    row = invitation()
    reminder = invitations.reminder(ENGLISH, row, working_days=5)
    pressed = {button["action_id"]: button["value"] for button in of_type(reminder.blocks, "button")}
    assert "The invitation is 5 working days old." in reminder.text
    assert pressed == dict.fromkeys(("post_again", "remind_later", "close_invitation"), row.id)


@pytest.mark.parametrize("how", ReminderAnswer)
def test_an_answered_reminder_has_no_buttons_and_names_the_next_one_unless_closed(how: ReminderAnswer) -> None:
    done = invitations.reminder_answered(ENGLISH, invitation(), how=how, by="U0TOM", at=AT, next_at=AT)
    assert not list(of_type(done.blocks, "button"))
    assert ("Next reminder" in "\n".join(shown(done.blocks))) == (how is not ReminderAnswer.CLOSE)


def test_invitations_to_link_are_told_apart_by_sender_and_day() -> None:
    window = invitations.link_modal(ENGLISH, event(), (invitation(), invitation(days=7, sender="Maya Shah", number=2)))
    (select,) = of_type(window.blocks, "static_select")
    assert [option["text"]["text"] for option in select["options"]] == [
        "Contoso Retail France, Aline Marchand, 21 Nov 2026 (UTC)",
        "Contoso Retail France, Maya Shah, 16 Nov 2026 (UTC)",
    ]
    assert window.memory == "e1"


def test_a_window_without_anything_to_link_cannot_be_submitted() -> None:
    assert invitations.link_modal(ENGLISH, event(), ()).submit is None


@pytest.mark.parametrize(
    ("row", "state"),
    [
        (invitation(reminders=1), "Waiting, reminded"),
        (invitation(InvitationState.CLOSED), "Closed"),
        (invitation(InvitationState.CLOSED, reason=MESSAGE_DELETED), "Closed: message deleted"),
        (invitation(InvitationState.CLOSED, reason=CHANNEL_ARCHIVED), "Closed: channel archived"),
    ],
    ids=["reminded", "by hand", "deleted", "archived"],
)
def test_the_list_says_where_an_invitation_stands_and_why(row: Invitation, state: str) -> None:
    counts = invitations.Counts(waiting=1, accepted=0, closed=0, listed=1)
    (table,) = of_type(
        invitations.listing(ENGLISH, [row], scope=invitations.Scope.ALL, counts=counts, now=AT).blocks, "data_table"
    )
    assert table["rows"][1][1]["text"] == state


def test_a_domain_that_is_the_name_stands_once() -> None:
    row = invitation(
        InvitationState.ACCEPTED, company="Relecloud.com", domain="relecloud.com", accepted_by="relecloud.COM"
    )
    (fields,) = (
        block["fields"] for block in invitations.accepted(ENGLISH, row, portal_url=None).blocks if "fields" in block
    )
    told = event(event_kinds.RELATIONSHIP_ACCEPTED, customer="relecloud.com")
    asked = invitations.is_this_them(ENGLISH, [row], told, customer(name=None), ask=row)
    unnamed = invitations.is_this_them(ENGLISH, [row], replace(told, customer_name=None), None, ask=row)

    assert [field["text"] for field in fields][-2:] == ["*For*\n`relecloud.com`", "*Accepted as*\n`relecloud.com`"]
    for message in (asked, unnamed):
        texts = [node["text"] for node in of_type(message.blocks, "mrkdwn") if node["text"].startswith("*")]
        assert "*You invited*\n`relecloud.com`" in texts
        assert all(
            line.count("`") <= 2 and not re.match(r"(\S+) `\1`", line) for text in texts for line in text.splitlines()
        )


@pytest.mark.parametrize("shown", ["waiting", "accepted", "closed", "not posted"])
def test_the_summary_of_a_list_holds_only_what_is_not_zero(shown: str) -> None:
    each = dict.fromkeys(("waiting", "accepted", "closed", "not_posted"), 0) | {shown.replace(" ", "_"): 3}
    counts = invitations.Counts(listed=3, **each)

    message = invitations.listing(language("en"), [invitation()], scope=invitations.Scope.ALL, counts=counts, now=AT)

    assert message.text == f"Invitations: 3 {shown}. First: Contoso Retail France."
    assert message.blocks[1]["text"]["text"] == f"3 {shown}."
