"""Where there are no audit records, the customer list tells who came and who left."""

import pytest

from bot.domain.events import Source
from bot.notifications import customer_diff
from bot.partner_center.errors import Unavailable
from sandbox.microsoft import answers
from sandbox.microsoft.answers import Answer
from sandbox.microsoft.audit import AUDIT_RECORDS_PATH
from sandbox.microsoft.companies import CONTOSO, FABRIKAM
from sandbox.microsoft.company import Company, guid
from sandbox.microsoft.paging import Form
from sandbox.microsoft.partner_center import CUSTOMER_PATH, CUSTOMERS_PATH
from tests.notifications.newsroom import newsroom
from tests.world import World

CUSTOMER = CONTOSO.tenant_id


async def test_without_records_the_first_customer_list_is_only_kept(quiet_world: World) -> None:
    async with newsroom(quiet_world, audited=False) as news:
        await news.poll()
        await news.poll()

        assert await news.events() == []
        assert quiet_world.microsoft.partner_center.calls(AUDIT_RECORDS_PATH) == 0


async def test_without_records_the_list_tells_who_came_and_who_left(quiet_world: World) -> None:
    async with newsroom(quiet_world, audited=False) as news:
        await news.poll()
        news.happen.accept_invitation("alpineskihouse.com", "Alpine Ski House")
        news.happen.remove_customer(CUSTOMER)

        await news.poll()
        await news.poll()

        assert sorted(await news.told()) == [("customer_added", "Alpine Ski House"), ("customer_removed", "Contoso")]
        assert {event.source for event in await news.events()} == {Source.LIST}


async def test_a_customer_who_comes_again_is_told_again(quiet_world: World) -> None:
    async with newsroom(quiet_world, audited=False) as news:
        await news.poll()
        for _ in range(2):
            news.happen.accept_invitation("alpineskihouse.com", "Alpine Ski House")
            await news.poll()
            news.happen.remove_customer(quiet_world.microsoft.entra.tenants["alpineskihouse.com"])
            await news.poll()

        assert [kind for kind, _ in await news.told()] == ["customer_added", "customer_removed"] * 2


async def test_a_list_that_does_not_arrive_whole_changes_nothing(quiet_world: World) -> None:
    microsoft = quiet_world.microsoft.partner_center
    following = {"uri": "/customers?size=500&seekOperation=Next", "method": "GET", "headers": []}
    first = [{"id": FABRIKAM.tenant_id, "companyProfile": {"companyName": "Fabrikam"}}]
    async with newsroom(quiet_world, audited=False) as news:
        await news.poll()
        microsoft.answer_next(CUSTOMERS_PATH, body={"items": first, "links": {"next": following}})
        microsoft.answer_next(CUSTOMERS_PATH, status=503, times=3)

        with pytest.raises(Unavailable):
            await news.poll()
        await news.poll()

        assert await news.events() == []


async def test_one_who_is_missing_from_the_list_and_a_customer_all_the_same_has_not_left(quiet_world: World) -> None:
    microsoft = quiet_world.microsoft.partner_center
    microsoft.state.customers = {company.tenant_id.lower(): company for company in (CONTOSO, FABRIKAM)}
    async with newsroom(quiet_world, audited=False) as news:
        await news.poll()
        microsoft.answer_next(CUSTOMERS_PATH, body={"totalCount": 0, "items": [], "links": {}})

        await news.poll()
        await news.poll()

        assert await news.events() == []


@pytest.mark.parametrize("status", [403, 404])
async def test_where_records_are_refused_the_list_is_compared(quiet_world: World, status: int) -> None:
    microsoft = quiet_world.microsoft.partner_center
    microsoft.answer_next(AUDIT_RECORDS_PATH, status=status, body={"code": "1000", "description": "no"}, times=2)
    async with newsroom(quiet_world) as news:
        await news.poll()
        news.happen.add_customer("alpineskihouse.com", "Alpine Ski House")

        await news.poll()
        by_list = await news.told()
        await news.poll()

        assert by_list == [("customer_added", "Alpine Ski House")]
        assert await news.told() == by_list  # the record of it, which can be read now, is no news


@pytest.mark.parametrize("form", Form)
async def test_in_both_forms_of_paging_nobody_beyond_the_first_page_is_lost_or_new(
    quiet_world: World, form: Form
) -> None:
    microsoft = quiet_world.microsoft.partner_center
    microsoft.paging.form = form
    for number in range(1100):
        microsoft.add_customer(Company(tenant_id=guid(f"many/{number}"), name=f"Many {number}", domain="many.example"))
    async with newsroom(quiet_world, audited=False) as news:
        await news.poll()
        order = list(microsoft.state.customers.items())
        microsoft.state.customers = dict(reversed(order))
        await news.poll()
        assert await news.events() == []

        news.happen.remove_customer(guid("many/700"))
        await news.poll()

        assert await news.told() == [("customer_removed", "Many 700")]
    assert microsoft.calls(CUSTOMER_PATH) == 1


UNCLEAR = {
    "a bare 404": Answer(status=404),
    "another code": answers.error(404, "1000", "Not found."),
    "a role": answers.error(403, "900150", "Not allowed."),
    "a page": answers.html(200),
    "something else": answers.error(400, "2000", "Not valid."),
}


@pytest.mark.parametrize("answer", UNCLEAR.values(), ids=UNCLEAR)
async def test_one_who_is_missing_is_lost_only_where_microsoft_says_so_plainly(
    quiet_world: World, answer: Answer
) -> None:
    microsoft = quiet_world.microsoft.partner_center
    async with newsroom(quiet_world, audited=False) as news:
        await news.poll()
        news.happen.remove_customer(CUSTOMER)
        microsoft.answer_next(CUSTOMER_PATH, answer)

        await news.poll()
        assert await news.events() == []
        await news.poll()

        assert await news.told() == [("customer_removed", "Contoso")]


async def test_of_a_list_cut_short_only_some_are_asked_for_at_a_time(
    quiet_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(customer_diff, "MOST_ASKED", 5)
    microsoft = quiet_world.microsoft.partner_center
    async with newsroom(quiet_world, audited=False) as news:
        await news.poll()
        microsoft.answer_next(CUSTOMERS_PATH, body={"totalCount": 0, "items": [], "links": {}})

        await news.poll()
        await news.poll()

        assert await news.events() == []
    assert microsoft.calls(CUSTOMER_PATH) == 5
