"""The invitation's two halves: what colleagues read, and what the customer may be sent."""

import pytest

from bot.context import Channel
from bot.language import Language, language
from bot.partner_center.invitation_link import AdministratorAccess
from bot.storage.invitations import InvitationState
from bot.views import invitations
from tests.views.examples import SHARED, UNSEEN, URL, invitation, link
from tests.views.reading import everything, of_type, shown

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
