"""Why a delivery is not taken for Microsoft's, and what it is answered."""

from enum import StrEnum

from bot.errors import RemoteError


class Why(StrEnum):
    """Short and constant, for the log and the metrics."""

    NO_SIGNATURE = "no signature"
    NO_CERTIFICATE_ADDRESS = "no certificate address"
    NO_ALGORITHM = "no algorithm"
    UNREADABLE_SIGNATURE = "unreadable signature"
    SIGNATURES_DISAGREE = "signatures disagree"
    OTHER_ALGORITHM = "other algorithm"
    ADDRESS_ELSEWHERE = "certificate address elsewhere"
    CERTIFICATE_MISSING = "certificate missing"
    CERTIFICATE_TOO_LARGE = "certificate too large"
    UNREADABLE_CERTIFICATE = "unreadable certificate"
    OTHER_KEY = "certificate of another kind of key"
    WEAK = "certificate of a weak key or hash"
    OTHER_OWNER = "certificate of another owner"
    NOT_VALID_NOW = "certificate not valid now"
    UNTRUSTED = "certificate untrusted"
    WRONG_SIGNATURE = "wrong signature"
    UNREACHABLE = "certificate unreachable"
    TOO_MANY_ADDRESSES = "too many certificate addresses"


STATUSES = {
    Why.NO_CERTIFICATE_ADDRESS: 400,
    Why.NO_ALGORITHM: 400,
    Why.UNREACHABLE: 503,
    Why.TOO_MANY_ADDRESSES: 503,
}
"""Those that are not 401: Microsoft's own sample answers 400 for missing headers, and 503 asks to deliver again later.

https://learn.microsoft.com/partner-center/developer/partner-center-webhooks#example-for-signature-validation
"""


class Forged(RemoteError):
    """A delivery that cannot be taken for Microsoft's, or not now."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why.value
        self.status = STATUSES.get(why, 401)
