"""Looks at an invitation link before it may reach a customer: whose it is, where it leads, what accepting it grants.

https://learn.microsoft.com/partner-center/developer/request-reseller-relationship — Microsoft changed the link's form
three times in five years, so what is known to be wrong is refused and what is merely new is let through and said so.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from urllib.parse import parse_qsl

from bot.errors import RemoteError
from bot.partner_center.clouds import Cloud

_PARTS = re.compile(
    r"https://(?P<authority>[^/?#]*)(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?:#(?P<fragment>.*))?",
    re.IGNORECASE | re.DOTALL,
)
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")
_UNSAFE = re.compile(r"""[^!-~]|[\\<>"`{}|^]""")
"""What stands in no well-formed link, and what readers of links (browsers, Slack) disagree about."""
_RESELLER = re.compile(r"[A-Za-z]*Reseller[A-Za-z]*", re.IGNORECASE)
_MOST_PARAMETERS = 50
_LONGEST_QUOTE = 200

_NEWEST_FORM = ("admin.microsoft.com", "/adminportal/home", "/partners/invitation")
_KNOWN_FORMS = frozenset(
    {
        ("portal.office.com", "/partner/partnersignup.aspx", ""),  # until 2020
        ("admin.microsoft.com", "/adminportal/home", "/billingaccounts/partner-invitation"),  # from December 2020
        ("businessstore.microsoft.com", "/manage/partner-invitation", ""),
        _NEWEST_FORM,
    }
)
_KINDS = MappingProxyType({"resellerrelationship": "reseller", "indirectresellerrelationship": "indirect_reseller"})
_DIRECT_OWNERS = ("partnerid", "id")
_INDIRECT_OWNER = "indirectcspid"


class RefusalReason(StrEnum):
    """Why a link must not reach a customer."""

    NOT_HTTPS = "not_https"
    WRONG_HOST = "wrong_host"
    HIDDEN_PARTS = "hidden_parts"
    OTHER_PARTNER = "other_partner"
    UNKNOWN_KIND = "unknown_kind"


class LinkRefused(RemoteError):
    """Microsoft, or somebody in between, sent a link that must not reach a customer."""

    def __init__(self, reason: RefusalReason, found: str, expected: str) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.found = found[:_LONGEST_QUOTE]
        """The part that is wrong; never the whole link."""
        self.expected = expected


class AdministratorAccess(StrEnum):
    """Whether accepting also makes the partner an administrator at the customer."""

    NO = "no"
    YES = "yes"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectedLink:
    """A link that may be shown."""

    url: str
    kind: str
    """``reseller``, ``indirect_reseller``, or Microsoft's own word for another reseller, in lower case."""
    administrator_access: AdministratorAccess
    indirect_provider_id: str | None
    """The tenant id of the provider in between, where we are the reseller."""
    recognised: bool
    """Its path and fragment are of a known form; if not, Microsoft has changed it again."""
    verified: bool
    """Its host is a documented one."""


def inspect(url: str, *, cloud: Cloud, partner_tenant_id: str) -> InspectedLink:
    """Return what a link, with its entities already decoded, is; raise LinkRefused for one nobody should follow."""
    url = url.strip()
    parts = _PARTS.fullmatch(url)
    if parts is None:
        scheme = url.partition(":")[0] if ":" in url else url
        raise LinkRefused(RefusalReason.NOT_HTTPS, scheme, "https")
    host = _host(parts["authority"], cloud)
    if unsafe := _UNSAFE.search(url):
        raise LinkRefused(RefusalReason.HIDDEN_PARTS, f"U+{ord(unsafe[0]):04X}", "a well-formed address")
    parameters = _parameters(parts["query"] or "")
    kind = _kind(parameters)
    _check_owner(parameters, partner_tenant_id.lower())
    form = (host, parts["path"].lower().rstrip("/"), (parts["fragment"] or "").lower())
    return InspectedLink(
        url=url,
        kind=kind,
        administrator_access=_administrator_access(parameters, form),
        indirect_provider_id=_provider(parameters, partner_tenant_id.lower()),
        recognised=form in _KNOWN_FORMS and kind in _KINDS.values(),
        verified=host in cloud.invitation_hosts,
    )


def _host(authority: str, cloud: Cloud) -> str:
    """Compare the host as a whole: no ending, no beginning and no look-alike of a known host will do."""
    suffix = cloud.invitation_host_suffix
    expected = ", ".join((*cloud.invitation_hosts, *((f"*{suffix}",) if suffix else ())))
    user, at, place = authority.rpartition("@")
    if at or ":" in place:
        found = f"{user and '…'}{at}{place}"  # what stands before the @ may be a password
        raise LinkRefused(RefusalReason.HIDDEN_PARTS, found, expected)
    host = place.lower()
    known = host in cloud.invitation_hosts or (suffix is not None and host.endswith(suffix))
    if not (known and _HOST.fullmatch(host)):
        raise LinkRefused(RefusalReason.WRONG_HOST, host, expected)
    return host


def _parameters(query: str) -> Mapping[str, tuple[str, ...]]:
    """Return the values by name in lower case; a name may come more than once, and then every value counts."""
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=_MOST_PARAMETERS)
    except ValueError:
        raise LinkRefused(RefusalReason.HIDDEN_PARTS, "…", "a well-formed address") from None
    found: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        if value.strip():
            found[name.lower()] = (*found.get(name.lower(), ()), value.strip().lower())
    return found


def _kind(parameters: Mapping[str, tuple[str, ...]]) -> str:
    values = {*parameters.get("invtype", ()), *parameters.get("type", ())}
    if len(values) != 1 or not _RESELLER.fullmatch(value := values.pop()):
        # Links for granular permissions have no kind and no partner in them: whose they are cannot be told.
        found = ", ".join(sorted((*parameters.get("invtype", ()), *parameters.get("type", ()))))
        raise LinkRefused(RefusalReason.UNKNOWN_KIND, found, "ResellerRelationship, IndirectResellerRelationship")
    return _KINDS.get(value, value.removesuffix("relationship"))


def _check_owner(parameters: Mapping[str, tuple[str, ...]], ours: str) -> None:
    """Demand that we gain what the customer gives, as partner or as the reseller behind a provider."""
    direct = [value for name in _DIRECT_OWNERS for value in parameters.get(name, ())]
    indirect = parameters.get(_INDIRECT_OWNER, ())
    named = direct and all(value == ours for value in direct)
    behind = indirect and all(value == ours for value in indirect)
    if not (named or behind):
        raise LinkRefused(RefusalReason.OTHER_PARTNER, ", ".join((*direct, *indirect)), ours)


def _provider(parameters: Mapping[str, tuple[str, ...]], ours: str) -> str | None:
    """In a reseller's own link ``partnerId`` is the provider and ``indirectCSPId`` the reseller."""
    others = [value for value in parameters.get("partnerid", ()) if value != ours]
    return others[0] if others else None


def _administrator_access(parameters: Mapping[str, tuple[str, ...]], form: tuple[str, str, str]) -> AdministratorAccess:
    values = parameters.get("dap", ())
    if "true" in values:
        return AdministratorAccess.YES
    if "dap" in form[2]:  # the page reads its fragment too, and no known form says it there
        return AdministratorAccess.UNCLEAR
    if values == ("false",):
        return AdministratorAccess.NO
    # Since September 2023 accepting a reseller grants no delegated administration, and the newest form does not mention
    # it any more. In the older forms its absence says nothing: links of those years granted it without a word.
    return AdministratorAccess.NO if form == _NEWEST_FORM and not values else AdministratorAccess.UNCLEAR
