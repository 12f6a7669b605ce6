"""Columns by their names, where names are missing or stand twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.audit.naming import plain
from core.audit.objections import TableError, short

MOST_DOUBLES = 10
"""Columns of one name that are compared."""


class Named:
    """The columns of a table by name.

    A column without a name is called as pandas calls it, `Unnamed: 0`. Of several with one name
    each can be asked for as `name (column 2)`, counted from 1.
    """

    def __init__(self, names: Sequence[str], sample: Sequence[Sequence[str]]) -> None:
        """Name every column.

        Args:
            names: As they stand in the file.
            sample: First rows; a column without name and content is not offered.
        """
        self.notes: list[str] = []
        self._raw = [name.strip() or f"Unnamed: {place}" for place, name in enumerate(names)]
        self._plain = [plain(name) or f"Unnamed: {place}" for place, name in enumerate(self._raw)]
        nameless = [place for place, name in enumerate(names) if not plain(name)]
        blank = {place for place in nameless if not any("".join(r[place : place + 1]).strip()
                                                        for r in sample)}  # fmt: skip
        self._offered = [place for place in range(len(names)) if place not in blank]
        if set(nameless) - blank:
            first = min(set(nameless) - blank)
            self.notes.append(
                f"Column {first + 1} has no name and is called {short(self._plain[first])}."
            )
        # Places of every name that stands twice, and whether those differ anywhere.
        self._twice: dict[str, list[int]] = {}
        for place in self._offered:
            self._twice.setdefault(self._plain[place], []).append(place)
        self._twice = {name: found for name, found in self._twice.items() if len(found) > 1}
        self._differ: set[str] = set()

    def compare(self, row: Sequence[str]) -> None:
        """Look at a row for what tells columns of one name apart."""
        for name, places in self._twice.items():
            if name not in self._differ and len({row[place].strip() for place in places}) > 1:
                self._differ.add(name)

    def offered(self) -> tuple[str, ...]:
        """Names to choose from, no two alike; of columns that are the same, the first."""
        found: dict[str, int] = {}
        for place in self._offered:
            name = self._plain[place]
            if name in self._twice and name not in self._differ and place != self._twice[name][0]:
                continue
            shown = _numbered(name, place) if name in self._differ else name
            # A column may be called what another is called here.
            found[_numbered(shown, place) if shown in found else shown] = place
        return tuple(found)

    def places(self, wanted: str) -> list[int]:
        """Columns that a name may mean.

        Raises:
            TableError: If there is none.
        """
        for known, asked in ((self._raw, wanted.strip()), (self._plain, plain(wanted))):
            found = [place for place, name in enumerate(known) if name == asked]
            if found:
                found += [p for p, name in enumerate(self._plain)
                          if name in self._twice and _numbered(name, p) == asked]  # fmt: skip
            if len(found) > MOST_DOUBLES:
                raise TableError(f"{len(found):,} columns are named {short(wanted)}: rename one.")
            if found:
                return found
        asked = plain(wanted)
        numbered = [p for p, name in enumerate(self._plain) if _numbered(name, p) == asked]
        if numbered:
            return numbered
        close = [name for name in self._plain if name.casefold() == asked.casefold()]
        if close:
            raise TableError(f"There is no column {short(wanted)}; there is {short(close[0])}.")
        words = asked.split()
        if len(words) > 1 and all(word in self._plain for word in words):
            several = short(",".join(words))
            raise TableError(
                f"There is no column {short(wanted)}; separate several by commas, {several}."
            )
        names = [self._plain[place] for place in self._offered]
        there = ", ".join(map(short, names[:8])) + (", ..." if len(names) > 8 else "")
        raise TableError(f"There is no column {short(wanted)}; there are {there}.")

    def single(self, wanted: str, columns: Mapping[int, list[str]]) -> list[str]:
        """The column that a name means.

        Args:
            wanted: The name.
            columns: The cells of the columns that were read, by place.

        Raises:
            TableError: If several have the name and differ.
        """
        places = self.places(wanted)
        cells = columns[places[0]]
        if len(places) == 1:
            return cells
        for other in places[1:]:
            if any(a != b and a.strip() != b.strip()
                   for a, b in zip(cells, columns[other], strict=True)):  # fmt: skip
                raise TableError(
                    f"Two columns are named {short(wanted)} and differ: rename one, or ask for "
                    f"{short(_numbered(wanted, places[0]))} or {short(_numbered(wanted, other))}."
                )
        self._same(wanted, len(places))
        return cells

    def said(self) -> None:
        """Say which columns have one name and are the same, once every row was compared."""
        for name, places in self._twice.items():
            if name not in self._differ:
                self._same(name, len(places))

    def _same(self, name: str, many: int) -> None:
        self.notes.append(
            f"{many} columns are named {short(name)} and are the same: the first was used."
        )


def _numbered(name: str, place: int) -> str:
    return f"{name} (column {place + 1})"
