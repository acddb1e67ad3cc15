"""What customers do: they accept, in one way or another, grant access and end it, come and go."""

import re
from collections.abc import Awaitable, Callable

from sandbox.microsoft import Microsoft
from sandbox.microsoft.happenings import Events
from sandbox.scenarios.delivery import Mail
from sandbox.scenarios.once import once
from sandbox.slack import Slack, reading
from sandbox.slack.page_state import Press

ADDED = "wingtiptoys.example"
LINK = "ResellerRelationship"
"""Stands in every invitation's address."""
_DOMAIN = re.compile(r"`((?:[a-z0-9-]+\.)+[a-z]{2,})`")
_HEADING = re.compile(r"^Invitation (?:for|pour) (.+)$", re.MULTILINE)


def invited(slack: Slack) -> tuple[str, str]:
    """Return name and domain in the newest invitation that still waits, as people read it; LookupError without one."""
    for message in reversed(slack.world.messages):
        if message.by_bot and not message.deleted and LINK in str(message.blocks):
            text = reading.of_message(message, slack.names)
            domain, heading = _DOMAIN.search(text), _HEADING.search(text)
            name = heading[1] if heading else "Woodgrove Bank"
            name = name.split(".")[0].capitalize() if "." in name else name
            return name, domain[1] if domain else f"{re.sub(r'[^a-z0-9]', '', name.lower())}.example"
    raise LookupError("no_invitation")


def presses(slack: Slack, microsoft: Microsoft, mail: Mail) -> list[Press]:
    """Return what customers can do."""
    happen, tenants = microsoft.happenings, microsoft.entra.tenants

    def contoso() -> str:
        return tenants["contoso.com"]

    def brought(occur: Callable[[], Events]) -> Callable[[], Awaitable[None]]:
        return lambda: mail.bring(occur())

    def accepted() -> Events:
        name, domain = invited(slack)
        return happen.accept_invitation(domain, name)

    def accepted_elsewhere() -> Events:
        name, domain = invited(slack)
        return happen.accept_invitation(f"{domain.split('.')[0]}-group.example", name)

    def removed() -> Events:
        if ADDED not in tenants or tenants[ADDED] not in microsoft.partner_center.state.customers:
            raise LookupError("no_such_customer")
        return happen.remove_customer(tenants[ADDED])

    return [
        once(
            "accept",
            "customer",
            ("Accept the invitation", "The company of the newest invitation accepts"),
            ("Accepter l’invitation", "L’entreprise de la dernière invitation accepte"),
            brought(accepted),
        ),
        once(
            "accept_elsewhere",
            "customer",
            ("Accept under another domain", "A company of the same name accepts, under a domain nobody expected"),
            ("Accepter sous un autre domaine", "Une entreprise du même nom accepte, sous un domaine inattendu"),
            brought(accepted_elsewhere),
        ),
        once(
            "accept_unasked",
            "customer",
            ("Accept without an invitation", "Woodgrove Bank accepts, whom nobody here invited"),
            ("Accepter sans invitation", "Woodgrove Bank accepte, que personne ici n’a invitée"),
            brought(lambda: happen.accept_invitation("woodgrovebank.com", "Woodgrove Bank")),
        ),
        once(
            "grant",
            "customer",
            ("Grant access", "Contoso grants delegated access"),
            ("Accorder l’accès", "Contoso accorde un accès délégué"),
            brought(lambda: happen.grant_access(contoso())),
        ),
        once(
            "end",
            "customer",
            ("End access", "Contoso ends delegated access"),
            ("Retirer l’accès", "Contoso retire l’accès délégué"),
            brought(lambda: happen.end_access(contoso())),
        ),
        once(
            "add",
            "customer",
            ("Add a customer", "A colleague creates Wingtip Toys in Partner Center, of which Microsoft sends no event"),
            ("Ajouter un client", "Un collègue crée Wingtip Toys ; Microsoft n’en envoie pas d’événement"),
            brought(lambda: happen.add_customer(ADDED, "Wingtip Toys")),
        ),
        once(
            "remove",
            "customer",
            ("Remove a customer", "A colleague ends the relationship with Wingtip Toys, again without an event"),
            ("Retirer un client", "Un collègue met fin à la relation avec Wingtip Toys, là aussi sans événement"),
            brought(removed),
        ),
    ]
