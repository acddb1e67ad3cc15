"""One example or more of every view, by the name of its function; a view without one fails a test."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from bot.contacts import BOT_ADMINS, Contact, ContactKind, Contacts
from bot.context import (
    CannotPost,
    CommandHelp,
    Explained,
    MembersOnly,
    NobodyConfigured,
    NotAllowed,
    NotUnderstood,
    Outdated,
    Role,
    TooLate,
    TooSlow,
    UnknownCommand,
)
from bot.domain.channel_subscriptions import ChannelSubscription, SubscriptionState
from bot.domain.invitations import CHANNEL_ARCHIVED, MESSAGE_DELETED, Invitation, InvitationState
from bot.errors import PartnerBotError, RemoteError
from bot.finding import Domain, Name, NoCustomer, OneCustomer, Others, TenantId
from bot.language import Language, deferred, language
from bot.partner_center.errors import (
    AlreadyRegistered,
    CustomerNotFound,
    Lack,
    NoRelationship,
    NotAnIndirectProvider,
    RoleMissing,
    SearchRefused,
    SignInCause,
    SignInRefused,
    Throttled,
    TokenUnusable,
    Unavailable,
    UnreadableAnswer,
    WrongKindOfSignIn,
)
from bot.partner_center.invitation_link import AdministratorAccess, InspectedLink, LinkRefused, RefusalReason
from bot.partner_center.models import Customer, CustomerRelationship, PartnerRelationships
from bot.partner_center.paging import Gap
from bot.reply import Message, Modal
from bot.tenant_ids import DamagedTenantId
from bot.views import customers, elsewhere, failures, invitations, last_words, modals, refusals, relationships, support
from bot.views import help as help_views
from bot.views.customer_choice import choice
from bot.views.no_customer import damaged_tenant_id, no_customer
from bot.views.outdated import outdated
from tests.views import event_samples, life_examples, notice_examples, subscription_examples
from tests.views.samples import (
    AT,
    DIAGNOSIS,
    HOSTILE,
    PARTNER,
    PORTAL,
    SALES,
    SHARED,
    TENANT,
    UNSEEN,
    customer,
    hostile_customer,
    invitation,
    link,
    matches,
    partners,
)

T = TypeVar("T")
Example = Callable[[Language], Message | Modal]

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
    CommandHelp(
        name="subscribe",
        argument="[topics]",
        summary=deferred("lets this channel follow topics."),
        group=deferred("Follow"),
        role=Role.OPERATOR,
        example="customers relationships",
    ),
    CommandHelp(
        name="status",
        argument="",
        summary=deferred("says whether the bot is working."),
        group=deferred("Run"),
        role=Role.VIEWER,
        example="",
    ),
)
EXPLAINED = (Explained(typed="", meaning=deferred("by any domain of theirs")),)
COUNTS = invitations.Counts(waiting=7, accepted=12, closed=3, listed=22)
ROWS = (
    *(invitation(state, number=number) for number, state in enumerate(InvitationState)),
    invitation(InvitationState.WAITING, number=6, days=7, reminders=1),
    *(invitation(InvitationState.CLOSED, number=7, reason=reason) for reason in (MESSAGE_DELETED, CHANNEL_ARCHIVED)),
)


def card(
    lang: Language, of: Customer, *, may: bool = True, shared_in: str | None = None, found: OneCustomer | None = None
) -> Message:
    """Return the full card."""
    return customers.card(
        lang, of, read_at=AT, may_invite=may, may_share=may, portal_url=PORTAL, shared_in=shared_in, found=found
    )


TOM = Contacts(people=(Contact(user_id="U0TOM", name="Tom Becker"),))
SEVERAL = Contacts(people=tuple(Contact(user_id=f"U0{name}", name=name) for name in ("Tom", "Lea", "Sam")))
MAYA = Contacts(kind=ContactKind.OPERATORS, people=(Contact(user_id="U0MAYA", name="Maya Okafor"),))
STRANGE = Contacts(people=(Contact(user_id="U0X", name=HOSTILE),))


def failed(lang: Language, error: Exception, *, admin: bool = False, contacts: Contacts = BOT_ADMINS) -> Message:
    """Return the words for an exception, to somebody who may do what can be done."""
    return failures.failure(
        lang,
        error,
        reference="r-7k2m4q",
        at=AT,
        admin=admin,
        may_invite=True,
        again="command customer contoso.com",
        contacts=contacts,
    )


NOBODY: Mapping[str, NoCustomer] = {
    "name": NoCustomer(query=Name("contosso")),
    "marked name": NoCustomer(query=Name("Demo) Contosso", ("(Demo) Contosso", "Demo) Contosso"))),
    "two letters": NoCustomer(query=Name("zz")),
    "id": NoCustomer(query=TenantId(TENANT)),
    "no relationship": NoCustomer(query=TenantId(TENANT), tenant_id=TENANT),
    "domain": NoCustomer(query=Domain("contosso.fr")),
    "nobody's domain": NoCustomer(query=Domain("contosso.fr"), nobodys=True),
    "tenant": NoCustomer(query=Domain("relecloud.com"), tenant_id=TENANT),
    "damaged id": NoCustomer(query=Name(TENANT[:-1]), damaged=DamagedTenantId(TENANT[:-1], 31)),
    "hostile": NoCustomer(query=Name(HOSTILE)),
}


def beside(count: int, *, more: bool = False, not_by_domain: str | None = None) -> OneCustomer:
    """Return a customer that was found beside so many others."""
    others = Others(prefix="contoso", count=count, more=more) if count else None
    return OneCustomer(customer=customer(), others=others, not_by_domain=not_by_domain)


def _no_customer(lang: Language, none: NoCustomer) -> Message:
    return no_customer(lang, none, may_invite=True)


ERRORS: Mapping[str, Exception] = {
    "a token that is none": TokenUnusable(DIAGNOSIS),
    "not a customer": CustomerNotFound(DIAGNOSIS),
    "not a customer, no id": CustomerNotFound(),
    "no relationship": NoRelationship(DIAGNOSIS),
    "not an indirect provider": NotAnIndirectProvider(DIAGNOSIS),
    "search refused": SearchRefused(DIAGNOSIS),
    "wrong kind of sign-in": WrongKindOfSignIn(DIAGNOSIS),
    "already registered": AlreadyRegistered(DIAGNOSIS),
    "throttled": Throttled(57, DIAGNOSIS),
    "throttled for a day": Throttled(1e300, DIAGNOSIS),
    "unavailable": Unavailable(3, DIAGNOSIS),
    "unavailable, one try": Unavailable(1),
    "unavailable, no try": Unavailable(0),
    "unreadable": UnreadableAnswer(DIAGNOSIS),
    "slack": RemoteError(),
    "not understood": NotUnderstood(),
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


def _outdated(now: ChannelSubscription | Invitation) -> Example:
    return lambda lang: outdated(lang, now)


def _to_an_admin(lang: Language, error: Exception) -> Message:
    return failed(lang, error, admin=True, contacts=TOM)


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
    "customers.card beside others": lambda lang: card(lang, customer(), found=beside(17)),
    "customers.card beside very many": lambda lang: card(lang, customer(), found=beside(1999, more=True)),
    "customers.card found by name": lambda lang: card(lang, customer(), found=beside(0, not_by_domain="contoso.shop")),
    "customers.reduced_card beside one": lambda lang: customers.reduced_card(
        lang, customer(), read_at=AT, portal_url=PORTAL, found=beside(1)
    ),
    "customer_choice.choice": lambda lang: choice(lang, matches(14), query=Name("contoso")),
    "customer_choice.choice last page": lambda lang: choice(lang, matches(14), query=Name("contoso"), first=10),
    "customer_choice.choice middle page": lambda lang: choice(lang, matches(21), query=Name("contoso"), first=10),
    "customer_choice.choice of two": lambda lang: choice(
        lang, matches(2), query=Domain("contoso.co"), action="show_relationships"
    ),
    "customer_choice.choice by name": lambda lang: choice(
        lang, matches(2), query=Name("contoso.shop"), not_by_domain="contoso.shop"
    ),
    "customer_choice.choice of very many": lambda lang: choice(lang, matches(500, more=True), query=Name("c")),
    "customer_choice.choice incomplete": lambda lang: choice(
        lang, matches(2).model_copy(update={"gap": Gap.REFUSED}), query=Name("contoso")
    ),
    "customer_choice.choice from a message": lambda lang: choice(lang, matches(3), query=None),
    "customer_choice.choice hostile": lambda lang: choice(lang, matches(11, name=HOSTILE), query=Name(HOSTILE)),
    **{f"no_customer.no_customer {name}": _each(_no_customer, none) for name, none in NOBODY.items()},
    "no_customer.no_customer viewer": lambda lang: no_customer(lang, NOBODY["tenant"], may_invite=False),
    "no_customer.damaged_tenant_id": lambda lang: damaged_tenant_id(lang, DamagedTenantId(TENANT[:-1], 31)),
    "no_customer.damaged_tenant_id letter": lambda lang: damaged_tenant_id(
        lang, DamagedTenantId(f"{TENANT[:-1]}o", 32, ("o",))
    ),
    "customers.nothing_in_message": customers.nothing_in_message,
    "customers.names_nobody": customers.names_nobody,
    "customers.which_customer": customers.which_customer,
    "customers.find_modal": lambda lang: customers.find_modal(lang, purpose="customer"),
    "relationships.listing": lambda lang: relationships.listing(lang, customer(), partners(12), read_at=AT),
    "relationships.listing of one": lambda lang: relationships.listing(lang, customer(), partners(1), read_at=AT),
    "relationships.listing full": lambda lang: relationships.listing(
        lang, customer(), partners(8, full=True, more=True), read_at=AT
    ),
    "relationships.listing incomplete": lambda lang: relationships.listing(
        lang, customer(), partners(3).model_copy(update={"gap": Gap.LINK}), read_at=AT
    ),
    "relationships.listing beside others": lambda lang: relationships.listing(
        lang, customer(), partners(2), read_at=AT, found=beside(17)
    ),
    "relationships.listing empty, beside others": lambda lang: relationships.listing(
        lang, customer(), PartnerRelationships(), read_at=AT, found=beside(17)
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
    "invitations.nobody_sent": lambda lang: invitations.nobody_sent(lang, "U0ALINE"),
    "invitations.nobody_sent by name": lambda lang: invitations.nobody_sent(lang, "Priya"),
    "invitations.unknown_list": lambda lang: invitations.unknown_list(lang, "xyzzy", None),
    "invitations.unknown_list near miss": lambda lang: invitations.unknown_list(lang, "acepted", "accepted"),
    "invitations.unknown_list hostile": lambda lang: invitations.unknown_list(lang, HOSTILE, None),
    **{f"invitations.listing {scope}, none": _each(_empty_list, scope) for scope in invitations.Scope},
    "invitations.listing with addresses": lambda lang: _invitations(
        lang, invitations.Scope.ALL, full=True, workspace_url="https://contoso.slack.com/"
    ),
    **{f"failures.failure {name}": _each(failed, error) for name, error in ERRORS.items()},
    **{
        f"failures.failure {name}, to an admin": _each(_to_an_admin, error)
        for name, error in ERRORS.items()
        if isinstance(error, SignInRefused | WrongKindOfSignIn | AlreadyRegistered)
    },
    "failures.failure sign-in, with a name": lambda lang: failed(
        lang, SignInRefused(SignInCause.MFA_MISSING), contacts=TOM
    ),
    "failures.failure ours, with hostile names": lambda lang: failed(lang, ValueError(), contacts=STRANGE),
    "failures.with_failed": lambda lang: failures.with_failed(
        lang,
        card(lang, customer()),
        {"adatum.com": RoleMissing(Lack.ROLE), TENANT: RoleMissing(Lack.ROLE), "fabrikam.com": Throttled(57)},
        at=AT,
    ),
    "failures.working behind a command": lambda lang: failures.working(lang, stays=True),
    "failures.working behind a button": lambda lang: failures.working(lang, stays=False),
    "failures.waiting": lambda lang: failures.waiting(lang, 11.2),
    "failures.overloaded": failures.overloaded,
    "failures.restarting": failures.restarting,
    "refusals.unknown_command": lambda lang: refusals.unknown_command(lang, "xyz", None),
    "refusals.unknown_command hostile": lambda lang: refusals.unknown_command(lang, HOSTILE, HOSTILE),
    "refusals.unknown_command near miss": lambda lang: refusals.unknown_command(
        lang, "custmer", "customer contoso.com"
    ),
    "refusals.not_allowed": lambda lang: refusals.not_allowed(lang, "Inviting customers", Role.OPERATOR),
    "refusals.not_allowed with names": lambda lang: refusals.not_allowed(
        lang, "Inviting customers", Role.OPERATOR, contacts=SEVERAL
    ),
    "refusals.not_allowed where there are operators": lambda lang: refusals.not_allowed(
        lang, "Inviting customers", Role.VIEWER, contacts=MAYA
    ),
    "refusals.not_allowed in this channel, to an admin": lambda lang: refusals.not_allowed(
        lang, "Inviting customers", Role.OPERATOR, admin=True, contacts=TOM
    ),
    "refusals.nobody_configured": lambda lang: refusals.nobody_configured(
        lang, "Inviting customers", contacts=Contacts(kind=ContactKind.WHO_RUNS_THE_BOT)
    ),
    "refusals.members_only": refusals.members_only,
    "refusals.too_late": refusals.too_late,
    "refusals.too_slow": refusals.too_slow,
    "outdated.outdated": outdated,
    **{f"outdated.outdated invitation {state}": _outdated(invitation(state)) for state in InvitationState},
    **{
        f"outdated.outdated invitation {reason}": _outdated(invitation(InvitationState.CLOSED, reason=reason))
        for reason in (MESSAGE_DELETED, CHANNEL_ARCHIVED, "a word of tomorrow")
    },
    "outdated.outdated hostile": _outdated(invitation(InvitationState.ACCEPTED, accepted_by=HOSTILE)),
    **{
        f"outdated.outdated follow {state} by {by}": _outdated(event_samples.subscription(state=state, changed_by=by))
        for state in SubscriptionState
        for by in ("U0ALINE", None)
    },
    "outdated.outdated follow paused by Slack": _outdated(
        event_samples.subscription(state=SubscriptionState.PAUSED, reason="is_archived")
    ),
    "help.overview": lambda lang: help_views.overview(lang, COMMANDS, role=Role.OPERATOR, hidden=0),
    "help.overview of a viewer": lambda lang: help_views.overview(lang, COMMANDS[:1], role=Role.VIEWER, hidden=4),
    "help.overview of nobody": lambda lang: help_views.overview(lang, (), role=Role.NOBODY, hidden=1),
    "help.for_outsiders": lambda lang: help_views.for_outsiders(lang, COMMANDS[4:]),
    "help.one": lambda lang: help_views.one(lang, COMMANDS[0]),
    "help.one with each word it takes": lambda lang: help_views.one(lang, replace(COMMANDS[4], explained=EXPLAINED)),
    "support.support_modal": lambda lang: support.support_modal(lang, support.button_value(DIAGNOSIS)),
    "last_words.said": lambda lang: last_words.said(lang.code, "r-7k2m4q"),
    "elsewhere.with_link": lambda lang: elsewhere.with_link(
        refusals.too_slow(lang), "https://contoso.slack.com/archives/C0SALES/p1"
    ),
    "modals.text_modal": lambda lang: modals.text_modal(lang, title="Title", label="Label", text="Text"),
    "modals.loading": lambda lang: modals.loading(lang, title="Title"),
    "modals.failed": lambda lang: modals.failed(lang, title="Title", message=failed(lang, Unavailable(3, DIAGNOSIS))),
    "modals.failed link refused": lambda lang: modals.failed(
        lang, title="Title", message=_link_refused(lang, RefusalReason.OTHER_PARTNER)
    ),
    **life_examples.EXAMPLES,
    **subscription_examples.EXAMPLES,
    **notice_examples.EXAMPLES,
}
