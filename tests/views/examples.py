"""One example or more of every view, by the name of its function; what is not here fails a test."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from bot.context import (
    CannotPost,
    Channel,
    CommandHelp,
    MembersOnly,
    NobodyConfigured,
    NotAllowed,
    Outdated,
    Role,
    TooLate,
    TooSlow,
    UnknownCommand,
)
from bot.errors import PartnerBotError, RemoteError
from bot.finding import Domain, Name, TenantId
from bot.language import Language, deferred, language
from bot.partner_center.errors import (
    CustomerNotFound,
    Diagnosis,
    Lack,
    NoRelationship,
    NotAnIndirectProvider,
    RoleMissing,
    SearchRefused,
    SignInCause,
    SignInRefused,
    Throttled,
    Unavailable,
    UnreadableAnswer,
    WrongKindOfSignIn,
)
from bot.partner_center.invitation_link import AdministratorAccess, InspectedLink, LinkRefused, RefusalReason
from bot.partner_center.models import (
    Address,
    BillingProfile,
    CompanyProfile,
    Customer,
    CustomerMatches,
    CustomerRelationship,
    CustomerSummary,
    PartnerRelationship,
    PartnerRelationships,
    RelationshipType,
)
from bot.reply import Message, Modal
from bot.storage.invitations import Invitation, InvitationState
from bot.views import customers, failures, invitations, modals, refusals, relationships, support
from bot.views import help as help_views

T = TypeVar("T")
Example = Callable[[Language], Message | Modal]

AT = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
TENANT = "8f1d6c1e-3b52-4c8e-9a47-5d20e1c7b903"
PARTNER = "1b7f0c52-9f6e-4a0f-8d6b-2c3a4e5f6071"
PORTAL = f"https://partner.microsoft.com/dashboard/v2/customers/{TENANT}/servicemanagementpage"
URL = (
    "https://admin.microsoft.com/Adminportal/Home?invType=ResellerRelationship"
    f"&partnerId={PARTNER}&msppId=0&DAP=false#/BillingAccounts/partner-invitation"
)
HOSTILE = "<!channel> & <@U0EVIL> <http://evil.example|click> *b* `code`\n> \u202eright\u202c\x00to left " * 6
SALES = Channel(id="C0SALES", name="sales", external=False)
SHARED = Channel(id="C0SHARED", name="northwind", external=True)
UNSEEN = Channel(id="C0UNSEEN", name="", external=True, known=False)


def customer(
    name: str | None = "Contoso Retail France",
    *,
    delegated: bool | None = True,
    relationship: CustomerRelationship | str = CustomerRelationship.RESELLER,
    domain: str | None = "contoso.com",
) -> Customer:
    """Return a customer with everything, or with what Microsoft leaves without delegated access."""
    address = Address(
        country="FR",
        city="Lyon",
        address_line1="12 rue des Lilas",
        postal_code="69003",
        phone_number="+33 4 00 00 00 00",
    )
    return Customer(
        id=TENANT,
        commerce_id="2a0e7c44-9d1b-4f6e-b8a3-71c5d0e94f12",
        company_profile=CompanyProfile(
            tenant_id=TENANT,
            domain=domain,
            company_name=name,
            address=address if delegated else None,
            email="jeanne@contoso.com" if delegated else None,
        ),
        billing_profile=BillingProfile(
            first_name="Jeanne",
            last_name="Morel",
            culture="fr-FR",
            language="en",
            default_address=Address(country="FR"),
        )
        if delegated
        else None,
        relationship_to_partner=relationship,
        allow_delegated_access=delegated,
        custom_domains=(
            "contoso.com",
            "contoso.fr",
            "contoso.onmicrosoft.com",
            "contoso.example",
            "contoso.test",
            "contoso.de",
        )
        if delegated
        else None,
    )


def hostile_customer(name: str = HOSTILE) -> Customer:
    """Return a customer of whom every text is foreign and long."""
    address = Address(
        country=name,
        region=name,
        city=name,
        state=name,
        district=name,
        address_line1=name,
        address_line2=name,
        address_line3=name,
        postal_code=name,
        phone_number=name,
    )
    return Customer(
        id=TENANT,
        commerce_id=name,
        company_profile=CompanyProfile(domain=name, company_name=name, address=address, email=name),
        billing_profile=BillingProfile(
            first_name=name, last_name=name, culture=name, language=name, default_address=address
        ),
        relationship_to_partner=name,
        allow_delegated_access=True,
        custom_domains=(name, f"{name}2", f"{name}3", f"{name}4"),
    )


def matches(count: int, *, more: bool = False, name: str = "Contoso") -> CustomerMatches:
    """Return so many customers whose names begin alike; every third has no name, every fifth no domain."""
    return CustomerMatches(
        items=tuple(
            CustomerSummary(
                id=f"{index:08d}-0000-4000-8000-000000000000",
                company_profile=CompanyProfile(
                    company_name=None if index % 3 == 2 else f"{name} {index}",
                    domain=None if index % 5 == 4 else f"contoso{index}.example",
                ),
            )
            for index in range(count)
        ),
        more=more,
    )


def partners(
    count: int, *, full: bool = False, more: bool = False, name: str = "Fabrikam Distribution"
) -> PartnerRelationships:
    """Return so many partners, with state and location too where ``full``."""
    kinds = (*RelationshipType, "is_something_new")
    return PartnerRelationships(
        items=tuple(
            PartnerRelationship(
                id=f"{index:08d}-0000-4000-8000-000000000000",
                name=None if index % 7 == 6 else f"{name} {index}",
                relationship_type=kinds[(index + 2) % len(kinds)],
                mpn_id=f"{index:07d}",
                state=("Active" if index % 2 else "pending review") if full else None,
                location=("FR" if index % 2 else "XQ") if full else None,
            )
            for index in range(count)
        ),
        more=more,
    )


def invitation(
    state: InvitationState = InvitationState.WAITING,
    *,
    company: str = "Contoso Retail France",
    note: str | None = None,
    sender: str = "Aline Marchand",
    days: int = 2,
    number: int = 1,
    domain: str | None = "contoso.com",
) -> Invitation:
    """Return an invitation as it is kept."""
    posted = state not in {InvitationState.PENDING, InvitationState.POSTING, InvitationState.FAILED}
    closed = state is InvitationState.CLOSED
    return Invitation(
        id=f"00000000-0000-4000-8000-{number:012d}",
        submission_key="V1",
        workspace_id="T0",
        sender_id="U0ALINE",
        sender_name=sender,
        sender_locale="fr-FR",
        channel_id="C0SALES",
        thread_ts="1795440000.000100",
        parent_ts=None,
        message_ts=f"1795442700.{number:06d}" if posted else None,
        company=company,
        expected_name=None,
        expected_domain=domain,
        expected_tenant_id=None,
        note=note,
        language="en",
        external_channel=False,
        link_kind="reseller",
        state=state,
        reason=None,
        attempts=1,
        suspect=False,
        fence=1,
        created_at=AT - timedelta(days=days),
        posted_at=AT - timedelta(days=days) if posted else None,
        closed_at=AT if closed else None,
        closed_by="U0ALINE" if closed else None,
    )


def link(
    access: AdministratorAccess = AdministratorAccess.NO,
    *,
    provider: str | None = None,
    recognised: bool = True,
    verified: bool = True,
    url: str = URL,
) -> InspectedLink:
    """Return a link that passed the inspection."""
    return InspectedLink(
        url=url,
        kind="indirect_reseller" if provider else "reseller",
        administrator_access=access,
        indirect_provider_id=provider,
        recognised=recognised,
        verified=verified,
    )


DIAGNOSIS = Diagnosis(
    operation=f"GET /v1/customers/{TENANT}",
    at=AT,
    cloud="global",
    partner_tenant_id=PARTNER,
    request_id="5f3c2a10-0000-4000-8000-000000000001",
    correlation_id="5f3c2a10-0000-4000-8000-000000000002",
    customer_tenant_id=TENANT,
    status=403,
    code="20002",
)
COMMANDS = (
    CommandHelp(
        name="customer",
        argument="<id | domain | name>",
        summary=deferred("shows a customer. Takes a tenant ID, domain or name."),
        group=deferred("Look up"),
        role=Role.VIEWER,
        example="contoso.com",
    ),
    CommandHelp(
        name="invite",
        argument="[company or domain]",
        summary=deferred("posts an invitation."),
        group=deferred("Invite"),
        role=Role.OPERATOR,
        example="Contoso",
    ),
    CommandHelp(
        name="relationships",
        argument="<id | domain | name>",
        summary=deferred("lists the customer’s partners."),
        group=deferred("Look up"),
        role=Role.VIEWER,
        example="fabrikam.com",
    ),
)
COUNTS = invitations.Counts(waiting=7, accepted=12, closed=3, listed=22)
ROWS = tuple(invitation(state, number=number) for number, state in enumerate(InvitationState))


def card(lang: Language, of: Customer, *, may: bool = True, shared_in: str | None = None) -> Message:
    """Return the full card."""
    return customers.card(lang, of, read_at=AT, may_invite=may, may_share=may, portal_url=PORTAL, shared_in=shared_in)


def failed(lang: Language, error: Exception, *, admin: bool = False) -> Message:
    """Return the words for an exception, to somebody who may do what can be done."""
    return failures.failure(
        lang, error, reference="r-7k2m4q", at=AT, admin=admin, may_invite=True, again="command customer contoso.com"
    )


ERRORS: Mapping[str, Exception] = {
    "not a customer": CustomerNotFound(DIAGNOSIS),
    "not a customer, no id": CustomerNotFound(),
    "no relationship": NoRelationship(DIAGNOSIS),
    "not an indirect provider": NotAnIndirectProvider(DIAGNOSIS),
    "search refused": SearchRefused(DIAGNOSIS),
    "wrong kind of sign-in": WrongKindOfSignIn(DIAGNOSIS),
    "throttled": Throttled(57, DIAGNOSIS),
    "unavailable": Unavailable(3, DIAGNOSIS),
    "unavailable, one try": Unavailable(1),
    "unavailable, no try": Unavailable(0),
    "unreadable": UnreadableAnswer(DIAGNOSIS),
    "slack": RemoteError(),
    "ours": ValueError("a secret"),
    "unknown to this list": PartnerBotError(),
    "unknown command": UnknownCommand("custmer", "customer contoso.com"),
    "not allowed": NotAllowed("Inviting customers", Role.OPERATOR),
    "nobody configured": NobodyConfigured("Looking up customers", Role.VIEWER),
    "members only": MembersOnly(),
    "too late": TooLate(),
    "too slow": TooSlow(),
    "outdated": Outdated(),
    "cannot post": CannotPost(SALES, "not_in_channel"),
    "link refused": LinkRefused(
        RefusalReason.WRONG_HOST, found="admin.microsoft.com.example", expected="admin.microsoft.com"
    ),
    **{f"sign-in {cause}": SignInRefused(cause, DIAGNOSIS) for cause in SignInCause},
    **{f"role missing {lack}": RoleMissing(lack, DIAGNOSIS) for lack in Lack},
}


def _each(view: Callable[[Language, T], Message], value: T) -> Example:
    return lambda lang: view(lang, value)


def _card_of_kind(lang: Language, kind: CustomerRelationship) -> Message:
    return card(lang, customer(relationship=kind))


def _link_refused(lang: Language, reason: RefusalReason) -> Message:
    error = LinkRefused(reason, found="admin.microsoft.com.example", expected="admin.microsoft.com")
    return invitations.link_refused(lang, error)


def _cannot_post(lang: Language, reason: str) -> Message:
    return invitations.cannot_post(lang, SALES, "1", reason=reason)


def _delayed(lang: Language, cause: invitations.Delay) -> Message:
    return invitations.delayed(lang, invitation(InvitationState.PENDING), cause=cause)


def _invitation(lang: Language, row: Invitation, of: InspectedLink) -> Message:
    return invitations.invitation(lang, lang, row, of)


def _full_list(lang: Language, scope: invitations.Scope) -> Message:
    return _invitations(lang, scope, full=True)


def _empty_list(lang: Language, scope: invitations.Scope) -> Message:
    return _invitations(lang, scope, full=False)


def _invitations(lang: Language, scope: invitations.Scope, *, full: bool, workspace_url: str = "") -> Message:
    return invitations.listing(
        lang, ROWS if full else (), scope=scope, counts=COUNTS, now=AT, workspace_url=workspace_url
    )


EXAMPLES: Mapping[str, Example] = {
    "customers.card": lambda lang: card(lang, customer()),
    "customers.card without rights": lambda lang: card(lang, customer(), may=False),
    "customers.card withheld": lambda lang: card(lang, customer(delegated=False)),
    "customers.card access not stated": lambda lang: card(lang, customer(delegated=None)),
    "customers.card new kind": lambda lang: card(lang, customer(relationship="marketplace")),
    "customers.card without name": lambda lang: card(lang, customer(None)),
    "customers.card without anything": lambda lang: card(lang, Customer(id=TENANT)),
    "customers.card long name": lambda lang: card(lang, customer("Contoso " * 50)),
    "customers.card hostile": lambda lang: card(lang, hostile_customer()),
    "customers.card after sharing": lambda lang: card(lang, customer(), shared_in="C0SALES"),
    **{f"customers.card {kind}": _each(_card_of_kind, kind) for kind in CustomerRelationship},
    "customers.reduced_card": lambda lang: customers.reduced_card(
        lang, customer(), read_at=AT, portal_url=PORTAL, shared_by="U0ALINE"
    ),
    "customers.reduced_card hostile": lambda lang: customers.reduced_card(
        lang, hostile_customer(), read_at=AT, portal_url=PORTAL
    ),
    "customers.share_refused": customers.share_refused,
    "customers.share_refused unseen": lambda lang: customers.share_refused(lang, known=False),
    "customers.choice": lambda lang: customers.choice(lang, "contoso", matches(14)),
    "customers.choice of two": lambda lang: customers.choice(lang, "contoso", matches(2), action="show_relationships"),
    "customers.choice of very many": lambda lang: customers.choice(lang, "c", matches(500, more=True)),
    "customers.choice from a message": lambda lang: customers.choice(lang, "", matches(3)),
    "customers.choice hostile": lambda lang: customers.choice(lang, HOSTILE, matches(11, name=HOSTILE)),
    "customers.not_one of several": lambda lang: customers.not_one(lang, Name("contoso"), matches(3), may_invite=True),
    "customers.not_one of none": lambda lang: customers.not_one(lang, Name("contosso"), matches(0), may_invite=True),
    "customers.no_hit by domain": lambda lang: customers.no_hit(lang, Domain("contosso.fr"), may_invite=True),
    "customers.no_hit by name": lambda lang: customers.no_hit(lang, Name("contosso"), may_invite=False),
    "customers.no_hit by id": lambda lang: customers.no_hit(lang, TenantId(TENANT), may_invite=True),
    "customers.no_hit hostile": lambda lang: customers.no_hit(lang, Name(HOSTILE), may_invite=True),
    "customers.nothing_in_message": customers.nothing_in_message,
    "customers.which_customer": customers.which_customer,
    "customers.find_modal": lambda lang: customers.find_modal(lang, purpose="customer"),
    "relationships.listing": lambda lang: relationships.listing(lang, customer(), partners(12), read_at=AT),
    "relationships.listing of one": lambda lang: relationships.listing(lang, customer(), partners(1), read_at=AT),
    "relationships.listing full": lambda lang: relationships.listing(
        lang, customer(), partners(8, full=True, more=True), read_at=AT
    ),
    "relationships.listing 130": lambda lang: relationships.listing(lang, customer(), partners(130), read_at=AT),
    "relationships.listing 130, second page": lambda lang: relationships.listing(
        lang, customer(), partners(130), read_at=AT, first=100
    ),
    "relationships.listing hostile": lambda lang: relationships.listing(
        lang, hostile_customer(), partners(130, full=True, name=HOSTILE), read_at=AT
    ),
    "relationships.listing empty": lambda lang: relationships.listing(
        lang, customer("Adatum"), PartnerRelationships(), read_at=AT
    ),
    "invitations.invitation": lambda lang: _invitation(
        lang, invitation(note="40 seats, wants to move before January"), link()
    ),
    "invitations.invitation with access": lambda lang: _invitation(
        lang, invitation(domain=None), link(AdministratorAccess.YES)
    ),
    "invitations.invitation unclear": lambda lang: _invitation(
        lang, invitation(company="contoso.com"), link(AdministratorAccess.UNCLEAR, recognised=False)
    ),
    "invitations.invitation indirect": lambda lang: _invitation(
        lang, invitation(), link(provider=PARTNER, verified=False)
    ),
    "invitations.invitation hostile": lambda lang: _invitation(
        lang, invitation(company=HOSTILE, note=HOSTILE * 9, sender=HOSTILE, domain=HOSTILE), link(provider=HOSTILE)
    ),
    "invitations.invitation in another language": lambda lang: invitations.invitation(
        lang, language("en"), invitation(), link()
    ),
    "invitations.external_invitation": lambda lang: invitations.external_invitation(
        lang, link(), signed="Aline Marchand"
    ),
    "invitations.parent": lambda lang: invitations.parent(lang, invitation()),
    "invitations.closed": lambda lang: invitations.closed(lang, invitation(InvitationState.CLOSED)),
    "invitations.on_its_way": lambda lang: invitations.on_its_way(lang, invitation(InvitationState.PENDING)),
    **{f"invitations.delayed {cause}": _each(_delayed, cause) for cause in invitations.Delay},
    "invitations.open_window": lambda lang: invitations.open_window(lang, "Contoso"),
    **{f"invitations.link_refused {reason}": _each(_link_refused, reason) for reason in RefusalReason},
    "invitations.link_refused hostile": lambda lang: invitations.link_refused(
        lang, LinkRefused(RefusalReason.UNKNOWN_KIND, found=HOSTILE, expected=HOSTILE), reference="r-7k2m4q"
    ),
    **{
        f"invitations.cannot_post {reason}": _each(_cannot_post, reason)
        for reason in ("not_in_channel", "is_archived", "external_channel", "restricted_action")
    },
    "invitations.invite_modal": lambda lang: invitations.invite_modal(
        lang, channel=SALES, person="U0TOM", in_thread=True, company="contoso.com"
    ),
    "invitations.invite_modal in a thread": lambda lang: invitations.invite_modal(lang, channel=SALES, in_thread=True),
    "invitations.invite_modal hostile": lambda lang: invitations.invite_modal(lang, channel=SALES, company=HOSTILE),
    "invitations.invite_modal without channel": lambda lang: invitations.invite_modal(lang, channel=None),
    "invitations.invite_modal shared channel": lambda lang: invitations.invite_modal(lang, channel=SHARED),
    "invitations.invite_modal unseen channel": lambda lang: invitations.invite_modal(lang, channel=UNSEEN),
    "invitations.confirm_external_modal": lambda lang: invitations.confirm_external_modal(lang, SHARED, memory="{}"),
    "invitations.confirm_external_modal unseen": lambda lang: invitations.confirm_external_modal(
        lang, UNSEEN, memory="{}"
    ),
    "invitations.copying": invitations.copying,
    "invitations.copy_modal": lambda lang: invitations.copy_modal(
        lang, invitations.customer_text(lang, link(), signed="Aline Marchand")
    ),
    **{f"invitations.listing {scope}": _each(_full_list, scope) for scope in invitations.Scope},
    **{f"invitations.listing {scope}, none": _each(_empty_list, scope) for scope in invitations.Scope},
    "invitations.listing with addresses": lambda lang: _invitations(
        lang, invitations.Scope.ALL, full=True, workspace_url="https://contoso.slack.com/"
    ),
    **{f"failures.failure {name}": _each(failed, error) for name, error in ERRORS.items()},
    "failures.failure sign-in, to an admin": lambda lang: failed(
        lang, SignInRefused(SignInCause.MFA_MISSING), admin=True
    ),
    "failures.working behind a command": lambda lang: failures.working(lang, stays=True),
    "failures.working behind a button": lambda lang: failures.working(lang, stays=False),
    "failures.waiting": lambda lang: failures.waiting(lang, 11.2),
    "failures.restarting": failures.restarting,
    "refusals.unknown_command": lambda lang: refusals.unknown_command(lang, "xyz", None),
    "refusals.unknown_command hostile": lambda lang: refusals.unknown_command(lang, HOSTILE, HOSTILE),
    "refusals.unknown_command near miss": lambda lang: refusals.unknown_command(
        lang, "custmer", "customer contoso.com"
    ),
    "refusals.not_allowed": lambda lang: refusals.not_allowed(lang, "Inviting customers", Role.OPERATOR),
    "refusals.nobody_configured": lambda lang: refusals.nobody_configured(lang, "Inviting customers", Role.OPERATOR),
    "refusals.members_only": refusals.members_only,
    "refusals.too_late": refusals.too_late,
    "refusals.too_slow": refusals.too_slow,
    "refusals.outdated": refusals.outdated,
    "help.overview": lambda lang: help_views.overview(lang, COMMANDS, role=Role.OPERATOR, hidden=0),
    "help.overview of a viewer": lambda lang: help_views.overview(lang, COMMANDS[:1], role=Role.VIEWER, hidden=4),
    "help.overview of nobody": lambda lang: help_views.overview(lang, (), role=Role.NOBODY, hidden=1),
    "help.one": lambda lang: help_views.one(lang, COMMANDS[0]),
    "support.support_modal": lambda lang: support.support_modal(lang, support.button_value(DIAGNOSIS)),
    "modals.text_modal": lambda lang: modals.text_modal(lang, title="Title", label="Label", text="Text"),
    "modals.loading": lambda lang: modals.loading(lang, title="Title"),
    "modals.failed": lambda lang: modals.failed(lang, title="Title", message=failed(lang, Unavailable(3, DIAGNOSIS))),
    "modals.failed link refused": lambda lang: modals.failed(
        lang, title="Title", message=_link_refused(lang, RefusalReason.OTHER_PARTNER)
    ),
}
