"""The people who can sign in to the invented Entra."""

from dataclasses import dataclass
from typing import Final

from sandbox.microsoft.companies import CONTOSO, PARTNER_DOMAIN, PARTNER_TENANT_ID
from sandbox.microsoft.company import guid


@dataclass(frozen=True, slots=True)
class User:
    """Somebody with an account; ``mfa`` says whether they sign in with a second factor."""

    name: str
    username: str
    tenant_id: str
    mfa: bool = True

    @property
    def object_id(self) -> str:
        """The account's id in its tenant."""
        return guid(self.username)


ADMIN_AGENT: Final = User("Mona Kane", f"mona.kane@{PARTNER_DOMAIN}", PARTNER_TENANT_ID)
WITHOUT_MFA: Final = User("Sid Baker", f"sid.baker@{PARTNER_DOMAIN}", PARTNER_TENANT_ID, mfa=False)
FROM_ANOTHER_TENANT: Final = User("Eva Corets", "eva.corets@contoso.com", CONTOSO.tenant_id)

USERS: Final = {user.username: user for user in (ADMIN_AGENT, WITHOUT_MFA, FROM_ANOTHER_TENANT)}
