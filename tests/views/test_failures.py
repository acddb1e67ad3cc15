"""Every failure has words, a next step, and a reference that is also in the log."""

from dataclasses import replace

from bot.errors import PartnerBotError
from bot.language import language
from bot.partner_center import errors as partner_center
from bot.partner_center.errors import Diagnosis, NotAnIndirectProvider, SignInCause, SignInRefused, Unavailable
from bot.reply import Message
from bot.views import modals, support
from tests.views.examples import ERRORS, TOM, failed
from tests.views.reading import of_type, shown
from tests.views.samples import AT, DIAGNOSIS

ENGLISH = language("en")
GENERIC = failed(ENGLISH, PartnerBotError()).text


def actions(message: Message) -> dict[str, str | None]:
    return {button["action_id"]: button.get("value") for button in of_type(message.blocks, "button")}


def test_every_error_of_partner_center_has_words_of_its_own() -> None:
    leaves = {
        kind
        for kind in vars(partner_center).values()
        if isinstance(kind, type)
        and issubclass(kind, partner_center.PartnerCenterError)
        and kind is not partner_center.PartnerCenterError
    }
    assert {type(error) for error in ERRORS.values()} >= leaves
    for error in ERRORS.values():
        if type(error) in leaves:
            assert failed(ENGLISH, error).text != GENERIC


def test_every_failure_at_microsoft_or_in_the_bot_shows_its_reference() -> None:
    for error in ERRORS.values():
        if isinstance(error, partner_center.PartnerCenterError | ValueError):
            assert "`r-7k2m4q`" in "\n".join(shown(failed(ENGLISH, error).blocks))


def test_an_error_of_our_own_shows_nothing_of_itself() -> None:
    assert "secret" not in "\n".join(shown(failed(ENGLISH, ValueError("a secret")).blocks))


def test_tries_are_counted_only_where_there_were_several() -> None:
    assert "The bot tried 3 times." in failed(ENGLISH, Unavailable(3)).text
    assert [failed(ENGLISH, Unavailable(attempts)).text for attempts in (0, 1)] == [
        "Partner Center is not answering. Try again in a few minutes."
    ] * 2


def test_a_direct_partner_is_led_back_to_the_customer_and_told_what_to_do_where_it_is_wrong() -> None:
    said = failed(ENGLISH, NotAnIndirectProvider(DIAGNOSIS))
    assert actions(said) == {"show_customer": DIAGNOSIS.customer_tenant_id}
    assert "ask a bot admin to check the enrolment" in "\n".join(shown(said.blocks))


def test_a_window_that_could_not_be_filled_keeps_the_words_and_leaves_the_buttons_out() -> None:
    said = failed(ENGLISH, Unavailable(3, DIAGNOSIS))
    window = modals.failed(ENGLISH, title="Title", message=said)
    assert list(shown(window.blocks)) == list(shown([b for b in said.blocks if b["type"] != "actions"]))
    assert "`r-7k2m4q`" in "\n".join(shown(window.blocks))
    assert not list(of_type(window.blocks, "button"))
    assert window.submit is None
    assert window.callback_id == modals.loading(ENGLISH, title="Title").callback_id


def test_try_again_carries_what_to_do_again() -> None:
    assert actions(failed(ENGLISH, Unavailable(3)))["run_again"] == "command customer contoso.com"


def test_a_dead_sign_in_names_its_cause_and_the_way_back() -> None:
    dead = SignInRefused(SignInCause.MFA_MISSING)
    assert "it lacks multi-factor authentication. Ask a bot admin to sign the bot in again." in (
        failed(ENGLISH, dead).text
    )
    assert "authentication. Ask Tom Becker (bot admin) to sign the bot in again." in (
        failed(ENGLISH, dead, contacts=TOM).text
    )
    assert "it lacks multi-factor authentication. Run python -m bot connect" in failed(ENGLISH, dead, admin=True).text


def test_a_bot_that_was_never_signed_in_is_not_signed_in_again() -> None:
    never = SignInRefused(SignInCause.NEVER_SIGNED_IN)
    assert failed(ENGLISH, never, contacts=TOM).text.endswith("yet. Ask Tom Becker (bot admin) to sign the bot in.")


def test_a_policy_that_blocks_the_sign_in_is_changed_before_signing_in_again() -> None:
    blocked = SignInRefused(SignInCause.CONDITIONAL_ACCESS)
    assert "Ask Tom Becker (bot admin) to have the policy changed." in failed(ENGLISH, blocked, contacts=TOM).text
    assert "Have an administrator exempt the bot’s account, then run" in failed(ENGLISH, blocked, admin=True).text


def test_the_text_for_support_holds_every_id_and_comes_back_from_the_button() -> None:
    value = actions(failed(ENGLISH, Unavailable(3, DIAGNOSIS)))["copy_for_support"]
    assert value is not None
    assert len(value) <= 2000
    text = "\n".join(shown(support.support_modal(ENGLISH, value).blocks))
    for fact in (DIAGNOSIS.operation, DIAGNOSIS.request_id, DIAGNOSIS.correlation_id, "20002", "403", "global"):
        assert fact in text


def test_a_diagnosis_of_any_length_fits_a_button() -> None:
    long = 'é"\\' * 2000
    diagnosis = Diagnosis(
        operation=long,
        at=AT,
        cloud=long,
        partner_tenant_id=long,
        request_id=long,
        correlation_id=long,
        customer_tenant_id=long,
        code=long,
    )
    assert len(support.button_value(diagnosis)) <= 2000


def test_an_old_button_shows_what_it_carries() -> None:
    assert "not JSON" in "\n".join(shown(support.support_modal(ENGLISH, "not JSON").blocks))


def test_a_number_that_the_bot_does_not_know_is_shown_as_microsoft_wrote_it() -> None:
    unknown = SignInRefused(SignInCause.OTHER, replace(DIAGNOSIS, code="AADSTS999999"))
    for admin in (True, False):
        said = failed(ENGLISH, unknown, admin=admin)
        assert "Microsoft names a cause the bot does not know, AADSTS999999." in said.text
        assert "`AADSTS999999`" in "\n".join(shown(said.blocks))


def test_settings_are_named_to_bot_admins_alone() -> None:
    for cause in SignInCause:
        assert "PARTNER_CENTER_" not in failed(ENGLISH, SignInRefused(cause)).text
    assert "PARTNER_CENTER_CLOUD" in failed(ENGLISH, partner_center.WrongKindOfSignIn(), admin=True).text
    assert "PARTNER_CENTER_" not in failed(ENGLISH, partner_center.WrongKindOfSignIn()).text
