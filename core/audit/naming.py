"""Names of a table as they are shown: printable, and different wherever what they name is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

UNSEEN = re.compile(
    "[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufffe\x00]"
)
"""Signs without a shape: soft hyphens, spaces of no width, marks of direction and of byte order."""
LONGEST = 2_000
"""Characters of a text whose forms are compared: one sign may stand for eighteen others."""
HYPHENS = str.maketrans({"\u2010": "-", "\u2011": "-"})


def plain(text: str) -> str:
    """Spell what looks alike alike: NFKC, no signs without a shape, one blank between words."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    shown = UNSEEN.sub("", text)
    if len(shown) <= LONGEST:
        shown = unicodedata.normalize("NFKC", shown).translate(HYPHENS)
    return " ".join(shown.split())


def bare(text: str) -> str:
    """Leave away what nobody sees: signs without a shape, and all but one blank between words."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return " ".join(unicodedata.normalize("NFC", UNSEEN.sub("", text)).split())


def visible(text: str) -> str:
    r"""Spell signs that cannot be seen as Python does, `\u200b`; no two texts become one."""
    return "".join(
        sign if sign.isprintable() and sign != "\\" else sign.encode("unicode_escape").decode()
        for sign in text
    )


def spelled(group: Mapping[str, str]) -> str:
    """Name a group: `race=A, sex=F`; the whole table has no name.

    Where several columns are crossed, values with a comma or a quotation mark stand in quotation
    marks: without them `x, b=y` in column `a` could be two values or one.
    """
    several = len(group) > 1
    return ", ".join(f"{visible(name)}={_value(value, several)}" for name, value in group.items())


def _value(value: str, several: bool) -> str:
    shown = visible(value)
    if not several or not ("," in shown or '"' in shown):
        return shown
    return '"' + shown.replace('"', r"\"") + '"'


def metric(key: str) -> str:
    """A rate or gap in words: `precision[a_b]` keeps the name of its class as it is."""
    rate, bracket, name = key.partition("[")
    return rate.replace("_", " ") + visible(bracket + name)


def p_value(p: float) -> str:
    """A p-value with three places; one that would round to nothing is below what they can say."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def short_labels(names: Sequence[str], most: int) -> list[str]:
    """Names cut to `most` characters, numbered where cutting makes two of them one."""
    cut = [name if len(name) <= most else name[: most - 3] + "..." for name in names]
    if len(set(cut)) == len(cut):
        return cut
    return [f"{place}. {name}" for place, name in enumerate(cut)]
