"""The made-up certificate authority behind Partner Center's notifications: it publishes a certificate, and signs.

https://learn.microsoft.com/partner-center/developer/partner-center-webhooks
"""

import base64
from pathlib import Path
from typing import Final, Literal

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256

from sandbox.faults import Faults
from sandbox.microsoft import certificates
from sandbox.microsoft.answers import Answer
from sandbox.microsoft.certificates import GENUINE, KEY, NAME, Issuer, Order, der, pem, private_key
from sandbox.microsoft.service import FakeService

CERTIFICATE_PATH: Final = f"/cert/{NAME}.cer"
ISSUER_PATH: Final = "/pkiops/certs/*"
NOT_FOUND: Final = Answer(
    status=404,
    body='<?xml version="1.0" encoding="utf-8"?><Error><Code>BlobNotFound</Code></Error>',
    headers={"Content-Type": "application/xml"},
)

HeaderStyle = Literal["Authorization", "x-ms-signature"]


class Authority(FakeService):
    """Certificates at the addresses where they are looked for, and signatures that they vouch for."""

    def __init__(self, faults: Faults | None = None) -> None:
        super().__init__(faults)
        self.url = ""
        """The origin at which it is served; set by whoever serves it."""
        self._root = certificates.authority("Sandbox Root CA")
        self._between: list[Issuer] = []
        self._published: dict[str, bytes] = {}
        self._key = KEY
        self.app.router.add_get("/cert/{name}", self._certificate)
        self.app.router.add_get("/pkiops/certs/{name}", self._issuer)

    @property
    def certificate_url(self) -> str:
        """What the header of a genuine delivery names."""
        return self.url + CERTIFICATE_PATH

    def environment(self, root_file: Path) -> dict[str, str]:
        """What a bot must be told to take this authority for Microsoft's; the root is written to that file."""
        root_file.write_bytes(pem(self._root.certificate))
        return {"WEBHOOK_CERTIFICATE_URL": f"{self.url}/cert/", "WEBHOOK_CA_FILE": str(root_file)}

    def issue(self, order: Order = GENUINE) -> x509.Certificate:
        """A certificate as ordered."""
        return certificates.certificate(order, self._issuer_for(order))

    def issuer(self, depth: int = 1) -> Issuer:
        """The authority so far from the root; those on the way come to be where there are none yet."""
        for number in range(len(self._between) + 1, depth + 1):
            name = f"Sandbox Issuing CA {number}"
            url = f"{self.url}/pkiops/certs/{name.replace(' ', '%20')}.crt"
            above = self._between[-1] if self._between else self._root
            self._between.append(certificates.authority(name, above=above, url=url))
        return self._between[depth - 1] if depth else self._root

    def publish(self, body: bytes, path: str = CERTIFICATE_PATH) -> None:
        """From now on give these bytes for that path."""
        self._published[path] = body

    def renew(self) -> None:
        """Publish a new certificate at the same address; its key is new and signs from now on."""
        self._key = f"{self._key}, renewed"
        self.publish(der(self.issue(Order(key=self._key))))

    def sign(self, body: bytes, *, style: HeaderStyle = "Authorization") -> dict[str, str]:
        """The headers of a delivery of this body; ``style`` is where its registration wants the signature."""
        signature = private_key(self._key).sign(body, padding.PKCS1v15(), SHA256())
        return {
            style: f"Signature {base64.b64encode(signature).decode()}",
            "X-MS-Certificate-Url": self.certificate_url,
            "X-MS-Signature-Algorithm": "rsa-sha256",
        }

    def _issuer_for(self, order: Order) -> Issuer | None:
        match order.issuer:
            case "authority":
                return self.issuer(order.depth)
            case "another":
                return certificates.authority("Another Root CA")
            case "a subscriber":
                return Issuer(self.issue(), private_key(KEY))
            case "itself":
                return None

    async def _certificate(self, request: web.Request) -> web.Response:
        if CERTIFICATE_PATH not in self._published:
            self.publish(der(self.issue()))
        return _file(self._published.get(request.path))

    async def _issuer(self, request: web.Request) -> web.Response:
        files = {issuer.url: der(issuer.certificate) for issuer in self._between}
        return _file(files.get(self.url + request.raw_path))


def _file(body: bytes | None) -> web.Response:
    """What a storage account answers."""
    found = Answer(body=body, headers={"Content-Type": "application/octet-stream"})
    return (found if body is not None else NOT_FOUND).response()
