"""What a sentence claims, judged by the numbers behind it; see `reading` for how it is read."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from tests.contract.reading import (
    FIGURE,
    Facts,
    Number,
    clauses,
    counts,
    labels,
    measured,
    nameless,
    numbers,
    places,
    plain,
)

LARGEST = "most|highest|largest|widest|longest|strongest"
SMALLEST = "least|lowest|smallest|closest|nearest|weakest"
SUPERLATIVE = re.compile(rf"\b(?P<word>{LARGEST}|{SMALLEST}|best|worst)\b")
IDIOM = re.compile(
    r"\b(?:at (?:most|least|best)|most important column|on most images|the largest tried"
    r"|(?:by )?[Tt]he nearest real picture|smallest worst gap|the strongest attack"
    r"|the most shown|the worst of|the worse of|class that fares worst|the best there)\b"
)
"""Bounds and names of measures, which rank nothing."""
HEDGE = re.compile(r"not clearly|no clear|on average|\b[Mm]eans?\b|intervals overlap")
NEGATED = re.compile(r"\b(?:not|no|none|nothing|never|without|neither)\b")
LOSS = re.compile(r"\b(?:loses?|lost|costs?|worse|less often|hurts|harms)\b")
GAIN = re.compile(r"\b(?:gains?|helps|better|more often|brings \w+ back)\b")
MOVE = re.compile(r"\b(?P<verb>rises|grows|climbs|peaks|falls|drops|sinks)\b (?:again )?"
                  rf"(?:from (?P<start>{FIGURE})%.*? )?(?:to|with) (?P<end>{FIGURE})%")  # fmt: skip
RISING = ("rises", "grows", "climbs", "peaks")
LIST = re.compile(r"[Cc]learly (?:better|worse|weaker|different)[^:.;]*: (?P<names>[^;]+)")
COUNT = re.compile(r"(?<!,)\b(?P<some>\d[\d,]*) of (?:the |these )?(?P<all>\d[\d,]*)\b(?! ?%)")
ENDS = ("mean", "low", "high")


def faults(text: str, facts: Facts) -> list[str]:
    """What a sentence says that its numbers do not bear out."""
    bare = nameless(text, facts.names)
    found = numbers(bare)
    checks = (
        unknown(found, facts), unlike(found, facts), misplaced(text, facts), moved(bare),
        outranked(bare, facts), wrong_side(bare), wrong_list(text, facts), miscounted(bare, facts),
    )  # fmt: skip
    return list(itertools.chain(*checks))


def unknown(found: Sequence[Number], facts: Facts) -> Iterator[str]:
    """Numbers that are nowhere in the tables, nor made of two numbers of a column."""
    for number in found:
        if not number.near(facts.cells).any() and not number.near(facts.derived).any():
            yield f"{number.text} is in no table"


def unlike(found: Sequence[Number], facts: Facts) -> Iterator[str]:
    """Intervals that do not hold their mean, or are narrower than that of the mean they follow."""
    for number in found:
        if number.ends is None:
            continue
        low, high = number.ends
        if not low - number.off <= number.value <= high + number.off:
            yield f"{number.text} lies outside [{low:g}, {high:g}]"
        known = facts.intervals
        own = known[number.near(known[:, 0])]
        if not len(own):
            yield f"no mean {number.text} has an interval"
        elif not _holds(own, low, high, number.off).any():
            yield f"[{low:g}, {high:g}] is narrower than the interval of {number.text}"


def _holds(own: np.ndarray, low: float, high: float, off: float) -> np.ndarray:
    """Which rows' intervals lie within these ends; ends of shares are cut at 0 and 1."""
    inside_low = (low <= own[:, 1] + 2 * off) | (low <= 0)
    inside_high = (high >= own[:, 2] - 2 * off) | (high >= 1)
    return np.asarray(inside_low & inside_high)


def misplaced(text: str, facts: Facts) -> Iterator[str]:
    """Numbers right behind a name, `TRADES (45.0%` or `TRADES 45.0%`, that are not its own."""
    for name in facts.names:
        pattern = rf"(?<![\w“]){re.escape(name)} \(?(?=[+−-]?\d[\d.,]*(?:%| points|\)|,|;))"
        for found in re.finditer(pattern, text):
            after = numbers(text[found.end() :])
            if after and after[0].place == 0 and not _has(name, after[0], facts):
                yield f"{name} has no {after[0].text}"


def _has(name: str, number: Number, facts: Facts) -> bool:
    rows = [row for table in facts.tables for row in _rows_of(name, table)]
    return any(number.near(row).any() for row in rows) or not rows


def _rows_of(name: str, table: pd.DataFrame) -> Iterator[np.ndarray]:
    """The numbers of the rows that have a name, and their means over each other name."""
    for column in labels(table):
        own = table[table[column].astype(str) == name]
        if len(own):
            yield own[measured(table)].to_numpy(dtype=float).ravel()
            yield own[measured(table)].astype(float).mean().to_numpy()
            for other in places(own):
                by = [one for one in measured(own) if one != other]
                yield own.groupby(other, observed=True)[by].mean().to_numpy(dtype=float).ravel()


def moved(text: str) -> Iterator[str]:
    """`Rises to` a number that is not above the one before, `falls to` one that is not below."""
    for found in MOVE.finditer(text):
        before = re.findall(rf"({FIGURE})%", text[: found.start()])
        start = found["start"] or (before[-1] if before else None)
        if start is None:
            continue
        first, last = plain(start), plain(found["end"])
        if (last < first) if found["verb"] in RISING else (last > first):
            yield f"{found['verb']} from {start} to {found['end']}"


def outranked(text: str, facts: Facts) -> Iterator[str]:
    """A superlative beside a number that is not an end of any column, or not clearly so."""
    for _, clause in clauses(IDIOM.sub(lambda idiom: "_" * len(idiom[0]), text)):
        own = numbers(clause)
        for found in SUPERLATIVE.finditer(clause):
            after = [one for one in own if one.place > found.end()] or own[-1:]
            if not after:
                continue
            ranks = [_rank(after[0], found["word"], table) for table in facts.tables]
            if not any(rank for rank in ranks):
                yield f"{after[0].text} is not the {found['word']}"
            elif not HEDGE.search(text) and "clear" not in ranks:
                yield f"{after[0].text} is not clearly the {found['word']}"


def _rank(number: Number, word: str, table: pd.DataFrame) -> str:
    """Whether a number is an end of a column within some group of rows: `clear`, `first` or not."""
    found = ""
    for column in measured(table):
        at = number.near(table[column].to_numpy(dtype=float, na_value=np.nan))
        for rows in _groups(table, at) if at.any() else ():
            cells = rows[column].abs() if _sized(rows[column]) else rows[column]
            ends = {"max": cells.max(), "min": cells.min()}
            wanted = ("max",) if word in LARGEST.split("|") else ("max", "min")
            wanted = ("min",) if word in SMALLEST.split("|") else wanted
            wanted = ("max", "min") if word in ("most", "least") else wanted
            if any(number.near(np.array([ends[end]])).any() for end in wanted):
                found = "first"
                if column != "mean" or "low" not in rows or _apart(rows, number):
                    return "clear"
    return found


def _sized(column: pd.Series[Any]) -> bool:
    return bool((column < 0).any())


def _groups(table: pd.DataFrame, at: np.ndarray) -> Iterator[pd.DataFrame]:
    """Groups of at least two rows that hold a row of those marked: all, and by one or two names."""
    yield table
    by = places(table)
    for names in [[name] for name in by] + [list(pair) for pair in itertools.combinations(by, 2)]:
        keys = table.loc[at, names].drop_duplicates()
        for key in keys.to_numpy():
            rows = table[(table[names] == key).all(axis=1)]
            if len(rows) > 1:
                yield rows


def _apart(rows: pd.DataFrame, number: Number) -> bool:
    """Whether the interval of a row with this mean meets that of no other row."""
    mine = rows[number.near(rows["mean"].to_numpy(dtype=float))]
    for place, row in mine.iterrows():
        others = rows.drop(index=place)
        if not ((others["low"] <= row["high"]) & (others["high"] >= row["low"])).any():
            return True
    return False


def wrong_side(text: str) -> Iterator[str]:
    """`Loses` beside a gain, `gains` beside a loss, and `clearly` beside an interval with zero."""
    for _, clause in clauses(text):
        for found in numbers(clause):
            before = clause[: found.place]
            if found.unit != "point" or not found.signed:
                continue
            loss, gain = LOSS.search(before), GAIN.search(before)
            taken_back = NEGATED.search(before)
            if bool(loss) == bool(gain) or taken_back:
                continue
            if found.value > 0 if loss else found.value < 0:
                yield f"{(loss or gain)[0]} beside {found.text}"  # type: ignore[index]
            elif found.ends and found.ends[0] < 0 < found.ends[1] and not HEDGE.search(before):
                yield f"{(loss or gain)[0]} though {found.text} may be none"  # type: ignore[index]


def wrong_list(text: str, facts: Facts) -> Iterator[str]:
    """Names in a list of what is clearly so whose interval holds zero in every row of theirs."""
    tables = [table for table in facts.tables if {*ENDS} <= set(table)]
    for found in LIST.finditer(text):
        for name in facts.names:
            if not re.search(rf"(?:^|, |and |“){re.escape(name)}(?:$|,|\.|;|”| and| \()",
                             found["names"]):  # fmt: skip
                continue
            rows = [table[(table[labels(table)] == name).any(axis=1)] for table in tables]
            own = pd.concat(rows) if rows else pd.DataFrame()
            if len(own) and not ((own["low"] > 0) | (own["high"] < 0)).any():
                yield f"{name} is not clearly anything"


def miscounted(text: str, facts: Facts) -> Iterator[str]:
    """`7 of 5`, and so many of a number that counts nothing in the tables."""
    known = set().union(*(counts(table) for table in facts.tables)) if facts.tables else set()
    known |= {one.n for one in facts.estimates} | {int(one) for one in facts.constants}
    for found in COUNT.finditer(text):
        some, whole = (int(found[name].replace(",", "")) for name in ("some", "all"))
        if some > whole:
            yield f"{some} of {whole}"
        elif known and whole not in known:
            yield f"{whole} counts nothing"
