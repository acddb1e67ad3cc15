"""What happens at Partner Center is told to the channels that have subscribed it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot import retry
from bot.notifications.handlers import notification
from sandbox.microsoft.companies import CONTOSO, FABRIKAM, TAILSPIN
from sandbox.slack.model import Message
from tests.world import World

SKI = "alpineskihouse.com"


async def subscribe(world: World, words: str = "all", channel: str = "sales") -> None:
    """Let a channel follow topics, and wait until it has been told."""
    await world.maya.types(f"/partner subscribe {words}", channel=channel)
    await world.slack.wait_for(lambda: [m for m in world.said(channel) if "follow" in m.text])


async def told(world: World, words: str, channel: str = "sales", **within: float) -> Message:
    """Wait for a message of the bot's with these words."""
    return await world.slack.wait_for(
        lambda: next((m for m in world.said(channel) if words in world.reads(m)), None), **within
    )


async def test_a_new_customer_is_told_with_a_card(world: World) -> None:
    await subscribe(world, "customers")

    await world.hears(*world.microsoft.happenings.accept_invitation(SKI, "Alpine Ski House"))
    card = await told(world, "Alpine Ski House accepted your invitation")

    text = world.reads(card)
    assert SKI in text
    assert "Customer card" in text
    assert "Followed here: customers" in text
    assert "Link an invitation" not in text
    assert "Robin" not in text


async def test_every_kind_of_event_is_told_in_words(world: World) -> None:
    await subscribe(world, "all")
    happenings = world.microsoft.happenings
    tenant = TAILSPIN.tenant_id

    for events in (
        happenings.grant_access(tenant),
        happenings.change_subscription(tenant),
        happenings.threshold_exceeded(),
        happenings.invoice_ready("G012345"),
        happenings.fraud_detected(tenant),
        happenings.migration(tenant, "completed"),
        happenings.migration(CONTOSO.tenant_id, "failed"),
        happenings.referral_created(),
    ):
        await world.hears(*events)

    for heading in (
        "Delegated access granted: Tailspin Toys",
        "Microsoft subscription changed: Tailspin Toys",
        "Usage threshold passed",
        "Invoice ready: G012345",
        "Fraud alert: Tailspin Toys",
        "Migration completed: Tailspin Toys",
        "Migration failed: Contoso",
        "New referral",
    ):
        await told(world, heading, timeout=120)


async def test_a_later_change_of_the_same_thing_replies_to_its_card_and_updates_it(world: World) -> None:
    await subscribe(world)
    await world.hears(*world.microsoft.happenings.grant_access(TAILSPIN.tenant_id))
    card = await told(world, "Delegated access granted: Tailspin Toys")

    await world.hears(*world.microsoft.happenings.end_access(TAILSPIN.tenant_id))
    reply = await told(world, "Delegated access ended: Tailspin Toys")
    changed = await world.slack.wait_for(lambda: next((m for m in world.said() if m.ts == card.ts and m.edited), None))

    assert reply.thread_ts == card.ts
    assert "Before that: Delegated access granted: Tailspin Toys" in world.reads(reply)
    assert "Ended by: The customer" in world.reads(reply)
    assert "Delegated access ended: Tailspin Toys" in world.reads(changed)
    assert "1 earlier change is in the thread." in world.reads(changed)


async def test_only_what_the_channel_has_subscribed_to_is_told(world: World) -> None:
    await subscribe(world, "invoices")

    await world.hears(*world.microsoft.happenings.change_subscription(CONTOSO.tenant_id))
    await world.hears(*world.microsoft.happenings.invoice_ready("G012345"))
    await told(world, "Invoice ready")

    assert "Microsoft subscription changed" not in "".join(map(world.reads, world.said()))


async def test_a_filter_on_a_customer_keeps_the_others_out(world: World) -> None:
    await subscribe(world, "all --customer fabrikam.com")

    await world.hears(*world.microsoft.happenings.change_subscription(CONTOSO.tenant_id))
    await world.hears(*world.microsoft.happenings.change_subscription(FABRIKAM.tenant_id))
    await told(world, "Microsoft subscription changed: Fabrikam")

    assert "Contoso" not in "".join(world.reads(m) for m in world.said() if "subscription changed" in m.text)


async def test_a_filter_on_countries_keeps_the_others_out(world: World) -> None:
    await subscribe(world, "all --country FR")

    await world.hears(*world.microsoft.happenings.change_subscription(CONTOSO.tenant_id))
    french = next(c for c in world.microsoft.partner_center.state.customers.values() if c.country == "FR")
    await world.hears(*world.microsoft.happenings.change_subscription(french.tenant_id))
    await told(world, f"Microsoft subscription changed: {french.name}")

    assert len([m for m in world.said() if "subscription changed" in m.text]) == 1


async def test_everything_in_one_thread_where_that_is_wished(world: World) -> None:
    await subscribe(world, "all --thread-only")

    await world.hears(*world.microsoft.happenings.invoice_ready("G1"))
    await world.hears(*world.microsoft.happenings.invoice_ready("G2"))
    first, second = await told(world, "Invoice ready: G1"), await told(world, "Invoice ready: G2")

    assert first.thread_ts is not None
    assert first.thread_ts == second.thread_ts


async def test_a_customer_that_cannot_be_read_is_told_by_id_and_completed_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "ENRICHMENT", replace(retry.ENRICHMENT, held_back=0.5, update=0.5, late_again=0.5))
    await subscribe(world)
    events = world.microsoft.happenings.change_subscription(TAILSPIN.tenant_id)
    world.microsoft.faults.switch("down", on=True)

    await world.hears(*events)
    card = await told(world, TAILSPIN.tenant_id, timeout=120)
    assert "what is missing will follow" in world.reads(card)
    world.microsoft.faults.switch("down", on=False)

    await world.slack.wait_for(
        lambda: next((m for m in world.said() if m.ts == card.ts and "Tailspin Toys" in world.reads(m)), None), 20
    )


async def test_an_acceptance_in_its_thread_is_not_told_again_in_that_channel(world: World) -> None:
    await subscribe(world, "customers", "sales")
    await subscribe(world, "customers", "contoso-project")
    said = await world.priya.says("Invite them.")
    modal = await (await world.maya.message_shortcut("invite_in_thread", said)).modal()
    await world.maya.submits(modal, {"company": SKI})
    await world.slack.wait_for(lambda: [m for m in world.said() if "Open invitation" in str(m.blocks)])

    await world.hears(*world.microsoft.happenings.accept_invitation(SKI, "Alpine Ski House"))
    notice = await told(world, "Alpine Ski House accepted your invitation", "contoso-project")
    await told(world, "accepted your invitation after")

    assert "Link an invitation" not in world.reads(notice)
    assert [m for m in world.said() if m.thread_ts is None and "Alpine Ski House accepted" in world.reads(m)] == []


async def test_an_acceptance_that_fits_nothing_can_be_linked(world: World) -> None:
    await subscribe(world, "customers", "contoso-project")
    said = await world.priya.says("Invite the bakery.")
    modal = await (await world.maya.message_shortcut("invite_in_thread", said)).modal()
    await world.maya.submits(modal, {"company": "The Corner Shop"})
    posted = await world.slack.wait_for(
        lambda: next((m for m in world.said() if "Open invitation" in str(m.blocks)), None)
    )
    await world.hears(*world.microsoft.happenings.accept_invitation("nwbakery.example", "Northwind Bakery"))
    notice = await told(world, "Northwind Bakery accepted your invitation", "contoso-project")

    window = await (await world.maya.presses(notice, "Link an invitation")).modal()
    await world.maya.submits(window, {"invitation": window.blocks[1]["element"]["options"][0]["value"]})

    reply = await told(world, "accepted your invitation after")
    assert reply.thread_ts == posted.thread_ts


async def test_a_channel_that_was_shared_since_gets_nothing_and_its_owner_is_told(world: World) -> None:
    await subscribe(world)
    sales = world.slack.world.channel_named("sales")
    world.slack.workspace.channel_changes[sales] = {"is_ext_shared": True, "is_shared": True}

    await world.hears(*world.microsoft.happenings.invoice_ready("G012345"))
    direct = await world.slack.wait_for(lambda: world.maya.direct_messages)

    assert "paused" in world.reads(direct[0])
    assert "G012345" not in str([m.blocks for m in world.said()])


async def test_many_changes_at_once_become_one_summary(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notification, "BURST", 3)
    await subscribe(world, "invoices")

    for number in range(6):
        await world.hears(*world.microsoft.happenings.invoice_ready(f"G{number}"))
    last = await told(world, "Invoice ready: G5", timeout=120)

    summary = await told(world, "changes in", timeout=120)
    assert last.thread_ts == summary.ts
    top = [m for m in world.said() if m.thread_ts is None and "Invoice ready" in world.reads(m)]
    assert len(top) == 3
    await world.slack.wait_for(
        lambda: [m for m in world.said() if m.ts == summary.ts and "3 changes" in world.reads(m)], 10
    )


async def test_what_happened_long_ago_is_no_news(world: World) -> None:
    await subscribe(world)
    events = world.microsoft.happenings.invoice_ready("G1")
    url = f"{world.url}/partner-center/webhook"
    await world.microsoft.webhook.deliver_late(*events, by=timedelta(days=15), url=url)

    await world.hears(*world.microsoft.happenings.invoice_ready("G2"))
    await told(world, "Invoice ready: G2")

    assert "Invoice ready: G1" not in "".join(map(world.reads, world.said()))


async def test_a_late_event_says_when_it_happened_and_why_it_is_late(world: World) -> None:
    await subscribe(world)
    events = world.microsoft.happenings.invoice_ready("G1")
    url = f"{world.url}/partner-center/webhook"

    await world.microsoft.webhook.deliver_late(*events, by=timedelta(days=2), url=url)

    assert "Late because Microsoft did not report it sooner" in world.reads(await told(world, "Invoice ready: G1"))
