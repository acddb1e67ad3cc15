"""What the made-up world promises to those who try the bot in it."""

from sandbox.microsoft import companies
from sandbox.microsoft.companies import CUSTOMERS


def test_there_are_some_hundred_customers_in_several_countries() -> None:
    assert 120 <= len(CUSTOMERS) <= 150
    assert len({company.country for company in CUSTOMERS}) >= 10


def test_no_two_customers_share_a_tenant_or_a_domain() -> None:
    domains = [domain.lower() for company in CUSTOMERS for domain in company.all_domains]

    assert len({company.tenant_id.lower() for company in CUSTOMERS}) == len(CUSTOMERS)
    assert len(set(domains)) == len(domains)


def test_the_odd_ones_are_as_odd_as_they_say() -> None:
    assert len(companies.LONG_NAME.name or "") == 400
    assert len(companies.LITWARE.partners) == 130
    assert len({str(partner.kind) for partner in companies.ALL_KINDS.partners}) == 5
    assert companies.UPPERCASE.tenant_id.isupper()
