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
