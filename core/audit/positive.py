"""Which of two classes is the positive one: as asked, or guessed with the reason in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.audit.objections import TableError, short

YES = frozenset({"1", "true", "t", "yes", "y"})
NO = frozenset({"0", "false", "f", "no", "n"})
"""Words and codes for the same two answers."""
USUALLY_YES = frozenset({
    "1", "true", "t", "yes", "y", "positive", "pos", "high", "on", "approved", "accepted", "accept",
    "admit", "admitted", "granted", "hired", "selected", "fraud",
})  # fmt: skip
USUALLY_NO = frozenset({
    "0", "-1", "false", "f", "no", "n", "negative", "neg", "low", "off", "denied", "declined",
    "reject", "rejected", "refused", "legit",
})  # fmt: skip


@dataclass(frozen=True)
class Positive:
    """The class that counts as a yes.

    Attributes:
        names: The classes; of two, the second is the positive one.
        chosen: Whether somebody asked for it.
        grounded: Whether the names, or somebody, say which one is meant.
        said: What was taken as positive and why, one sentence.
    """

    names: tuple[str, ...]
    chosen: bool
    grounded: bool
    said: str

    def plain(self) -> dict[str, str | bool | None]:
        """As it stands in the report; `class` is None where every class is taken in turn."""
        name = self.names[1] if len(self.names) == 2 else None
        return {"class": name, "chosen": self.chosen, "said": self.said}


def positive(names: Sequence[str], wanted: str | None = None) -> Positive:
    """Decide which class is positive.

    Args:
        names: The classes, in order of the alphabet.
        wanted: The one that was asked for, spelled as in `names`; a guess when None.

    Raises:
        TableError: If there is no such class, or there are more than two to choose from.
    """
    if len(names) != 2:
        if wanted is not None:
            raise TableError(
                f"A positive class can be chosen of two classes only, and there are {len(names)}."
            )
        said = f"Each of the {len(names)} classes was taken as positive in turn, against the rest."
        return Positive(tuple(names), False, False, said)
    if wanted is None:
        return _guessed(names)
    if wanted not in names:
        raise TableError(
            f"There is no class {short(wanted)}; there are {short(names[0])} and {short(names[1])}."
        )
    other = names[1 - list(names).index(wanted)]
    said = f"{short(wanted)} was taken as the positive class and {short(other)} not, as asked."
    return Positive((other, wanted), True, True, said)


def _guessed(names: Sequence[str]) -> Positive:
    """Guess by the words; where they say nothing, the larger number or the last in the alphabet."""
    yes = [name for name in names if name.casefold() in USUALLY_YES]
    no = [name for name in names if name.casefold() in USUALLY_NO]
    if len(yes) == 1:
        chosen, why = yes[0], f"{short(yes[0])} usually is the positive one"
    elif len(no) == 1:
        chosen = next(name for name in names if name not in no)
        why = f"{short(no[0])} usually is the negative one"
    elif all(re.fullmatch(r"-?[0-9]+", name) for name in names):
        chosen, why = max(names, key=int), "it is the larger number"
    else:
        chosen, why = names[1], "the names do not tell, and it is the last in the alphabet"
    other = names[1 - list(names).index(chosen)]
    # A 1 beside a 2, or beside a word, may be the number of either class.
    bare = chosen == "1" and other.casefold() not in USUALLY_NO
    told = (len(yes) == 1 or len(no) == 1) and not bare
    said = f"{short(chosen)} was taken as the positive class and {short(other)} not: {why}."
    return Positive((other, chosen), False, told, said)
