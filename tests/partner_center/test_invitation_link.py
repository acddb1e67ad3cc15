"""Genuine links pass in every form they have had; nothing that only looks like one does."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import RemoteError
from bot.partner_center.clouds import CLOUDS
from bot.partner_center.invitation_link import (
    AdministratorAccess,
    InspectedLink,
    LinkRefused,
    RefusalReason,
    inspect,
)
from sandbox.microsoft import invitations
from sandbox.microsoft.companies import PARTNER_TENANT_ID as OURS
from sandbox.microsoft.companies import STRANGERS

OTHER = STRANGERS["nodpublishers.com"]
HOME = "https://admin.microsoft.com/Adminportal/Home"


def look(url: str, cloud: str = "global") -> InspectedLink:
    return inspect(url, cloud=CLOUDS[cloud], partner_tenant_id=OURS)


def refusal(url: str, cloud: str = "global") -> LinkRefused:
    with pytest.raises(LinkRefused) as raised:
        look(url, cloud)
    return raised.value


@pytest.mark.parametrize(
    ("form", "access", "kind", "recognised"),
    [
        ("newer", AdministratorAccess.NO, "reseller", True),
        ("since_2020", AdministratorAccess.NO, "reseller", True),
        ("with_administration", AdministratorAccess.YES, "reseller", True),
        ("until_2020", AdministratorAccess.UNCLEAR, "reseller", True),
        ("business_store", AdministratorAccess.YES, "reseller", True),
        ("indirect_reseller", AdministratorAccess.NO, "indirect_reseller", True),
        ("never_seen", AdministratorAccess.UNCLEAR, "reseller", False),
    ],
)
@pytest.mark.parametrize("cloud", ["global", "us-gov"])
def test_every_genuine_form_passes(
    form: str, access: AdministratorAccess, kind: str, *, recognised: bool, cloud: str
) -> None:
    url = invitations.GENUINE[form]
    link = look(url, cloud)

    assert link.url == url
    assert (link.administrator_access, link.kind, link.recognised, link.verified) == (access, kind, recognised, True)
    assert link.indirect_provider_id == (OTHER if kind == "indirect_reseller" else None)


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        ("look_alike", RefusalReason.WRONG_HOST),
        ("hyphenated", RefusalReason.WRONG_HOST),
        ("letters_of_another_script", RefusalReason.WRONG_HOST),
        ("not_https", RefusalReason.NOT_HTTPS),
        ("user_info", RefusalReason.HIDDEN_PARTS),
        ("hidden_host", RefusalReason.HIDDEN_PARTS),
        ("port", RefusalReason.HIDDEN_PARTS),
        ("another_partner", RefusalReason.OTHER_PARTNER),
        ("nobody", RefusalReason.OTHER_PARTNER),
        ("another_kind", RefusalReason.UNKNOWN_KIND),
        ("script", RefusalReason.NOT_HTTPS),
        ("empty", RefusalReason.NOT_HTTPS),
    ],
)
def test_every_false_form_is_refused_with_its_reason(form: str, reason: RefusalReason) -> None:
    error = refusal(invitations.FALSE[form])

    assert error.reason is reason
    assert isinstance(error, RemoteError)
    assert "secret" not in error.found


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        (invitations.GRANULAR, RefusalReason.UNKNOWN_KIND),
        (invitations.UNTIL_2019, RefusalReason.OTHER_PARTNER),  # the entities are decoded where the answer is read
        (
            f"https://admin.microsoft.com./Adminportal/Home?invType=ResellerRelationship&partnerId={OURS}",
            RefusalReason.WRONG_HOST,
        ),
        (f"https://admin.microsoft.com:443/?type=ResellerRelationship&id={OURS}", RefusalReason.HIDDEN_PARTS),
        (rf"https://admin.microsoft.com\.evil.example/?type=ResellerRelationship&id={OURS}", RefusalReason.WRONG_HOST),
        (f"https:/admin.microsoft.com/?type=ResellerRelationship&id={OURS}", RefusalReason.NOT_HTTPS),
        (f"https:///admin.microsoft.com/?type=ResellerRelationship&id={OURS}", RefusalReason.WRONG_HOST),
        (f"{HOME}?type=ResellerRelationship&id={OURS}#a|b", RefusalReason.HIDDEN_PARTS),
        (f"{HOME}?type=ResellerRelationship&id={OURS}#a>b", RefusalReason.HIDDEN_PARTS),
        (f"{HOME}?type=ResellerRelationship&id={OURS}\n#a", RefusalReason.HIDDEN_PARTS),
        (f"{HOME}?type=ResellerRelationship&id={OURS}&id={OTHER}", RefusalReason.OTHER_PARTNER),
        (f"{HOME}?type=ResellerRelationship&id={OURS}&partnerId={OTHER}", RefusalReason.OTHER_PARTNER),
        (f"{HOME}?type=ResellerRelationship&invType=Other&id={OURS}", RefusalReason.UNKNOWN_KIND),
        (f"{HOME}?type=Reseller%00Relationship&id={OURS}", RefusalReason.UNKNOWN_KIND),
        (f"{HOME}?x=1#?type=ResellerRelationship&id={OURS}", RefusalReason.UNKNOWN_KIND),
        (f"{HOME}?{'a=1&' * 100}type=ResellerRelationship&id={OURS}", RefusalReason.HIDDEN_PARTS),
        (f"https://x.microsoftonline.cn/?type=ResellerRelationship&id={OURS}", RefusalReason.WRONG_HOST),
    ],
)
def test_tricks_are_refused(url: str, reason: RefusalReason) -> None:
    assert refusal(url).reason is reason


@pytest.mark.parametrize("change", [str.upper, str.lower, str.title])
def test_case_means_nothing(change: Callable[[str], str]) -> None:
    url = change(f"{HOME}?invType=ResellerRelationship&partnerId={OURS}&msppId=0#/partners/invitation")
    link = look(url)

    assert (link.url, link.kind, link.recognised) == (url, "reseller", True)


def test_a_new_kind_of_reseller_passes_and_is_told() -> None:
    link = look(f"{HOME}?invType=StrategicResellerRelationship&partnerId={OURS}#/partners/invitation")

    assert (link.kind, link.recognised) == ("strategicreseller", False)


@pytest.mark.parametrize(
    ("url", "access"),
    [
        (f"{HOME}?invType=ResellerRelationship&partnerId={OURS}&DAP=true#/partners/invitation", "yes"),
        (f"{HOME}?invType=ResellerRelationship&partnerId={OURS}&DAP=false&DAP=true#/partners/invitation", "yes"),
        (f"{HOME}?invType=ResellerRelationship&partnerId={OURS}&DAP=maybe#/partners/invitation", "unclear"),
        (f"{HOME}?invType=ResellerRelationship&partnerId={OURS}#/partners/invitation?DAP=true", "unclear"),
        (f"{HOME}?invType=ResellerRelationship&partnerId={OURS}#/BillingAccounts/partner-invitation", "unclear"),
        (f"{HOME}?invType=ResellerRelationship&partnerId={OURS}&dap=False#/new", "no"),
    ],
)
def test_administrator_access_is_promised_away_only_where_the_link_says_so(url: str, access: str) -> None:
    assert look(url).administrator_access == access


def test_where_we_are_the_provider_no_other_is_named() -> None:
    url = f"{HOME}?invType=IndirectResellerRelationship&partnerId={OURS}&indirectCSPId={OTHER}#/partners/invitation"

    assert look(url).indirect_provider_id is None


def test_in_china_any_host_of_21vianet_passes_unverified() -> None:
    link = look(invitations.CHINA, "china")

    assert (link.verified, link.recognised) == (False, False)
    for host in (
        "microsoftonline.cn",
        "evilmicrosoftonline.cn",
        "x.microsoftonline.cn.evil.example",
        ".microsoftonline.cn",
    ):
        url = f"https://{host}/?type=ResellerRelationship&id={OURS}"
        assert refusal(url, "china").reason is RefusalReason.WRONG_HOST
    assert refusal(invitations.NEWER, "china").reason is RefusalReason.WRONG_HOST


PIECES = st.sampled_from(
    [
        "https://",
        "http://",
        "admin.microsoft.com",
        "portal.office.com",
        "evil.example",
        "@",
        ":",
        "443",
        "/",
        "\\",
        "?",
        "#",
        "&",
        "=",
        ".",
        "-",
        "%2f",
        "%40",
        " ",
        "\t",
        "invType",
        "type",
        "partnerId",
        "id",
        "indirectCSPId",
        OURS,
        OTHER,
        "ResellerRelationship",
        "DAP=true",
        "é",
        "․",
        "//",
    ]
)


@given(st.lists(PIECES, max_size=14).map("".join) | st.text())
def test_what_passes_leads_to_microsoft_and_to_us(url: str) -> None:
    try:
        link = look(url)
    except LinkRefused:
        return
    parts = urlsplit(link.url)

    assert parts.scheme == "https"
    assert parts.netloc in CLOUDS["global"].invitation_hosts
    assert OURS in link.url
    assert all("!" <= character <= "~" for character in link.url)


@given(st.text(max_size=12), st.sampled_from(["before", "after", "label"]))
def test_no_neighbour_of_a_known_host_passes(text: str, where: str) -> None:
    host = {"before": f"{text}admin.microsoft.com", "after": f"admin.microsoft.com{text}"}.get(
        where, f"admin.{text}microsoft.com"
    )
    try:
        link = look(f"https://{host}/Adminportal/Home?invType=ResellerRelationship&partnerId={OURS}")
    except LinkRefused:
        return

    assert urlsplit(link.url).hostname == "admin.microsoft.com"
