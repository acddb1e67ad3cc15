"""The rules of the bot's voice that a test can hold, over every view in both languages."""

import inspect
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import get_type_hints

import bot.views
from bot.language import LANGUAGES, language
from bot.reply import Message, Modal
from tests.views.every import over
from tests.views.examples import EXAMPLES
from tests.views.reading import everything, forms, nodes, of_type, shown

EVERY_VIEW = [(name, code) for name in EXAMPLES for code in LANGUAGES]
OWN_WORDS = [(name, code) for name, code in EVERY_VIEW if "hostile" not in name]
FRENCH = [(name,) for name in EXAMPLES if not {"hostile", "another", "support.support_modal"} & set(name.split())]
"""Without foreign names, the invitation in another language, and the text for Microsoft, which is English."""
STAMP = re.compile(r"<!date\^\d+\^[^|<>]*\|[^<>|]*UTC[^<>|]*>")
EMOJI = re.compile(r"[\U0001F000-\U0001FAFF\u2600-\u27BF]|(?<!\w):[a-z_+-]+:(?!\w)")
BAD_FRENCH = re.compile(r" [;?:!»]|« |[^\s\u00a0\u202f];|\w[?:](?!\w)")
NOTHING_COUNTED = re.compile(r"(?:^|[.,:;]\s)0\b", re.MULTILINE)
FIGURES = ("status.full", "notices.burst of nothing")
"""The account for bot admins, where each figure says something, and what is never sent."""
ADDRESS = re.compile(r"https?://|rue des Lilas|jeanne@|\+33")


@cache
def view(name: str, code: str) -> Message | Modal:
    return EXAMPLES[name](language(code))


def public_views() -> Iterator[str]:
    """Yield the functions that return a message or a window, by module and name; a package counts as one module."""
    for found in pkgutil.walk_packages(bot.views.__path__, "bot.views."):
        module = import_module(found.name)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if name.startswith("_") or function.__module__ != module.__name__:
                continue
            if get_type_hints(function).get("return") in {Message, Modal}:
                yield f"{found.name.split('.')[2]}.{name}"


def test_every_view_has_an_example() -> None:
    assert set(public_views()) == {name.split()[0] for name in EXAMPLES}


@over(OWN_WORDS)
def test_the_fallback_says_something_without_address_phone_or_link(name: str, code: str) -> None:
    shown_view = view(name, code)
    if isinstance(shown_view, Message):
        assert shown_view.text.strip()
        assert not ADDRESS.search(shown_view.text)


@over(EVERY_VIEW)
def test_the_fallback_has_no_markup(name: str, code: str) -> None:
    shown_view = view(name, code)
    if isinstance(shown_view, Message):
        assert not re.search(r"[<>`]", shown_view.text)


@over(OWN_WORDS)
def test_nobody_shouts_and_no_emoji_is_used(name: str, code: str) -> None:
    for text in everything(view(name, code)):
        plain = STAMP.sub("", text)
        assert "!" not in plain
        assert not EMOJI.search(plain)


@over(OWN_WORDS)
def test_nothing_is_counted_that_is_not_there(name: str, code: str) -> None:
    if not name.startswith(FIGURES):
        for text in everything(view(name, code)):
            assert not NOTHING_COUNTED.search(STAMP.sub("", text))


@over(EVERY_VIEW)
def test_labels_are_short(name: str, code: str) -> None:
    shown_view = view(name, code)
    for blocks in forms(shown_view):
        for button in of_type(blocks, "button"):
            assert len(button["text"]["text"]) <= 24
    if isinstance(shown_view, Modal):
        assert max(len(shown_view.title), len(shown_view.submit or ""), len(shown_view.close)) <= 24


@over(EVERY_VIEW)
def test_at_most_one_button_is_primary_and_danger_asks_first(name: str, code: str) -> None:
    for blocks in forms(view(name, code)):
        styles = [button.get("style") for button in of_type(blocks, "button")]
        assert styles.count("primary") <= 1
        assert all("confirm" in button for button in of_type(blocks, "button") if button.get("style") == "danger")


@over(EVERY_VIEW)
def test_at_most_four_buttons_stand_in_a_row(name: str, code: str) -> None:
    for blocks in forms(view(name, code)):
        assert all(len(row["elements"]) <= 4 for row in of_type(blocks, "actions"))


@over(EVERY_VIEW)
def test_buttons_of_a_list_name_their_row(name: str, code: str) -> None:
    for blocks in forms(view(name, code)):
        for button in of_type(blocks, "button"):
            assert (":" in button["action_id"]) == ("accessibility_label" in button)


@over(EVERY_VIEW)
def test_link_buttons_are_told_by_their_id(name: str, code: str) -> None:
    for blocks in forms(view(name, code)):
        for button in of_type(blocks, "button"):
            assert ("url" in button) == button["action_id"].startswith("link_")


@over(EVERY_VIEW)
def test_stamps_stand_in_markup_alone(name: str, code: str) -> None:
    for blocks in forms(view(name, code)):
        for node in of_type(blocks, "plain_text", "raw_text"):
            assert "<!date" not in node["text"]


@over(EVERY_VIEW)
def test_text_objects_do_not_interpret_what_they_hold(name: str, code: str) -> None:
    for blocks in forms(view(name, code)):
        assert all(node["verbatim"] is True for node in of_type(blocks, "mrkdwn"))
        assert all(node["emoji"] is False for node in of_type(blocks, "plain_text"))


@over(OWN_WORDS)
def test_no_value_is_left_out_of_a_template(name: str, code: str) -> None:
    for text in everything(view(name, code)):
        assert not re.search(r"\{[a-z]+\}", STAMP.sub("", text))


@over(FRENCH)
def test_french_spaces_stand_before_its_marks(name: str) -> None:
    for text in everything(view(name, "fr")):
        assert not BAD_FRENCH.search(re.sub(r"https?://\S+|`[^`]*`|&[a-z]+;", "", STAMP.sub("", text)))


@over((name,) for name in EXAMPLES)
def test_tables_name_no_two_columns_alike_and_leave_no_cell_empty(name: str) -> None:
    for table in of_type(view(name, "fr").blocks, "data_table"):
        head = [cell["text"] for cell in table["rows"][0]]
        assert len(set(head)) == len(head)
        assert all(text.strip() for row in table["rows"] for cell in row for text in shown(cell))
        assert list(nodes(table))
