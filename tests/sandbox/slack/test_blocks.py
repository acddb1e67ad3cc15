"""What the fake Slack takes and refuses as blocks."""

from typing import Any

import pytest

from sandbox.slack.blocks import Surface, check_blocks, too_long
from sandbox.slack.views import check_view


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def button(**more: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain("Go"), "action_id": "go"} | more


def table(rows: int, columns: int = 2, text: str = "x") -> dict[str, Any]:
    row = [{"type": "raw_text", "text": text}] * columns
    return {"type": "data_table", "caption": "Partners", "rows": [row] * rows}


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "modal", "title": plain("Find"), "blocks": list(blocks)} | more


SECTION = {"type": "section", "text": mrkdwn("Hello")}
INPUT = {"type": "input", "label": plain("Name"), "element": {"type": "plain_text_input", "action_id": "name"}}
ALERT = {"type": "alert", "text": mrkdwn("Others read this"), "level": "warning"}
RICH = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_quote",
            "elements": [{"type": "text", "text": "Hello"}, {"type": "link", "url": "https://admin.microsoft.com/"}],
        }
    ],
}

TAKEN = [
    (SECTION, "message"),
    ({"type": "section", "fields": [mrkdwn("*A*\n1")] * 10}, "message"),
    ({"type": "section", "text": mrkdwn("a") | {"verbatim": True}, "accessory": button()}, "message"),
    ({"type": "header", "text": plain("a" * 150) | {"emoji": False}}, "message"),
    ({"type": "context", "elements": [mrkdwn("a")] * 10}, "message"),
    ({"type": "actions", "elements": [button(style="danger", url="https://contoso.com")]}, "message"),
    (table(101, 20), "message"),
    ({"type": "table", "rows": table(100)["rows"], "column_settings": [{"is_wrapped": True}]}, "message"),
    (RICH, "message"),
    (INPUT, "modal"),
    (ALERT, "modal"),
]

REFUSED = [
    ({"type": "header", "text": plain("a" * 151)}, "message", "must be less than 151 characters"),
    ({"type": "header", "text": mrkdwn("a")}, "message", "unsupported type: mrkdwn"),
    ({"type": "section"}, "message", "must define one of: text, fields"),
    ({"type": "section", "text": mrkdwn("")}, "message", "must be more than 0 characters"),
    ({"type": "section", "text": mrkdwn("a" * 3001)}, "message", "/blocks/0/text/text"),
    ({"type": "section", "fields": [mrkdwn("a" * 2001)]}, "message", "/blocks/0/fields/0/text"),
    ({"type": "section", "fields": [mrkdwn("a")] * 11}, "message", "no more than 10 items"),
    ({"type": "section", "text": plain("a") | {"verbatim": True}}, "message", "additional property: verbatim"),
    ({"type": "section", "text": mrkdwn("a") | {"emoji": False}}, "message", "additional property: emoji"),
    ({"type": "section", "text": mrkdwn("a"), "colour": "red"}, "message", "additional property: colour"),
    ({"type": "context", "elements": [mrkdwn("a")] * 11}, "message", "no more than 10 items"),
    ({"type": "context", "elements": [button()]}, "message", "unsupported type: button"),
    ({"type": "actions", "elements": [button(text=plain("a" * 76))]}, "message", "less than 76"),
    ({"type": "actions", "elements": [button(value="a" * 2001)]}, "message", "less than 2001"),
    ({"type": "actions", "elements": [button(url="https://a.b/" + "a" * 3000)]}, "message", "less than 3001"),
    ({"type": "actions", "elements": [button(url="javascript:alert(1)")]}, "message", "invalid url"),
    ({"type": "actions", "elements": [button(style="default")]}, "message", "must be one of: primary, danger"),
    ({"type": "actions", "elements": [button(), button()]}, "message", '"go" already exists'),
    ({"type": "actions", "elements": []}, "message", "no fewer than 1 items"),
    ({"type": "sidebar"}, "message", "unsupported type: sidebar"),
    (ALERT, "message", "unsupported type: alert"),
    (ALERT | {"text": mrkdwn("a" * 201)}, "modal", "less than 201"),
    (table(5), "modal", "unsupported type: data_table"),
    (table(102), "message", "no more than 101 items"),
    (table(1), "message", "no fewer than 2 items"),
    (table(5, 21), "message", "no more than 20 items"),
    (table(5, text=""), "message", "more than 0 characters"),
    (table(11, 1, "a" * 1000), "message", "over all cells"),
    (
        table(2) | {"rows": [table(2)["rows"][0], [{"type": "raw_text", "text": "x"}]]},
        "message",
        "same number of cells",
    ),
    (table(2) | {"page_size": 101}, "message", "between 1 and 100"),
    (table(2) | {"row_header_column_index": 2}, "message", "no such column"),
    ({key: value for key, value in table(2).items() if key != "caption"}, "message", "missing required field: caption"),
]


@pytest.mark.parametrize(("block", "surface"), TAKEN)
def test_what_slack_documents_is_taken(block: dict[str, Any], surface: Surface) -> None:
    assert check_blocks([block], surface) == []


@pytest.mark.parametrize(("block", "surface", "why"), REFUSED)
def test_what_slack_documents_as_wrong_is_refused(block: dict[str, Any], surface: Surface, why: str) -> None:
    assert why in "\n".join(check_blocks([block], surface))


def test_a_message_has_fifty_blocks_and_one_table() -> None:
    assert check_blocks([SECTION] * 50, "message") == []
    assert check_blocks([SECTION] * 51, "message")
    assert "only 1 data_table" in check_blocks([table(2), table(2)], "message")[0]


def test_block_ids_are_unique() -> None:
    assert "already exists: a" in check_blocks([SECTION | {"block_id": "a"}] * 2, "message")[0]


def test_a_messages_blocks_have_a_limit_together() -> None:
    section = {"type": "section", "text": mrkdwn("a" * 3000)}

    assert not too_long([section] * 4)
    assert too_long([section] * 5)


def test_a_modal_with_a_field_needs_a_submit_button() -> None:
    assert check_view(modal(INPUT, submit=plain("Search"))) == []
    assert "missing required field: submit" in check_view(modal(INPUT))[0]


def test_a_modals_words_are_short() -> None:
    assert check_view(modal(SECTION, title=plain("a" * 25)))
    assert check_view(modal(SECTION, close=plain("a" * 25)))
    assert check_view(modal(SECTION, private_metadata="a" * 3001))
    assert check_view(modal(*[SECTION] * 101))
    assert check_view(modal(SECTION, size="large"))
