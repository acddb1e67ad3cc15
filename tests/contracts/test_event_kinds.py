"""What every event kind must hold to, those not written yet included: one row says all there is to say of it."""

import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from bot.domain import event_kind, event_kinds
from bot.domain.event_kind import Actor, EventKind, EventKinds, Loudness, Topic, operation_of
from bot.domain.event_kinds import KINDS
from bot.language import CATALOGUES
from bot.notifications.handlers import notification
from sandbox.microsoft.companies import CONTOSO, FABRIKAM
from sandbox.slack.model import Message
from tests.notifications.newsroom import newsroom
from tests.world import World

TOP = Path(__file__).parents[2]
FILES = [file for folder in ("bot", "handlers") for file in (TOP / folder).rglob("*.py")]
TREES = {file: ast.parse(file.read_text("utf-8")) for file in FILES}
OF_DOMAIN = {file for file in TREES if "domain" in file.parts}
ROWS = {name for name, value in vars(event_kinds).items() if isinstance(value, EventKind)}
WORDS = {"heading", "sentence", "countdown", "counted", "meaning", "actor_label", "time_label", "detail_label"}
PLACEHOLDERS = {"sentence": {"customer"}, "countdown": {"count", "customer"}, "counted": {"count"}}
RENAMED = EventKind(
    name="customer_renamed",
    topic=Topic.CUSTOMERS,
    webhook_names=("customer-Renamed",),
    audit_operations=("customer_renamed", "rename_customer"),
    actor=Actor.CUSTOMER,
    subject=event_kind.CUSTOMER,
    loudness=Loudness.NEWS,
    heading="Customer renamed",
    counted=("{count} customer renamed", "{count} customers renamed"),
    meaning="Their invoices go by the new name.",
)


def words(kind: EventKind) -> Iterator[tuple[str, str | tuple[str, str]]]:
    """Yield the words of a row by the name of their field."""
    for name in WORDS:
        if (text := getattr(kind, name)) is not None:
            yield name, text


@pytest.fixture
def renamed() -> Iterator[EventKind]:
    """A kind that is added while the bot runs, and that no other module has heard of."""
    KINDS.add(RENAMED)
    yield RENAMED
    KINDS.remove(RENAMED)


# Rows


def test_every_row_is_in_the_registry() -> None:
    assert {getattr(event_kinds, name) for name in ROWS} == set(KINDS)
    assert [KINDS.named(kind.name) for kind in KINDS] == [*KINDS]


def test_every_field_with_words_is_known_here() -> None:
    of_texts = {field.name for field in fields(EventKind) if field.type in {str, str | None, tuple[str, str] | None}}

    assert of_texts == WORDS | {"name"}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.topic is not None], ids=str)
def test_a_kind_that_channels_hear_of_has_all_its_words(kind: EventKind) -> None:
    assert kind.counted
    assert kind.meaning
    assert kind.webhook_names or kind.audit_operations or kind is event_kinds.ACCESS_EXPIRING


@pytest.mark.parametrize("kind", [*KINDS], ids=str)
def test_the_words_of_a_row_are_marked_for_translation(kind: EventKind) -> None:
    with (CATALOGUES / "fr" / "LC_MESSAGES" / "partner_bot.po").open("rb") as catalogue:
        translated = {message.id for message in read_po(catalogue, locale="fr")}

    assert {text for _, text in words(kind)} <= translated
    assert kind.subject.label is None or kind.subject.label in translated


@pytest.mark.parametrize("kind", [*KINDS], ids=str)
def test_words_have_the_placeholders_that_views_fill_in(kind: EventKind) -> None:
    for name, text in words(kind):
        for form in (text,) if isinstance(text, str) else text:
            assert set(re.findall(r"\{(\w*)\}", form)) == PLACEHOLDERS.get(name, set())


@pytest.mark.parametrize("kind", [*KINDS], ids=str)
def test_a_row_says_by_whom_of_its_own_operations_alone(kind: EventKind) -> None:
    assert {*kind.actors} <= {*kind.audit_operations, *map(operation_of, kind.webhook_names)}


@pytest.mark.parametrize("kind", [*KINDS], ids=str)
def test_an_event_and_the_operation_of_its_name_mean_one_kind(kind: EventKind) -> None:
    operations = {operation_of(name) for name in kind.webhook_names}

    assert {KINDS.of_operation(operation) for operation in operations} <= {kind, None}
    assert {KINDS.of_event(name.upper()) for name in kind.webhook_names} <= {kind}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.once is not None], ids=str)
def test_what_happens_once_can_be_undone(kind: EventKind) -> None:
    assert kind.once is not None
    (undone,) = {other.once for other in KINDS if other.once is not None and other.once.name == kind.once.undone_by}
    assert undone.undone_by == kind.once.name


@pytest.mark.parametrize("field", ["name", "webhook_names", "audit_operations"])
def test_a_name_belongs_to_one_kind(field: str, renamed: EventKind) -> None:
    usual = {"name": "another", "webhook_names": (), "audit_operations": ()}
    other = EventKind(**(usual | {field: getattr(renamed, field)}), topic=None, loudness=Loudness.NEWS, heading="")

    with pytest.raises(ValueError, match="claims names of another"):
        KINDS.add(other)

    assert renamed in KINDS
    assert other not in KINDS


def test_names_that_nobody_knows_are_of_an_unknown_kind() -> None:
    empty = EventKinds(unknown=event_kinds.UNKNOWN)

    assert empty.named("test") is empty.of_event("test-created") is event_kinds.UNKNOWN
    assert empty.of_operation("add_customer") is None


# Nowhere else


def test_no_other_module_keeps_a_table_of_kinds() -> None:
    for file, tree in TREES.items():
        if file in OF_DOMAIN:
            continue
        for node in ast.walk(tree):
            parts = node.keys if isinstance(node, ast.Dict) else getattr(node, "elts", [])
            named = {getattr(part, "id", getattr(part, "attr", None)) for part in parts}
            assert len(named & ROWS) < 2, f"{file}: {ast.unparse(node)}"


def test_only_views_say_the_words_of_a_kind() -> None:
    for file, tree in TREES.items():
        if file in OF_DOMAIN or "views" in file.parts:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in WORDS:
                of = getattr(node.value, "id", getattr(node.value, "attr", None))
                assert of != "kind", f"{file}:{node.lineno}"


def test_the_domain_marks_words_and_translates_none() -> None:
    for file in OF_DOMAIN:
        imported = [node for node in ast.walk(TREES[file]) if isinstance(node, ast.ImportFrom)]
        names = {name.name for node in imported if node.module == "bot.language" for name in node.names}
        assert names <= {"deferred", "deferred_plural"}, file


# A new kind


def said(world: World, text: str, channel: str = "sales") -> Message | None:
    return next((message for message in world.said(channel) if text in world.reads(message)), None)


async def test_a_new_kind_is_matched_and_told_and_counted_in_words(
    world: World, renamed: EventKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notification, "BURST", 1)
    await (await world.maya.types("/partner subscribe customers")).answer()
    await (await world.aline.types("/partner subscribe customers", channel="contoso-project")).answer()
    await (await world.tom.types("/partner subscribe invoices", channel="deal-desk")).answer()

    await world.hears(*world.microsoft.happenings.unknown_event("customer-renamed", CONTOSO.tenant_id))
    card = await world.slack.wait_for(lambda: said(world, "Customer renamed: Contoso"), timeout=120)
    french = await world.slack.wait_for(lambda: said(world, "Customer renamed", "contoso-project"), timeout=120)

    assert "*By*\nThe customer" in world.reads(card)
    assert renamed.meaning is not None
    assert renamed.meaning in world.reads(card)
    assert renamed.meaning in world.reads(french)
    assert "*Par*\nLe client" in world.reads(french)
    assert said(world, "renamed", "deal-desk") is None

    await world.hears(*world.microsoft.happenings.unknown_event("customer-renamed", FABRIKAM.tenant_id))
    await world.slack.wait_for(lambda: said(world, "1 customer renamed. Each is in this thread."), timeout=120)


async def test_a_new_kind_is_counted_in_a_digest(world: World, renamed: EventKind) -> None:
    await (await world.maya.types("/partner subscribe customers --digest daily")).answer()
    for _ in range(2):
        await world.hears(*world.microsoft.happenings.unknown_event("customer-renamed", CONTOSO.tenant_id))

    await world.later(days=1)
    await world.slack.wait_for(lambda: said(world, "2 customers renamed"), timeout=120)


async def test_a_new_kind_is_found_in_audit_records(quiet_world: World, renamed: EventKind) -> None:
    async with newsroom(quiet_world) as news:
        await news.poll()
        audit = news.world.microsoft.partner_center.audit
        audit.add("rename_customer", "customer", at=audit.instant(), customer=CONTOSO)
        await news.poll()

        (event,) = await news.events()
        assert (event.kind, event.actor, event.notified) == (renamed, Actor.CUSTOMER, True)
