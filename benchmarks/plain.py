"""The app to compare with: Bolt as Slack's documentation writes it, with the bot's two answers and nothing else.

It checks no role, keeps no log and holds its Microsoft token from the start; each of these is in its favour.
https://docs.slack.dev/tools/bolt-python/concepts/async
"""

import os
import re
from typing import Any

import aiohttp
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    HeaderBlock,
    MarkdownTextObject,
    SectionBlock,
)
from slack_sdk.web.async_client import AsyncWebClient

PARTNER_CENTER_URL = os.environ["PARTNER_CENTER_URL"]
HEADERS = {"Authorization": "Bearer benchmark", "Accept": "application/json"}
PORTAL = "https://partner.microsoft.com/dashboard/v2/customers"

app = AsyncApp(
    signing_secret=os.environ["SLACK_SIGNING_SECRET"],
    client=AsyncWebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"]),
)


@app.command("/partner")
async def partner(ack: AsyncAck, respond: AsyncRespond, command: dict[str, Any]) -> None:
    """Answer ``/partner customer <id>`` and ``/partner help customer``."""
    await ack()
    word, _, argument = command["text"].partition(" ")
    if word == "help":
        await respond(text=f"/partner {argument} <id>: shows a customer.", blocks=usage(argument))
        return
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{PARTNER_CENTER_URL}/v1/customers/{argument}", headers=HEADERS) as response,
    ):
        response.raise_for_status()
        customer = await response.json()
    profile = customer["companyProfile"]
    await respond(text=f"{profile['companyName']} ({profile['domain']}): customer card.", blocks=card(customer))


@app.action(re.compile("link_.*"))
async def link(ack: AsyncAck) -> None:
    """Acknowledge a press on a button that only opens its link."""
    await ack()


def usage(name: str) -> list[Block]:
    """Return the help on one command."""
    return [
        SectionBlock(text=MarkdownTextObject(text=f"`/partner {name} <id | domain | name>`\nShows a customer.")),
        SectionBlock(fields=[field("Example", f"`/partner {name} contoso.com`"), field("Who may use it", "Viewers")]),
    ]


def card(customer: dict[str, Any]) -> list[Block]:
    """Return the customer card."""
    profile, bills = customer["companyProfile"], customer["billingProfile"]
    address = profile["address"]
    street = f"{address['addressLine1']}, {address['postalCode']} {address['city']}, {address['region']}"
    contact = f"{bills['firstName']} {bills['lastName']}, {profile['email']}, {address['phoneNumber']}"
    return [
        HeaderBlock(text=profile["companyName"]),
        SectionBlock(
            fields=[
                field("Tenant ID", f"`{customer['id']}`"),
                field("Primary domain", f"`{profile['domain']}`"),
                field("Relationship", customer["relationshipToPartner"]),
                field("Delegated access", "Granted" if customer["allowDelegatedAccess"] else "Not granted"),
            ]
        ),
        SectionBlock(
            fields=[
                field("Country", address["country"]),
                field("Address", street),
                field("Contact", contact),
                field("Billing", f"{bills['culture']}, documents in {bills['language']}"),
                field("Other domains", " ".join(f"`{domain}`" for domain in customer["customDomains"][1:])),
                field("Commerce ID", f"`{customer['commerceId']}`"),
            ]
        ),
        ContextBlock(elements=[MarkdownTextObject(text="Read from Partner Center just now")]),
        ActionsBlock(
            elements=[
                ButtonElement(text="Relationships", action_id="show_relationships", value=customer["id"]),
                ButtonElement(text="Share in channel", action_id="share_customer", value=customer["id"]),
                ButtonElement(
                    text="Open in Partner Center", action_id="link_customer", url=f"{PORTAL}/{profile['tenantId']}"
                ),
            ]
        ),
    ]


def field(label: str, value: str) -> MarkdownTextObject:
    """Return one field of the card."""
    return MarkdownTextObject(text=f"*{label}*\n{value}")


if __name__ == "__main__":
    app.server(port=int(os.environ["PORT"]), host="127.0.0.1").start()
