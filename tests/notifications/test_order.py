"""What happened to a customer is told in its order; what comes after later news is told as what was before."""

from sandbox.microsoft.companies import CONTOSO, TAILSPIN
from tests.notifications.test_notices import SKI, subscribe, told
from tests.world import World

TENANT = TAILSPIN.tenant_id


async def test_what_comes_after_later_news_is_a_reply_and_the_card_stays_as_it_is(world: World) -> None:
    await subscribe(world, "all")
    granted = world.microsoft.happenings.grant_access(TENANT)
    ended = world.microsoft.happenings.end_access(TENANT, "customer")

    await world.hears(*ended)
    card = await told(world, "Delegated access ended")
    before = world.reads(card)
    await world.hears(*granted)
    late = await told(world, "Before that: ")

    assert late.thread_ts == card.ts
    assert "Delegated access granted: Tailspin Toys" in world.reads(late)
    assert late.text == "Before that: Delegated access granted: Tailspin Toys"
    (kept,) = [message for message in world.said() if message.ts == card.ts]
    assert (world.reads(kept), kept.edited) == (before, False)


async def test_what_comes_late_about_another_subject_of_the_customer_is_told_there_too(world: World) -> None:
    await subscribe(world, "all")
    seats = world.microsoft.happenings.change_subscription(TENANT)
    granted = world.microsoft.happenings.grant_access(TENANT)

    await world.hears(*granted)
    card = await told(world, "Delegated access granted")
    await world.hears(*seats)
    late = await told(world, "Before that: ")

    assert late.thread_ts == card.ts


async def test_news_that_wait_together_are_told_in_the_order_in_which_they_happened(world: World) -> None:
    await subscribe(world, "all")
    accepted = world.microsoft.happenings.accept_invitation(SKI, "Alpine Ski House")
    tenant = world.microsoft.entra.tenants[SKI]
    granted = world.microsoft.happenings.grant_access(tenant)
    world.slack.fail_next("chat.postMessage", status=429, retry_after=2)
    await world.hears(*world.microsoft.happenings.invoice_ready("G1"))
    await world.slack.wait_for(lambda: world.slack.calls_to("chat.postMessage"))

    await world.hears(*granted)
    await world.hears(*accepted)
    reply = await told(world, "Delegated access granted")

    card = next(message for message in world.said() if message.ts == reply.thread_ts)
    assert "Before that: Alpine Ski House accepted your invitation" in world.reads(reply)
    edited = await world.slack.wait_for(lambda: next((m for m in world.said() if m.ts == card.ts and m.edited), None))
    assert "Delegated access granted" in world.reads(edited)


async def test_an_alarm_goes_ahead_of_what_waits_for_the_channel(world: World) -> None:
    await subscribe(world, "all")
    world.slack.fail_next("chat.postMessage", status=429, retry_after=2)
    await world.hears(*world.microsoft.happenings.invoice_ready("G1"))
    await world.slack.wait_for(lambda: world.slack.calls_to("chat.postMessage"))

    await world.hears(*world.microsoft.happenings.invoice_ready("G2"))
    await world.hears(*world.microsoft.happenings.fraud_detected(CONTOSO.tenant_id))
    await told(world, "G2")

    headings = [m.text for m in world.said() if "Fraud alert" in m.text or "G2" in m.text]
    assert [("Fraud" in text) for text in headings] == [True, False]
