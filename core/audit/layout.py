"""How a table of text is laid out: what separates its cells, and which line names the columns."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from core.audit.choices import DELIMITERS, NO_HEADER, Choices
from core.audit.decoding import BLANK
from core.audit.objections import TableError

MOST_COLUMNS = 2_000
MOST_HEADER = 64_000
"""Characters of the line that names the columns, and of each line above it."""
MOST_LINE = 256_000
"""Characters of any other line."""
SAMPLE = 200
"""Rows by which a layout is told; fewer, where they hold more than"""
MOST_SAMPLED = 200_000
"""cells."""
LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
"""A line with its end; taken one by one, where a file object would hold the text again."""
SEP = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
"""A line for Excel, which says what separates the cells."""
NUMBER = re.compile(r"\s*+[+-]?(?:\d++(?:[.,]\d*+)?|[.,]\d++)(?:[eE][+-]?\d{1,3})?\s*+", re.ASCII)
COMMENT = ("#", "//", "%")
MARKUP = (
    (re.compile(r"\s*<(?:!doctype|html|\?xml|table)", re.IGNORECASE),
     "The file is a web page or XML, not a table: save the table as CSV."),
    (re.compile(r"version https://git-lfs"),
     "The file is a pointer of Git LFS, not the table: fetch the table with 'git lfs pull'."),
    (re.compile(r"\s*[\[{]\s*[\[{\"]"),
     "The file is JSON, but no list of records: save the table as CSV, in pandas by "
     "'read_json(...).to_csv(...)'."),
)  # fmt: skip
Sample = Sequence[tuple[int, list[str]]]
"""Rows with the line of the file on which each ends."""


@dataclass(frozen=True)
class Layout:
    """Where the cells of a text are.

    Attributes:
        delimiter: A name in `DELIMITERS`.
        escapes: Whether a backslash stands before a quotation mark inside a cell.
        first: Line of the file, from 1, from which on rows are cells; the header, if there is one.
        header: Line that names the columns, or `NO_HEADER`.
        names: As they stand in the file, one for each cell of a row.
        notes: What was assumed, one sentence each.
    """

    delimiter: str
    escapes: bool = False
    first: int = 1
    header: int = 1
    names: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def layout(text: str, choices: Choices) -> Layout:
    """Find out how a text is laid out, as far as it is not chosen.

    Raises:
        TableError: If it is no table, or its first line is too long or has too many cells.
    """
    for pattern, sentence in MARKUP:
        if pattern.match(text):
            raise TableError(sentence)
    first = _blank_above(text)
    told = SEP.fullmatch(_line(text, first))
    if told:
        first += 1
    _bound_first(text, first)
    signs = {sign: name for name, sign in DELIMITERS.items()}
    chosen = choices.delimiter or (signs.get(told[1]) if told else None)
    found = _separated(text, first, chosen, choices)
    if len(found.names) < 2 and choices.delimiter is None and chosen:
        found = _separated(text, first, None, choices)
    if len(found.names) < 2:
        raise TableError("The table has one column only.")
    notes = []
    if found.delimiter != "comma" and choices.delimiter is None:
        notes.append(f"The cells are separated by {_plural(found.delimiter)}.")
    return replace(found, notes=(*notes, *found.notes))


def rows(text: str, form: Layout, first: int) -> Iterator[tuple[int, list[str]]]:
    """Rows from a line of the file on, each with the line on which it ends; blank lines are passed.

    Raises:
        TableError: If a line or cell is too long, or a quotation mark is never closed.
    """
    reader = csv.reader(
        _closed(_lines(text, first, form.delimiter)), delimiter=DELIMITERS[form.delimiter],
        skipinitialspace=True, escapechar="\\" if form.escapes else None,
    )  # fmt: skip
    last = first - 1
    try:
        for row in reader:
            line = first - 1 + reader.line_num
            if row == [END]:
                return
            if row and END in row[-1]:
                break
            last = line
            if len(row) > 1 or "".join(row).strip():
                yield line, row
    except csv.Error as error:
        raise TableError(f"Line {last + 1:,} is not proper CSV: a cell is too long.") from error
    raise TableError(f"Line {last + 1:,} is not proper CSV: a quotation mark is never closed.")


def sampled(found: Iterator[tuple[int, list[str]]]) -> tuple[Sample, bool]:
    """The first rows, as many as tell something and cost little, and whether they can be read.

    Raises:
        TableError: If not even the first row can be read.
    """
    sample: list[tuple[int, list[str]]] = []
    cells = 0
    try:
        for row in islice(found, SAMPLE):
            sample.append(row)
            cells += len(row[1])
            if cells > MOST_SAMPLED:
                break
    except TableError:
        if not sample:
            raise
        return sample, False  # Whoever reads on will meet it again, and say so.
    return sample, True


def is_rule(row: Sequence[str]) -> bool:
    """Whether a row is a line that is drawn, as in Markdown."""
    line = "".join(row)
    return "-" in line and not line.strip("-+=|: \t")


END = "\x1a\x00end"
"""A line after the last; no text holds it, as a byte 0 is left out where it is decoded."""


def _closed(lines: Iterator[str]) -> Iterator[str]:
    """Lines and `END`, which stands in a row of its own unless a quotation mark is open."""
    yield from lines
    yield END


def _lines(text: str, first: int, delimiter: str) -> Iterator[str]:
    """Lines from `first` on, bounded; where spaces separate cells, none stand at the end."""
    for number, found in enumerate(LINE.finditer(text), start=1):
        if number < first:
            continue
        line = found.group()
        if len(line) > MOST_LINE:
            raise TableError(f"Line {number:,} is longer than {MOST_LINE:,} characters.")
        yield line if delimiter != "space" else " ".join(line.split()) + "\n"


def _blank_above(text: str) -> int:
    """The first line, from 1, that is not blank."""
    blank = BLANK.match(text)
    above = text[: blank.end()] if blank else ""
    return 1 + above.count("\n") + above.count("\r") - above.count("\r\n")


def _line(text: str, number: int) -> str:
    found = next(islice(LINE.finditer(text), number - 1, None), None)
    return found.group().lstrip("\ufeff") if found else ""


def _bound_first(text: str, first: int) -> None:
    """Refuse a header that would cost more than it could say, before a row is read."""
    head = _line(text, first).rstrip("\r\n")
    if len(head) > MOST_HEADER:
        raise TableError(f"The first line is longer than {MOST_HEADER:,} characters.")
    if any(head.count(sign) >= MOST_COLUMNS for sign in DELIMITERS.values() if sign != " "):
        raise TableError(f"The table has more than {MOST_COLUMNS:,} columns.")


def _separated(text: str, first: int, chosen: str | None, choices: Choices) -> Layout:
    """The layout that makes rows of one length, with names above them."""
    tried: list[tuple[tuple[float, ...], Layout]] = []
    for place, name in enumerate([chosen] if chosen else DELIMITERS):
        for escapes in (False, True):
            if escapes and '\\"' not in text:
                continue
            form = Layout(name, escapes, first)
            sample, whole = sampled(rows(text, form, first))
            found, fit = _named(sample, form, choices)
            # Spaces stand in words as well: they count where nothing else separates.
            worth = (len(found.names) > 1 and name != "space", whole, *fit, escapes, -place)
            tried.append((worth, found))
    return max(tried, key=lambda pair: pair[0])[1]


def _named(sample: Sample, form: Layout, choices: Choices) -> tuple[Layout, tuple[float, ...]]:
    """Names of the columns, and how well the rows fit: a share, and how many columns."""
    at = _header_at(sample, choices)
    body = [row for _, row in sample[at + 1 :]] or [row for _, row in sample[at : at + 1]]
    width, many = Counter(map(len, body)).most_common(1)[0] if body else (0, 0)
    if at >= len(sample):
        return form, (0.0, 0.0, 0.0)
    line, names = sample[at]
    start = sample[at - 1][0] + 1 if at else form.first
    notes = [f"{_lines_said(at)} above the names of the columns left out."] if at else []
    if choices.header == NO_HEADER or (choices.header is None and _is_data(names, body)):
        names, line = [str(place) for place in range(len(names))], NO_HEADER
        if choices.header is None:
            notes.append("The first line looks like data: the columns were numbered from 0.")
    names, added = _fitted(names, [row for row in body if len(row) == width])
    fits = float(len(names) == width)
    found = replace(
        form, first=start, header=line, names=tuple(names), notes=(*notes, *added, *_said(form))
    )
    return found, (fits, many / max(1, len(body)), float(len(names) > 1), float(len(names)))


def _said(form: Layout) -> list[str]:
    if not form.escapes:
        return []
    return ["A backslash before a quotation mark was taken for part of the text."]


def _header_at(sample: Sample, choices: Choices) -> int:
    """Place in the sample of the row that names the columns, or of the first row without one."""
    if choices.header:
        places = [place for place, (line, _) in enumerate(sample) if line >= choices.header]
        return places[0] if places else len(sample)
    width = Counter(len(row) for _, row in sample).most_common(1)[0][0] if sample else 0
    for place, (_, row) in enumerate(sample):
        title = len(row) == 1 or not any(cell.strip() for cell in row[1:])
        comment = row[0].startswith(COMMENT) and len(row) != width
        if width < 2 or not (title or comment):
            return place
    return 0


def _is_data(names: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Whether a first row is one like those below: numbers, or words that stand there again."""
    if len(body) < 3 or not any(name.strip() for name in names):
        return False
    again = 0
    for place, name in enumerate(names):
        below = {row[place].strip() for row in body if place < len(row)}
        repeats = name.strip() in below
        again += repeats
        if not repeats and not NUMBER.fullmatch(name):
            return False
        if not repeats and not all(NUMBER.fullmatch(cell) for cell in below if cell):
            return False
    return again > 0


def _fitted(names: list[str], body: Sequence[Sequence[str]]) -> tuple[list[str], list[str]]:
    """Names for every cell of a row, where the header is one short or ends on delimiters."""
    if not body:
        return names, []
    width = len(body[0])
    while len(names) > width and not names[-1].strip():
        names = names[:-1]
    if width == len(names) + 1 and len(names) > 1:
        if not any(row[-1].strip() for row in body):
            return [*names, ""], []
        return ["", *names], [
            "Rows have one cell more than there are names: the first was taken for the name of "
            "the row, as R writes it."
        ]
    return names, []


def _lines_said(many: int) -> str:
    return "1 line was" if many == 1 else f"{many} lines were"


def _plural(delimiter: str) -> str:
    return {"pipe": "vertical bars"}.get(delimiter, f"{delimiter}s")
