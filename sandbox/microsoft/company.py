"""What an invented customer of the invented partner consists of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import NAMESPACE_DNS, uuid5


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """An indirect reseller (or something else) tied to a customer; ``id`` is opaque, not always a GUID."""

    id: str
    name: str | None
    kind: str | int = "is_indirect_cloud_solution_provider_of"
    mpn_id: str | None = None
    state: str | None = None
    location: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A customer as Partner Center knows it. ``tenant_id`` stands on the wire as it is written here."""

    tenant_id: str
    name: str | None
    domain: str
    domains: tuple[str, ...] = ()
    """Custom domains: all that belong to the tenant, the default one included."""
    country: str = "US"
    region: str | None = "WA"
    city: str = "Redmond"
    street: str = "1 Invented Way"
    postal_code: str = "98052"
    phone: str = "4255550100"
    first_name: str = "Robin"
    last_name: str = "Counts"
    email: str = "robin.counts@example.com"
    culture: str | None = "en-US"
    language: str | None = "en"
    organization_number: str | None = None
    relationship: str | int = "reseller"
    delegated_access: bool | None = True
    """Without it Partner Center leaves address, e-mail and domains out."""
    bare: bool = False
    """Nothing but tenant id and domain, as in one captured body."""
    direct: bool = False
    """Asking for this customer's relationships is refused as for a direct partner."""
    partners: tuple[Partner, ...] = ()
    extra: Mapping[str, object] = field(default_factory=dict)
    """Further keys of the resource, or other values for its own."""

    @property
    def all_domains(self) -> tuple[str, ...]:
        """Every domain that Entra resolves to this tenant."""
        return tuple(dict.fromkeys((self.domain, *self.domains)))


def guid(seed: str) -> str:
    """The same GUID for the same text, on every machine and in every run."""
    return str(uuid5(NAMESPACE_DNS, seed))
