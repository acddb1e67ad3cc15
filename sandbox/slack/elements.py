"""Block Kit's interactive elements and where each may stand (https://docs.slack.dev/reference/block-kit/block-elements)."""

from sandbox.slack.checks import (
    Check,
    address,
    anything,
    at_least_one,
    boolean,
    both,
    listing,
    one_of,
    record,
    string,
    tagged,
    whole,
)
from sandbox.slack.objects import (
    CHECKABLE_OPTION,
    CONFIRM,
    CONVERSATION_FILTER,
    DISPATCH,
    OPTION,
    OPTION_GROUP,
    OVERFLOW_OPTION,
    SLACK_FILE,
    options,
    plain,
)

IDENTIFIER = string(255)
_ACTION: dict[str, Check] = {"action_id": IDENTIFIER}
_MENU: dict[str, Check] = _ACTION | {"placeholder": plain(150), "focus_on_load": boolean, "confirm": CONFIRM}
_TYPED: dict[str, Check] = _ACTION | {
    "placeholder": plain(150),
    "focus_on_load": boolean,
    "dispatch_action_config": DISPATCH,
}
_SEVERAL: dict[str, Check] = {"max_selected_items": whole(1, 100)}
_ANSWERABLE: dict[str, Check] = {"response_url_enabled": boolean}

_choices: dict[str, Check] = {"options": options(OPTION, 100), "option_groups": listing(OPTION_GROUP, 1, 100)}
_one_list = at_least_one("options", "option_groups")

IMAGE = both(
    at_least_one("image_url", "slack_file"),
    record({"alt_text": string(2000, minimum=0)}, {"image_url": address(), "slack_file": SLACK_FILE}),
)

BUTTON = record(
    {"text": plain(75)},
    _ACTION
    | {
        "url": address(),
        "value": string(2000),
        "style": one_of("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
        "agent_prompt": string(4000),
    },
)
OVERFLOW = record({"options": options(OVERFLOW_OPTION, 5)}, _ACTION | {"confirm": CONFIRM})
CHECKBOXES = record(
    {"options": options(CHECKABLE_OPTION, 10)},
    _ACTION | {"initial_options": listing(CHECKABLE_OPTION, 1, 10), "confirm": CONFIRM, "focus_on_load": boolean},
)
RADIO_BUTTONS = record(
    {"options": options(CHECKABLE_OPTION, 10)},
    _ACTION | {"initial_option": CHECKABLE_OPTION, "confirm": CONFIRM, "focus_on_load": boolean},
)
FEEDBACK_BUTTON = record({"text": plain(75), "value": string(2000)}, {"accessibility_label": string(75)})
FEEDBACK_BUTTONS = record({"positive_button": FEEDBACK_BUTTON, "negative_button": FEEDBACK_BUTTON}, _ACTION)
ICON_BUTTON = record(
    {"icon": one_of("trash"), "text": plain(75)},
    _ACTION
    | {"value": string(2000), "confirm": CONFIRM, "accessibility_label": string(75), "visible_to_user_ids": anything},
)

_SELECTS: dict[str, Check] = {
    "static_select": both(_one_list, record({}, _MENU | _choices | {"initial_option": OPTION})),
    "external_select": record({}, _MENU | {"initial_option": OPTION, "min_query_length": whole(0, 3000)}),
    "users_select": record({}, _MENU | {"initial_user": IDENTIFIER}),
    "conversations_select": record(
        {},
        _MENU
        | _ANSWERABLE
        | {
            "initial_conversation": IDENTIFIER,
            "default_to_current_conversation": boolean,
            "filter": CONVERSATION_FILTER,
        },
    ),
    "channels_select": record({}, _MENU | _ANSWERABLE | {"initial_channel": IDENTIFIER}),
    "multi_static_select": both(
        _one_list, record({}, _MENU | _SEVERAL | _choices | {"initial_options": listing(OPTION, 1, 100)})
    ),
    "multi_external_select": record(
        {}, _MENU | _SEVERAL | {"initial_options": listing(OPTION, 1, 100), "min_query_length": whole(0, 3000)}
    ),
    "multi_users_select": record({}, _MENU | _SEVERAL | {"initial_users": listing(IDENTIFIER, 1, 100)}),
    "multi_conversations_select": record(
        {},
        _MENU
        | _SEVERAL
        | {
            "initial_conversations": listing(IDENTIFIER, 1, 100),
            "default_to_current_conversation": boolean,
            "filter": CONVERSATION_FILTER,
        },
    ),
    "multi_channels_select": record({}, _MENU | _SEVERAL | {"initial_channels": listing(IDENTIFIER, 1, 100)}),
}
_PICKERS: dict[str, Check] = {
    "datepicker": record({}, _MENU | {"initial_date": string(10, minimum=10)}),
    "timepicker": record({}, _MENU | {"initial_time": string(5, minimum=5), "timezone": IDENTIFIER}),
}
_DATETIME: dict[str, Check] = {
    "datetimepicker": record(
        {}, _ACTION | {"initial_date_time": whole(0, 9_999_999_999), "confirm": CONFIRM, "focus_on_load": boolean}
    )
}
_TICKS: dict[str, Check] = {"checkboxes": CHECKBOXES, "radio_buttons": RADIO_BUTTONS}
_MULTIPLE = {kind: check for kind, check in _SELECTS.items() if kind.startswith("multi_")}
_SINGLE = {kind: check for kind, check in _SELECTS.items() if not kind.startswith("multi_")}

_INPUTS: dict[str, Check] = {
    "plain_text_input": record(
        {},
        _TYPED
        | {
            "initial_value": string(3000),
            "multiline": boolean,
            "min_length": whole(0, 3000),
            "max_length": whole(1, 3000),
        },
    ),
    "email_text_input": record({}, _TYPED | {"initial_value": string(3000)}),
    "url_text_input": record({}, _TYPED | {"initial_value": address()}),
    "number_input": record(
        {"is_decimal_allowed": boolean},
        _TYPED | {"initial_value": string(100), "min_value": string(100), "max_value": string(100)},
    ),
    "rich_text_input": record({}, _TYPED | {"initial_value": anything}),
    "file_input": record({}, _ACTION | {"filetypes": listing(string(20), 1, 100), "max_files": whole(1, 10)}),
}

IN_ACTIONS = tagged({"button": BUTTON, "overflow": OVERFLOW} | _TICKS | _SINGLE | _MULTIPLE | _PICKERS | _DATETIME)
IN_SECTION = tagged({"button": BUTTON, "overflow": OVERFLOW, "image": IMAGE} | _TICKS | _SINGLE | _MULTIPLE | _PICKERS)
IN_INPUT = tagged(_TICKS | _SINGLE | _MULTIPLE | _PICKERS | _DATETIME | _INPUTS)
IN_CONTEXT = tagged(
    {
        "image": IMAGE,
        "mrkdwn": record({"text": string(3000)}, {"verbatim": boolean}),
        "plain_text": record({"text": string(3000)}, {"emoji": boolean}),
    }
)
IN_CONTEXT_ACTIONS = tagged({"feedback_buttons": FEEDBACK_BUTTONS, "icon_button": ICON_BUTTON})
BUTTON_ALONE = tagged({"button": BUTTON})
IMAGE_ALONE = tagged({"image": IMAGE})

INTERACTIVE = frozenset(
    {"button", "overflow", "feedback_buttons", "icon_button"} | _SELECTS.keys() | _PICKERS.keys()
) | frozenset(_DATETIME.keys() | _TICKS.keys() | _INPUTS.keys())
"""What has an ``action_id``; Slack makes one up where it is missing."""
KEEPS_STATE = INTERACTIVE - {"button", "overflow", "feedback_buttons", "icon_button"}
"""What has an entry in ``state.values``."""
