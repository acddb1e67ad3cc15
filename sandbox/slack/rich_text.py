"""The rich_text block: sections, lists, quotes and code, and what may stand in them."""

from sandbox.slack.checks import Check, anything, boolean, listing, number, one_of, record, string, tagged, whole

IDENTIFIER = string(255)
STYLE = record({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline", "highlight"), boolean))
_MENTION_STYLE = record(
    {}, dict.fromkeys(("bold", "italic", "strike", "highlight", "client_highlight", "unlink", "underline"), boolean)
)

_INLINE: dict[str, Check] = {
    "text": record({"text": string(12_000)}, {"style": STYLE}),
    "link": record({"url": string(3000)}, {"text": string(12_000), "unsafe": boolean, "style": STYLE}),
    "emoji": record({"name": IDENTIFIER}, {"unicode": IDENTIFIER, "url": IDENTIFIER, "skin_tone": whole(1, 6)}),
    "user": record({"user_id": IDENTIFIER}, {"style": _MENTION_STYLE}),
    "usergroup": record({"usergroup_id": IDENTIFIER}, {"style": _MENTION_STYLE}),
    "channel": record({"channel_id": IDENTIFIER}, {"style": _MENTION_STYLE}),
    "broadcast": record({"range": one_of("here", "channel", "everyone")}, {"style": _MENTION_STYLE}),
    "color": record({"value": IDENTIFIER}),
    "date": record(
        {"timestamp": number, "format": string(255)}, {"url": string(3000), "fallback": string(255), "style": STYLE}
    ),
}

_inline = listing(tagged(_INLINE), 1, 1000)
_BORDER: dict[str, Check] = {"border": whole(0, 1)}
_section = record({"elements": listing(tagged(_INLINE), 0, 1000)})

RICH_TEXT = record(
    {
        "elements": listing(
            tagged(
                {
                    "rich_text_section": _section,
                    "rich_text_list": record(
                        {
                            "style": one_of("bullet", "ordered"),
                            "elements": listing(tagged({"rich_text_section": _section}), 1, 1000),
                        },
                        _BORDER | {"indent": whole(0, 8), "offset": whole(0, 100_000)},
                    ),
                    "rich_text_quote": record({"elements": _inline}, _BORDER),
                    "rich_text_preformatted": record(
                        {"elements": listing(tagged({kind: _INLINE[kind] for kind in ("text", "link")}), 1, 1000)},
                        _BORDER | {"language": anything},
                    ),
                }
            ),
            1,
            1000,
        )
    },
    {"block_id": IDENTIFIER},
)
