"""The least that does the work: aiohttp alone, signatures checked, one session for all, blocks as plain dicts.

It has no Bolt, no roles, no log and no database, and answers nothing but the benchmark's two commands.
"""

import asyncio
import hashlib
import hmac
import json
import os
import time
from typing import Any
from urllib.parse import parse_qs

import aiohttp
from aiohttp import web

PARTNER_CENTER_URL = os.environ["PARTNER_CENTER_URL"]
SECRET = os.environ["SLACK_SIGNING_SECRET"].encode()
HEADERS = {"Authorization": "Bearer benchmark", "Accept": "application/json"}
PORTAL = "https://partner.microsoft.com/dashboard/v2/customers"
FIVE_MINUTES = 300
SESSION = web.AppKey("session", aiohttp.ClientSession)
TASKS: set[asyncio.Task[None]] = set()


async def events(request: web.Request) -> web.Response:
    """Acknowledge what is genuine, and answer a slash command afterwards."""
    body = await request.read()
    stamp = request.headers.get("X-Slack-Request-Timestamp", "0")
    signature = "v0=" + hmac.new(SECRET, b"v0:%s:%s" % (stamp.encode(), body), hashlib.sha256).hexdigest()
    genuine = hmac.compare_digest(signature, request.headers.get("X-Slack-Signature", ""))
    if not genuine or abs(time.time() - int(stamp)) > FIVE_MINUTES:
        return web.Response(status=401)
    form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
    if "payload" in form:
        json.loads(form["payload"])
        return web.Response()
    task = asyncio.create_task(answer(request.app[SESSION], form["text"], form["response_url"]))
    TASKS.add(task)
    task.add_done_callback(TASKS.discard)
    return web.Response()


async def answer(session: aiohttp.ClientSession, text: str, response_url: str) -> None:
    """Answer ``customer <id>`` or ``help <command>``."""
    word, _, argument = text.partition(" ")
    if word == "help":
        message = {"text": f"/partner {argument} <id>: shows a customer.", "blocks": usage(argument)}
    else:
        async with session.get(f"{PARTNER_CENTER_URL}/v1/customers/{argument}", headers=HEADERS) as response:
            customer = json.loads(await response.read())
        profile = customer["companyProfile"]
        message = {"text": f"{profile['companyName']} ({profile['domain']}): customer card.", "blocks": card(customer)}
    async with session.post(response_url, json=message) as response:
        await response.read()


def usage(name: str) -> list[dict[str, Any]]:
    """Return the help on one command."""
    return [
        section(f"`/partner {name} <id | domain | name>`\nShows a customer."),
        fields(("Example", f"`/partner {name} contoso.com`"), ("Who may use it", "Viewers")),
    ]


def card(customer: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the customer card."""
    profile, bills = customer["companyProfile"], customer["billingProfile"]
    address = profile["address"]
    street = f"{address['addressLine1']}, {address['postalCode']} {address['city']}, {address['region']}"
    contact = f"{bills['firstName']} {bills['lastName']}, {profile['email']}, {address['phoneNumber']}"
    portal = f"{PORTAL}/{profile['tenantId']}"
    return [
        {"type": "header", "text": {"type": "plain_text", "text": profile["companyName"]}},
        fields(
            ("Tenant ID", f"`{customer['id']}`"),
            ("Primary domain", f"`{profile['domain']}`"),
            ("Relationship", customer["relationshipToPartner"]),
            ("Delegated access", "Granted" if customer["allowDelegatedAccess"] else "Not granted"),
        ),
        fields(
            ("Country", address["country"]),
            ("Address", street),
            ("Contact", contact),
            ("Billing", f"{bills['culture']}, documents in {bills['language']}"),
            ("Other domains", " ".join(f"`{domain}`" for domain in customer["customDomains"][1:])),
            ("Commerce ID", f"`{customer['commerceId']}`"),
        ),
        {"type": "context", "elements": [markdown("Read from Partner Center just now")]},
        {
            "type": "actions",
            "elements": [
                button("Relationships", action_id="show_relationships", value=customer["id"]),
                button("Share in channel", action_id="share_customer", value=customer["id"]),
                button("Open in Partner Center", action_id="link_customer", url=portal),
            ],
        },
    ]


def markdown(text: str) -> dict[str, Any]:
    """Return a text object."""
    return {"type": "mrkdwn", "text": text}


def section(text: str) -> dict[str, Any]:
    """Return a section."""
    return {"type": "section", "text": markdown(text)}


def fields(*labelled: tuple[str, str]) -> dict[str, Any]:
    """Return a section of labelled fields."""
    return {"type": "section", "fields": [markdown(f"*{label}*\n{value}") for label, value in labelled]}


def button(label: str, **more: str) -> dict[str, Any]:
    """Return a button."""
    return {"type": "button", "text": {"type": "plain_text", "text": label}, **more}


async def application() -> web.Application:
    """Return the app with its session."""
    app = web.Application()
    app.router.add_post("/slack/events", events)

    async def session(app: web.Application) -> Any:
        async with aiohttp.ClientSession() as opened:
            app[SESSION] = opened
            yield

    app.cleanup_ctx.append(session)
    return app


if __name__ == "__main__":
    try:
        import uvloop

        loop: asyncio.AbstractEventLoop | None = uvloop.new_event_loop()
    except ImportError:
        loop = None
    web.run_app(application(), host="127.0.0.1", port=int(os.environ["PORT"]), loop=loop, access_log=None, print=None)
