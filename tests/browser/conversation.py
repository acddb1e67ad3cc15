"""A conversation in the bot's own words, and some names that try to be more than names."""

import time
from typing import Any

from tests.browser.cards import card, invitation, relationships, working

Json = dict[str, Any]

NOW = int(time.time())
HINT = "customer | relationships | invite | help"
HOSTILE = '<img src=x onerror="window.hurt=1"> <!channel> *not bold* </script>'

_ROWS = (
    ("U01MAYA", "Maya Okafor", "operator", "en-GB", "Europe/London"),
    ("U02ALINE", "Aline Marchand", "operator", "fr-FR", "Europe/Paris"),
    ("U03PRIYA", "Priya Raman", "viewer", "en-IN", "Asia/Kolkata"),
    ("U04TOM", "Tom Becker", "bot admin", "en-US", "America/New_York"),
    ("U05ROSA", "Rosa Lindt", "guest", "en-US", "Europe/Zurich"),
    ("U06KEN", "Ken Tanaka", "other organisation", "en-US", "Asia/Tokyo"),
)
PEOPLE: list[Json] = [
    {"id": person, "name": name, "role": role, "title": "", "locale": locale, "tz": tz, "color": color}
    | {"guest": role == "guest", "external": role == "other organisation", "owner": role == "bot admin"}
    for color, (person, name, role, locale, tz) in enumerate(_ROWS)
]

BOT: Json = {"id": "UBOT", "name": "Partner Bot", "bot": True}
GUIDE: Json = {"id": "U00GUIDE", "name": "Guide", "bot": False}


def by(person: str) -> Json:
    """Return a message's author."""
    return next({"id": each["id"], "name": each["name"], "bot": False} for each in PEOPLE if each["id"] == person)


def message(minutes_ago: float, user: Json, text: str, **more: Any) -> Json:
    """Return a message as the sandbox's server describes it."""
    return {
        "ts": f"{NOW - minutes_ago * 60:.6f}",
        "thread_ts": None,
        "user": user,
        "text": text,
        "blocks": [],
        "only_you": False,
        "edited": False,
        "reactions": [],
        "reply_count": 0,
        "working": False,
    } | more


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _sales(person: str) -> list[Json]:
    asked = message(90, by("U03PRIYA"), "Had a good call with contoso.com, they want 40 seats. Are they ours?")
    asked |= {"reply_count": 2, "thread_ts": asked["ts"]}
    invited = message(84, BOT, "Invitation for Contoso Retail France.", blocks=invitation(NOW), thread_ts=asked["ts"])
    checked = [{"name": "white_check_mark", "count": 2}]
    messages = [
        message(26 * 60, by("U04TOM"), "Morning all. The pipeline call moves to 15:00.", reactions=checked),
        asked,
        message(85, by("U02ALINE"), "I think so, but check who else is tied to them.", thread_ts=asked["ts"]),
        invited,
        message(60, by("U05ROSA"), "The slides for *Thursday* are ready, see <https://example.com/slides|the draft>."),
        message(59, by("U05ROSA"), "_Comments_ welcome until ~noon~ 5 pm, `v2` is the file.\n&gt; Keep it short."),
        message(40, BOT, "Relationships: 12 partners", blocks=relationships(NOW), only_you=True),
        message(30, by("U06KEN") | {"name": HOSTILE}, _escaped(HOSTILE)),
        message(20, BOT, "Contoso Retail France (contoso.com)", blocks=card(NOW), only_you=True),
        message(10, BOT, "Asking Microsoft…", blocks=working(), only_you=True, working=True),
        message(1, GUIDE, "This is a sandbox. The bot is real; the companies are made up. Try one:"),
    ]
    return [each for each in messages if not each["only_you"] or person == "U01MAYA"]


def _fault(fault_id: str, group: str, label: str, effect: str) -> Json:
    return {
        "id": fault_id,
        "group": group,
        "label": label,
        "effect": effect,
        "label_fr": "",
        "effect_fr": "",
        "on": False,
    }


def _shortcut(callback_id: str, name: str, kind: str, description: str) -> Json:
    return {"callback_id": callback_id, "name": name, "type": kind, "description": description}


def _channel(channel_id: str, name: str, kind: str = "channel", **more: bool) -> Json:
    return {
        "id": channel_id,
        "name": name,
        "kind": kind,
        "shared": False,
        "archived": False,
        "bot_is_member": True,
    } | more


def state_for(person: str) -> Json:
    """Return the whole state as one person sees it."""
    return {
        "version": 1,
        "now": time.time(),
        "me": next(each for each in PEOPLE if each["id"] == person),
        "people": PEOPLE,
        "channels": [
            _channel("C01SALES", "sales"),
            _channel("C02CONTOSO", "contoso-project"),
            _channel("C03NORTHWIND", "northwind", shared=True),
            _channel("C04RANDOM", "random", bot_is_member=False),
            _channel("C05DEALDESK", "deal-desk", kind="private"),
            _channel("C06ARCHIVE", "launch-2025", archived=True),
            _channel("D01BOT", "Partner Bot", kind="dm"),
        ],
        "messages": {
            "C01SALES": _sales(person),
            "C02CONTOSO": [message(120, by("U01MAYA"), "Kick-off with Contoso is on Tuesday.")],
            "C03NORTHWIND": [message(66, by("U06KEN"), "Hello everyone, who sends us the partner invitation?")],
            "C06ARCHIVE": [message(9000, by("U04TOM"), "Launched. Archiving this channel, thank you all.")],
        },
        "views": [],
        "refusals": [],
        "shortcuts": [
            _shortcut("create_invite", "Create an invitation", "global", "Choose a channel"),
            _shortcut("invite_in_thread", "Invite in thread", "message", "Post it here"),
            _shortcut("look_up_customer", "Look up customer", "message", "Find companies"),
        ],
        "commands": [{"command": "/partner", "usage_hint": HINT, "description": "Look up customers"}],
        "faults": [
            _fault("slow", "microsoft", "Slow Microsoft", "Every answer of Partner Center takes 6 seconds."),
            _fault("mfa_missing", "microsoft", "Signed in without MFA", "Microsoft refuses the sign-in."),
            _fault("direct_partner", "microsoft", "Direct partner", "Relationship lists are refused with code 1002."),
            _fault("rate_limited", "slack", "Slack asks to wait", "Slack answers 429 to the next five calls."),
        ],
        "presses": [
            _fault("accept", "customer", "Accept", "Contoso accepts the newest invitation."),
            _fault("day", "time", "+1 day", "The sandbox’s clock goes on by a day."),
        ],
    }
