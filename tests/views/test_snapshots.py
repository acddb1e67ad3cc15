"""Every view as JSON, in both languages; ``pytest --snapshot-update`` after a wanted change."""

from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from bot.language import LANGUAGES, language
from bot.reply import Message, Modal
from tests.views.examples import EXAMPLES

LONG = {
    *("relationships.listing 130", "relationships.listing 130, second page", "relationships.listing hostile"),
    *("invitations.listing mine", "invitations.listing accepted", "invitations.link_modal hostile"),
    *("subscriptions.listing a page of many", "subscriptions.listing hostile"),
    *("notices.digest of many", "notices.digest hostile", "notices.digest_rest hostile"),
}
"""More than a person would read, or no news after the others; the tests of limits hold these."""


def as_json(view: Message | Modal) -> dict[str, Any]:
    if isinstance(view, Message):
        return {"text": view.text, "blocks": list(view.blocks), "plainer": [list(blocks) for blocks in view.plainer]}
    return {
        "callback_id": view.callback_id,
        "title": view.title,
        "submit": view.submit,
        "close": view.close,
        "memory": view.memory,
        "blocks": list(view.blocks),
    }


@pytest.mark.parametrize("name", [name for name in EXAMPLES if name not in LONG])
def test_the_view_is_as_it_was(name: str, snapshot: SnapshotAssertion) -> None:
    both = {code: as_json(EXAMPLES[name](language(code))) for code in LANGUAGES}
    assert both == snapshot(extension_class=JSONSnapshotExtension)


def test_no_snapshot_is_left_of_a_view_that_has_another_name_now() -> None:
    """A run of all tests fails for one; a run of this file alone does not notice."""
    kept = list((Path(__file__).parent / "__snapshots__" / Path(__file__).stem).iterdir())

    assert len(kept) == len([name for name in EXAMPLES if name not in LONG])
