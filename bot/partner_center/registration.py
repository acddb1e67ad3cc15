"""The app registration in Entra that the bot signs in as, and where its Microsoft is."""

from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import OperatorError
from bot.network import Network
from bot.partner_center.clouds import Cloud

CERTIFICATE = b"-----BEGIN CERTIFICATE-----"


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """One app registration of one partner in one cloud; with a secret, or a PEM file of certificate and key."""

    cloud: Cloud
    tenant_id: str
    client_id: str
    client_secret: str | None = field(default=None, repr=False)
    certificate: Path | None = None
    authority_url: str | None = None
    """Where the authority is reached, if not at the cloud's own address; without the tenant."""
    rest_base: str | None = None
    """Where Partner Center is reached, if not at the cloud's own address; without the version."""
    network: Network = field(default_factory=Network, repr=False)

    @property
    def account(self) -> str:
        """The key under which the sign-in is stored."""
        return f"{self.cloud.name}:{self.tenant_id}:{self.client_id}".lower()

    @property
    def partner_center_url(self) -> str:
        """Where Partner Center is reached, without the version and a trailing slash."""
        return (self.rest_base or self.cloud.rest_base).rstrip("/")

    def credential(self) -> str | dict[str, str]:
        """Return what msal takes as the app's credential; reads the PEM file anew, so that it may be renewed."""
        if self.certificate is None:
            if not self.client_secret:
                raise OperatorError(
                    "PARTNER_CENTER_CLIENT_SECRET is missing (or set PARTNER_CENTER_CLIENT_CERTIFICATE)."
                )
            return self.client_secret
        return _with_certificate(self.certificate)


def _with_certificate(file: Path) -> dict[str, str]:
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - a secret needs none of this
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415
    from cryptography.x509 import load_pem_x509_certificate  # noqa: PLC0415

    try:
        pem = file.read_bytes()
    except OSError as error:
        raise OperatorError(f"PARTNER_CENTER_CLIENT_CERTIFICATE cannot be read: {error.strerror}.") from error
    try:
        key = serialization.load_pem_private_key(pem, password=None)
        load_pem_x509_certificate(pem)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise OperatorError(
            "PARTNER_CENTER_CLIENT_CERTIFICATE must hold a certificate and its private key, without a passphrase."
        ) from error
    written = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return {  # msal computes the thumbprint from the first certificate
        "private_key": written.decode(),
        "public_certificate": pem[pem.index(CERTIFICATE) :].decode(),
    }
