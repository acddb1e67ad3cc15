"""What the fake Partner Center promises about customers, relationships and invitations."""

import dataclasses
from typing import TYPE_CHECKING

import pytest

from sandbox.microsoft import Microsoft, companies, invitations
from sandbox.microsoft.answers import SHAPES, Answer
from sandbox.microsoft.company import Company
from sandbox.microsoft.partner_center import CUSTOMER_PATH
from sandbox.microsoft.users import FROM_ANOTHER_TENANT, WITHOUT_MFA

if TYPE_CHECKING:
    from tests.sandbox.microsoft.conftest import Asker

CONTOSO = f"/v1/customers/{companies.CONTOSO.tenant_id}"


async def test_a_customer_with_delegated_access_is_given_in_full(ask: "Asker") -> None:
    reply = await ask.get(CONTOSO)

    assert reply.status == 200
    assert reply.json["companyProfile"]["companyName"] == "Contoso"
    assert reply.json["companyProfile"]["address"]["region"] == "WA"
    assert reply.json["billingProfile"]["defaultAddress"]["state"] == "WA"
    assert "contoso-shop.com" in reply.json["customDomains"]


async def test_without_delegated_access_address_email_and_domains_are_left_out(ask: "Asker") -> None:
    reply = await ask.get(f"/v1/customers/{companies.TAILSPIN.tenant_id}")

    assert reply.json["allowDelegatedAccess"] is False
    assert "customDomains" not in reply.json
    assert {"address", "email"}.isdisjoint(reply.json["companyProfile"])


@pytest.mark.parametrize("company", companies.NOTABLE, ids=lambda company: company.domain)
async def test_every_notable_customer_can_be_read_by_its_id_in_any_case(ask: "Asker", company: Company) -> None:
    reply = await ask.get(f"/v1/customers/{company.tenant_id.swapcase()}")

    assert (reply.status, reply.json["id"]) == (200, company.tenant_id)


@pytest.mark.parametrize(
    ("customer_id", "status", "code"),
    [
        ("not-a-guid", 400, "900118"),
        ("00000000-0000-4000-8000-000000000000", 404, "60003"),
        (companies.STRANGERS["relecloud.com"], 403, 20002),
    ],
)
async def test_who_is_no_customer_is_refused_by_the_documented_code(
    ask: "Asker", customer_id: str, status: int, code: str | int
) -> None:
    for path in (f"/v1/customers/{customer_id}", f"/v1/customers/{customer_id}/relationships"):
        reply = await ask.get(path)

        assert (reply.status, reply.json["code"]) == (status, code)


async def test_relationships_have_no_state_unless_given_and_a_misleading_total(ask: "Asker") -> None:
    reply = await ask.get(f"/v1/customers/{companies.FABRIKAM.tenant_id}/relationships")

    assert len(reply.json["items"]) == 12
    assert reply.json["totalCount"] == 14
    assert "state" not in reply.json["items"][0]
    assert "links" not in reply.json


async def test_a_customer_without_relationships_has_an_empty_list(ask: "Asker") -> None:
    reply = await ask.get(f"/v1/customers/{companies.WINGTIP.tenant_id}/relationships")

    assert reply.json == {"totalCount": 0, "items": [], "attributes": {"objectType": "Collection"}}


async def test_a_direct_partner_gets_code_1002(ask: "Asker") -> None:
    reply = await ask.get(f"/v1/customers/{companies.PROSEWARE.tenant_id}/relationships")

    assert (reply.status, reply.json["code"]) == (403, 1002)


async def test_the_invitation_link_is_the_one_that_was_set(ask: "Asker") -> None:
    for url in (*invitations.GENUINE.values(), *invitations.FALSE.values()):
        ask.microsoft.partner_center.state.invitation_url = url

        assert (await ask.get("/v1/customers/relationshiprequests")).json["url"] == url


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Authorization", None),
        ("Accept", None),
        ("Accept", "*/*"),
        ("MS_RequestId", None),
        ("MS_CorrelationId", "42"),
    ],
)
async def test_a_careless_request_is_complained_about(ask: "Asker", header: str, value: str | None) -> None:
    reply = await ask.get(CONTOSO, **{header: value})

    assert (reply.status, reply.json["code"]) == (400, "fake")
    assert len(ask.microsoft.partner_center.complaints) == 1


async def test_an_unknown_path_or_query_is_complained_about(ask: "Asker") -> None:
    assert (await ask.get("/customers")).status == 404
    assert (await ask.get(f"{CONTOSO}?expand=all")).status == 400
    assert len(ask.microsoft.partner_center.complaints) == 2


async def test_a_request_id_may_come_again_after_a_failure_but_not_after_a_success(ask: "Asker") -> None:
    request_id = "0c1d2e3f-0000-4000-8000-000000000001"
    ask.microsoft.partner_center.answer_next(CUSTOMER_PATH, status=503)

    statuses = [(await ask.get(CONTOSO, MS_RequestId=request_id)).status for _ in range(3)]

    assert statuses == [503, 200, 400]


async def test_answers_carry_ids_and_the_list_a_request_id_of_its_own(ask: "Asker") -> None:
    ids = {"MS_RequestId": "0c1d2e3f-0000-4000-8000-000000000002"}
    correlation_id = "0c1d2e3f-0000-4000-8000-000000000003"

    listed = await ask.get("/v1/customers?size=1", MS_CorrelationId=correlation_id, **ids)

    assert listed.headers["MS-CorrelationId"] == correlation_id
    assert listed.headers["MS-RequestId"] != ids["MS_RequestId"]
    assert listed.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("token", ["rubbish", "a.b.c", "é"])
async def test_a_token_entra_never_issued_gets_401(ask: "Asker", token: str) -> None:
    assert (await ask.get(CONTOSO, Authorization=f"Bearer {token}")).status == 401


async def test_revoked_and_expired_tokens_get_401(ask: "Asker") -> None:
    token = ask.microsoft.tokens.access_token(ask.user)
    ask.microsoft.entra.revoke_access_tokens()
    assert (await ask.get(CONTOSO, Authorization=f"Bearer {token}")).status == 401

    ask.microsoft.tokens.lifetime = -1
    assert (await ask.get(CONTOSO)).status == 401


async def test_a_token_without_mfa_is_refused_in_both_known_ways(ask: "Asker") -> None:
    ask.user = WITHOUT_MFA

    today = await ask.get(CONTOSO, ValidateMfa="true")
    ask.microsoft.partner_center.state.mfa_refusal = "2019"
    earlier = await ask.get(CONTOSO)

    assert (today.status, today.json["code"], today.headers["isMfaCompliant"]) == (401, 900421, "false")
    assert (earlier.status, earlier.reason, earlier.body) == (401, "Unauthorized - MFA required", b"")


async def test_the_probe_says_that_a_sign_in_is_mfa_compliant(ask: "Asker") -> None:
    assert (await ask.get(CONTOSO, ValidateMfa="true")).headers["isMfaCompliant"] == "true"


async def test_tokens_of_the_wrong_kind_are_refused_by_their_codes(ask: "Asker") -> None:
    graph = ask.microsoft.tokens.access_token(ask.user, "https://graph.windows.net")
    assert (await ask.get(CONTOSO, Authorization=f"Bearer {graph}")).json["code"] == 900420
    ask.user = FROM_ANOTHER_TENANT
    assert (await ask.get(CONTOSO)).json["code"] == "900308"
    ask.user = None
    assert (await ask.get(CONTOSO)).status == 200
    assert (await ask.get("/v1/customers/relationshiprequests")).json["code"] == "900329"


@pytest.mark.parametrize("answer", SHAPES.values(), ids=SHAPES.keys())
async def test_a_failure_can_have_any_shape(ask: "Asker", answer: Answer) -> None:
    ask.microsoft.partner_center.answer_next(CUSTOMER_PATH, answer)

    reply = await ask.get(CONTOSO)

    assert (reply.status, reply.body) == (answer.status, answer.payload())
    assert (await ask.get(CONTOSO)).status == 200


async def test_an_accepted_invitation_makes_a_customer_whose_domain_resolves(
    ask: "Asker", microsoft: Microsoft
) -> None:
    new = microsoft.accept_invitation("relecloud.com", "Relecloud")
    assert (await ask.get(f"/v1/customers/{new.tenant_id}")).json["companyProfile"]["companyName"] == "Relecloud"

    microsoft.partner_center.set_delegated_access(new.tenant_id, granted=True)
    assert (await ask.get(f"/v1/customers/{new.tenant_id}")).json["customDomains"] == ["relecloud.com"]

    microsoft.partner_center.remove_customer(new.tenant_id)
    assert (await ask.get(f"/v1/customers/{new.tenant_id}")).status == 403


async def test_a_customer_can_be_replaced(ask: "Asker", microsoft: Microsoft) -> None:
    microsoft.partner_center.add_customer(dataclasses.replace(companies.CONTOSO, name="Contoso Renamed"))

    assert (await ask.get(CONTOSO)).json["companyProfile"]["companyName"] == "Contoso Renamed"
