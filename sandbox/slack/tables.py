"""The two blocks that draw tables; where Slack's own pages disagree on a limit, the stricter one holds here."""

from typing import Any

from sandbox.slack.checks import Json, Problems, boolean, both, listing, number, one_of, record, string, tagged, whole
from sandbox.slack.rich_text import IDENTIFIER, RICH_TEXT

ROWS = 101  # https://docs.slack.dev/reference/block-kit/blocks/data-table-block: 100 rows and the header
COLUMNS = 20
CHARACTERS = 10_000

_RAW_TEXT = record({"text": string(3000)})
_RAW_NUMBER = record({"value": number}, {"text": string(100)})
_CELL = tagged({"raw_text": _RAW_TEXT, "raw_number": _RAW_NUMBER, "rich_text": RICH_TEXT})


def characters(node: Json) -> int:
    """Count what a person would read in a piece of Block Kit."""
    match node:
        case dict():
            return sum(
                len(entry) if key == "text" and isinstance(entry, str) else characters(entry)
                for key, entry in node.items()
            )
        case list():
            return sum(characters(entry) for entry in node)
        case _:
            return 0


def _even_rows(table: dict[str, Any], pointer: str, problems: Problems) -> None:
    rows = [row for row in table.get("rows", []) if isinstance(row, list)]
    if len({len(row) for row in rows}) > 1:
        problems.add(f"{pointer}/rows", "all rows must have the same number of cells")


def _readable_size(table: dict[str, Any], pointer: str, problems: Problems) -> None:
    if characters(table.get("rows", [])) > CHARACTERS:
        problems.add(f"{pointer}/rows", f"must be less than {CHARACTERS + 1} characters over all cells")


def _data_header(table: dict[str, Any], pointer: str, problems: Problems) -> None:
    rows = table.get("rows")
    if not isinstance(rows, list) or not rows or not isinstance(rows[0], list):
        return
    for place, cell in enumerate(rows[0]):
        if isinstance(cell, dict) and cell.get("type") == "rich_text":
            problems.add(f"{pointer}/rows/0/{place}", "header cells may not be rich_text")
    index = table.get("row_header_column_index", 0)
    if isinstance(index, int) and index >= len(rows[0]):
        problems.add(f"{pointer}/row_header_column_index", "no such column")


TABLE = both(
    record(
        {"rows": listing(listing(_CELL, 1, COLUMNS), 1, ROWS - 1)},
        {
            "block_id": IDENTIFIER,
            "column_settings": listing(
                record({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean}), 0, COLUMNS
            ),
        },
    ),
    _even_rows,
    _readable_size,
)

DATA_TABLE = both(
    record(
        {"caption": string(3000), "rows": listing(listing(_CELL, 1, COLUMNS), 2, ROWS)},
        {"block_id": IDENTIFIER, "page_size": whole(1, 100), "row_header_column_index": whole(0, COLUMNS - 1)},
    ),
    _even_rows,
    _readable_size,
    _data_header,
)
