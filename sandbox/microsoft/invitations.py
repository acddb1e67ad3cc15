"""Invitation links in every generation Partner Center has handed out, and some it never would.

https://learn.microsoft.com/partner-center/developer/request-reseller-relationship
"""

from typing import Final

from sandbox.microsoft.companies import PARTNER_TENANT_ID, STRANGERS

_ME: Final = PARTNER_TENANT_ID
_OTHER: Final = STRANGERS["nodpublishers.com"]
_HOME: Final = "https://admin.microsoft.com/Adminportal/Home"
_RESELLER: Final = "invType=ResellerRelationship"

NEWER: Final = f"{_HOME}?{_RESELLER}&partnerId={_ME}&msppId=0#/partners/invitation"
SINCE_2020: Final = f"{_HOME}?{_RESELLER}&partnerId={_ME}&msppId=0&DAP=false#/BillingAccounts/partner-invitation"
WITH_ADMINISTRATION: Final = SINCE_2020.replace("DAP=false", "DAP=true")
UNTIL_2020: Final = (
    f"https://portal.office.com/partner/partnersignup.aspx?type=ResellerRelationship&id={_ME}&csp=1&msppid=0"
)
UNTIL_2019: Final = UNTIL_2020.replace("&", "&amp;")
"""The entities stand inside the JSON string."""
BUSINESS_STORE: Final = (
    f"https://businessstore.microsoft.com/manage/partner-invitation?{_RESELLER}&partnerId={_ME}&msppId=0&DAP=true"
)
INDIRECT_RESELLER: Final = (
    f"{_HOME}?invType=IndirectResellerRelationship&partnerId={_OTHER}&msppId=4847383&indirectCSPId={_ME}"
    "#/partners/invitation"
)
GRANULAR: Final = (
    "https://admin.microsoft.com/AdminPortal/Home#/partners/invitation/granularAdminRelationships/"
    "d2f1c3a4-0b5e-4c6d-8e7f-9a0b1c2d3e4f-0f9e8d7c-6b5a-4938-8271-605f4e3d2c1b"
)
CHINA: Final = (
    f"https://portal.partner.microsoftonline.cn/Commerce/PartnerSignup.aspx?type=ResellerRelationship&id={_ME}"
)
"""What 21Vianet hands out is written nowhere: only the host's ending is sure."""
NEVER_SEEN: Final = f"https://admin.microsoft.com/somewhere/new?{_RESELLER}&partnerId={_ME}#/not/known/yet"
"""Microsoft's host, our id, a path and a fragment nobody has seen."""

NEW_HOST: Final = f"https://admin.cloud.microsoft/?#/partners/invitation?{_RESELLER}&partnerId={_ME}&msppId=0"
"""The admin center has moved, and its newer links stand in the fragment; this API was not yet seen to answer so."""
NEW_PARAMETER: Final = NEWER.replace("#", "&flow=2026#")

GENUINE: Final = {
    "newer": NEWER,
    "since_2020": SINCE_2020,
    "with_administration": WITH_ADMINISTRATION,
    "until_2020": UNTIL_2020,
    "until_2019": UNTIL_2019,
    "business_store": BUSINESS_STORE,
    "indirect_reseller": INDIRECT_RESELLER,
    "never_seen": NEVER_SEEN,
    "new_host": NEW_HOST,
    "new_parameter": NEW_PARAMETER,
}
"""Links of the worldwide cloud that a bot may post."""

LOOK_ALIKE: Final = NEWER.replace("admin.microsoft.com", "admin.microsoft.com.invitations.example")
FALSE: Final = {
    "look_alike": LOOK_ALIKE,
    "hyphenated": NEWER.replace("admin.microsoft.com", "admin-microsoft.com"),
    "letters_of_another_script": NEWER.replace("microsoft", "micr\u043esoft"),
    "not_https": NEWER.replace("https:", "http:"),
    "user_info": NEWER.replace("https://", "https://somebody:secret@"),
    "hidden_host": NEWER.replace("https://admin.microsoft.com", "https://admin.microsoft.com@evil.example"),
    "port": NEWER.replace("admin.microsoft.com", "admin.microsoft.com:8443"),
    "another_partner": NEWER.replace(_ME, _OTHER),
    "nobody": NEWER.replace(f"partnerId={_ME}&", ""),
    "another_kind": NEWER.replace("ResellerRelationship", "SupportRelationship"),
    "return_address": NEWER.replace("#", "&returnUrl=https://evil.example#"),
    "bracketed_partner": NEWER.replace("#", f"&partnerId[]={_OTHER}#"),
    "encoded_partner": NEWER.replace("#", f"&partnerId%00={_OTHER}#"),
    "foreign_reseller": NEWER.replace("#", f"&indirectCSPId={_OTHER}#"),
    "partner_in_the_fragment": f"{NEWER}?partnerId={_OTHER}",
    "forms_of_anyone": NEW_HOST.replace("admin.", "forms."),
    "script": "javascript:alert(1)",
    "empty": "",
}
"""Links that a bot must refuse."""
