"""A page of rows in three forms of the same meaning: a table to sort and filter, a still table, lines of text.

Slack answers ``invalid_blocks`` where it cannot draw a form; the message then goes out in the next one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.reply import Block
from bot.views.blocks import MESSAGE, Cell, data_table, paragraphs, raw, table, weight

TABLE_ROWS = 99
"""A still table takes 100 rows, its head included (https://docs.slack.dev/reference/block-kit/blocks/table-block)."""

Blocks = tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells, and the same as a line of escaped text."""

    cells: tuple[Cell, ...]
    line: str


@dataclass(frozen=True, slots=True)
class PageOfRows:
    """The rows for one message, with the labels of their columns."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]

    def forms(self) -> tuple[Blocks, ...]:
        """Return the three forms, the richest first."""
        head = [raw(label) for label in self.head]
        cells = [row.cells for row in self.rows]
        return (
            (data_table(self.caption, [head, *cells]),),
            (table([head, *cells[:TABLE_ROWS]]), *_lines(self.rows[TABLE_ROWS:])),
            _lines(self.rows),
        )


def fitting(top: Blocks, page: PageOfRows, bottom: Callable[[int], Blocks]) -> tuple[Blocks, tuple[Blocks, ...]]:
    """Return the blocks and their plainer forms, with as many rows as a message can hold in every form.

    ``bottom`` is told how many rows are shown.
    """
    while True:
        below = bottom(len(page.rows))
        forms = tuple((*top, *form, *below) for form in page.forms())
        if len(page.rows) == 1 or all(weight(form) <= MESSAGE for form in forms):
            return forms[0], forms[1:]
        page = replace(page, rows=page.rows[: len(page.rows) * 9 // 10])


def _lines(rows: Sequence[Row]) -> Blocks:
    return paragraphs(row.line for row in rows)
