"""Requests as they are sent, and every answer that has been seen, understood."""

import json
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.partner_center import requests
from bot.partner_center.answers import Answer
from bot.partner_center.errors import CustomerNotFound, PartnerCenterError, SearchRefused, UnreadableAnswer
from bot.partner_center.models import CustomerRelationship, InvitationLink, RelationshipType
from bot.partner_center.paging import NextPage
from bot.partner_center.protocol import headers, understand
from tests.partner_center.asking import CORRELATION_ID, CUSTOMER, PARTNER, REQUESTS, SAMPLES, answer, call_for

REFUSALS: list[dict[str, Any]] = json.loads((SAMPLES / "refusals.json").read_text())
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "Id",
                    "items",
                    "links",
                    "next",
                    "uri",
                    "headers",
                    "key",
                    "value",
                    "url",
                    "code",
                    "totalCount",
                    "companyProfile",
                    "companyName",
                    "relationshipToPartner",
                    "relationshipType",
                    "error",
                    "operationType",
                    "operationDate",
                    "resourceNewValue",
                    "customizedData",
                    "webhookUrl",
                    "WebhookEvents",
                    "results",
                    "correlationId",
                ]
            )
            | st.text(max_size=5),
            inner,
            max_size=6,
        )
    ),
    max_leaves=25,
)


def test_a_customer_is_asked_for_by_id() -> None:
    assert requests.customer(CUSTOMER).target == f"/v1/customers/{CUSTOMER}"
    assert requests.relationships(CUSTOMER).target == f"/v1/customers/{CUSTOMER}/relationships"
    assert requests.invitation_link().target == "/v1/customers/relationshiprequests"


def test_an_id_is_made_canonical() -> None:
    assert requests.canonical_id(f" {CUSTOMER.upper()} ") == CUSTOMER


@pytest.mark.parametrize("text", ["", "contoso", "../users", f"{CUSTOMER}/users", f"{{{CUSTOMER}}}", CUSTOMER[:-1]])
def test_what_is_no_id_is_nobody(text: str) -> None:
    with pytest.raises(CustomerNotFound):
        requests.canonical_id(text)


def test_a_search_is_compact_encoded_json() -> None:
    asked = requests.customers("CompanyName", "Cont")

    assert asked.query == (
        "size=500&filter=%7B%22Field%22%3A%22CompanyName%22%2C%22Value%22%3A%22Cont%22%2C"
        "%22Operator%22%3A%22starts_with%22%7D"
    )


def test_a_search_for_nothing_is_not_made() -> None:
    with pytest.raises(SearchRefused):
        requests.customers("Domain", "")


@given(st.text(min_size=1))
def test_any_text_can_be_searched_for(prefix: str) -> None:
    query = requests.customers("CompanyName", prefix).query
    sent = parse_qs(query, strict_parsing=True)

    assert json.loads(sent["filter"][0])["Value"] == prefix
    assert query.isascii()
    assert query.isprintable()
    assert " " not in query


def test_what_somebody_searched_for_is_not_named_in_the_operation() -> None:
    assert requests.customers("CompanyName", "Contoso").operation == "GET /v1/customers"


def test_every_header_is_sent() -> None:
    call = call_for(requests.customer(CUSTOMER))

    assert headers(call, "token") == {
        "Authorization": "Bearer token",
        "Accept": "application/json",
        "X-Locale": "en-US",
        "MS-PartnerCenter-Application": "Partner Bot",
        "MS-RequestId": call.request_id,
        "MS-CorrelationId": CORRELATION_ID,
    }
    assert str(UUID(call.request_id)) == call.request_id
    assert call_for(call.request).request_id != call.request_id


def test_headers_of_a_link_go_over_ours_whatever_their_case() -> None:
    request = requests.Request(
        path="/v1/customers", decode=bytes.decode, headers=(("MS-ContinuationToken", "AQ=="), ("x-locale", "fr-FR"))
    )
    sent = headers(call_for(request), "token")

    assert sent["MS-ContinuationToken"] == "AQ=="
    assert sent["x-locale"] == "fr-FR"
    assert "X-Locale" not in sent


@pytest.mark.parametrize("mark", [b"", BYTE_ORDER_MARK], ids=["plain", "byte order mark"])
def test_answers_are_understood_with_and_without_a_byte_order_mark(mark: bytes) -> None:
    body = mark + (SAMPLES / "customer.json").read_bytes()

    assert understand(call_for(requests.customer(CUSTOMER)), answer(body)).name == "Contoso"


def test_a_page_of_customers_is_understood() -> None:
    body = (SAMPLES / "customers_with_a_next_page.json").read_bytes()
    page = understand(call_for(requests.customers("CompanyName", "A")), answer(body))

    assert [(item.name, item.domain) for item in page.items] == [
        ("Adatum Corporation", "adatum.com"),
        (None, "adventure-works.example"),
    ]
    assert page.items[0].relationship_to_partner is CustomerRelationship.ADVISOR
    assert page.items[1].id == "7d4a1c33-0000-4386-bd2b-0d55baf25039"
    assert page.next == NextPage("/customers?size=2&seekOperation=Next", (("MS-ContinuationToken", "AQAAAA=="),))


def test_relationships_are_understood_though_their_ids_are_no_guids() -> None:
    body = (SAMPLES / "relationships.json").read_bytes()
    page = understand(call_for(requests.relationships(CUSTOMER)), answer(body))
    first, second = page.items

    assert first.id == "49eutj99-euc9-4b3e-8b0e-3f0c7d1a2b4c"
    assert first.relationship_type is RelationshipType.IS_INDIRECT_CLOUD_SOLUTION_PROVIDER_OF
    assert (first.mpn_id, first.state, first.location) == ("4847383", None, None)
    assert second.relationship_type is RelationshipType.IS_INDIRECT_RESELLER_OF
    assert (second.mpn_id, second.state, second.location) == ("0012345", "Active", "US")
    assert page.next is None


@pytest.mark.parametrize(
    "body", ['{"totalCount":0,"items":[]}', '{"items":null}', '{"totalCount":0}', '{"Items":[],"Links":null}']
)
def test_an_empty_list_is_an_answer(body: str) -> None:
    assert understand(call_for(requests.relationships(CUSTOMER)), answer(body)).items == ()


def test_entities_in_an_invitation_are_decoded_once() -> None:
    body = (SAMPLES / "invitation_of_2019.json").read_bytes()
    link = understand(call_for(requests.invitation_link()), answer(body))

    assert link.url == (
        "https://portal.office.com/partner/partnersignup.aspx"
        "?type=ResellerRelationship&id=5b6c0f5e-2f0a-4c57-9d55-0a1d5f3c7e10&csp=1&msppid=0"
    )
    assert InvitationLink(url="a?b&amp;amp;c").url == "a?b&amp;c"
    assert "portal" not in repr(link)


def test_a_name_that_was_cut_within_a_character_is_still_read() -> None:
    body = rb'{"id":"a","companyProfile":{"companyName":"Contoso \ud83d"}}'
    customer = understand(call_for(requests.customer(CUSTOMER)), answer(body))

    assert customer.name == "Contoso ?"


@pytest.mark.parametrize("row", REFUSALS, ids=[row["name"] for row in REFUSALS])
def test_a_refusal_is_understood(row: dict[str, Any]) -> None:
    body = row["body"] if isinstance(row["body"], str) else json.dumps(row["body"])
    named = {name.replace("-", "_"): value for name, value in row.get("headers", {}).items()}
    call = call_for(REQUESTS[row["asked"]])
    with pytest.raises(PartnerCenterError) as raised:
        understand(call, answer(body, row["status"], row.get("reason", ""), **named))
    error = raised.value

    assert type(error).__name__ == row["error"]
    for detail in ("cause", "lack", "retry_after"):
        if detail in row:
            assert getattr(error, detail) == row[detail]
    assert error.diagnosis is not None
    assert error.diagnosis.status == row["status"]
    assert (error.diagnosis.request_id, error.diagnosis.correlation_id) == (call.request_id, CORRELATION_ID)
    assert error.diagnosis.partner_tenant_id == PARTNER
    if "code" in row:
        assert error.diagnosis.code == row["code"]


@pytest.mark.parametrize("mark", [b"", BYTE_ORDER_MARK], ids=["plain", "byte order mark"])
def test_microsofts_ids_are_told_where_it_sent_them(mark: bytes) -> None:
    refused = answer(mark + b'{"code":60003}', 404, MS_RequestId="their-request", ms_correlationid="their-correlation")
    with pytest.raises(CustomerNotFound) as raised:
        understand(call_for(requests.customer(CUSTOMER)), refused)
    diagnosis = raised.value.diagnosis

    assert diagnosis is not None
    assert (diagnosis.request_id, diagnosis.correlation_id) == ("their-request", "their-correlation")
    assert (diagnosis.operation, diagnosis.code) == (f"GET /v1/customers/{CUSTOMER}", "60003")
    assert diagnosis.customer_tenant_id == CUSTOMER


@pytest.mark.parametrize("theirs", ["", "one,two", "<!channel>", "a b", "x" * 200, "é", "\udcff"])
def test_ids_that_could_do_harm_are_not_repeated(theirs: str) -> None:
    call = call_for(requests.customer(CUSTOMER))
    with pytest.raises(CustomerNotFound) as raised:
        understand(call, answer("", 404, MS_RequestId=theirs))

    assert raised.value.diagnosis is not None
    assert raised.value.diagnosis.request_id == call.request_id


def understood(name: str, given_answer: Answer) -> bool:
    """Whether the answer became a value or one of our errors that says what was asked."""
    try:
        understand(call_for(REQUESTS[name]), given_answer)
    except PartnerCenterError as error:
        return error.diagnosis is not None
    return True


@given(name=st.sampled_from(sorted(REQUESTS)), body=st.binary(), status=st.integers(200, 599), header=st.text())
def test_whatever_bytes_microsoft_sends_are_understood_or_one_of_our_errors(
    name: str, body: bytes, status: int, header: str
) -> None:
    assert understood(name, answer(body, status, header, Retry_After=header, MS_RequestId=header))


@given(name=st.sampled_from(sorted(REQUESTS)), value=JSON_VALUES)
def test_whatever_json_microsoft_sends_is_understood_or_one_of_our_errors(name: str, value: object) -> None:
    assert understood(name, answer(json.dumps(value)))


@pytest.mark.parametrize("name", ["audit_record", "subscription", "webhook_registration", "validation_event"])
@pytest.mark.parametrize("body", ["", '{"code":"1000","description":"Not found."}'])
def test_a_404_may_be_an_answer(name: str, body: str) -> None:
    assert understand(call_for(REQUESTS[name]), answer(body, 404)) is None


@pytest.mark.parametrize("name", ["register_webhook", "send_validation_event"])
def test_what_is_made_may_be_answered_with_201(name: str) -> None:
    body = json.dumps({"webhookUrl": "https://bot.example.com", "correlationId": CORRELATION_ID})

    assert understood(name, answer(body, 201))


def test_only_what_has_a_body_says_of_which_type_it_is() -> None:
    types = {name: headers(call_for(request), "token").get("Content-Type") for name, request in REQUESTS.items()}

    assert {name for name, kind in types.items() if kind} == {"register_webhook", "replace_webhook"}
    assert set(types.values()) == {None, "application/json"}


@pytest.mark.parametrize("body", ["[" * 100_000, '{"id":' * 50_000, "9" * 10_000, '{"code":' + "9" * 5000 + "}"])
def test_bodies_made_to_exhaust_a_reader_are_unreadable(body: str) -> None:
    with pytest.raises(UnreadableAnswer):
        understand(call_for(requests.customer(CUSTOMER)), answer(body))


@given(st.text(min_size=1, max_size=400).filter(str.strip))
def test_any_name_a_customer_has_arrives(name: str) -> None:
    for ascii_only in (True, False):
        body = json.dumps({"id": "a", "companyProfile": {"companyName": name}}, ensure_ascii=ascii_only)

        assert understand(call_for(requests.customer(CUSTOMER)), answer(body)).name == name
