"""Whose invitation a new customer accepted: by tenant or domain for sure, by name never."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import event_kinds
from bot.domain.events import Event, Source
from bot.domain.invitations import Invitation, InvitationState
from bot.notifications.invitation_matching import match
from bot.partner_center.models import CompanyProfile, Customer

AT = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
TENANT = "8f1d6c1e-3b52-4c8e-9a47-5d20e1c7b903"
OTHER = "1b7f0c52-9f6e-4a0f-8d6b-2c3a4e5f6071"


def event(name: str | None = None) -> Event:
    return Event(
        id=f"customer:{TENANT}:1",
        kind=event_kinds.RELATIONSHIP_ACCEPTED,
        source=Source.WEBHOOK,
        name="reseller-relationship-accepted-by-customer",
        happened_at=AT,
        received_at=AT,
        customer_id=TENANT,
        customer_name=name,
    )


def customer(
    name: str | None = "Northwind Traders",
    domain: str | None = "northwindtraders.com",
    domains: tuple[str, ...] | None = None,
) -> Customer:
    profile = CompanyProfile(tenant_id=TENANT, domain=domain, company_name=name)
    return Customer(id=TENANT, company_profile=profile, custom_domains=domains)


def invited(
    number: int = 1, *, company: str = "Adatum", domain: str | None = None, tenant: str | None = None
) -> Invitation:
    return Invitation(
        id=f"i{number}",
        submission_key=f"V{number}",
        workspace_id="T1",
        sender_id="U1",
        sender_name="Aline Marchand",
        sender_locale="fr",
        sender_tz="Europe/Paris",
        channel_id="C1",
        thread_ts=None,
        parent_ts=None,
        message_ts="1.1",
        company=company,
        expected_name=None if domain or tenant else company,
        expected_domain=domain,
        expected_tenant_id=tenant,
        note=None,
        language="fr",
        external_channel=False,
        link_kind="reseller",
        state=InvitationState.WAITING,
        reason=None,
        created_at=AT,
        posted_at=AT,
        accepted_at=None,
        accepted_tenant_id=None,
        accepted_name=None,
        accepted_domain=None,
        reminders=0,
        remind_at=None,
        closed_at=None,
        closed_by=None,
    )


@pytest.mark.parametrize(
    "row",
    [
        invited(tenant=TENANT.upper()),
        invited(domain="NorthwindTraders.com"),
        invited(domain="northwind.fr"),
        invited(domain="moved.example", tenant=TENANT),
    ],
    ids=["tenant", "default domain", "custom domain", "domain that resolved to the tenant"],
)
def test_the_tenant_or_a_domain_that_was_expected_makes_it_sure(row: Invitation) -> None:
    found = match([invited(9), row], event(), customer(domains=("northwind.fr",)))

    assert found.sure == row
    assert found.perhaps == ()


def test_the_tenant_is_sure_without_the_customers_record() -> None:
    row = invited(tenant=TENANT)

    assert match([row], event(), None).sure == row


@pytest.mark.parametrize("company", ["Northwind", "northwind traders", "NORTHWIND TRADERS Ltd", "northwind.fr"])
def test_a_name_that_fits_is_a_question(company: str) -> None:
    row = invited(company=company, domain="northwind.fr" if "." in company else None)
    found = match([row, invited(2)], event(), customer())

    assert found.sure is None
    assert found.perhaps == (row,)


def test_the_name_that_microsoft_recorded_will_do_where_the_customer_is_not_read() -> None:
    row = invited(company="Northwind")

    assert match([row], event("Northwind Traders"), None).perhaps == (row,)


@pytest.mark.parametrize("company", ["North", "Traders", "Adatum", "Wind", "!!"])
def test_a_part_of_a_name_fits_nothing(company: str) -> None:
    found = match([invited(company=company)], event(), customer())

    assert (found.sure, found.perhaps) == (None, ())


def test_two_that_are_sure_are_a_question() -> None:
    rows = [invited(1, domain="northwindtraders.com"), invited(2, tenant=TENANT)]
    found = match(rows, event(), customer())

    assert found.sure is None
    assert found.perhaps == tuple(rows)


def test_a_sure_one_needs_no_question_about_names() -> None:
    sure = invited(1, domain="northwindtraders.com")

    assert match([invited(2, company="Northwind"), sure], event(), customer()).sure == sure


@given(company=st.text(max_size=40), name=st.none() | st.text(max_size=40))
def test_a_name_alone_never_makes_it_sure(company: str, name: str | None) -> None:
    found = match([invited(company=company)], event(name), customer(name=name, domain=None))

    assert found.sure is None


@given(domain=st.text(max_size=30))
def test_another_domain_never_makes_it_sure(domain: str) -> None:
    found = match([invited(domain=f"{domain}x.example", tenant=OTHER)], event(), customer(domain=domain))

    assert found.sure is None


@pytest.mark.parametrize(
    ("expected", "domain"),
    [
        ("zero.onmicrosoft.com", "Zero.OnMicrosoft.com"),
        ("northwindtraders.com", "NorthwindTraders.COM."),
        ("münchen.example", "xn--mnchen-3ya.example"),
    ],
)
def test_domains_are_the_same_in_any_case_and_either_alphabet(expected: str, domain: str) -> None:
    row = invited(domain=expected)

    assert match([row], event(), customer(domain=domain)).sure == row
    assert match([row], event(), customer(domain="other.example", domains=(domain,))).sure == row


def test_a_name_is_alike_whatever_nobody_sees_in_it() -> None:
    row = invited(company="Northwind")

    assert match([row], event(), customer("North\u200bwind Traders", domain=None)).perhaps == (row,)
    assert match([row], event(), customer("Ｎｏｒｔｈｗｉｎｄ Traders", domain=None)).perhaps == (row,)
