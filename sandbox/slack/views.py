"""What Slack takes as a modal (https://docs.slack.dev/reference/views/modal-views)."""

import json

from sandbox.slack.blocks import check_blocks
from sandbox.slack.checks import Json, Problems, anything, boolean, record, string, tagged
from sandbox.slack.objects import plain

BYTES = 250_000
STACK = 3

_VIEW = tagged(
    {
        "modal": record(
            {"title": plain(24), "blocks": anything},
            {
                "submit": plain(24),
                "close": plain(24),
                "private_metadata": string(3000, minimum=0),
                "callback_id": string(255, minimum=0),
                "external_id": string(255, minimum=0),
                "clear_on_close": boolean,
                "notify_on_close": boolean,
                "submit_disabled": boolean,
            },
        )
    }
)


def check_view(view: Json) -> list[str]:
    """Return what Slack would refuse about this modal; empty when it would open it."""
    problems = Problems()
    _VIEW(view, "/view", problems)
    if isinstance(view, dict):
        problems.messages += check_blocks(view.get("blocks"), "modal", pointer="/view/blocks")
        blocks = view.get("blocks")
        inputs = isinstance(blocks, list) and any(
            isinstance(block, dict) and block.get("type") == "input" for block in blocks
        )
        if inputs and "submit" not in view:
            problems.add("/view", "missing required field: submit")
    return problems.messages


def too_large(view: Json) -> bool:
    """Say whether the modal is more than Slack takes."""
    return len(json.dumps(view).encode()) > BYTES
