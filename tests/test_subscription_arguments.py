"""What people type behind ``/partner subscribe``, read as what they mean."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.arguments import customer_query
from bot.domain.channel_subscriptions import Rhythm
from bot.domain.event_kind import Topic
from bot.finding import CustomerQuery, Domain, Name, TenantId
from bot.subscription_arguments import (
    KNOWN,
    BadValue,
    SubscriptionArguments,
    UnknownOption,
    UnknownTopic,
    subscription_arguments,
    topics_typed,
)

GUID = "8f1d6c1e-3b52-4c8e-9a47-5d20e1c7b903"

unhurried = settings(deadline=None)
pieces = st.sampled_from(
    [
        *(*KNOWN, "--change", "-digest", "—digest", "--DIGEST", "--digest=daily", "--customer=", "--country=FR,DE"),
        *("customers", "all", "CUSTOMERS,", "daily", "weekly", "contoso.com", GUID, "FR", "Contoso", '"', "“Contoso"),
        *("--", "-", "—", ",", "=", "<@U1>", "&amp;", "\u202e", "--x", "--" + "a" * 300),
    ]
)
words = st.lists(pieces | st.text(max_size=20), max_size=12).map(" ".join)
names = st.text(alphabet="abcdefgABCDEFGéüß&'’.- ", min_size=1, max_size=30).map(customer_query)
customers = st.none() | names | st.uuids().map(lambda each: TenantId(str(each)))
wanted = st.builds(
    SubscriptionArguments,
    topics=st.frozensets(st.sampled_from(Topic)),
    customer=customers | st.sampled_from([Domain("contoso.com"), Domain("münchen.example")]),
    countries=st.lists(st.sampled_from(["FR", "DE", "Côte d'Ivoire", "United States"]), max_size=3, unique=True).map(
        tuple
    ),
    thread_only=st.booleans(),
    rhythm=st.sampled_from(Rhythm),
    changes=st.none() | st.uuids().map(str),
)


@unhurried
@given(words)
@example("--customer")
@example('--customer ""')
@example("--country , ,")
@example("--digest")
def test_nothing_breaks_it(text: str) -> None:
    assert isinstance(subscription_arguments(text), SubscriptionArguments | UnknownTopic | UnknownOption | BadValue)
    assert isinstance(topics_typed(text), frozenset | UnknownTopic)


@unhurried
@given(wanted)
def test_what_is_written_is_read_as_the_same(meant: SubscriptionArguments) -> None:
    assert subscription_arguments(meant.typed()) == meant


@unhurried
@given(st.lists(st.sampled_from(Topic)), st.sampled_from([" ", ", ", ",", " , ", "; "]))
def test_topics_are_read_with_spaces_or_commas_in_any_case(topics: list[Topic], between: str) -> None:
    assert topics_typed(between.join(topics).upper()) == frozenset(topics)
    assert subscription_arguments(between.join(topics).title()) == SubscriptionArguments(topics=frozenset(topics))


@pytest.mark.parametrize(
    "written", ["--digest daily", "-digest daily", "—digest daily", "--digest=daily", "--DIGEST Daily"]
)
def test_an_option_is_read_however_a_keyboard_writes_it(written: str) -> None:
    meant = SubscriptionArguments(topics=frozenset({Topic.CUSTOMERS}), rhythm=Rhythm.DAILY)

    assert subscription_arguments(f"customers {written}") == meant
    assert subscription_arguments(f"{written} customers") == meant


@pytest.mark.parametrize(
    ("written", "customer", "topics"),
    [
        ("--customer contoso.com customers", Domain("contoso.com"), {Topic.CUSTOMERS}),
        ("--customer <http://contoso.com|contoso.com> customers", Domain("contoso.com"), {Topic.CUSTOMERS}),
        (f"--customer {GUID} customers", TenantId(GUID), {Topic.CUSTOMERS}),
        ("--customer “Contoso Retail” customers", Name("Contoso Retail"), {Topic.CUSTOMERS}),
        ("customers --customer Contoso Security --thread-only", Name("Contoso Security"), {Topic.CUSTOMERS}),
        ("--customer Contoso - France", Name("Contoso - France"), set()),
        ("--customer contoso.com, customers security", Domain("contoso.com"), {Topic.CUSTOMERS, Topic.SECURITY}),
        (f"security --customer {GUID}", TenantId(GUID), {Topic.SECURITY}),
    ],
)
def test_a_customer_is_told_by_id_by_domain_or_by_a_name_of_several_words(
    written: str, customer: CustomerQuery, topics: set[Topic]
) -> None:
    found = subscription_arguments(written)

    assert isinstance(found, SubscriptionArguments)
    assert found.customer == customer
    assert set(found.topics) == topics


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("--customer Booking.com BV", "Booking.com BV"),
        ("security --customer Booking.com BV --thread-only", "Booking.com BV"),
        ("--customer=Booking.com BV security", "Booking.com BV"),
        ("--customer Booking.com Security Services BV security", "Booking.com Security Services BV"),
        ("--customer Booking.com Services", "Booking.com Services"),
        ("--customer <http://Booking.com|Booking.com> BV", "Booking.com BV"),
        ('--customer "Booking.com BV" security', "Booking.com BV"),
    ],
)
def test_a_name_that_begins_with_a_domain_is_taken_whole(written: str, name: str) -> None:
    found = subscription_arguments(written)

    assert isinstance(found, SubscriptionArguments)
    assert isinstance(found.customer, Name)
    assert found.customer.value == name
    assert (Topic.SECURITY in found.topics) == ("security" in written)


def test_a_misspelt_topic_behind_a_domain_is_named_as_one() -> None:
    assert subscription_arguments("--customer contoso.com secruity") == UnknownTopic("secruity", Topic.SECURITY)


@pytest.mark.parametrize(
    ("written", "countries"),
    [
        ("--country FR", ("FR",)),
        ("--country FR,DE customers", ("FR", "DE")),
        ("--country FR, DE , be", ("FR", "DE", "be")),
        ("--country United States, “Côte d’Ivoire”", ("United States", "Côte d'Ivoire")),
        ("--country FR --country DE", ("FR", "DE")),
    ],
)
def test_countries_have_commas_between_them(written: str, countries: tuple[str, ...]) -> None:
    found = subscription_arguments(written)

    assert isinstance(found, SubscriptionArguments)
    assert found.countries == countries


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("custmers", UnknownTopic("custmers", Topic.CUSTOMERS)),
        ("customers xyzzy", UnknownTopic("xyzzy", None)),
        ("--digset daily", UnknownOption(typed="--digset", nearest="--digest", known=KNOWN)),
        ("--xyzzy", UnknownOption(typed="--xyzzy", nearest=None, known=KNOWN)),
        ("--digest hourly", BadValue(option="--digest", typed="hourly", allowed=("daily", "weekly"))),
        ("--digest", BadValue(option="--digest", typed=None, allowed=("daily", "weekly"))),
        ("--customer --thread-only", BadValue(option="--customer", typed=None)),
        ("--country customers", BadValue(option="--country", typed=None)),
        ("--thread-only xyzzy", UnknownTopic("xyzzy", None)),
    ],
)
def test_what_it_cannot_read_is_named_with_what_was_probably_meant(written: str, problem: object) -> None:
    assert subscription_arguments(written) == problem


def test_nothing_at_all_asks_for_nothing() -> None:
    assert subscription_arguments("  ") == SubscriptionArguments()


@pytest.mark.parametrize(
    ("typed", "topic"),
    [
        ("customer", Topic.CUSTOMERS),
        ("invoice", Topic.INVOICES),
        ("relationship", Topic.RELATIONSHIPS),
        ("subscription", Topic.SUBSCRIPTIONS),
        ("product", Topic.SUBSCRIPTIONS),
        ("products", Topic.SUBSCRIPTIONS),
        ("access", Topic.RELATIONSHIPS),
        ("clients", Topic.CUSTOMERS),
        ("factures", Topic.INVOICES),
        ("Sécurité", Topic.SECURITY),
        ("tout", Topic.ALL),
    ],
)
def test_other_words_for_a_topic_are_understood(typed: str, topic: Topic) -> None:
    assert topics_typed(typed) == frozenset({topic})
