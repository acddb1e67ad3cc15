"""Invitations that wait for a customer, found by what may make them a customer's own."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, select, union

from bot.domain.invitations import Invitation, invited_words
from bot.storage.column_types import Text
from bot.storage.tables import INVITATION_WAITS, invitations
from bot.typed_text import comparable

ALWAYS = "*"
"""The key, which is no word, of what an earlier release recorded."""
_KEYS = frozenset({"name_key", "domain_key"})


def match_keys(*, company: str, expected_name: str | None, expected_domain: str | None) -> dict[str, str]:
    """Return the columns by which an invitation is found; an empty text is nobody's."""
    words = invited_words(company=company, expected_name=expected_name)
    return {
        "name_key": words[0] if words else "",
        "domain_key": comparable(expected_domain) if expected_domain else "",
    }


def invitation_of(row: Mapping[Any, Any]) -> Invitation:
    """Return the invitation in a row of the table, by the names of its columns."""
    return Invitation(**{name: value for name, value in row.items() if name not in _KEYS})


def candidates(
    connection: Connection, *, tenant_id: str | None, domains: AbstractSet[str], first_words: AbstractSet[str]
) -> tuple[Invitation, ...]:
    """Return the waiting invitations that expect this tenant or one of these domains, or whose name begins so.

    Those that an earlier release recorded are among them. The oldest come first.
    """
    values = {"tenant": tenant_id, "domains": sorted(domains), "words": [*sorted(first_words), ALWAYS]}
    return tuple(invitation_of(row) for row in connection.execute(_candidates, values).mappings())


def _waiting(which: ColumnElement[bool]) -> Select[tuple[str]]:
    return select(invitations.c.id).where(INVITATION_WAITS, which)


_candidates = (
    select(invitations)
    .where(
        # One SELECT for each index.
        invitations.c.id.in_(
            union(
                _waiting(invitations.c.expected_tenant_id == bindparam("tenant", type_=Text)),
                _waiting(invitations.c.domain_key.in_(bindparam("domains", expanding=True))),
                _waiting(invitations.c.name_key.in_(bindparam("words", expanding=True))),
            )
        )
    )
    .order_by(invitations.c.created_at, invitations.c.id)
)
