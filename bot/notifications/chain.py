"""Whether a certificate is Microsoft's: its organisation, a name under microsoft.com, and a chain to a trusted root."""

import re
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import certifi
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from bot.notifications.forged import Forged, Why

ORGANISATION = "Microsoft Corporation"
DOMAIN = "microsoft.com"
KEY_BITS = 2048
HASHES = (SHA256, SHA384, SHA512)

UNREADABLE = (
    ValueError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)
"""What reading a certificate raises where it is none; its parts are read only when they are asked for."""

_FORMS: tuple[Callable[[bytes], Sequence[x509.Certificate]], ...] = (
    lambda file: [x509.load_der_x509_certificate(file)],
    x509.load_pem_x509_certificates,
    pkcs7.load_der_pkcs7_certificates,
)
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a certificate of Microsoft's is for."""

    key: RSAPublicKey
    name: str


def certificates_in(file: bytes) -> tuple[x509.Certificate, ...]:
    """Return what a file holds, one certificate at least, as DER, PEM or PKCS #7: all three are called ``.cer``."""
    for read in _FORMS:
        with suppress(*UNREADABLE):
            if found := tuple(read(file)):
                return found
    raise Forged(Why.UNREADABLE_CERTIFICATE)


def read_roots(file: Path | None) -> Store:
    """Return the roots in a PEM file, the public ones where none is named; leave out those that do not parse."""
    roots = []
    with warnings.catch_warnings(action="ignore", category=CryptographyDeprecationWarning):  # a serial number of 0
        for block in _PEM.findall((file or Path(certifi.where())).read_bytes()):
            with suppress(*UNREADABLE):
                roots.append(x509.load_pem_x509_certificate(block))
    return Store(roots)


def subject_of(certificate: x509.Certificate, at: datetime) -> Subject:
    """Return what the certificate says of itself; raise Forged unless it says that it is Microsoft's and valid then."""
    owners = [part.value for part in certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)]
    names = [name for name in _names(certificate) if name == DOMAIN or name.endswith(f".{DOMAIN}")]
    if owners != [ORGANISATION] or not names:
        raise Forged(Why.OTHER_OWNER)
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        raise Forged(Why.NOT_VALID_NOW)
    key = certificate.public_key()
    if not isinstance(key, RSAPublicKey):
        raise Forged(Why.OTHER_KEY)
    if key.key_size < KEY_BITS:
        raise Forged(Why.WEAK)
    return Subject(key, names[0])


def require_strong(chain: Sequence[x509.Certificate]) -> None:
    """Raise Forged for a key or a hash that is weak by today's rules, anywhere from the certificate to the root.

    https://cabforum.org/working-groups/server/baseline-requirements/ (6.1.5, 7.1.3.2); a root's signature of itself
    proves nothing, so its hash does not count.
    """
    for certificate in chain:
        key = certificate.public_key()
        if not isinstance(key, RSAPublicKey) or key.key_size < KEY_BITS:
            raise Forged(Why.WEAK)
    for certificate in chain[:-1]:
        if not isinstance(certificate.signature_hash_algorithm, HASHES):
            raise Forged(Why.WEAK)


def chain_of(
    certificate: x509.Certificate, name: str, issuers: Sequence[x509.Certificate], *, roots: Store, at: datetime
) -> tuple[x509.Certificate, ...] | None:
    """Return the certificates from this one up to a root, or None where these issuers make no chain for the name."""
    sought = x509.DNSName(f"any{name[1:]}" if name.startswith("*.") else name)
    try:
        verifier = PolicyBuilder().store(roots).time(at).build_server_verifier(sought)
        return tuple(verifier.verify(certificate, list(issuers)))
    except VerificationError:
        return None


def issuer_addresses(certificate: x509.Certificate) -> tuple[str, ...]:
    """Return where the certificate says that its issuer's own can be fetched."""
    try:
        access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except x509.ExtensionNotFound:
        return ()
    return tuple(
        entry.access_location.value
        for entry in access
        if entry.access_method == AuthorityInformationAccessOID.CA_ISSUERS
        and isinstance(entry.access_location, x509.UniformResourceIdentifier)
    )


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    return tuple(name.lower() for name in names.get_values_for_type(x509.DNSName))
