"""Which of the waiting invitations a new customer is compared with: those that may be its own, and no others."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from bot.domain.invitations import InvitationState, NewInvitation
from bot.storage import tables
from bot.storage.database import Database
from bot.storage.invitations import Invitations
from bot.storage.outbox import Outbox
from bot.storage.waiting_invitations import candidates
from tests.storage.test_invitations import NEW, posted
from tests.transactions import reading, writing

TENANT = "8f1d6c1e-3b52-4c8e-9a47-5d20e1c7b903"
NAMELESS = replace(NEW, company="!!", expected_domain=None)


async def found(database: Database, new: NewInvitation) -> bool:
    """Say whether an invitation is compared with the customer "Northwind Traders" of two domains."""
    recorded = await posted(database, Invitations(database, Outbox(database, workspace_id="T1")), new)
    async with reading(database) as connection:
        domains = frozenset({"northwindtraders.com", "xn--mnchen-3ya.example"})
        rows = candidates(connection, tenant_id=TENANT, domains=domains, first_words=frozenset({"northwind"}))
        assert rows in ((), (recorded,))
        return rows != ()


@pytest.mark.parametrize(
    "new",
    [
        replace(NAMELESS, expected_tenant_id=TENANT),
        replace(NAMELESS, expected_domain="NorthwindTraders.com"),
        replace(NAMELESS, expected_domain="münchen.example"),
        replace(NAMELESS, company="northwind.fr", expected_domain="northwind.fr"),
        replace(NAMELESS, company="NORTHWIND", expected_name="NORTHWIND"),
    ],
    ids=["tenant", "domain", "domain in its own alphabet", "name of a domain", "name"],
)
async def test_what_may_be_the_customers_own_is_compared(database: Database, new: NewInvitation) -> None:
    assert await found(database, new)


@pytest.mark.parametrize(
    "new", [NEW, NAMELESS, replace(NAMELESS, company="Traders"), replace(NAMELESS, company="North")]
)
async def test_what_cannot_be_is_not(database: Database, new: NewInvitation) -> None:
    assert not await found(database, new)


async def test_one_of_an_earlier_release_is_always_compared(database: Database) -> None:
    assert not await found(database, NEW)

    async with writing(database) as connection:
        connection.execute(update(tables.invitations).values(name_key="*", domain_key="*"))

    async with reading(database) as connection:
        assert candidates(connection, tenant_id=None, domains=frozenset(), first_words=frozenset())


async def test_one_that_was_accepted_is_compared_no_longer(database: Database) -> None:
    assert await found(database, replace(NEW, expected_tenant_id=TENANT))

    async with writing(database) as connection:
        connection.execute(update(tables.invitations).values(state=InvitationState.ACCEPTED))

    async with reading(database) as connection:
        assert candidates(connection, tenant_id=TENANT, domains=frozenset(), first_words=frozenset()) == ()
