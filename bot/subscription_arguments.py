"""What is typed behind ``/partner subscribe``, read as typed arguments, and written as it would be typed."""

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.arguments import WRAPPING, customer_query, escaped, nearest, plain
from bot.domain.channel_subscriptions import Rhythm
from bot.domain.event_kind import Topic
from bot.finding import CustomerQuery, Domain, Name, TenantId
from bot.typed_text import identifier

USAGE = "[topics] [--customer X] [--country FR] [--thread-only] [--digest daily|weekly]"
DIGESTS = (Rhythm.DAILY, Rhythm.WEEKLY)

# One dash is enough: ``plain`` makes one of the long dash into which phones and Word turn two.
OPTION = re.compile(r"-{1,3}([a-z][a-z_-]*)(?:=.*)?", re.IGNORECASE)
EQUALS = re.compile("[=＝]")
WORD = re.compile(r'"[^"]*"|[^\s"]+')
ALMOST = 0.8
"""How alike a word and a topic are that differ in a letter or two."""
BETWEEN = re.compile(r"[\s,;、]+")


ALSO = {
    **dict.fromkeys(("access", "accès", "relations"), Topic.RELATIONSHIPS),
    **dict.fromkeys(("product", "products", "produits", "abonnements"), Topic.SUBSCRIPTIONS),
    **dict.fromkeys(("client", "clients"), Topic.CUSTOMERS),
    **dict.fromkeys(("facture", "factures"), Topic.INVOICES),
    **dict.fromkeys(("sécurité", "securite"), Topic.SECURITY),
    **dict.fromkeys(("everything", "tout"), Topic.ALL),
}
"""Other words for a topic; the singular is understood as well."""


class Option(StrEnum):
    """What may stand behind two dashes."""

    CUSTOMER = "customer"
    COUNTRY = "country"
    THREAD_ONLY = "thread-only"
    DIGEST = "digest"
    CHANGE = "change"  # typed by nobody but the window in which a subscription is changed


KNOWN = tuple(f"--{option}" for option in Option if option is not Option.CHANGE)
"""What people may type."""


@dataclass(frozen=True, slots=True)
class UnknownTopic:
    """A word that is no topic; ``nearest`` is the one that was probably meant."""

    typed: str
    nearest: Topic | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownOption:
    """Likewise of an option; ``known`` are all that there are, as they are typed."""

    typed: str
    nearest: str | None
    known: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BadValue:
    """An option without its value, or with one that is not ``allowed``."""

    option: str
    typed: str | None
    allowed: tuple[str, ...] = ()


Problem = UnknownTopic | UnknownOption | BadValue


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionArguments:
    """A channel subscription as a person types it."""

    topics: frozenset[Topic] = frozenset()
    customer: CustomerQuery | None = None
    countries: tuple[str, ...] = ()
    """Names or codes."""
    thread_only: bool = False
    rhythm: Rhythm = Rhythm.NOW
    changes: str | None = None
    """The id of the subscription whose place this takes."""

    def typed(self) -> str:
        """Return the same as it would be typed."""
        words: list[str] = [topic for topic in Topic if topic in self.topics]
        if self.customer is not None:
            meant = self.customer.typed if isinstance(self.customer, Name) else self.customer.value
            quoted = escaped(meant.replace('"', "'"))
            words += [f"--{Option.CUSTOMER}", f'"{quoted}"']
        if self.countries:
            words += [f"--{Option.COUNTRY}", ",".join(self.countries)]
        if self.thread_only:
            words.append(f"--{Option.THREAD_ONLY}")
        if self.rhythm in DIGESTS:
            words += [f"--{Option.DIGEST}", self.rhythm]
        if self.changes is not None:
            words += [f"--{Option.CHANGE}", self.changes]
        return " ".join(words)


def subscription_arguments(text: str) -> SubscriptionArguments | Problem:
    """Read topics and options, in any order; what stands behind an option's value is a topic again."""
    topics, options = _split(text)
    wanted = SubscriptionArguments()
    for option, words in options:
        value = _value(option, words)
        typed = " ".join(value)
        match option:
            case Option.THREAD_ONLY:
                wanted = replace(wanted, thread_only=True)
            case Option.DIGEST if (rhythm := identifier(typed).strip(WRAPPING).lower()) in DIGESTS:
                wanted = replace(wanted, rhythm=Rhythm(rhythm))
            case Option.DIGEST:
                return BadValue(option=f"--{option}", typed=typed or None, allowed=DIGESTS)
            case Option.CUSTOMER if query := customer_query(escaped(_unquoted(typed))):
                wanted = replace(wanted, customer=query)
            case Option.COUNTRY if countries := listed(typed):
                wanted = replace(wanted, countries=wanted.countries + countries)
            case Option.CHANGE if typed:
                wanted = replace(wanted, changes=typed)
            case Option.CUSTOMER | Option.COUNTRY | Option.CHANGE:
                return BadValue(option=f"--{option}", typed=None)
            case _:
                return UnknownOption(typed=f"--{option}", nearest=nearest(f"--{option}", KNOWN), known=KNOWN)
        topics += words[len(value) :]
    found = topics_in(topics)
    return found if isinstance(found, UnknownTopic) else replace(wanted, topics=found)


def topics_typed(text: str) -> frozenset[Topic] | UnknownTopic:
    """Read topics alone."""
    return topics_in([plain(text)])


def topics_in(words: Iterable[str]) -> frozenset[Topic] | UnknownTopic:
    """Read topics with spaces or commas between them."""
    found = set()
    for word in BETWEEN.split(identifier(" ".join(words))):
        if topic := _topic(word):
            found.add(topic)
        elif name := word.strip(WRAPPING):
            close = nearest(name, Topic)
            return UnknownTopic(word, None if close is None else Topic(close))
    return frozenset(found)


def listed(text: str) -> tuple[str, ...]:
    """Return what stands between commas, each once."""
    each = (part.strip(WRAPPING + " ") for part in re.split("[,、]", identifier(text)))
    return tuple(dict.fromkeys(filter(None, each)))


def _split(text: str) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """Return the words before the first option, and each option with the words up to the next."""
    topics: list[str] = []
    options: list[tuple[str, list[str]]] = []
    words = topics
    for word in WORD.findall(plain(text)):
        option = OPTION.fullmatch(identifier(word))
        if option is None:
            words.append(word)
        else:
            _, *value = EQUALS.split(word, maxsplit=1)
            words = [*filter(None, value)]
            options.append((option[1].lower().replace("_", "-"), words))
    return topics, options


def _value(option: str, words: Sequence[str]) -> Sequence[str]:
    """Return those of the words that are the option's value."""
    match option:
        case Option.THREAD_ONLY:
            return words[:0]
        case Option.CUSTOMER if words and not words[0].startswith('"'):
            return _customer(words)
        case Option.COUNTRY:  # so may a country's, but none is called like a topic
            return words[: next((place for place, word in enumerate(words) if _topic(word)), None)]
        case _:
            return words[:1]


def _customer(words: Sequence[str]) -> Sequence[str]:
    """Return the words of a customer: an ID is one, a domain may begin a name; topics behind either are topics."""
    match customer_query(words[0]):
        case TenantId():
            return words[:1]
        case Domain():
            end = len(words)
            while end > 1 and _is_meant_as_topic(words[end - 1]):
                end -= 1
            return words[:end]
        case _:
            return words


def _is_meant_as_topic(word: str) -> bool:
    """Say whether a word is a topic, or one with a letter wrong: "Services" begins no topic, "secruity" does."""
    name = identifier(word).strip(WRAPPING).lower()
    return not name or _topic(word) is not None or bool(difflib.get_close_matches(name, list(Topic), 1, ALMOST))


def _unquoted(value: str) -> str:
    """Return a value without the quotation marks that hold its words together."""
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value


def _topic(word: str) -> Topic | None:
    name = identifier(word).strip(WRAPPING).lower()
    each = (name, f"{name}s", ALSO.get(name))
    return next((topic for topic in Topic if topic in each), None)
