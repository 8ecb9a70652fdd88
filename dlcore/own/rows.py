"""Rows of numbers: those of a text in a link, `0,1;0.5,-2`, and those of a CSV file."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d{1,3})?", re.I | re.A)
LARGEST = 1e6
MOST_ROWS = 5000
IN_A_LINK = 120  # points of a file that go into the link


Rows = Sequence[tuple[int, Sequence[str]]]  # numbered as the reader counts them


def numbered(text: str) -> list[tuple[int, list[str]]]:
    """The rows of a text in a link, from 1."""
    return list(enumerate(cells_of(text), 1))


def cells_of(text: str) -> list[list[str]]:
    """The cells of each row; rows are parted by semicolons, cells by commas or blanks."""
    return [re.split(r"\s*,\s*|\s+", row.strip()) for row in text.split(";") if row.strip()]


def wrong_row(number: int, cells: Sequence[str], columns: Sequence[str]) -> str:
    """What is wrong with a row, by its number; "" if it holds one number a column."""
    if formula := next((cell for cell in cells if re.match(r"[=@]|[-+][^\d.]", cell)), ""):
        return f"row {number}: expected a number, got the formula “{formula[:20]}”"
    for name, cell in zip(columns, cells, strict=False):
        if not NUMBER.fullmatch(cell):
            return f"row {number}, {name}: expected a number, got “{cell[:20]}”" if cell else \
                f"row {number}, {name}: expected a number, got an empty cell"
        if not abs(float(cell)) <= LARGEST:
            return f"row {number}, {name}: expected a number within ±1,000,000, got {cell[:20]}"
    if len(cells) != len(columns):
        return f"row {number}: expected {len(columns)} columns ({', '.join(columns)}), got {len(cells)}"
    return ""


def wrong_rows(rows: Rows, columns: Sequence[str], least: int) -> str:
    """The first thing that is wrong with numbered rows."""
    if len(rows) > MOST_ROWS:
        return f"it has {len(rows):,} rows, and at most {MOST_ROWS:,} are read"
    if problem := next((said for number, cells in rows if (said := wrong_row(number, cells, columns))), ""):
        return problem
    return f"expected at least {least} rows of {', '.join(columns)}, got {len(rows)}" if len(rows) < least else ""


def joined(text: str, wrong: Callable[[Rows], str]) -> tuple[str, int]:
    """The rows of a file as the text of a link, and how many there are; `wrong` is told them by the file's own numbers.

    Raises: ValueError naming the row and what was expected there.
    """
    rows = csv_rows(text)
    if problem := wrong(rows):
        raise ValueError(problem)
    return ";".join(",".join(cells) for _, cells in rows), len(rows)


def remark(count: int, kept: int) -> str:
    """How many points a file has, and how many of them go into the link."""
    return f"{count:,} points were read." + f" Of these {kept} are kept." * (kept < count)


def numbers_in(rows: Sequence[Sequence[str]]) -> list[list[float]]:
    """The rows as numbers."""
    return [[float(cell) for cell in cells] for cells in rows]


def csv_rows(text: str) -> list[tuple[int, list[str]]]:
    """The rows of a file with the numbers of their lines; a first line without any number is a heading.

    Cells are parted by tabs, by semicolons (a comma is then a decimal point) or by commas.
    """
    lines = [(i, line.strip()) for i, line in enumerate(text.splitlines(), 1) if line.strip()]
    sign = next((sign for sign in "\t;" if lines and sign in lines[0][1]), ",")
    rows = [(i, [cell.strip().strip('"') for cell in line.split(sign)]) for i, line in lines]
    if sign == ";":
        rows = [(i, [cell.replace(",", ".") for cell in cells]) for i, cells in rows]
    heading = bool(rows) and not any(re.match(r"[-+=@.\d]|$", cell) for cell in rows[0][1])
    return rows[1:] if heading else rows
