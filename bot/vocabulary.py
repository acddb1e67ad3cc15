"""The words by which people call commands, and the command meant by what they type or say around them.

A command has one name and any number of other words: synonyms, French words, singular and plural. In a sentence,
courtesies may stand around it ("hey, could you show contoso.com please").
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.arguments import LONGEST, customers_in, nearest, plain
from bot.typed_text import identifier

HELP = "help"
FIND = "find"
"""The word whose command finds what is named behind a verb of showing."""

PIECE = re.compile(r"(?:<[^<>]*>|\S)+")  # a link's label may hold spaces
AROUND = "*_~`\"'.,;:!?()[]{}-"
ANY_MENTION = re.compile(r"\s*<@[^<>]*>")
BEHIND_MENTION = re.compile(r"\A(?:[\s:,;.!]+|[–—-]+\s)*")  # but not the dashes of an option


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


ASKING_HELP = frozenset({"?", "help", "aide", "-h", "-?", "-help", "--help", "-aide", "--aide", "/?", "/h", "/help"})
HELP_OPTIONS = frozenset({"-h", "-help", "--help", "-aide", "--aide"})
"""What asks for help wherever it stands; phones make one long dash of two, which is read as one."""
FINDING = _set("find search lookup look query chercher cherche recherche rechercher trouver trouve")
"""Verbs in front of a customer; they are words of the command that finds one."""
SHOWING = _set("show list get see view display open give affiche afficher montre montrer liste lister voir")
"""Verbs in front of another command, or of a customer."""
PARTICLES = _set("up for me us moi nous")
"""What may stand behind a verb before its object."""
REACH = 3
"""How many words behind a verb may be the command: "show me all my invites"."""
SMALL = _set(
    "a about an and any at by called company customer domain for from id in is its look lookup me my named of on our "
    "please tenant that the this to up us whose with "
    "au aux avec ce cet cette chez client dans de des domaine du en est et la le les leur leurs mon nom nos notre par "
    "pour sa société son sur un une vos votre à"
)
"""Words around a domain or a tenant ID that are no part of a company's name."""
COURTESIES = _set(
    "! . , … /partner hey hi hello hallo hiya yo ok okay so please pls plz kindly can could would will you i we want "
    "need to like just do run execute try now the a an thanks thank thx cheers quick quickly "
    "salut bonjour bonsoir coucou allo stp svp merci peux-tu peux pourrais-tu pourrais pouvez-vous pouvez "
    "pourriez-vous pourriez veuillez tu te vous plaît plait s'il s'il-te-plaît s'il-vous-plaît je j'aimerais voudrais "
    "veux un une le la les"
) | {""}
"""What people say before a command, or instead of one; a person's mention has no word."""
THANKS = _set("? ! . please pls plz thanks thank thx cheers you now svp stp merci s'il te vous plaît plait")
"""What people say behind one."""


class Named(Protocol):
    """What the vocabulary needs to know of a command."""

    @property
    def name(self) -> str: ...
    @property
    def also(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """A command, and its argument as it was typed, with Slack's markup."""

    command: str
    argument: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """A word that is no command; ``nearest`` is the whole command that was probably meant, as it would be typed."""

    typed: str
    nearest: str | None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The commands by all their words."""

    words: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, commands: Iterable[Named]) -> "Vocabulary":
        """Return the vocabulary of some commands; a name goes before another command's synonym."""
        commands = tuple(commands)
        others = {word: command.name for command in commands for word in command.also}
        return cls(others | {command.name: command.name for command in commands})

    def command(self, word: str) -> str | None:
        """Return the command that a word calls, in the singular or the plural."""
        folded = word.lower().replace("’", "'")
        each = (folded, f"{folded}s", folded.removesuffix("s"))
        return next((self.words[form] for form in each if form in self.words), None)

    def read(self, text: str) -> Meant | Unknown:
        """Return the command that a slash command means; without words it is help."""
        pieces = _pieces(text)
        if (meant := self._meant(pieces)) is not None:
            return meant
        spoken = _without(pieces, COURTESIES)
        return self._meant(spoken) or self._unknown(spoken)

    def read_sentence(self, text: str) -> Meant | None:
        """Return the command that a sentence means, if it begins with one, courtesies aside."""
        pieces = _pieces(text)
        meant = self._meant(pieces) or self._meant(_without(pieces, COURTESIES))
        if meant is None:
            return None
        return Meant(command=meant.command, argument=_argument(meant.argument))

    def _meant(self, pieces: Sequence[str]) -> Meant | None:
        if not pieces:
            return Meant(command=HELP)
        word, rest = _word(pieces[0]), pieces[1:]
        if word in ASKING_HELP or plain(pieces[0]).lower() in ASKING_HELP:
            return Meant(command=HELP, argument=" ".join(rest))
        command = self.command(word)
        if command is not None and _asks_help(rest):
            return Meant(command=HELP, argument=command)
        if word in SHOWING or word in FINDING:
            return self._object(rest, shown=word in SHOWING)
        return None if command is None else Meant(command=command, argument=" ".join(rest))

    def _object(self, rest: Sequence[str], *, shown: bool) -> Meant | None:
        """Return what a verb is about: another command, or a customer; what is only found is no synonym's name."""
        rest = _without(rest, PARTICLES)
        if shown and not rest:
            return Meant(command=HELP)
        for place, piece in enumerate(rest[: REACH if shown else 1]):
            other = self.command(_word(piece)) if shown else self._by_name(_word(piece))
            if other is not None:
                before = _without(rest[:place], COURTESIES)
                return Meant(command=other, argument=" ".join((*before, *rest[place + 1 :])))
        find = self.words.get(FIND)
        return None if find is None else Meant(command=find, argument=_lone(rest) or " ".join(rest))

    def _by_name(self, word: str) -> str | None:
        return word if self.words.get(word) == word else None

    def _unknown(self, pieces: Sequence[str]) -> Unknown:
        """Return what was probably meant; a domain or an ID means the customer, a command's name itself."""
        word, rest = plain(pieces[0]).strip("*_~"), plain(" ".join(pieces[1:]))
        if close := nearest(_word(word)[:LONGEST], self.words):
            return Unknown(typed=word, nearest=f"{self.words[close]} {rest}".strip())
        find = self.words.get(FIND)
        if find is not None and (named := customers_in(" ".join(pieces), most=1)):
            return Unknown(typed=word, nearest=f"{find} {named[0].value}")
        for place, piece in enumerate(pieces):
            if command := self._by_name(_word(piece)):
                argument = _argument(" ".join(pieces[place + 1 :]))
                return Unknown(typed=word, nearest=f"{command} {plain(argument)}".strip())
        return Unknown(typed=word, nearest=None)


def around_mention(text: str, bot_user_id: str) -> tuple[str, ...]:
    """Return where a command may stand in words that mention the bot: behind the mention, or around it."""
    own = re.compile(rf"<@{re.escape(bot_user_id)}(?:\|[^<>]*)?>")
    found = own.search(text) or ANY_MENTION.match(text)
    if found is None:
        return (text,)
    before, after = own.sub(" ", text[: found.start()]), own.sub(" ", text[found.end() :])
    after = BEHIND_MENTION.sub("", after, count=1)
    whole = f"{before} {after}"
    spoken = [
        piece for piece in _without(_pieces(after), COURTESIES) if not before.strip() or plain(piece).strip(AROUND)
    ]
    return (after, whole) if spoken else (whole,)


def _pieces(text: str) -> list[str]:
    """Split at spaces; what holds nothing that a person would see is left out."""
    return [piece for piece in PIECE.findall(text) if piece.startswith("<") or plain(piece)]


def _word(piece: str) -> str:
    shown = identifier(plain(piece))
    return (shown.strip(AROUND) or shown).lower().replace("’", "'")


def _without(pieces: Sequence[str], words: frozenset[str]) -> Sequence[str]:
    """Return the pieces from the first on that is none of the words."""
    place = next((place for place, piece in enumerate(pieces) if _word(piece) not in words), len(pieces))
    return pieces[place:]


def _asks_help(pieces: Sequence[str]) -> bool:
    words = [plain(piece).lower() for piece in pieces]
    return (len(words) == 1 and words[0] in ASKING_HELP) or any(word in HELP_OPTIONS for word in words)


def _argument(text: str) -> str:
    """Return an argument without the courtesies behind it, and without small words around a lone domain or ID."""
    pieces = _pieces(text)
    kept = list(reversed(_without(pieces[::-1], THANKS))) or pieces
    return _lone(kept) or " ".join(kept)


def _lone(pieces: Sequence[str]) -> str | None:
    """Return the one domain or tenant ID between small words."""
    named = customers_in(" ".join(pieces), most=2)
    if len(named) == 1 and all(_is_small(piece) or customers_in(piece) for piece in pieces):
        return named[0].value
    return None


def _is_small(piece: str) -> bool:
    return _word(piece) in SMALL and not plain(piece).startswith("-")  # which begins an option
