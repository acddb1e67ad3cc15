"""What the bot writes about its work holds no secret, no contact and nobody's words, however it goes."""

import json
from urllib.parse import quote

from sandbox.microsoft import answers
from sandbox.microsoft import invitations as links
from sandbox.microsoft.companies import (
    CLIENT_SECRET,
    CONTOSO,
    CUSTOMERS,
    MARKUP,
    NOTABLE,
    REFRESH_TOKEN,
    TAILSPIN,
    WITH_PASSWORD,
)
from sandbox.microsoft.company import Company
from sandbox.slack.conversation import Invocation
from tests.slack import child
from tests.world import KEY, World

NOTE = "forty seats and a grudge"
WORDS = "Is jeanne@contoso.com from contoso.com ours, whispered Priya?"
CUSTOMER = "/v1/customers/{id}"


async def converse(world: World, bot: child.Child) -> list[Invocation]:
    """Do everything once, and let much of it fail; return what was done."""
    maya, center = world.maya, world.microsoft.partner_center
    done: list[Invocation] = []

    async def types(text: str) -> Invocation:
        asked = await maya.types(text)
        done.append(asked)
        await asked.answer()
        return asked

    for company in (CONTOSO, TAILSPIN, MARKUP, WITH_PASSWORD):
        await types(f"/partner customer {company.tenant_id}")
    await types("/partner relationships fabrikam.com")
    await types(f"/partner customer {CONTOSO.name} whispered")
    await types("/partner whispered words")
    others = (company for company in CUSTOMERS if company not in NOTABLE)  # no answer of theirs is remembered yet
    for failure in (
        answers.html(200),
        answers.throttled(57),
        answers.NO_MFA,
        answers.NO_PRIVILEGES,
        answers.error(400, "1000", f"bad {CONTOSO.email} {CONTOSO.name}"),
        answers.Answer(status=200, body='{"id": "x", "companyProfile": {"email": "hidden@secret.example"'),
        answers.Answer(status=200, body={"id": {"email": "hidden@secret.example"}, "companyProfile": 5}),
    ):
        center.answer_next(CUSTOMER, failure, times=4)
        await types(f"/partner customer {next(others).tenant_id}")
        center.forget_answers()
    world.microsoft.entra.refuse(700082)
    world.microsoft.tokens.revoke_access_tokens()
    await types(f"/partner customer {next(others).tenant_id}")
    world.microsoft.entra.refuse(None)

    said = await maya.says(WORDS)
    done.append(said)
    looked = await maya.message_shortcut("look_up_customer", said)
    done.append(looked)
    await looked.answer()
    mention = await maya.says("@Partner Bot customer contoso.com")
    done.append(mention)
    await mention.answer()
    invited = await maya.message_shortcut("invite_in_thread", said)
    done.append(invited)
    await maya.submits(await invited.modal(), {"company": "Adatum Secretive", "note": NOTE})
    await world.slack.wait_for(
        lambda: [m for m in world.slack.messages("sales") if "admin.microsoft.com" in str(m.blocks)]
    )
    world.slack.break_response_urls()
    world.slack.fail_next("chat.postEphemeral", "user_not_in_channel")
    world.slack.fail_next("chat.postMessage", status=500)
    done.append(await maya.types("/partner customer contoso.com"))
    await bot.logged("answer lost")
    world.slack.break_response_urls(broken=False)
    await deliver_oddly(world, done[0])
    await types("/partner help")
    return done


async def deliver_oddly(world: World, asked: Invocation) -> None:
    """Send what is unreadable, forged, or lacks something, full of what nobody may read."""
    await world.slack.deliver_raw(b"text=whispered", {})
    await world.slack.deliver_signed(b"payload={whispered")
    lacking = {name: value for name, value in asked.payload.items() if name != "user_id"} | {"text": "whispered"}
    await world.slack.deliver("slash_commands", lacking)
    await world.slack.deliver("interactive", {"type": "block_actions", "actions": ["whispered"]})
    await world.slack.deliver("interactive", {"type": "view_closed", "view": {"callback_id": "whispered"}})
    await world.slack.deliver("events_api", {"type": "event_callback", "event": "whispered"})


def contacts(company: Company) -> list[str]:
    """Return what may be known of a customer to those who asked, and to no log."""
    return [company.email, company.phone, company.street, company.first_name, company.last_name, company.name or ""]


async def test_nothing_that_is_nobodys_business_is_written(quiet_world: World) -> None:
    world = quiet_world
    async with child.running(world.environment() | {"LOG_LEVEL": "DEBUG"}) as (bot, port):
        world.slack.bot_url = f"http://127.0.0.1:{port}"
        done = await converse(world, bot)
        bot.terminate()
        assert await bot.ended() == 0

    secrets = [KEY, CLIENT_SECRET, REFRESH_TOKEN, NOTE, WORDS, "whispered", "Adatum Secretive", "secret.example"]
    secrets += [world.slack.workspace.bot_token, world.slack.workspace.signing_secret, links.NEWER, "partnerId="]
    secrets += [text for each in (CONTOSO, TAILSPIN, MARKUP) for text in contacts(each)]
    secrets += ["never-show-this-password", "contoso.com", "<html", "Bearer ", "eyJ"]
    for asked in done:
        secrets += [asked.payload[name] for name in ("response_url", "trigger_id") if asked.payload.get(name)]
    secrets += [str(request.headers.get("Authorization")) for request in world.microsoft.partner_center.requests]
    secrets += [request.form.get("refresh_token", "") for request in world.microsoft.entra.requests]
    written = bot.output
    spoken = {secret for secret in secrets if secret and (secret in written or quote(secret) in written)}
    assert spoken == set()
    assert "Traceback" not in written
    assert {"answered", "failed", "refused", "answer lost", "delivery refused", "payload not understood"} <= {
        json.loads(line)["event"] for line in written.splitlines()
    }
    assert len(written.splitlines()) > len(done)
