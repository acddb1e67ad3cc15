"""Where each Microsoft cloud lives: REST base, authority, audience, and the hosts its invitation links may have.

The three addresses are independent of each other: US Government shares the REST base of the public cloud and differs
in its authority alone (https://learn.microsoft.com/partner-center/developer/partner-center-rest-urls).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from urllib.parse import quote

from bot.errors import OperatorError


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
    """One cloud; addresses are https, without a trailing slash, a version or a tenant."""

    name: str
    rest_base: str
    authority: str
    audience: str
    """What an access token must be for; the same even where the REST base is overridden."""
    invitation_hosts: tuple[str, ...]
    """The hosts an invitation link may name, compared whole."""
    invitation_host_suffix: str | None = None
    """Where no host is documented: what any host must end with (begins with a dot), or None."""
    portal_url: str
    """The base of the Partner Center web site."""
    audit_records: bool = True
    """Whether Partner Center tells there who did what."""

    def accepting(self, hosts: Iterable[str]) -> "Cloud":
        """Return the same cloud, with further hosts that an invitation link may have, compared whole."""
        return replace(self, invitation_hosts=(*self.invitation_hosts, *hosts))

    @property
    def scope(self) -> str:
        """The one spelling of the scope: msal compares scopes literally, a second spelling would redeem again."""
        return f"{self.audience}/.default"

    @property
    def home_page(self) -> str:
        """Return the address of the Partner Center web site's first page."""
        return f"{self.portal_url}/dashboard"

    def customer_page(self, tenant_id: str) -> str:
        """Return the address of a customer's page in the Partner Center web site.

        Microsoft documents no such address; this is the form that many public tools use, not verified in any cloud.
        """
        return f"{self.portal_url}/dashboard/v2/customers/{quote(tenant_id, safe='')}/servicemanagementpage"


LONGEST_QUOTED = 6
_MICROSOFT_HOSTS = (
    "admin.microsoft.com",
    "admin.cloud.microsoft",  # where the admin center has moved; anyone's forms live on other hosts of cloud.microsoft
    "portal.office.com",
    "businessstore.microsoft.com",
)

CLOUDS: Mapping[str, Cloud] = MappingProxyType(
    {
        "global": Cloud(
            name="global",
            rest_base="https://api.partnercenter.microsoft.com",
            authority="https://login.microsoftonline.com",
            audience="https://api.partnercenter.microsoft.com",
            invitation_hosts=_MICROSOFT_HOSTS,
            portal_url="https://partner.microsoft.com",
        ),
        "us-gov": Cloud(
            name="us-gov",
            rest_base="https://api.partnercenter.microsoft.com",
            authority="https://login.microsoftonline.us",
            audience="https://api.partnercenter.microsoft.com",
            invitation_hosts=_MICROSOFT_HOSTS,  # no page shows another host for US Government
            portal_url="https://partner.microsoft.com",
        ),
        "china": Cloud(
            name="china",
            rest_base="https://partner.partnercenterapi.microsoftonline.cn",
            authority="https://login.partner.microsoftonline.cn",
            audience="https://partner.partnercenterapi.microsoftonline.cn",
            invitation_hosts=(),  # no page shows an invitation link of 21Vianet's cloud
            invitation_host_suffix=".microsoftonline.cn",
            portal_url="https://partner.partnercenter.microsoftonline.cn",
            audit_records=False,  # 21Vianet is not among the clouds that the page of audit records applies to
        ),
    }
)

_RETIRED = frozenset({"germany", "de"})


def cloud(name: str) -> Cloud:
    """Return the cloud of that name, in any case; raise OperatorError, in one sentence, for any other."""
    known = name.strip().lower()
    if known in _RETIRED:
        raise OperatorError("Microsoft Cloud Germany was closed in October 2021; set PARTNER_CENTER_CLOUD to global.")
    if known not in CLOUDS:
        shown = repr(name) if len(name) <= LONGEST_QUOTED else "another word"  # a longer one may be a secret
        raise OperatorError(f"PARTNER_CENTER_CLOUD is {shown}, but must be one of: {', '.join(CLOUDS)}.")
    return CLOUDS[known]
