"""Block Kit's composition objects, as https://docs.slack.dev/reference/block-kit/composition-objects limits them."""

from sandbox.slack.checks import (
    Check,
    Json,
    Problems,
    address,
    at_least_one,
    boolean,
    both,
    listing,
    one_of,
    record,
    string,
    tagged,
)


def plain(maximum: int) -> Check:
    """Only ``plain_text``."""
    return tagged({"plain_text": record({"text": string(maximum)}, {"emoji": boolean})})


def text(maximum: int) -> Check:
    """Either kind of text."""
    return tagged(
        {
            "plain_text": record({"text": string(maximum)}, {"emoji": boolean}),
            "mrkdwn": record({"text": string(maximum)}, {"verbatim": boolean}),
        }
    )


CONFIRM = record(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)

OPTION = record({"text": plain(75), "value": string(150)}, {"description": plain(75)})
CHECKABLE_OPTION = record({"text": text(75), "value": string(150)}, {"description": text(75)})
"""In checkboxes and radio buttons the text of an option may be mrkdwn."""
OVERFLOW_OPTION = record({"text": plain(75), "value": string(150)}, {"description": plain(75), "url": address()})
OPTION_GROUP = record({"label": plain(75), "options": listing(OPTION, 1, 100)})

CONVERSATION_FILTER = both(
    at_least_one("include", "exclude_external_shared_channels", "exclude_bot_users"),
    record(
        {},
        {
            "include": listing(one_of("im", "mpim", "private", "public"), 1, 4),
            "exclude_external_shared_channels": boolean,
            "exclude_bot_users": boolean,
        },
    ),
)

DISPATCH = record({}, {"trigger_actions_on": listing(one_of("on_enter_pressed", "on_character_entered"), 1, 2)})

SLACK_FILE = both(at_least_one("id", "url"), record({}, {"id": string(255), "url": address()}))


def unique_values(value: Json, pointer: str, problems: Problems) -> None:
    """Note options of the same value: Slack could not tell which one was chosen."""
    if not isinstance(value, list):
        return
    seen: set[str] = set()
    for place, option in enumerate(value):
        chosen = option.get("value") if isinstance(option, dict) else None
        if isinstance(chosen, str):
            if chosen in seen:
                problems.add(f"{pointer}/{place}/value", f"duplicate option value: {chosen}")
            seen.add(chosen)


def options(item: Check, maximum: int) -> Check:
    """A list of options with a value each of its own."""
    return both(listing(item, 1, maximum), unique_values)
