"""What a visitor can let happen, and how the word of it goes out."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from sandbox.bot import Bot
from sandbox.faults import Faults
from sandbox.microsoft import Microsoft
from sandbox.scenarios import SWITCHES, Mail, presses
from sandbox.scenarios.customer import invited
from sandbox.slack import Slack
from sandbox.slack.page_state import Press
from tests.world import World

EVENTS = {
    "accept_unasked": ["reseller-relationship-accepted-by-customer"],
    "grant": ["granular-admin-relationship-approved", "granular-admin-relationship-activated"],
    "end": ["dap-admin-relationship-terminated"],
    "add": [],
    "subscription": ["subscription-updated"],
    "threshold": ["usagerecords-thresholdExceeded"],
    "invoice": ["invoice-ready"],
    "fraud": ["azure-fraud-event-detected"],
    "migration": ["new-commerce-migration-completed"],
    "referral": ["referral-created"],
    "many": ["subscription-updated"] * 25,
}


@dataclass
class Panel:
    """The presses, and what came to the registered address: event names, and whether each was signed."""

    microsoft: Microsoft
    switches: Faults
    presses: dict[str, Press] = field(default_factory=dict)
    came: list[tuple[str, bool]] = field(default_factory=list)

    async def press(self, name: str) -> list[str]:
        """Press, and return the names of the events that came of it."""
        before = len(self.came)
        await self.presses[name].act("U01MAYA4K2P")
        return [event for event, _ in self.came[before:]]


@pytest.fixture
async def panel(tmp_path: Path) -> AsyncIterator[Panel]:
    async with Slack() as slack, Microsoft() as microsoft:
        panel = Panel(microsoft, Faults(SWITCHES))

        async def take(request: web.Request) -> web.Response:
            body = json.loads(await request.read())
            panel.came.append((body["EventName"], "Authorization" in request.headers))
            return web.Response()

        app = web.Application()
        app.router.add_post("/hook", take)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        microsoft.partner_center.registrations.register(f"http://127.0.0.1:{runner.addresses[0][1]}/hook")
        offered = presses(slack, Mail(microsoft, panel.switches), Bot({}, folder=tmp_path), microsoft)
        panel.presses = {press.id: press for press in offered}
        assert len(panel.presses) == len(offered)
        yield panel
        await runner.cleanup()


@pytest.mark.parametrize(("press", "events"), EVENTS.items())
async def test_an_occurrence_brings_the_bot_its_events_signed(panel: Panel, press: str, events: list[str]) -> None:
    assert await panel.press(press) == events
    assert all(signed for _, signed in panel.came)


async def test_a_customer_that_was_added_can_be_removed_once(panel: Panel) -> None:
    customers = panel.microsoft.partner_center.state.customers
    before = set(customers)

    await panel.press("add")
    assert len(customers) == len(before) + 1
    await panel.press("remove")
    assert set(customers) == before
    with pytest.raises(LookupError, match="no_such_customer"):
        await panel.press("remove")


async def test_a_switch_changes_how_the_word_goes_out(panel: Panel) -> None:
    in_order = ["granular-admin-relationship-approved", "granular-admin-relationship-activated"]
    told: dict[str, Any] = {}
    for switch in panel.switches.known:
        panel.switches.clear()
        panel.switches.switch(switch, on=True)
        told[switch] = await panel.press("grant")

    assert told == {
        "events_late": in_order,
        "events_twice": in_order * 2,
        "events_backwards": in_order[::-1],
        "events_unsigned": in_order,
    }
    assert [signed for _, signed in panel.came[-2:]] == [False, False]


async def test_nobody_accepts_where_nobody_was_invited(panel: Panel) -> None:
    with pytest.raises(LookupError, match="no_invitation"):
        await panel.press("accept")


@pytest.mark.parametrize(
    ("company", "expected"),
    [("adatum.com", ("Adatum", "adatum.com")), ("Trey Research", ("Trey Research", "treyresearch.example"))],
)
async def test_it_is_the_company_of_the_newest_invitation_that_accepts(
    world: World, company: str, expected: tuple[str, str]
) -> None:
    def posted() -> int:
        return sum("ResellerRelationship" in str(message.blocks) for message in world.slack.messages("sales"))

    for asked in ("relecloud.com", company):
        before = posted()
        window = await (await world.aline.types(f"/partner invite {asked}")).modal()
        await world.aline.submits(window)
        await world.slack.wait_for(lambda: posted() > before)  # noqa: B023 - it is over before the next round

    assert invited(world.slack) == expected
