"""The app's own credential: a secret, or a certificate with its key."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bot.connections import DatabaseTokenStore
from bot.errors import OperatorError
from bot.partner_center.auth import Registration, SignIn
from sandbox.microsoft import Microsoft
from sandbox.microsoft.companies import CLIENT_ID, REFRESH_TOKEN
from sandbox.microsoft.entra import TOKEN_PATH

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def certificate() -> bytes:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Partner Bot")])
    start = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(KEY.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=1))
        .sign(KEY, hashes.SHA256())
        .public_bytes(Encoding.PEM)
    )


def private_key() -> bytes:
    return KEY.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())


def with_file(registration: Registration, file: Path, content: bytes) -> Registration:
    file.write_bytes(content)
    return replace(registration, client_secret=None, certificate=file)


@pytest.mark.parametrize("parts", [(certificate(), private_key()), (private_key(), certificate())])
async def test_a_certificate_signs_the_app_in(
    registration: Registration,
    store: DatabaseTokenStore,
    microsoft: Microsoft,
    tmp_path: Path,
    parts: tuple[bytes, ...],
) -> None:
    registered = with_file(registration, tmp_path / "app.pem", b"".join(parts))

    assert await SignIn(registered, store, seed=REFRESH_TOKEN).access_token()

    form = microsoft.entra.asked(TOKEN_PATH)[0].form
    assert "client_secret" not in form
    claims = jwt.decode(form["client_assertion"], KEY.public_key(), algorithms=["PS256"], options={"verify_aud": False})
    assert claims["iss"] == CLIENT_ID


@pytest.mark.parametrize("content", [b"", b"hello", certificate(), private_key()])
def test_half_a_certificate_is_refused_in_one_sentence(
    registration: Registration, tmp_path: Path, content: bytes
) -> None:
    registered = with_file(registration, tmp_path / "app.pem", content)

    with pytest.raises(OperatorError, match="must hold a certificate and its private key"):
        registered.credential()


def test_a_missing_certificate_is_refused_in_one_sentence(registration: Registration, tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="cannot be read: No such file"):
        replace(registration, certificate=tmp_path / "app.pem").credential()


def test_a_registration_without_any_credential_is_refused(registration: Registration) -> None:
    with pytest.raises(OperatorError, match="PARTNER_CENTER_CLIENT_SECRET is missing"):
        replace(registration, client_secret=None).credential()
