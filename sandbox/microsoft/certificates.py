"""Made-up certificates: authorities, the one that signs notifications, and everything that could pass itself off as it.

https://learn.microsoft.com/partner-center/developer/partner-center-webhooks
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final, Literal

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

ORGANISATION: Final = "Microsoft Corporation"
NAME: Final = "pcnotifications-dispatch.microsoft.com"
KEY: Final = "dispatch"
DAY: Final = timedelta(days=1)

HashAlgorithm = SHA256 | SHA384 | SHA512
PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def private_key(name: str, bits: int = 2048) -> rsa.RSAPrivateKey:
    """The key of that name and size; made once in a process, since making one takes a tenth of a second."""
    return _made(name, bits)


@cache
def _made(_name: str, bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a certificate is to say; by default it is the genuine one of Partner Center's notifications."""

    organisation: str | None = ORGANISATION
    names: tuple[str, ...] = (NAME,)
    begins: timedelta = -30 * DAY
    ends: timedelta = 335 * DAY
    """Both from now."""
    key: str = KEY
    bits: int = 2048
    elliptic: bool = False
    hashed: HashAlgorithm | None = None
    """What the issuer signs; None for SHA-256."""
    usage: x509.ObjectIdentifier = ExtendedKeyUsageOID.SERVER_AUTH
    issuer: Literal["authority", "another", "itself", "a subscriber"] = "authority"
    depth: int = 1
    """How many certificates stand between it and the root."""
    issuer_urls: tuple[str, ...] | None = None
    """Where it says that its issuer's certificate is; None for where it really is."""


GENUINE: Final = Order()
FALSE: Final[Mapping[str, Order]] = {
    "expired": Order(ends=-DAY),
    "not yet valid": Order(begins=DAY),
    "of another organisation": Order(organisation="Fabrikam, Inc."),
    "of an organisation that sounds like it": Order(organisation="Microsoft Corporation (Fabrikam)"),
    "of an organisation in other letters": Order(organisation="microsoft corporation"),
    "of no organisation": Order(organisation=None),
    "for another's name": Order(names=("notifications.fabrikam.com",)),
    "for a name that ends like it": Order(names=("dispatch.notmicrosoft.com",)),
    "for a name that begins like it": Order(names=("microsoft.com.fabrikam.com",)),
    "for no name": Order(names=()),
    "of an unknown root": Order(issuer="another"),
    "signed by itself": Order(issuer="itself"),
    "issued by one who may not": Order(issuer="a subscriber"),
    "for signing code": Order(usage=ExtendedKeyUsageOID.CODE_SIGNING),
    "with an elliptic-curve key": Order(elliptic=True),
    "with a key of 1,024 bits": Order(bits=1024),
    "with a key of 2,047 bits": Order(bits=2047),
    "too far from the root": Order(depth=4),
    "without a word of its issuer": Order(issuer_urls=()),
}


@dataclass(frozen=True, slots=True)
class Issuer:
    """Somebody with a certificate and its private key."""

    certificate: x509.Certificate
    key: PrivateKey
    url: str = ""
    """Where the certificate is served, if it is."""


def authority(
    name: str,
    *,
    above: Issuer | None = None,
    url: str = "",
    ends: timedelta = 3650 * DAY,
    bits: int = 2048,
    hashed: HashAlgorithm | None = None,
    elliptic: bool = False,
) -> Issuer:
    """A certificate authority, a root unless another stands above it; ``hashed`` is what its own is signed with."""
    key: PrivateKey = ec.generate_private_key(ec.SECP256R1()) if elliptic else private_key(name, bits)
    builder = _begun(_name(name, "Sandbox"), key, above, -365 * DAY, ends)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    builder = builder.add_extension(_usage(signing=False, issuing=True), critical=True)
    urls = (above.url,) if above and above.url else ()
    return Issuer(_signed(builder, above.key if above else key, urls, hashed), key, url)


def certificate(order: Order, issuer: Issuer | None) -> x509.Certificate:
    """A certificate as ordered; without an issuer it is signed by itself."""
    key: PrivateKey = ec.generate_private_key(ec.SECP256R1()) if order.elliptic else private_key(order.key, order.bits)
    subject = _name(order.names[0] if order.names else NAME, order.organisation)
    builder = _begun(subject, key, issuer, order.begins, order.ends)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(signing=True, issuing=False), critical=True)
    usages = [order.usage, ExtendedKeyUsageOID.CLIENT_AUTH]
    builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=False)
    if order.names:
        names = x509.SubjectAlternativeName([x509.DNSName(name) for name in order.names])
        builder = builder.add_extension(names, critical=False)
    actual = (issuer.url,) if issuer and issuer.url else ()
    urls = actual if order.issuer_urls is None else order.issuer_urls
    return _signed(builder, issuer.key if issuer else key, urls, order.hashed)


def der(certificate: x509.Certificate) -> bytes:
    """The certificate's bytes."""
    return certificate.public_bytes(Encoding.DER)


def pem(*certificates: x509.Certificate) -> bytes:
    """The certificates as text, one after the other."""
    return b"".join(certificate.public_bytes(Encoding.PEM) for certificate in certificates)


def _begun(
    subject: x509.Name, key: PrivateKey, issuer: Issuer | None, begins: timedelta, ends: timedelta
) -> x509.CertificateBuilder:
    now = datetime.now(UTC).replace(microsecond=0)
    signing = issuer.key if issuer else key
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + begins)
        .not_valid_after(now + ends)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False)
    )


def _name(common_name: str, organisation: str | None) -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COUNTRY_NAME, "US"), x509.NameAttribute(NameOID.COMMON_NAME, common_name)]
    if organisation is not None:
        parts.insert(1, x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation))
    return x509.Name(parts)


def _usage(*, signing: bool, issuing: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signing,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=issuing,
        crl_sign=issuing,
        encipher_only=False,
        decipher_only=False,
    )


def _signed(
    builder: x509.CertificateBuilder, key: PrivateKey, issuer_urls: tuple[str, ...], hashed: HashAlgorithm | None = None
) -> x509.Certificate:
    access = [
        x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, x509.UniformResourceIdentifier(url))
        for url in issuer_urls
    ]
    if access:
        builder = builder.add_extension(x509.AuthorityInformationAccess(access), critical=False)
    return builder.sign(key, hashed or SHA256())
