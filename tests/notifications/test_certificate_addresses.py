"""A certificate is fetched from Microsoft's place, and nothing that only looks like it is asked at all."""

import asyncio
import gzip
import math
import re
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from yarl import URL

from bot import retry
from bot.notifications import fetch_budgets
from bot.notifications.certificates import FETCHES, ISSUER_PLACES
from bot.notifications.download import LARGEST_FILE, permitted
from bot.notifications.fetch_budgets import BAD_FOR
from bot.notifications.forged import Forged, Why
from bot.notifications.signature import Signatures
from sandbox.microsoft.answers import Drop
from sandbox.microsoft.authority import CERTIFICATE_PATH
from sandbox.microsoft.certificates import NAME, der
from tests.notifications.gate import Gate, refusal, verify

HOST = "3psostorageacct.blob.core.windows.net"
PLACE = f"https://{HOST}/cert/"
GENUINE = f"{PLACE}{NAME}.cer"


def test_the_documented_address_is_permitted() -> None:
    assert permitted(GENUINE, (PLACE,)) == GENUINE
    assert permitted(f"HTTPS://{HOST.upper()}/cert/{NAME}.cer", (PLACE,)) == GENUINE


LOOK_ALIKES = (
    "",
    "/",
    "x.cer",
    f"{PLACE}",
    f"{PLACE}x.crt",
    f"{PLACE}x.CER",
    f"{PLACE}.cer",
    f"http://{HOST}/cert/x.cer",
    f"ftp://{HOST}/cert/x.cer",
    f"//{HOST}/cert/x.cer",
    f"https:/{HOST}/cert/x.cer",
    f"https:\\\\{HOST}\\cert\\x.cer",
    f"https://{HOST}.evil.example/cert/x.cer",
    f"https://evil-{HOST}/cert/x.cer",
    f"https://evil.example/{PLACE}x.cer",
    f"https://{HOST}/certs/x.cer",
    f"https://{HOST}/cert./x.cer",
    f"https://{HOST}/Cert/x.cer",
    f"https://{HOST}/x.cer",
    f"https://{HOST}//cert/x.cer",
    f"{PLACE}../x.cer",
    f"{PLACE}./x.cer",
    f"{PLACE}a/../../x.cer",
    f"{PLACE}%2e%2e/x.cer",
    f"{PLACE}..%2fx.cer",
    f"{PLACE}..\\x.cer",
    f"{PLACE}a%2f..%2f..%2fx.cer",
    f"{PLACE}/x.cer",
    f"https://user@{HOST}/cert/x.cer",
    f"https://user:word@{HOST}/cert/x.cer",
    f"https://{HOST}@evil.example/cert/x.cer",
    f"https://{HOST}:443/cert/x.cer",
    f"https://{HOST}:8443/cert/x.cer",
    f"https://{HOST}:/cert/x.cer",
    f"https://{HOST}./cert/x.cer",
    f"{GENUINE}?sv=1",
    f"{GENUINE}#a.cer",
    f"{PLACE}x?y=.cer",
    f"{PLACE}x#.cer",
    f"{PLACE}x;.cer",
    f" {GENUINE}",
    f"{GENUINE} ",
    f"{GENUINE}\n",
    f"{PLACE}x\ty.cer",
    f"{PLACE}x%00.cer",
    f"{PLACE}é.cer",
    f"https://{HOST.replace('o', 'о')}/cert/x.cer",
    f"https://{HOST.replace('.', '。')}/cert/x.cer",
    "https://127.0.0.1/cert/x.cer",
    "https://169.254.169.254/cert/x.cer",
    f"{GENUINE}, {GENUINE}",
)


@pytest.mark.parametrize("address", LOOK_ALIKES[1:])
async def test_no_look_alike_of_microsofts_place_is_asked(gate: Gate, address: str) -> None:
    signatures = gate.signatures(certificate_url=PLACE)

    refused = await refusal(signatures, gate.signed(X_MS_Certificate_Url=address))

    assert (refused.why, refused.status) == (Why.ADDRESS_ELSEWHERE, 401)


@pytest.mark.parametrize("address", LOOK_ALIKES)
async def test_no_look_alike_of_the_sandbox_is_asked(gate: Gate, signatures: Signatures, address: str) -> None:
    address = address.replace(f"https://{HOST}", gate.authority.url)

    refused = await refusal(signatures, gate.signed(X_MS_Certificate_Url=address))

    assert refused.status in {400, 401}
    assert gate.authority.calls() == 0


@pytest.mark.parametrize("path", ["/cert", "/cert/", "/cert//"])
async def test_a_slash_at_the_end_of_the_setting_means_nothing(gate: Gate, path: str) -> None:
    await verify(gate.signatures(certificate_url=gate.authority.url + path), gate.signed())


MARKS = (*"/\\.@:?#;,%[] \t\n\x00éx。", "//", "..", "%2e", "%2f", "%20", "443")
PIECES = st.sampled_from([*MARKS, "https://", "http://", HOST, "evil.example", "/cert/", "cert", NAME, ".cer"])
ADDRESSES = st.lists(PIECES, max_size=12).map("".join)


@given(ADDRESSES | ADDRESSES.map(PLACE.__add__) | st.text())
@example(GENUINE)
@example(f"{PLACE}a/b%20c/x.cer")
def test_whatever_passes_lies_under_the_place_for_every_reader(address: str) -> None:
    passed = permitted(address, (PLACE,))

    if passed is not None:
        read = URL(passed)  # puts dots and the like right, as browsers do
        assert passed.lower() == address.lower()
        assert passed.startswith(PLACE)
        assert (read.scheme, read.host, read.port) == ("https", HOST, 443)
        assert str(read) == passed
        assert str(read).startswith(PLACE)
        assert not read.query_string
        assert not read.fragment


@given(st.text(max_size=8), st.integers(0, len(GENUINE)))
def test_no_other_host_and_no_other_folder_comes_of_a_changed_address(text: str, place: int) -> None:
    passed = permitted(GENUINE[:place] + text + GENUINE[place:], (PLACE,))

    assert passed is None or re.fullmatch(re.escape(PLACE) + r"[!-~]+", passed)


@pytest.mark.parametrize(
    "address",
    [
        "http://www.microsoft.com/pkiops/certs/Microsoft%20Azure%20RSA%20TLS%20Issuing%20CA%2007%20-%20xsign.crt",
        "http://caissuers.microsoft.com/pkiops/certs/Microsoft%20TLS%20RSA%20Root%20G2%20-%20xsign.crt",
        "http://cacerts.digicert.com/DigiCertGlobalRootG2.crt",
        "https://cacerts.digicert.com/DigiCertGlobalRootG2.crt",
    ],
)
def test_the_addresses_of_microsofts_issuers_are_permitted(address: str) -> None:
    assert permitted(address, ISSUER_PLACES) == address


@pytest.mark.parametrize(
    "address",
    [
        "http://www.microsoft.com/other/x.crt",
        "http://www.microsoft.com/pkiops/../x.crt",
        "http://www.microsoft.com.evil.example/pkiops/x.crt",
        "http://microsoft.com/pkiops/x.crt",
        "http://cacerts.digicert.com:8080/x.crt",
        "ldap://cacerts.digicert.com/x.crt",
        "http://127.0.0.1/pkiops/x.crt",
        "http://169.254.169.254/latest/meta-data",
    ],
)
def test_no_other_addresses_of_issuers_are_permitted(address: str) -> None:
    assert permitted(address, ISSUER_PLACES) is None


async def test_a_redirect_is_not_followed(gate: Gate, signatures: Signatures) -> None:
    gate.authority.publish(der(gate.authority.issue()), "/cert/moved.cer")
    moved = {"Location": f"{gate.authority.url}/cert/moved.cer"}
    gate.authority.answer_next(CERTIFICATE_PATH, status=302, headers=moved)

    refused = await refusal(signatures, gate.signed())

    assert (refused.why, refused.status) == (Why.CERTIFICATE_MISSING, 401)
    assert gate.authority.calls() == 1


async def test_a_certificate_that_is_not_there_is_refused(gate: Gate, signatures: Signatures) -> None:
    refused = await refusal(signatures, gate.signed(X_MS_Certificate_Url=f"{gate.authority.url}/cert/none.cer"))

    assert (refused.why, refused.status) == (Why.CERTIFICATE_MISSING, 401)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503])
async def test_a_host_in_trouble_is_waited_for(gate: Gate, signatures: Signatures, status: int) -> None:
    gate.authority.answer_next(CERTIFICATE_PATH, status=status)

    refused = await refusal(signatures, gate.signed())

    assert (refused.why, refused.status) == (Why.UNREACHABLE, 503)
    await verify(signatures, gate.signed())


@pytest.mark.parametrize("drop", Drop)
async def test_a_broken_connection_is_waited_for(gate: Gate, signatures: Signatures, drop: Drop) -> None:
    body = der(gate.authority.issue())
    gate.authority.answer_next(CERTIFICATE_PATH, body=body, drop=drop, times=2)  # aiohttp asks again where none came

    assert (await refusal(signatures, gate.signed())).status == 503
    gate.authority.forget_answers()
    await verify(signatures, gate.signed())


async def test_a_host_that_is_not_there_is_waited_for(gate: Gate, unused_tcp_port: int) -> None:
    nobody = f"http://127.0.0.1:{unused_tcp_port}/cert/"

    refused = await refusal(
        gate.signatures(certificate_url=nobody), gate.signed(X_MS_Certificate_Url=f"{nobody}{NAME}.cer")
    )

    assert refused.status == 503


async def test_a_host_that_takes_too_long_is_waited_for(
    gate: Gate, signatures: Signatures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "WEBHOOK", replace(retry.WEBHOOK, certificate=0.1))
    gate.authority.hold()

    assert (await refusal(signatures, gate.signed())).status == 503


@pytest.mark.parametrize("path", [CERTIFICATE_PATH, "/pkiops/certs/*"])
async def test_an_oversized_file_is_refused(gate: Gate, signatures: Signatures, path: str) -> None:
    gate.authority.answer_next(path, body=b"\x30" * (LARGEST_FILE + 1))

    refused = await refusal(signatures, gate.signed())

    assert refused.status == 401


async def test_made_up_names_do_not_press_the_host_nor_keep_the_real_one_out(
    gate: Gate, signatures: Signatures
) -> None:
    addresses = [f"{gate.authority.url}/cert/{number}.cer" for number in range(FETCHES + 20)]
    refused = [await refusal(signatures, gate.signed(X_MS_Certificate_Url=address)) for address in addresses]

    assert [error.status for error in refused] == [401] * FETCHES + [503] * 20
    assert gate.authority.calls() == FETCHES
    await verify(signatures, gate.signed())


async def test_one_who_goes_away_takes_nobodys_certificate_along(gate: Gate, signatures: Signatures) -> None:
    gate.authority.hold(CERTIFICATE_PATH)
    impatient = asyncio.create_task(verify(signatures, gate.signed()))
    await gate.authority.until_called(CERTIFICATE_PATH)
    patient = asyncio.create_task(verify(signatures, gate.signed()))
    impatient.cancel()
    await asyncio.wait([impatient])
    gate.authority.release()

    await patient
    assert impatient.cancelled()
    assert gate.authority.calls(CERTIFICATE_PATH) == 1
    gate.authority.answer_next("**", status=500, times=math.inf)
    await verify(signatures, gate.signed())


def new_name(gate: Gate, name: str) -> str:
    """Publish a genuine certificate under a new name and return its address."""
    path = f"/cert/{name}"
    gate.authority.publish(der(gate.authority.issue()), path)
    return gate.authority.url + path


async def flood(gate: Gate, signatures: Signatures, count: int, form: str) -> list[int]:
    """Name so many addresses at which there is nothing; return the answers."""
    addresses = [f"{gate.authority.url}/cert/{form.format(number)}" for number in range(count)]
    return [(await refusal(signatures, gate.signed(X_MS_Certificate_Url=address))).status for address in addresses]


async def test_while_a_flood_runs_a_new_genuine_name_is_fetched(gate: Gate, signatures: Signatures) -> None:
    await flood(gate, signatures, FETCHES + 20, "made-up-{}.cer")
    address = new_name(gate, "pcnotifications-new.microsoft.com.cer")

    await verify(signatures, gate.signed(X_MS_Certificate_Url=address))


@pytest.mark.parametrize("name", ["pcnotifications-new.microsoft.com.cer", "renewed.cer"])
async def test_while_a_flood_of_likely_names_runs_a_new_genuine_name_is_fetched_when_it_is_delivered_again(
    gate: Gate, signatures: Signatures, name: str
) -> None:
    for form in ("host-{}.microsoft.com.cer", "made-up-{}.cer"):
        assert 503 in await flood(gate, signatures, FETCHES + 20, form)
    headers = gate.signed(X_MS_Certificate_Url=new_name(gate, name))

    assert (await refusal(signatures, headers)).status == 503
    await flood(gate, signatures, 20, "more-{}.microsoft.com.cer")
    await verify(signatures, headers)


async def test_a_name_that_was_good_is_fetched_while_a_flood_runs(gate: Gate, signatures: Signatures) -> None:
    address = new_name(gate, "another.cer")
    await verify(signatures, gate.signed(X_MS_Certificate_Url=address))
    gate.later = timedelta(hours=2)
    await flood(gate, signatures, FETCHES + 20, "made-up-{}.cer")

    await verify(signatures, gate.signed(X_MS_Certificate_Url=address))

    assert gate.authority.calls("/cert/another.cer") == 2


async def test_a_name_that_led_to_nothing_is_not_fetched_again_for_a_minute(gate: Gate, signatures: Signatures) -> None:
    headers = gate.signed(X_MS_Certificate_Url=f"{gate.authority.url}/cert/late.cer")
    refused = [await refusal(signatures, headers) for _ in range(50)]
    new_name(gate, "late.cer")

    assert {error.why for error in refused} == {Why.CERTIFICATE_MISSING}
    assert gate.authority.calls("/cert/late.cer") == 1
    gate.later = BAD_FOR + timedelta(seconds=1)
    await verify(signatures, headers)


async def test_no_flood_costs_more_than_its_budgets_in_downloads(gate: Gate, signatures: Signatures) -> None:
    for _ in range(4):
        for form in ("host-{}.microsoft.com.cer", "made-up-{}.cer"):
            await flood(gate, signatures, 3 * FETCHES, form)

    assert gate.authority.calls() <= 3 * FETCHES


def test_what_is_remembered_of_a_flood_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch_budgets, "CAPACITY", 100)
    budgets = fetch_budgets.FetchBudgets("usual", lambda: datetime.now(UTC))
    for number in range(1000):
        with suppress(Forged):
            budgets.take(f"{number}.cer")
        budgets.was_bad(f"{number}.cer", Why.CERTIFICATE_MISSING)
        budgets.was_good(f"good {number}")

    assert len(budgets._asked) == len(budgets._bad) == 100
    assert len(budgets._good) == fetch_budgets.GOOD_CAPACITY


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "x-unknown"])
@pytest.mark.parametrize("path", [CERTIFICATE_PATH, "/pkiops/certs/*"])
async def test_a_compressed_file_is_refused_and_not_unpacked(
    gate: Gate, signatures: Signatures, encoding: str, path: str
) -> None:
    bomb = gzip.compress(bytes(LARGEST_FILE * 50))
    gate.authority.answer_next(path, body=bomb, headers={"Content-Encoding": encoding})

    refused = await refusal(signatures, gate.signed())

    assert refused.status in {401, 503}


@pytest.mark.parametrize("body", [b"", b"<html>Sign in</html>", b"{}", b"\x30\x80", b"-----BEGIN CERTIFICATE-----"])
async def test_a_page_in_the_place_of_a_certificate_is_refused(gate: Gate, signatures: Signatures, body: bytes) -> None:
    gate.authority.answer_next(CERTIFICATE_PATH, body=body, headers={"Content-Type": "text/html"})

    refused = await refusal(signatures, gate.signed())

    assert (refused.why, refused.status) == (Why.UNREADABLE_CERTIFICATE, 401)
