"""Looks at an invitation link before it may reach a customer: whose it is, where it leads, what accepting it grants.

https://learn.microsoft.com/partner-center/developer/request-reseller-relationship — Microsoft changed the link's form
three times in five years, so what is known to be wrong is refused and what is merely new is let through and said so.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from bot.errors import RemoteError
from bot.partner_center.clouds import Cloud
from bot.partner_center.link_parameters import KNOWN, Parameter, decoded, guid_in, leads_somewhere, parameters_in

_PARTS = re.compile(
    r"https://(?P<authority>[^/?#]*)(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?:#(?P<fragment>.*))?",
    re.IGNORECASE | re.DOTALL,
)
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")
_UNSAFE = re.compile(r"""[^!-~]|[\\<>"`{}|^]""")
"""What stands in no well-formed link, and what readers of links (browsers, Slack) disagree about."""
_ENDING = re.compile(r"\.(?:aspx|html?)$")
_LONGEST = 2000
_LONGEST_QUOTE = 200
_WELL_FORMED = "a well-formed address"

_NEWEST_FORMS = frozenset(
    {
        ("admin.microsoft.com", "/adminportal/home", "/partners/invitation"),
        # The admin center's new host: no page shows this API answering with it, but Microsoft's other links have it.
        ("admin.cloud.microsoft", "/adminportal/home", "/partners/invitation"),
        ("admin.cloud.microsoft", "", "/partners/invitation"),
    }
)
_KNOWN_FORMS = _NEWEST_FORMS | {
    ("portal.office.com", "/partner/partnersignup.aspx", ""),  # until 2020
    ("admin.microsoft.com", "/adminportal/home", "/billingaccounts/partner-invitation"),  # from December 2020
    ("businessstore.microsoft.com", "/manage/partner-invitation", ""),
}
_KINDS = MappingProxyType({"resellerrelationship": "reseller", "indirectresellerrelationship": "indirect_reseller"})
_INDIRECT = "indirect"
_KIND_NAMES = ("invtype", "type")
_OWNER_NAMES = ("partnerid", "id")


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
    """Its host is a documented one, or one that the settings name."""
    new_parameters: tuple[str, ...] = ()
    """Names of parameters that no form of the link has had so far: plain and short ones, or an ellipsis."""


def inspect(url: str, *, cloud: Cloud, partner_tenant_id: str) -> InspectedLink:
    """Return what a link, with its entities already decoded, is; raise LinkRefused for one nobody should follow."""
    url = url.strip()
    parts = _PARTS.fullmatch(url)
    if parts is None:
        scheme = url.partition(":")[0] if ":" in url else url
        raise LinkRefused(RefusalReason.NOT_HTTPS, scheme, "https")
    host = _host(parts["authority"], cloud)
    if unsafe := _UNSAFE.search(url):
        raise _hidden(f"U+{ord(unsafe[0]):04X}")
    fragment, behind = _split(parts["fragment"] or "")
    query, ours = _parameters(parts["query"] or ""), partner_tenant_id.lower()
    parameters = query + _parameters(behind)
    # Where all stands in the fragment (``/?#/partners/…``) it says what the query says elsewhere.
    telling = query or parameters
    kind = _kind(telling)
    _check_owner(telling, kind, ours)
    _check_owner(parameters, kind, ours)
    _check(url, parts["path"], fragment, parameters)
    whole = fragment if not query else (parts["fragment"] or "")
    form = (host, parts["path"].lower().rstrip("/"), whole.lower())
    return InspectedLink(
        url=url,
        kind=_KINDS.get(kind, kind.removesuffix("relationship")),
        administrator_access=_administrator_access(telling, form),
        indirect_provider_id=next((value for value in _values(parameters, "partnerid") if value != ours), None),
        recognised=form in _KNOWN_FORMS and kind in _KINDS,
        verified=host in cloud.invitation_hosts,
        new_parameters=tuple(each.shown for each in parameters if each.known_as is None),
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


def _hidden(found: str) -> LinkRefused:
    return LinkRefused(RefusalReason.HIDDEN_PARTS, found, _WELL_FORMED)


def _split(fragment: str) -> tuple[str, str]:
    """Return a fragment's path and its parameters, which single-page applications put behind a question mark."""
    if fragment.startswith("/") or "?" in fragment or "=" not in fragment:
        path, _, behind = fragment.partition("?")
        return path, behind
    return "", fragment


def _parameters(query: str) -> tuple[Parameter, ...]:
    try:
        return parameters_in(query)
    except ValueError:
        raise _hidden("…") from None


def _values(parameters: tuple[Parameter, ...], *names: str) -> tuple[str, ...]:
    return tuple(each.value.lower() for each in parameters if each.known_as in names)


def _kind(parameters: tuple[Parameter, ...]) -> str:
    values = _values(parameters, *_KIND_NAMES)
    if len(set(values)) != 1 or not KNOWN["invtype"].fullmatch(values[0]):
        # Links for granular permissions have no kind and no partner in them: whose they are cannot be told.
        expected = "ResellerRelationship, IndirectResellerRelationship"
        raise LinkRefused(RefusalReason.UNKNOWN_KIND, ", ".join(sorted(values)), expected)
    return values[0]


def _check_owner(parameters: tuple[Parameter, ...], kind: str, ours: str) -> None:
    """Demand that we gain what the customer gives, as partner or as the reseller behind a provider.

    In a reseller's own link ``partnerId`` is the provider and ``indirectCSPId`` the reseller.
    """
    direct, indirect = _values(parameters, *_OWNER_NAMES), _values(parameters, "indirectcspid")
    named = direct and all(value == ours for value in direct)
    behind = indirect and kind.startswith(_INDIRECT)
    if not (named or behind) or any(value != ours for value in indirect):
        raise LinkRefused(RefusalReason.OTHER_PARTNER, ", ".join((*direct, *indirect)), ours)


def _check(url: str, path: str, fragment: str, parameters: tuple[Parameter, ...]) -> None:
    """Refuse what a server could read in another way than is written, and what leads somewhere else."""
    if len(url) > _LONGEST or ";" in url:
        raise _hidden(f"{len(url)} characters" if len(url) > _LONGEST else ";")
    known = [each.known_as for each in parameters if each.known_as is not None]
    if repeated := next((name for name in known if known.count(name) > 1), None):
        raise _hidden(repeated)
    if unsound := next((each for each in parameters if not each.is_sound), None):
        raise _hidden(unsound.shown)
    for part in (path, fragment):
        text = decoded(part)
        odd = any(mark in text for mark in "=&;?#%") or any(step in {".", ".."} for step in text.split("/"))
        if odd or guid_in(text) or leads_somewhere(_ENDING.sub("", text.removeprefix("/"))):
            raise _hidden("#" if part is fragment else "/")


def _administrator_access(parameters: tuple[Parameter, ...], form: tuple[str, str, str]) -> AdministratorAccess:
    values = _values(parameters, "dap")
    if "true" in values:
        return AdministratorAccess.YES
    if "dap" in form[2]:  # the page reads its fragment too, and no known form says it there
        return AdministratorAccess.UNCLEAR
    if values == ("false",):
        return AdministratorAccess.NO
    # Since September 2023 accepting a reseller grants no delegated administration, and the newest form does not mention
    # it any more. In the older forms its absence says nothing: links of those years granted it without a word.
    return AdministratorAccess.NO if form in _NEWEST_FORMS and not values else AdministratorAccess.UNCLEAR
