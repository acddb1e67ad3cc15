"""A message that a shortcut points at is read wherever its words stand."""

from bot.arguments import customers_in
from bot.finding import Domain, TenantId
from bot.slack.payloads import MessageRef

GUID = "8f1d6c1e-3b52-4c8e-9a47-5d20e1c7b903"
PORTAL = f"https://partner.microsoft.com/dashboard/v2/customers/{GUID}"


def mrkdwn(text: str) -> dict[str, object]:
    return {"type": "mrkdwn", "text": text}


def test_a_message_of_text_is_its_text() -> None:
    assert MessageRef(text="Is contoso.com ours?").everything == "Is contoso.com ours?"


def test_words_in_blocks_are_read_however_deep_they_stand() -> None:
    message = MessageRef(
        blocks=[
            {"type": "header", "text": {"type": "plain_text", "text": "Ticket 7 of contoso.com"}},
            {"type": "section", "fields": [mrkdwn("*Domain*\n<http://adatum.com|adatum.com>"), mrkdwn(f"`{GUID}`")]},
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_list",
                        "elements": [
                            {"type": "rich_text_section", "elements": [{"type": "text", "text": "see fabrikam.com"}]}
                        ],
                    }
                ],
            },
            {"type": "table", "rows": [[{"type": "raw_text", "text": "litware.com"}]]},
        ]
    )

    assert customers_in(message.everything) == (
        Domain("contoso.com"),
        Domain("adatum.com"),
        TenantId(GUID),
        Domain("fabrikam.com"),
        Domain("litware.com"),
    )


def test_words_in_attachments_are_read_as_forwarded_messages_and_older_apps_have_them() -> None:
    message = MessageRef(
        text="Have a look.",
        attachments=[
            {
                "pretext": "From contoso.com",
                "title": "adatum.com",
                "fields": [{"title": "By", "value": "a@litware.com"}],
            },
            {"message_blocks": [{"message": {"blocks": [{"type": "section", "text": mrkdwn("fabrikam.com")}]}}]},
        ],
    )

    found = customers_in(message.everything)

    assert {query.value for query in found} == {"contoso.com", "adatum.com", "litware.com", "fabrikam.com"}


def test_a_link_is_read_by_its_label_but_for_the_customer_that_its_address_names() -> None:
    message = MessageRef(
        blocks=[
            {"type": "link", "url": "https://portal.contoso.com/a.html", "text": "here"},
            {"type": "link", "url": "https://adatum.com"},
            {"type": "button", "text": {"type": "plain_text", "text": "Open"}, "url": PORTAL, "value": "litware.com"},
        ]
    )

    found = customers_in(message.everything)

    assert {Domain("adatum.com"), TenantId(GUID)} <= set(found)
    assert {query.value for query in found} & {"portal.contoso.com", "a.html", "litware.com"} == set()


def test_blocks_of_any_shape_are_read() -> None:
    odd = MessageRef(
        text="contoso.com", blocks=[None, 5, "x", [], {"text": None, "url": 5, "title": {}}, [{"url": ""}]]
    )

    assert customers_in(odd.everything) == (Domain("contoso.com"),)
