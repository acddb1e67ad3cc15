"""Buttons, menus and windows: whatever a view offers is answered, and whatever is answered is offered."""

from collections.abc import Iterator
from typing import Any

from bot import bootstrap
from bot.language import LANGUAGES, language
from bot.reply import Modal
from bot.slack.payloads import View
from tests.views.examples import EXAMPLES
from tests.views.reading import forms, nodes, of_type

ROUTER = bootstrap.routes()
CARRIERS = {"run_again", "run_command"}
"""Presses that carry what to do instead of being routed themselves."""


def controls(blocks: Any) -> Iterator[dict[str, Any]]:
    """Yield what can be pressed or chosen; the fields of a window are read when it is submitted."""
    for block in blocks:
        if block["type"] != "input" or block.get("dispatch_action"):
            yield from (node for node in nodes(block) if "action_id" in node)


def offered() -> dict[str, str]:
    """Return each action's name with an example that offers it."""
    return {
        str(control["action_id"]).partition(":")[0]: name
        for name, example in EXAMPLES.items()
        for code in LANGUAGES
        for blocks in forms(example(language(code)))
        for control in controls(blocks)
    }


def windows() -> dict[str, Modal]:
    """Return each window by its example's name."""
    views = {name: example(language("en")) for name, example in EXAMPLES.items()}
    return {name: view for name, view in views.items() if isinstance(view, Modal)}


def test_whatever_can_be_pressed_is_answered() -> None:
    known = ROUTER.actions.keys() | CARRIERS

    assert {name: where for name, where in offered().items() if name not in known and name[:5] != "link_"} == {}


def test_whatever_is_answered_can_be_pressed() -> None:
    assert ROUTER.actions.keys() - offered().keys() == set()


def test_every_control_says_which_it_is() -> None:
    for name, example in EXAMPLES.items():
        for blocks in forms(example(language("en"))):
            for node in nodes(blocks):
                if node.get("type") in {"button", "static_select", "overflow", "conversations_select"}:
                    assert node.get("action_id"), name


def test_link_buttons_are_the_ones_that_open_a_page() -> None:
    for name, example in EXAMPLES.items():
        for blocks in forms(example(language("en"))):
            for control in controls(blocks):
                assert ("url" in control) == str(control["action_id"]).startswith("link_"), name


def test_every_window_that_can_be_submitted_is_taken() -> None:
    submitted = {name: modal.callback_id for name, modal in windows().items() if modal.submit is not None}

    assert {name: each for name, each in submitted.items() if each not in ROUTER.submissions} == {}


def test_every_window_that_is_taken_can_be_opened() -> None:
    opened = {modal.callback_id for modal in windows().values() if modal.submit is not None}

    assert ROUTER.submissions.keys() - opened == set()


def test_a_window_with_fields_can_be_submitted() -> None:
    for name, modal in windows().items():
        if any(block["type"] == "input" and block["element"].get("action_id") != "copy" for block in modal.blocks):
            assert modal.submit is not None or modal.callback_id not in ROUTER.submissions, name


def submitted(states: dict[str, Any]) -> View:
    """Return a window as Slack sends it."""
    return View.model_validate(
        {"id": "V1", "callback_id": "any", "private_metadata": "", "state": {"values": states}, "blocks": []}
    )


def test_no_window_hands_on_what_nobody_sees() -> None:
    typed = {
        name: list(of_type(modal.blocks, "input")) for name, modal in windows().items() if modal.submit is not None
    }
    texts = {
        name: [each for each in inputs if each["element"]["type"] == "plain_text_input"]
        for name, inputs in typed.items()
    }

    assert any(texts.values())
    for name, inputs in texts.items():
        states = {
            each["block_id"]: {each["element"]["action_id"]: {"value": "\u200bcon\u00adtoso.com\ufeff"}}
            for each in inputs
        }

        assert set(submitted(states).inputs.values()) <= {"contoso.com"}, name


def test_notes_keep_the_joiners_that_their_script_needs() -> None:
    states = {"note": {"note": {"value": "می\u200cخواهم"}}}

    assert submitted(states).inputs == {"note": "می\u200cخواهم"}
