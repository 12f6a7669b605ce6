"""What a sentence claims, judged by the numbers behind it; see `reading` for how it is read."""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from tests.contract.reading import (
    FIGURE,
    Facts,
    Number,
    Ranked,
    clauses,
    coarse,
    labels,
    measured,
    nameless,
    numbers,
    orders_alike,
    places,
    plain,
    spelled,
)

LARGEST = "most|highest|largest|widest|longest|strongest"
SMALLEST = "least|lowest|smallest|closest|nearest|weakest"
SUPERLATIVE = re.compile(rf"\b(?P<word>{LARGEST}|{SMALLEST}|best|worst)\b")
IDIOM = re.compile(
    r"\b(?:at (?:most|least|best)|most important column|on most images|the largest tried"
    r"|(?:by )?[Tt]he nearest real picture|smallest worst gap|the strongest attack"
    r"|the most shown|its lowest is|the widest gap (?:between|is)|[Tt]he widest (?:network|model)"
    r"|the worst of|the worse of|the worst group|[Ww]orst group against"
    r"|nearest neighbours?|strongest frequency"
    r"|class that fares worst|the best there|best choice|the best setting's)\b"
)
"""Bounds and names of measures, which rank nothing."""
HEDGE = re.compile(r"not clearly|no clear|on average|\b[Mm]eans?\b|intervals overlap")
NEGATED = re.compile(r"\b(?:not|no|none|nothing|never|without|neither)\b")
LOSS = re.compile(r"\b(?:loses?|lost|costs?|worse|less often|hurts|harms)\b")
GAIN = re.compile(r"\b(?:gains?|helps|better|ahead|more often|brings \w+ back)\b")
MOVE = re.compile(r"\b(?P<verb>rises|grows|climbs|peaks|falls|drops|sinks)\b (?:again )?"
                  rf"(?:from (?P<start>{FIGURE})%.*? )?(?:to|with) (?P<end>{FIGURE})%")  # fmt: skip
RISING = ("rises", "grows", "climbs", "peaks")
LIST = re.compile(
    r"[Cc]learly (?:better|worse|weaker|different|smaller|a larger)"
    r"[^:.;]*: (?P<names>(?:(?![.;] |[.;]$).)+)"
)
COUNT = re.compile(r"(?<!,)\b(?P<some>\d[\d,]*) of (?:the |these )?(?P<all>\d[\d,]*)\b(?! ?%)")
CLOSERS = re.compile(rf"Of those that [^.]*?close three quarters of it, [^:]*?(?P<rank>is the most "
                     rf"accurate[^:]*): (?P<share>{FIGURE}%)")  # fmt: skip
"""A superlative among rows that a condition on another column leaves."""
BEHIND = re.compile(rf" \(?(?={FIGURE}(?:%| points|\)|,|;))")
ENDS = ("mean", "low", "high")


def faults(text: str, facts: Facts) -> list[str]:
    """What a sentence says that its numbers do not bear out."""
    bare = nameless(text, facts.names)
    found, silent = numbers(bare), wordless(_without_idioms(bare), facts.names)
    checks = (
        unknown(found, facts), unlike(found, facts), misplaced(text, facts), moved(bare),
        outranked(bare, silent, facts), not_the_most_of(bare, facts), wrong_side(silent),
        wrong_list(text, facts), miscounted(bare, facts),
    )  # fmt: skip
    return list(itertools.chain(*checks))


def _without_idioms(text: str) -> str:
    return IDIOM.sub(lambda idiom: "_" * len(idiom[0]), text)


def wordless(text: str, names: re.Pattern[str]) -> str:
    """The sentence with the words in names blotted out: `nearest neighbours` ranks nothing.

    A name that is one word may be what the sentence says: `the widest`.
    """

    def blotted(found: re.Match[str]) -> str:
        return re.sub(r"[A-Za-z]", "_", found[0]) if " " in found[0] else found[0]

    return names.sub(blotted, text)


def unknown(found: Sequence[Number], facts: Facts) -> Iterator[str]:
    """Numbers that are nowhere in the tables, nor made of two numbers of a column."""
    for number in found:
        if number.others and number.value < max(map(len, facts.tables), default=0):
            continue
        if not number.near(facts.cells).any() and not facts.makes(number):
            yield f"{number.text} is in no table"


def unlike(found: Sequence[Number], facts: Facts) -> Iterator[str]:
    """Intervals that do not hold their mean, or are narrower than that of the mean they follow."""
    for number in found:
        if number.ends is None:
            continue
        low, high = number.ends
        if not low - number.off <= number.value <= high + number.off:
            yield f"{number.text} lies outside [{low:g}, {high:g}]"
        known = facts.intervals(number.unit)
        own = known[number.near(known[:, 0])]
        told_apart = abs(number.value) > 10 * number.off  # Many means round to nearly nothing.
        narrow = told_apart and len(own) > 0 and not _holds(own, low, high, number.off).any()
        if narrow and not facts.drawn(number):
            yield f"[{low:g}, {high:g}] is narrower than the interval of {number.text}"


def _holds(own: np.ndarray, low: float, high: float, off: float) -> np.ndarray:
    """Which rows' intervals lie within these ends; ends of shares are cut at 0 and 1."""
    inside_low = (low <= own[:, 1] + 2 * max(off, coarse(low))) | (low <= 0)
    inside_high = (high >= own[:, 2] - 2 * max(off, coarse(high))) | (high >= 1)
    return np.asarray(inside_low & inside_high)


def misplaced(text: str, facts: Facts) -> Iterator[str]:
    """Numbers right behind a name, `TRADES (45.0%` or `TRADES 45.0%`, that are not its own."""
    for name in facts.names.finditer(text):
        behind = BEHIND.match(text, name.end())
        after = numbers(text[behind.end() :]) if behind else []
        if not after or after[0].place or after[0].ends:
            continue  # What has an interval of its own is looked up with it.
        if not _has(name[0], after[0], facts):
            yield f"{name[0]} has no {after[0].text}"


def _has(name: str, number: Number, facts: Facts) -> bool:
    known = False
    for table, words in facts.words:
        for rows in _rows_of(name, table, words, number.may_be_correlation):
            known = True
            if number.near(rows).any():
                return True
    return not known


def _rows_of(
    name: str, table: pd.DataFrame, words: Mapping[str, np.ndarray], orders: bool
) -> Iterator[np.ndarray]:
    """The numbers of the rows that have a name, and their means over each other name.

    Args:
        name: Of the rows.
        table: Which holds them.
        words: Its columns of words in lower case.
        orders: Whether their rank correlations are asked for, too.
    """
    for cells in words.values():
        mine = cells == name.lower()
        if mine.any():
            own = table[mine]
            yield own[measured(table)].to_numpy(dtype=float).ravel()
            yield spelled(own)
            yield own[measured(table)].astype(float).mean().to_numpy()
            if own.isna().any(axis=None):
                yield own.dropna()[measured(table)].astype(float).mean().to_numpy()
            if orders:
                yield orders_alike(own)
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


def outranked(text: str, silent: str, facts: Facts) -> Iterator[str]:
    """A superlative beside a number that is not an end of any column, or not clearly so.

    Args:
        text: The sentence.
        silent: The same without idioms and the words in names, see `wordless`.
        facts: What it may speak of.
    """
    for at, clause in clauses(CLOSERS.sub(lambda told: "_" * len(told[0]), silent)):
        own = numbers(clause)
        for found in SUPERLATIVE.finditer(clause):
            after = [one for one in own if one.place > found.end() and not one.counts][:2]
            if not after:
                continue
            ranks = [_rank(n, found["word"], table) for n in after for table in facts.ranked]
            named = text[at : at + len(clause)]
            ranks += [_named_rank(named, found["word"], facts, table) for table in facts.tables]
            if not any(rank for rank in ranks):
                yield f"{after[0].text} is not the {found['word']}"
            elif not HEDGE.search(text) and "clear" not in ranks:
                yield f"{after[0].text} is not clearly the {found['word']}"


def not_the_most_of(text: str, facts: Facts) -> Iterator[str]:
    """Another row is more accurate of those whose gap is at most a quarter of the first row's."""
    for told in CLOSERS.finditer(text):
        (said,) = numbers(told["share"])
        for table in facts.tables:
            if not {"strength", "gap", "accuracy"} <= set(table):
                continue
            size = table["gap"].abs()
            left = table[(table["strength"] > 0) & (size <= size.iloc[0] / 4)]
            if left.empty or not said.near(np.array([left["accuracy"].max()])).any():
                yield f"{said.text} is not the most of those"
            elif not HEDGE.search(told["rank"]):
                first = left.loc[left["accuracy"].idxmax()]
                met = (left["low"] <= first["high"]) & (left["high"] >= first["low"])
                if met.sum() > 1:
                    yield f"{said.text} is not clearly the most of those"


def _rank(number: Number, word: str, table: Ranked) -> str:
    """Whether a number is an end of a column within some group of rows: `clear`, `first` or not."""
    found = ""
    for column, cells in table.cells.items():
        at = number.near(cells)
        for rows in table.groups(at) if at.any() else ():
            if _is_end(number, cells[rows], _wanted(word)):
                found = "first"
                if column != "mean" or table.apart(rows & at, rows):
                    return "clear"
    return found


def _named_rank(clause: str, word: str, facts: Facts, table: pd.DataFrame) -> str:
    """The same of the means of the rows that the clause names; of the others, if it says so."""
    if "mean" not in table or table["mean"].isna().all():
        return ""
    parts = [table] + [table.iloc[1:]] * bool(re.search("[Oo]f the|another", clause))
    known = [part["mean"].dropna() for part in parts if part["mean"].notna().any()]
    ends_at = [getattr(own, f"idx{end}")() for own in known for end in _wanted(word)]
    firsts = {str(name).lower() for name in table.loc[ends_at, labels(table)].to_numpy().ravel()}
    return "first" if firsts & {name.lower() for name in facts.names.findall(clause)} else ""


def _wanted(word: str) -> tuple[str, ...]:
    """Which end of a column a superlative may stand for; what is best depends on the measure."""
    if word in ("best", "worst"):
        return "max", "min"
    return ("max",) if word in LARGEST.split("|") else ("min",)


def _is_end(number: Number, cells: np.ndarray, wanted: Sequence[str]) -> bool:
    """Whether a number is the largest or smallest cell, or in size where some are below zero."""
    known = cells[np.isfinite(cells)]
    size = dataclasses.replace(number, value=abs(number.value))
    sizes = np.abs(known) if (known < 0).any() else known[:0]
    pairs = [(number, known), (size, sizes)]
    return any(
        one.near(np.array([getattr(own, end)()])).any()
        for one, own in pairs if len(own) for end in wanted
    )  # fmt: skip


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
    tables = [
        (*(table[end].to_numpy(dtype=float) for end in ("low", "high")), words)
        for table, words in facts.words if {*ENDS} <= set(table) and words
    ]  # fmt: skip
    for found in LIST.finditer(text):
        for name in facts.names.findall(found["names"]):
            rows = [(low, high, _holds_name(words, name)) for low, high, words in tables]
            clear = [(low[own] > 0) | (high[own] < 0) for low, high, own in rows]
            if sum(map(len, clear)) and not any(map(np.any, clear)):
                yield f"{name} is not clearly anything"


def _holds_name(words: Mapping[str, np.ndarray], name: str) -> np.ndarray:
    return np.asarray(np.logical_or.reduce([cells == name.lower() for cells in words.values()]))


def miscounted(text: str, facts: Facts) -> Iterator[str]:
    """`7 of 5`, and so many of a number that counts nothing in the tables."""
    for found in COUNT.finditer(text):
        some, whole = (int(found[name].replace(",", "")) for name in ("some", "all"))
        known = {*map(int, facts.counted), *(one.n for one in facts.estimates)}
        if some > whole:
            yield f"{some} of {whole}"
        elif known and whole not in known and whole not in facts.constants:
            yield f"{whole} counts nothing"
