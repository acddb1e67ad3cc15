"""What people type and paste, read as what they mean."""

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from bot.arguments import LONGEST, customer_query, customers_in, nearest, plain
from bot.finding import CustomerQuery, Domain, Name, TenantId

GUID = "8f1d6c1e-3b52-4c8e-9a47-5d20e1c7b903"

unhurried = settings(deadline=None)
anything = st.text(max_size=400)
hostile = st.text(alphabet="<>|@#!&;.:/?*`\"'{}()[]-_ \n\t\u202e\u00a0“”ab1xn", max_size=200)
label = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True).filter(lambda text: "--" not in text)
idn_label = st.text(alphabet="äöüßéèçñøłžабвгδεπ日本語한국abc", min_size=1, max_size=12)
ending = st.sampled_from(["com", "fr", "co.uk", "onmicrosoft.com", "example", "museum", "xn--p1ai", "рф", "москва"])
domains = st.builds(
    lambda labels, end: ".".join([*labels, end]), st.lists(label | idn_label, min_size=1, max_size=3), ending
)
guids = st.uuids().map(str)
words = st.text(alphabet="abcdefgABCDEFGéüß&'’.-", min_size=1, max_size=12)

around_a_guid = st.sampled_from(
    [
        *("{}", " {} ", "{{{}}}", "({})", "“{}”", '"{}"', "'{}'", "`{}`", "*{}*", "<{}>", "[{}]", "{}.", "{},"),
        "tenant {} please",
        "ID:{}",
        "https://partner.microsoft.com/dashboard/v2/customers/{}/subscriptions",
        "<https://partner.microsoft.com/commerce/customers/{}/accountdetails|the customer>",
        "<https://partner.microsoft.com/commerce/customers/{}>",
    ]
)
around_a_domain = st.sampled_from(
    [
        *(
            "{}",
            " {} ",
            "{}.",
            "“{}”",
            '"{}"',
            "'{}'",
            "`{}`",
            "*{}*",
            "({})",
            "<{}>",
            "{},",
            "{}!",
            "«\u00a0{}\u00a0»",
        ),
        "https://{}",
        "http://{}/",
        "https://{}/a/b?c=d#e",
        "https://{}:8443/a",
        "<http://{0}|{0}>",
        "<https://{}>",
        "jeanne@{}",
        "<mailto:jeanne@{0}|jeanne@{0}>",
        "mailto:jeanne@{}",
        "<mailto:jeanne@{}>",
    ]
)


class TestFreeingTextOfMarkup:
    @pytest.mark.parametrize(
        ("text", "meant"),
        [
            ("", ""),
            ("  a \n\t b  ", "a b"),
            ("<http://contoso.com|contoso.com>", "contoso.com"),
            ("<http://contoso.com>", "http://contoso.com"),
            ("<mailto:a@b.example|a@b.example>", "a@b.example"),
            ("<mailto:a@b.example>", "a@b.example"),
            ("<@U01MAYA4K2P> customer contoso.com", "customer contoso.com"),
            ("<@U01MAYA4K2P|maya> help", "help"),
            ("<#C1|sales>", "#sales"),
            ("<#C1>", ""),
            ("<!channel> help", "help"),
            ("<!subteam^S1|@team> help", "help"),
            ("Marks &amp; Spencer", "Marks & Spencer"),
            ("&lt;b&gt;", "<b>"),
            ("“Contoso” „x“ «y»", '"Contoso" "x" "y"'),
            ("‘Contoso’ ‚x‘ ‹y›", "'Contoso' 'x' 'y'"),
            ("O’Neil, L’Atelier", "O'Neil, L'Atelier"),
            ("a\u00a0b\u202fc", "a b c"),
            ("a – b — c", "a - b - c"),
            (f"<https://partner.example/customers/{GUID}|Contoso>", f"https://partner.example/customers/{GUID}"),
        ],
    )
    def test_the_words_are_left(self, text: str, meant: str) -> None:
        assert plain(text) == meant

    def test_what_was_escaped_is_not_taken_for_markup(self) -> None:
        assert plain("&lt;@U1&gt;") == "<@U1>"

    def test_escapes_are_undone_once(self) -> None:
        assert plain("&amp;lt; &amp;amp;") == "&lt; &amp;"

    @pytest.mark.parametrize("text", ["&copy;right", "R&ampD", "&#60;", "&nbsp;", "Fabrikam &notin Adatum", "&AMP;"])
    def test_what_slack_does_not_escape_is_left_alone(self, text: str) -> None:
        assert plain(text) == text

    @unhurried
    @given(anything | hostile)
    def test_nothing_breaks_it_and_spaces_are_single(self, text: str) -> None:
        assert plain(text) == " ".join(plain(text).split())

    @unhurried
    @given(st.text(alphabet="abc .,-_@é日", max_size=100))
    def test_words_without_markup_stay_as_they_are(self, text: str) -> None:
        assert plain(text) == " ".join(text.split())

    @unhurried
    @given(st.text(alphabet="abc <>|@#!:/.“”", max_size=100))
    def test_once_is_enough_where_nothing_is_escaped(self, text: str) -> None:
        assume("<" not in plain(text))

        assert plain(plain(text)) == plain(text)


class TestReadingWhichCustomerIsMeant:
    @pytest.mark.parametrize(
        ("text", "query"),
        [
            (GUID, TenantId(GUID)),
            (GUID.upper(), TenantId(GUID)),
            ("contoso.com", Domain("contoso.com")),
            ("CONTOSO.COM.", Domain("contoso.com")),
            ("münchen.example", Domain("münchen.example")),
            ("xn--mnchen-3ya.example", Domain("xn--mnchen-3ya.example")),
            ("пример.рф", Domain("пример.рф")),
            ("3com.com", Domain("3com.com")),
            ("a.b.c.example.co.uk", Domain("a.b.c.example.co.uk")),
            ("Jeanne.Morel@Contoso.com", Domain("contoso.com")),
            ("https://www.contoso.com/fr?x=1", Domain("contoso.com")),
            ("contoso.onmicrosoft.com", Domain("contoso.onmicrosoft.com")),
            ("Contoso", Name("Contoso")),
            ("Contoso Ltd.", Name("Contoso Ltd.")),
            ("A.B. Consulting GmbH", Name("A.B. Consulting GmbH")),
            ("Dr. Fabrikam", Name("Dr. Fabrikam")),
            ("St. Adatum & Co.", Name("St. Adatum & Co.")),
            ("Northwind S.A.", Name("Northwind S.A.")),
            ("Contoso.com Trading Ltd", Name("Contoso.com Trading Ltd")),
            ("v2.0", Name("v2.0")),
            ("10.0.0.1", Name("10.0.0.1")),
            ("contoso..com", Name("contoso..com")),
            ("-contoso.com", Name("-contoso.com")),
            ("O'Fabrikam", Name("O'Fabrikam")),
            ("O’Fabrikam", Name("O'Fabrikam")),
            ("‘L’Adatum’", Name("L'Adatum")),
            ("“Contoso Retail”", Name("Contoso Retail")),
            ("*Contoso*", Name("Contoso")),
            ("Marks &amp; Adatum", Name("Marks & Adatum")),
        ],
    )
    def test_examples(self, text: str, query: CustomerQuery) -> None:
        assert customer_query(text) == query

    @pytest.mark.parametrize("text", ["", " ", "\n\t", "**", "“”", "<@U1>", "<!here>", "()", "<>", "\u00a0", "?!"])
    def test_nothing_is_nothing(self, text: str) -> None:
        assert customer_query(text) is None

    def test_a_guid_is_found_though_more_than_any_name_surrounds_it(self) -> None:
        assert customer_query(f"{'x ' * 20}{GUID}") == TenantId(GUID)

    def test_a_longer_run_of_hex_holds_no_guid(self) -> None:
        assert customer_query(f"{GUID}0") == Name(f"{GUID}0")
        assert customer_query(f"0{GUID}") == Name(f"0{GUID}")

    @unhurried
    @given(anything | hostile)
    @example("<" * 400)
    @example("." * 400)
    @example("a." * 400)
    @example("@" * 400)
    @example("https://")
    def test_any_text_is_read_and_bounded(self, text: str) -> None:
        query = customer_query(text)

        match query:
            case None:
                pass
            case TenantId(value):
                assert len(value) == 36
                assert value == value.lower()
            case Domain(value):
                assert " " not in value
                assert "." in value
                assert value == value.lower()
                assert len(value) <= LONGEST
            case Name(value):
                assert value == value.strip()
                assert 0 < len(value) <= LONGEST

    @unhurried
    @given(anything | hostile)
    def test_what_was_read_reads_the_same_again(self, text: str) -> None:
        query = customer_query(text)
        assume(query is not None and not set(query.value) & set("<>&"))
        assert query is not None

        assert customer_query(query.value) == query

    @unhurried
    @given(guids, around_a_guid, st.booleans())
    def test_a_guid_is_found_in_any_wrapping(self, guid: str, wrapping: str, upper: bool) -> None:  # noqa: FBT001
        text = wrapping.format(guid.upper() if upper else guid)

        assert customer_query(text) == TenantId(guid)

    @unhurried
    @given(domains, around_a_domain)
    def test_a_domain_is_known_in_any_wrapping(self, domain: str, wrapping: str) -> None:
        assert customer_query(wrapping.format(domain)) == Domain(domain.lower())

    @unhurried
    @given(domains)
    def test_a_domain_is_known_in_capitals(self, domain: str) -> None:
        assume(domain.upper().lower() == domain)

        assert customer_query(domain.upper()) == Domain(domain)

    def test_a_domain_of_the_greatest_length_is_known(self) -> None:
        domain = ".".join(["a" * 63, "b" * 63, "c" * 63, "d" * 57, "com"])
        assert len(domain) == 253

        assert customer_query(f"https://{domain}/") == Domain(domain)

    @unhurried
    @given(st.lists(words, min_size=2, max_size=5))
    def test_words_with_spaces_are_a_name(self, parts: list[str]) -> None:
        assume(all(part.strip("\"'`*.-’&") for part in parts))
        text = " ".join(parts)

        query = customer_query(text)

        assert isinstance(query, Name)
        assert " " in query.value


class TestFindingCustomersInAMessage:
    def test_each_once_and_in_order(self) -> None:
        text = f"adatum.com, {GUID.upper()} and jeanne@contoso.com; again ADATUM.COM and {GUID}."

        assert customers_in(text) == (Domain("adatum.com"), TenantId(GUID), Domain("contoso.com"))

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "Lunch at noon.",
            "v2.0 costs 3.50 or 1.000,00",
            "Wait… what",
            "10.0.0.1",
            "<@U1> <#C1|sales> <!here>",
            f"{GUID}0",
        ],
    )
    def test_there_may_be_none(self, text: str) -> None:
        assert customers_in(text) == ()

    def test_a_link_is_read_as_it_is_shown(self) -> None:
        text = "<https://portal.contoso.com/a.html|here> <mailto:a@fabrikam.com|write> <http://adatum.com|adatum.com>"

        found = customers_in(text)

        assert found == (Domain("adatum.com"),)

    def test_no_more_than_asked_for(self) -> None:
        text = " ".join(f"company{number}.example" for number in range(40))

        assert len(customers_in(text)) == 10
        assert customers_in(text, most=2) == (Domain("company0.example"), Domain("company1.example"))

    @unhurried
    @given(anything | hostile)
    def test_any_text_is_read(self, text: str) -> None:
        found = customers_in(text)

        assert len(found) <= 10
        assert len(set(found)) == len(found)

    @unhurried
    @given(st.lists(guids | domains, min_size=1, max_size=10, unique_by=str.lower))
    def test_all_that_stand_in_a_sentence_are_found(self, named: list[str]) -> None:
        found = customers_in("Are these ours: " + ", ".join(named) + "?")

        assert [query.value for query in found] == [name.lower() for name in named]


class TestGuessingACommand:
    KNOWN = ("customer", "relationships", "invite", "invites", "help")

    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("custmer", "customer"),
            ("CUSTOMER", "customer"),
            ("customers", "customer"),
            ("relationship", "relationships"),
            ("invit", "invite"),
            ("hlep", "help"),
            ("qqqqq", None),
            ("", None),
        ],
    )
    def test_examples(self, typed: str, meant: str | None) -> None:
        assert nearest(typed, self.KNOWN) == meant

    @unhurried
    @given(st.text(max_size=50))
    def test_any_word_gets_a_known_one_or_none(self, typed: str) -> None:
        assert nearest(typed, self.KNOWN) in {*self.KNOWN, None}

    def test_where_nothing_is_known_nothing_is_near(self) -> None:
        assert nearest("help", ()) is None
