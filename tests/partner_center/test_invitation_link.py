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
        (f"{HOME}?invType=ResellerRelationship&partnerId={OURS}&DAP=TRUE#/partners/invitation", "yes"),
        (f"{HOME}?invType=ResellerRelationship&partnerId={OURS}#/partners/invitation?DAP=true", "unclear"),
        (f"{HOME}?invType=ResellerRelationship&partnerId={OURS}#/BillingAccounts/partner-invitation", "unclear"),
        (f"{HOME}?invType=ResellerRelationship&partnerId={OURS}&dap=False#/new", "no"),
    ],
)
def test_administrator_access_is_promised_away_only_where_the_link_says_so(url: str, access: str) -> None:
    assert look(url).administrator_access == access


def test_where_we_are_the_provider_no_other_is_named() -> None:
    url = f"{HOME}?invType=IndirectResellerRelationship&partnerId={OURS}#/partners/invitation"

    assert look(url).indirect_provider_id is None


LINK = f"{HOME}?invType=ResellerRelationship&partnerId={OURS}&msppId=0"
END = "#/partners/invitation"
DASHLESS = OTHER.replace("-", "")
"""Another partner's id, as it could stand in a value."""


@pytest.mark.parametrize(
    "known",
    [
        *("partnerId[]", "partnerId[0]", "partnerId%00", "+partnerId", "%20partnerId", "partnerId+", "partnerId%0A"),
        *(
            "partnerI%64",
            "%70artnerId",
            "partnerId%5B%5D",
            "partnerI%2564",
            "partner_Id",
            "partnerId.0",
            "x[partnerId]",
        ),
        *("PARTNERID", "partnerid", "partnerId", "id", "ID[]", "%69d", "indirectCSPId", "indirectCSPId%00"),
    ],
)
@pytest.mark.parametrize("place", ["before", "after", "fragment", "fragment alone"])
def test_no_spelling_of_another_partners_id_passes(known: str, place: str) -> None:
    url = {
        "before": f"{HOME}?{known}={OTHER}&invType=ResellerRelationship&partnerId={OURS}{END}",
        "after": f"{LINK}&{known}={OTHER}{END}",
        "fragment": f"{LINK}{END}?{known}={OTHER}",
        "fragment alone": f"{LINK}#{known}={OTHER}",
    }[place]

    refusal(url)


@pytest.mark.parametrize(
    "odd",
    [
        *(
            "DAP=false&DAP=true",
            "DAP=false&dap=false",
            "DAP=maybe",
            "DAP=",
            "DAP",
            "DAP=tru%65",
            "D%41P=true",
            "DAP[]=true",
        ),
        *("+DAP=true", "DAP%00=true", "DAP+=true", "DAP=true+", "msppId=0", "msppid=1", "csp=2", "csp=%31", "MSPPID=1"),
        *("csp=1&csp=1", "csp=1&CSP=0", "invType=ResellerRelationship", "INVTYPE=resellerrelationship"),
        *("invType[]=ResellerRelationship", "type[]=ResellerRelationship", f"partnerId={OURS}", f"PartnerID={OURS}"),
        *(f"id=%7B{OURS}%7D", f"id={OURS.replace('-', '')}", f"id=%31{OURS[1:]}", "msppId=%D9%A4", "csp=\uff11"),
    ],
)
def test_a_known_parameter_stands_once_and_plainly_or_not_at_all(odd: str) -> None:
    refusal(f"{LINK}&{odd}{END}")
    refusal(f"{LINK}{END}?{odd}")


@pytest.mark.parametrize(
    "value",
    [
        *("https://evil.example", "https%3A%2F%2Fevil.example", "https%253A%252F%252Fevil", "HTTPS:evil", "http:evil"),
        *(
            "//evil",
            "%2F%2Fevil",
            "%252f%252fevil",
            "/%5Cevil",
            "%5C%5Cevil",
            "/home",
            "javascript:alert(1)",
            "mailto:x",
        ),
        *(
            "java%0Ascript:alert(1)",
            "data:text/html,x",
            "evil.example",
            "EVIL.Example",
            "www.evil.example/x",
            "evil%2Eexample",
        ),
        *(
            "evil%252Eexample",
            "xn--80ak6aa92e.xn--p1ai",
            "%D0%BF%D1%80.%D1%80%D1%84",
            "evil%E3%80%82example",
            "10.0.0.1",
        ),
        *("localhost", "somebody@evil.example", "somebody%40evil", "https%26%2358%3B%26%2347%3B%26%2347%3Bevil"),
        *(OTHER, OURS, OTHER.upper(), DASHLESS, f"%7B{OTHER}%7D", f"x{OTHER}x", OTHER.replace("-", "%2D"), "a%00b"),
        *(
            "%E2%80%AEevil",
            "a%26DAP%3Dtrue",
            "a%3Fb",
            "a%23b",
            "1;DAP=true",
            "1?DAP=true",
            "a" * 301,
        ),
        *("%2525252525252541", "a%3BDAP%3Dtrue", "%FF%FE", "%EF%BC%8F%EF%BC%8Fevil"),
    ],
)
@pytest.mark.parametrize("name", ["returnUrl", "redirect_uri", "x", "", "x%20y"])
def test_an_unknown_parameter_that_leads_somewhere_is_refused(name: str, value: str) -> None:
    assert refusal(f"{LINK}&{name}={value}{END}").reason is RefusalReason.HIDDEN_PARTS
    assert refusal(f"{LINK}{END}?{name}={value}").reason is RefusalReason.HIDDEN_PARTS


@pytest.mark.parametrize(
    "name", ["https://evil.example", "//evil", OTHER, "javascript:alert(1)", "a%00b", "x@evil.example"]
)
def test_a_name_that_leads_somewhere_is_refused(name: str) -> None:
    assert refusal(f"{LINK}&{name}{END}").reason is RefusalReason.HIDDEN_PARTS


@pytest.mark.parametrize(
    ("harmless", "names"),
    [
        ("flow=new", ("flow",)),
        ("lang=fr-FR&v=2", ("lang", "v")),
        ("utm_source=partnercenter", ("utm_source",)),
        ("campaign_id=12345", ("campaign_id",)),
        ("issued=2026-11-28T10%3A30%3A00Z", ("issued",)),
        ("note=a%20b+c", ("note",)),
        ("checked", ("checked",)),
        ("ref=", ("ref",)),
        ("clientType=web", ("clientType",)),
        ("%E2%98%83=1", ("…",)),
        (f"{'n' * 60}=1", ("…",)),
    ],
)
def test_any_other_unknown_parameter_passes_and_is_told(harmless: str, names: tuple[str, ...]) -> None:
    url = f"{LINK}&{harmless}{END}"
    link = look(url)

    assert (link.url, link.new_parameters, link.recognised) == (url, names, True)
    assert look(f"{LINK}{END}").new_parameters == ()


def test_nobody_elses_reseller_is_named_whatever_the_kind() -> None:
    for kind in ("ResellerRelationship", "IndirectResellerRelationship"):
        for partner in (OURS, OTHER):
            url = f"{HOME}?invType={kind}&partnerId={partner}&indirectCSPId={OTHER}{END}"
            assert refusal(url).reason is RefusalReason.OTHER_PARTNER
    url = f"{HOME}?invType=ResellerRelationship&partnerId={OTHER}&indirectCSPId={OURS}{END}"
    assert refusal(url).reason is RefusalReason.OTHER_PARTNER


@pytest.mark.parametrize(
    "url",
    [
        f"{LINK}#/partners/invitation/{OTHER}",
        f"{LINK}#/partners/invitation/{DASHLESS}",
        f"{LINK}#/partners/invitation/%7B{OTHER}%7D",
        f"{LINK}#/partners/invitation&partnerId={OTHER}",
        f"{LINK}#/partners/invitation&DAP=true",
        f"{LINK}#/partners/invitation%3FDAP%3Dtrue",
        f"{LINK}#/partners/invitation%253FDAP%253Dtrue",
        f"{LINK}#/partners/invitation#DAP=true",
        f"{LINK}#/partners/invitation?a=1#DAP=true",
        f"{LINK}#/redirect/https://evil.example",
        f"{LINK}#/redirect/evil.example",
        f"{LINK}#//evil",
        f"{LINK}#https://evil.example",
        f"{LINK};DAP=true{END}",
        f"{LINK};flow=new{END}",
        LINK.replace("Home?", "Home;x=1?"),
        LINK.replace("/Home?", "/../Home?"),
        LINK.replace("/Home?", "/%2e%2E/Home?"),
        LINK.replace("/Home?", "/%252e%252e/Home?"),
        LINK.replace("/Adminportal", "//evil"),
        LINK.replace("/Adminportal", "/%2Fevil"),
        LINK.replace("/Adminportal", f"/{OTHER}"),
        LINK.replace("/Adminportal", "/redirect/evil.example"),
        LINK.replace("/Adminportal", "/x%00"),
        f"{LINK}&{'&'.join(f'x{number}={number * 100}' for number in range(45))}&{'n' * 1500}",
        f"{LINK}?DAP=true",
        LINK.replace("partnerId", "amp;partnerId"),
        LINK.replace("&", "&amp;amp;"),
    ],
)
def test_path_and_fragment_hide_nothing(url: str) -> None:
    refusal(url)


NEW_HOST = "https://admin.cloud.microsoft"
ALL = f"invType=ResellerRelationship&partnerId={OURS}&msppId=0"


@pytest.mark.parametrize("cloud", ["global", "us-gov"])
@pytest.mark.parametrize(
    "url",
    [
        f"{NEW_HOST}/Adminportal/Home?{ALL}#/partners/invitation",
        f"{NEW_HOST}/?{ALL}#/partners/invitation",
        f"{NEW_HOST}?{ALL}#/partners/invitation",
        f"{NEW_HOST}/?#/partners/invitation?{ALL}",
        f"{NEW_HOST}/#/partners/invitation?{ALL}",
        f"HTTPS://ADMIN.CLOUD.MICROSOFT/?{ALL}#/partners/invitation",
    ],
)
def test_the_admin_centers_new_host_passes(url: str, cloud: str) -> None:
    link = look(url, cloud)

    assert (link.url, link.kind, link.verified, link.recognised) == (url, "reseller", True, True)
    assert link.administrator_access is AdministratorAccess.NO
    assert look(url.replace("msppId=0", "msppId=0&DAP=true"), cloud).administrator_access is AdministratorAccess.YES


@pytest.mark.parametrize(
    "host",
    [
        *("cloud.microsoft", "forms.cloud.microsoft", "x.admin.cloud.microsoft", "admin.cloud.microsoft.evil.example"),
        *("admin.cloud.microsoft.", "adminxcloud.microsoft", "admin.cloud.microsof", "admin.cloud.micr\u043esoft"),
        *(
            "admin.cloud.microsoft.com",
            "admin-cloud.microsoft",
            "\uff41dmin.cloud.microsoft",
            "xn--dmin-7na.cloud.microsoft",
        ),
    ],
)
def test_no_neighbour_of_the_new_host_passes(host: str) -> None:
    assert refusal(f"https://{host}/?{ALL}{END}").reason is RefusalReason.WRONG_HOST
    assert refusal(f"https://{host}/?#/partners/invitation?{ALL}").reason is RefusalReason.WRONG_HOST


def test_the_new_host_is_none_of_chinas() -> None:
    assert refusal(f"{NEW_HOST}/?{ALL}{END}", "china").reason is RefusalReason.WRONG_HOST


@pytest.mark.parametrize(
    "behind",
    [
        f"invType=ResellerRelationship&partnerId={OTHER}",
        f"{ALL}&partnerId={OTHER}",
        f"{ALL}&PARTNERID={OTHER}",
        f"{ALL}&indirectCSPId={OTHER}",
        f"{ALL}&returnUrl=https://evil.example",
        f"invType=SupportRelationship&partnerId={OURS}",
        "",
    ],
)
def test_where_all_stands_in_the_fragment_the_same_rules_hold(behind: str) -> None:
    refusal(f"{NEW_HOST}/?#/partners/invitation?{behind}")
    refusal(f"{NEW_HOST}/?#{behind}")


def test_a_link_to_delegated_access_says_not_whose_it_is() -> None:
    url = f"{NEW_HOST}/?#/partners/invitation/granularAdminRelationships/{OTHER}"

    assert refusal(url).reason is RefusalReason.UNKNOWN_KIND


@pytest.mark.parametrize("cloud", CLOUDS)
def test_a_host_of_the_settings_passes_and_none_beside_it(cloud: str) -> None:
    accepting = CLOUDS[cloud].accepting(["admin.next.example"])
    link = inspect(f"https://admin.next.example/Adminportal/Home?{ALL}{END}", cloud=accepting, partner_tenant_id=OURS)

    assert link.verified
    for host in ("next.example", "x.admin.next.example", "admin.next.example.evil.example"):
        with pytest.raises(LinkRefused):
            inspect(f"https://{host}/Adminportal/Home?{ALL}{END}", cloud=accepting, partner_tenant_id=OURS)


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
        "admin.cloud.microsoft",
        "[]",
        "%00",
        "+",
        ";",
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
    assert OTHER not in link.url or link.indirect_provider_id == OTHER
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
