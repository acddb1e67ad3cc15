"""By whom something was done, where only an account's domain says it: by the customer, or by the partner itself."""

from bot.domain.event_kind import Actor
from bot.partner_center.client import Errand
from bot.partner_center.errors import PartnerCenterError


async def by_whom(errand: Errand, domain: str, *, customer_id: str | None, partner_tenant_id: str) -> Actor | None:
    """Return whose account did it, by the tenant of its domain; None where that is nobody's or does not answer."""
    try:
        tenant_id = await errand.tenant_id_of(domain)
    except PartnerCenterError:
        return None
    whose = {customer_id: Actor.CUSTOMER, partner_tenant_id.lower(): Actor.PARTNER}
    return None if tenant_id is None else whose.get(tenant_id)
