"""The command that is meant by words, whatever stands around them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import bootstrap
from bot.vocabulary import COURTESIES, Meant, Unknown, Vocabulary, around_mention

COMMANDS = bootstrap.routes().commands
WORDS = Vocabulary.of(COMMANDS.values())
BOT = "U0BOT"


def read(text: str) -> tuple[str, str] | None:
    meant = WORDS.read(text)
    return (meant.command, meant.argument) if isinstance(meant, Meant) else None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", ("help", "")),
        ("?", ("help", "")),
        ("hi", ("help", "")),
        ("Bonjour !", ("help", "")),
        ("-h", ("help", "")),
        ("--help", ("help", "")),
        ("—help", ("help", "")),
        ("aide", ("help", "")),
        ("aide client", ("help", "client")),
        ("help customer", ("help", "customer")),
        ("customer --help", ("help", "customer")),
        ("customer -h", ("help", "customer")),
        ("customer help", ("help", "customer")),
        ("customer ?", ("help", "customer")),
        ("customer Contoso --help", ("help", "customer")),
        ("client aide", ("help", "customer")),
        ("subscribe customers —help", ("help", "subscribe")),
        ("customer Help Desk Ltd", ("customer", "Help Desk Ltd")),
        ('customer "help"', ("customer", '"help"')),
        ("find contoso.com", ("customer", "contoso.com")),
        ("Search Contoso", ("customer", "Contoso")),
        ("lookup Contoso", ("customer", "Contoso")),
        ("look up Contoso", ("customer", "Contoso")),
        ("find", ("customer", "")),
        ("find Client Solutions", ("customer", "Client Solutions")),
        ("list", ("help", "")),
        ("show", ("help", "")),
        ("list invites", ("invites", "")),
        ("show all invites", ("invites", "all")),
        ("list subscriptions", ("subscriptions", "")),
        ("show Contoso", ("customer", "Contoso")),
        ("show customer Contoso", ("customer", "Contoso")),
        ("customers", ("customer", "")),
        ("customers Contoso", ("customer", "Contoso")),
        ("relationship fabrikam.com", ("relationships", "fabrikam.com")),
        ("client Contoso", ("customer", "Contoso")),
        ("clients Contoso", ("customer", "Contoso")),
        ("chercher Contoso", ("customer", "Contoso")),
        ("inviter Contoso", ("invite", "Contoso")),
        ("invitation", ("invite", "")),
        ("invitations", ("invites", "")),
        ("abonner customers", ("subscribe", "customers")),
        ("désabonner", ("unsubscribe", "")),
        ("abonnements", ("subscriptions", "")),
        ("statut", ("status", "")),
        ("/partner customer Contoso", ("customer", "Contoso")),
        ("please customer Contoso", ("customer", "Contoso")),
        ("<@U01MAYA|maya> customer Contoso", ("customer", "Contoso")),
        ("<!channel>", ("help", "")),
        ("invites <@U01MAYA|maya>", ("invites", "<@U01MAYA|maya>")),
    ],
)
def test_words_lead_to_a_command(typed: str, meant: tuple[str, str]) -> None:
    assert read(typed) == meant


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        ("custmer Contoso", "customer Contoso"),
        ("contoso.com", "customer contoso.com"),
        ("is contoso.com ours", "customer contoso.com"),
        ("who is customer Contoso please", "customer Contoso"),
        ("serach Contoso", "customer Contoso"),
        ("qqqqq", None),
    ],
)
def test_other_words_lead_to_what_was_probably_meant(typed: str, nearest: str | None) -> None:
    unknown = WORDS.read(typed)

    assert isinstance(unknown, Unknown)
    assert unknown.nearest == nearest


@pytest.mark.parametrize("command", COMMANDS)
def test_a_commands_own_name_means_it_whatever_synonyms_others_have(command: str) -> None:
    assert WORDS.command(command) == command
    assert WORDS.command(command.upper()) == command
    assert read(f"{command} x.y") == (command, "x.y") or command == "help"


def test_no_two_commands_share_a_word() -> None:
    every = [word for command in COMMANDS.values() for word in (command.name, *command.also)]

    assert len(every) == len(set(every))
    assert all(word == word.lower() for word in every)
    assert not set(every) & COURTESIES


@pytest.mark.parametrize(
    ("said", "parts"),
    [
        (f"<@{BOT}> customer x", ("customer x", "customer x")),
        (f"<@{BOT}|bot>: customer x", ("customer x", "customer x")),
        (f"<@{BOT}>, - customer x", ("customer x", "customer x")),
        (f"hey <@{BOT}> customer x", ("customer x", "hey customer x")),
        (f"customer x <@{BOT}> please", ("customer x please",)),
        (f"customer x <@{BOT}>?", ("customer x ?",)),
        (f"<@{BOT}> --help", ("--help", "--help")),
        ("<@U0OTHER> customer x", ("customer x", "customer x")),
        ("customer x", ("customer x",)),
        (f"<@{BOT}> invites <@U1>", ("invites <@U1>", "invites <@U1>")),
    ],
)
def test_a_command_may_stand_behind_a_mention_or_around_it(said: str, parts: tuple[str, ...]) -> None:
    assert tuple(" ".join(part.split()) for part in around_mention(said, BOT)) == parts


ANYTHING = st.text(max_size=300) | st.lists(
    st.sampled_from(
        [f"<@{BOT}>", "<", ">", "@", "customer", "contoso.com", "please", "?", "-", "\u200b", "&lt;", "show"]
    )
).map(" ".join)


@given(ANYTHING)
def test_whatever_is_said_is_read_as_something(text: str) -> None:
    assert isinstance(WORDS.read(text), Meant | Unknown)
    for part in around_mention(text, BOT):
        meant = WORDS.read_sentence(part)
        assert meant is None or meant.command in COMMANDS


@pytest.mark.parametrize("piece", [" ", "\t", "<", "<@", "-", ".", "s'il ", "?", "<@U0BOT>", "@", "a.", "show "])
def test_forty_thousand_characters_are_read_at_once(piece: str) -> None:
    text = piece * (40_000 // len(piece))

    assert all(isinstance(WORDS.read(part), Meant | Unknown) for part in around_mention(text, BOT))
