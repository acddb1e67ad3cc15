"""Blocks in the bot's own words: a customer card, a relationship list, an invitation, windows."""

from typing import Any

Json = dict[str, Any]

INVITATION = (
    "https://admin.microsoft.com/Adminportal/Home?invType=ResellerRelationship"
    "&partnerId=5f2c9a1e-7b34-4d8a-9c60-1e2f3a4b5c6d&DAP=false#/BillingAccounts/partner-invitation"
)


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": False}


def button(action: str, label: str, **more: Any) -> Json:
    return {"type": "button", "action_id": action, "text": plain(label)} | more


def _when(now: int) -> str:
    return f"<!date^{now - 1200}^{{date_short_pretty}} at {{time}}|{now} UTC>"


def _fields(*pairs: tuple[str, str]) -> Json:
    return {"type": "section", "fields": [mrkdwn(f"*{name}*\n{value}") for name, value in pairs]}


def card(now: int) -> list[Json]:
    """Return a full customer card."""
    return [
        {"type": "header", "text": plain("Contoso Retail France")},
        _fields(
            ("Tenant ID", "`8f1d6c1e-3b52-4c8e-9a47-5d20e1c7b903`"),
            ("Primary domain", "`contoso.com`"),
            ("Relationship", "You are their reseller"),
            ("Delegated access", "Granted"),
        ),
        _fields(
            ("Country", "France"),
            ("Address", "12 rue des Lilas, 69003 Lyon"),
            ("Contact", "Jeanne Morel, jeanne@contoso.com, +33 4 00 00 00 00"),
            ("Billing", "French (France), documents in English"),
            ("Other domains", "`contoso.fr` `contoso.onmicrosoft.com` and 3 more"),
            ("Commerce ID", "`2a0e7c44-9d1b-4f6e-b8a3-71c5d0e94f12`"),
        ),
        {"type": "context", "elements": [mrkdwn(f"Read from Partner Center: {_when(now)}")]},
        {
            "type": "actions",
            "block_id": "card",
            "elements": [
                button("relationships", "Relationships"),
                button("share", "Share in channel"),
                button("invite", "Invite customer"),
                button("link_portal", "Open in Partner Center", url="https://partner.microsoft.com/"),
            ],
        },
    ]


def working() -> list[Json]:
    """Return the line shown while Microsoft is asked."""
    return [{"type": "context", "elements": [mrkdwn("Asking Microsoft…")]}]


_PARTNERS = (
    ("Fabrikam Distribution", "Indirect provider", "Active", "0478 3830"),
    ("Adatum Services", "Indirect reseller", "Active", "0051 2279"),
    ("Northwind Cloud", "Indirect reseller", "Active", "0611 0934"),
    ("Tailspin Systems", "Indirect reseller", "Suspended", "0390 7712"),
    ("Wide World Importers", "Indirect reseller", "Active", "0118 4406"),
    ("Proseware", "Indirect reseller", "Active", "0702 3355"),
    ("Litware Consulting", "Indirect reseller", "Active", "0289 9100"),
    ("Alpine Ski House IT", "Indirect reseller", "Not given", "0450 6628"),
    ("Trey Research", "Indirect reseller", "Active", "0533 8017"),
    ("Lamna Hosting", "Indirect reseller", "Active", "0166 2291"),
    ("Woodgrove Partners", "Indirect reseller", "Active", "0827 5540"),
    ("Bellows Telecom", "Indirect reseller", "Active", "0394 1188"),
)


def relationships(now: int) -> list[Json]:
    """Return a relationship list with twelve rows, the ladder's plainer table, and a menu."""
    head = ("Name", "Kind", "State", "Partner ID (MPN)")
    rows = [[{"type": "raw_text", "text": cell} for cell in row] for row in (head, *_PARTNERS)]
    seats = [
        [*row, {"type": "raw_text", "text": "Seats"} if at == 0 else {"type": "raw_number", "value": at * 110}]
        for at, row in enumerate(rows)
    ]
    return [
        {"type": "header", "text": plain("Relationships: Contoso Retail France")},
        {"type": "section", "text": mrkdwn("12 partners are tied to this customer.")},
        {
            "type": "data_table",
            "caption": "Partners tied to Contoso Retail France",
            "page_size": 10,
            "row_header_column_index": 0,
            "rows": seats,
        },
        {"type": "context", "elements": [mrkdwn(f"Read from Partner Center: {_when(now)}. Rows 1–12 of 12.")]},
        {
            "type": "actions",
            "block_id": "list",
            "elements": [
                button("customer_card", "Customer card"),
                {
                    "type": "static_select",
                    "action_id": "which",
                    "placeholder": plain("Show"),
                    "options": [{"text": plain(word), "value": word.lower()} for word in ("Mine", "All", "Waiting")],
                },
                {
                    "type": "overflow",
                    "action_id": "more",
                    "options": [{"text": plain(word), "value": word.lower()} for word in ("Test", "Pause")],
                },
            ],
        },
    ]


def _text(text: str, **style: bool) -> Json:
    return {"type": "text", "text": text} | ({"style": style} if style else {})


def invitation(now: int) -> list[Json]:
    """Return an invitation as it stands in a thread."""
    quote = [
        _text(
            "Hello,\nTo let us sell and manage your Microsoft subscriptions, please accept our partner invitation:\n"
        ),
        {"type": "link", "url": INVITATION},
        _text("\nWho can accept: a Global Administrator of your organisation."),
        _text("\nWhat it does not do: it gives us no administrator access to your data or settings.\nAline Marchand"),
    ]
    return [
        {"type": "header", "text": plain("Invitation for Contoso Retail France")},
        _fields(
            ("State", "Waiting for the customer"),
            ("Sent by", f"<@U02ALINE>, {_when(now)}"),
            ("For", "Contoso Retail France `contoso.com`"),
            ("Who must accept", "A Global Administrator at the customer"),
            ("Accepting grants", "You become their reseller"),
            ("Does not grant", "Administrator access"),
        ),
        {"type": "section", "text": plain("Note: 40 seats, wants to move before January")},
        {"type": "context", "elements": [mrkdwn("For colleagues: send the text below to the customer.")]},
        {"type": "divider"},
        {"type": "section", "text": mrkdwn("*Text for the customer* (English)")},
        {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": quote}]},
        {
            "type": "actions",
            "block_id": "invitation",
            "elements": [
                button("link_invitation", "Open invitation", url=INVITATION),
                button("copy", "Copy text"),
                button("close", "Close", style="danger", confirm=close_question()),
            ],
        },
    ]


def close_question() -> Json:
    """Return the confirmation before an invitation is closed."""
    return {
        "title": plain("Close this invitation?"),
        "text": plain("The bot stops watching for Contoso Retail France. Microsoft’s link stays valid."),
        "confirm": plain("Close"),
        "deny": plain("Keep waiting"),
        "style": "danger",
    }


def _input(block: str, label: str, element: Json, **more: Any) -> Json:
    return {"type": "input", "block_id": block, "label": plain(label), "element": element} | more


def invite_window(view_id: str = "V1") -> Json:
    """Return the window that asks what to put into an invitation."""
    languages = [{"text": plain(word), "value": code} for word, code in (("English", "en"), ("French", "fr"))]
    return {
        "id": view_id,
        "title": "Invite a customer",
        "submit": "Post invitation",
        "close": "Cancel",
        "callback_id": "invite",
        "blocks": [
            {"type": "section", "text": mrkdwn("Goes into the thread of <@U04TOM>’s message in <#C01SALES>.")},
            {"type": "alert", "level": "warning", "text": plain("Other organisations can read this channel.")},
            _input(
                "company",
                "Company or main domain",
                {"type": "plain_text_input", "action_id": "value"},
                hint=plain("A domain lets the bot tell for sure who accepted."),
            ),
            _input(
                "note",
                "Note for colleagues",
                {"type": "plain_text_input", "action_id": "value", "multiline": True},
                optional=True,
                hint=plain("Stays in Slack; not part of the customer’s text."),
            ),
            _input(
                "language",
                "Language of the customer’s text",
                {"type": "radio_buttons", "action_id": "value", "options": languages, "initial_option": languages[0]},
            ),
            _input(
                "topics",
                "Topics",
                {"type": "checkboxes", "action_id": "value", "options": languages},
                optional=True,
            ),
            _input(
                "channel",
                "Channel to post in",
                {"type": "conversations_select", "action_id": "value", "placeholder": plain("Choose a channel")},
            ),
            _input(
                "size", "Size", {"type": "static_select", "action_id": "value", "options": languages}, optional=True
            ),
            {"type": "context", "elements": [mrkdwn("Microsoft gives one link for all your customers.")]},
        ],
    }


def choosing_window() -> Json:
    """Return a window in which several things can be chosen at once."""
    topics = [{"text": plain(word), "value": word.lower()} for word in ("Customers", "Invoices", "Security")]
    several: Json = {"action_id": "value"}
    grouped = [{"label": plain("Often"), "options": topics[:2]}, {"label": plain("Seldom"), "options": topics[2:]}]
    return invite_window() | {
        "title": "Subscribe",
        "submit": "Save",
        "blocks": [
            _input("topics", "Topics", several | {"type": "multi_static_select", "option_groups": grouped}),
            _input(
                "ticked", "Ticked", several | {"type": "checkboxes", "options": topics, "initial_options": topics[:1]}
            ),
            _input(
                "channels",
                "Channels",
                several | {"type": "multi_conversations_select", "initial_conversations": ["C01SALES"]},
            ),
            _input("owner", "Owner", several | {"type": "users_select", "initial_user": "U01MAYA"}),
        ],
    }


def gallery() -> list[Json]:
    """Return the blocks that the other messages do not show."""
    section = {
        "type": "rich_text_section",
        "elements": [_text("bold", bold=True), _text(" and "), _text("code", code=True)],
    }
    inline = [
        {"type": "user", "user_id": "U02ALINE"},
        {"type": "channel", "channel_id": "C01SALES"},
        {"type": "date", "timestamp": 1795442700, "format": "{date_short} at {time}", "fallback": "then"},
    ]
    return [
        {
            "type": "section",
            "text": mrkdwn("Contoso Retail France\n`contoso.com`"),
            "accessory": button("show", "Show"),
        },
        {
            "type": "table",
            "rows": [[{"type": "raw_text", "text": word} for word in row] for row in (("A", "B"), ("1", "2"))],
        },
        {
            "type": "rich_text",
            "elements": [
                section,
                {"type": "rich_text_section", "elements": inline},
                {"type": "rich_text_list", "style": "bullet", "elements": [section, section]},
                {"type": "rich_text_preformatted", "elements": [_text("correlation 9d1b")]},
            ],
        },
        {
            "type": "actions",
            "block_id": "choices",
            "elements": [
                {"type": "radio_buttons", "action_id": "one", "options": [{"text": plain("Daily"), "value": "daily"}]},
                {
                    "type": "checkboxes",
                    "action_id": "many",
                    "options": [{"text": mrkdwn("*Invoices*"), "value": "invoices"}],
                },
            ],
        },
        {"type": "alert", "level": "error", "text": plain("Only in windows.")},
        {"type": "image", "image_url": "https://example.com/none.png", "alt_text": "A map", "title": plain("Map")},
    ]
