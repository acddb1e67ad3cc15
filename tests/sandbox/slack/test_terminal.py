"""Answers in a terminal."""

from typing import Any

from sandbox.slack.terminal import drawn


def test_answers_read_well_in_a_terminal() -> None:
    row = [{"type": "raw_text", "text": "Fabrikam"}, {"type": "raw_text", "text": "Active"}]
    head = [{"type": "raw_text", "text": "Name"}, {"type": "raw_text", "text": "State"}]
    button = {"type": "button", "text": {"type": "plain_text", "text": "Open"}, "url": "https://contoso.com"}
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": "Contoso"}},
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "*Tenant ID*\n`8f1d`"}]},
        {"type": "data_table", "caption": "Partners", "rows": [head, row]},
        {"type": "actions", "elements": [button]},
    ]

    expected = """\
Contoso
=======

Tenant ID  `8f1d`

Partners
Name      State
--------  ------
Fabrikam  Active

[Open ↗]"""
    assert drawn(blocks, {}) == expected


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def _options(*words: str) -> list[dict[str, Any]]:
    return [{"text": _plain(word), "value": word.lower()} for word in words]


def _input(label: str, element: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "input",
        "block_id": label,
        "label": _plain(label),
        "element": {"action_id": "value"} | element,
    } | more


def test_a_form_in_a_terminal_shows_what_is_filled_in_and_what_can_be_chosen() -> None:
    languages, topics = _options("English", "French"), _options("Customers", "Invoices", "Security")
    grouped = [{"label": _plain("Often"), "options": topics[:1]}, {"label": _plain("Seldom"), "options": topics[1:]}]
    blocks = [
        _input("Company", {"type": "plain_text_input", "initial_value": "Contoso"}, hint=_plain("Or a domain.")),
        _input("Domain", {"type": "plain_text_input", "placeholder": _plain("contoso.com")}, optional=True),
        _input("Note", {"type": "plain_text_input", "multiline": True, "initial_value": "40 seats\nin May"}),
        _input("Language", {"type": "radio_buttons", "options": languages, "initial_option": languages[1]}),
        _input("Ticked", {"type": "checkboxes", "options": topics, "initial_options": topics[:2]}),
        _input("Size", {"type": "static_select", "options": languages, "initial_option": languages[0]}),
        _input("Topics", {"type": "multi_static_select", "option_groups": grouped, "initial_options": topics[1:]}),
        _input("Owner", {"type": "users_select", "initial_user": "U04TOM"}),
        _input("Channels", {"type": "multi_conversations_select", "initial_conversations": ["C01SALES", "C02"]}),
        _input("From", {"type": "datepicker", "initial_date": "2026-11-28"}),
        _input("Nothing yet", {"type": "external_select"}),
    ]

    expected = """\
Company: Contoso
  Or a domain.

Domain (optional): ______ (contoso.com)

Note: 40 seats
  in May

Language:
  ( ) English
  (•) French

Ticked:
  [x] Customers
  [x] Invoices
  [ ] Security

Size: English
  ▾ English | French

Topics: Invoices, Security
  ▾ Customers | Invoices | Security

Owner: Tom Becker

Channels: sales, C02

From: 2026-11-28

Nothing yet: ______"""
    assert drawn(blocks, {"U04TOM": "Tom Becker", "C01SALES": "sales"}) == expected


def test_menus_in_a_message_show_their_options_in_a_terminal() -> None:
    options = _options("Mine", "All")
    menu = {"type": "static_select", "placeholder": _plain("Show"), "options": options}
    elements = [
        menu,
        menu | {"initial_option": options[1]},
        {"type": "overflow", "options": options},
        {"type": "checkboxes", "options": options, "initial_options": options[:1]},
    ]
    section = {"type": "section", "text": _plain("Invitations"), "accessory": menu}

    shown = drawn([{"type": "actions", "elements": elements}, section], {})

    assert shown == (
        "[Show ▾ Mine | All]  [All ▾ Mine | All]  [⋯ ▾ Mine | All]  [x] Mine  [ ] All\n\n"
        "Invitations\n[Show ▾ Mine | All]"
    )
