"""A challenge of deep learning: its page and its experiments, by name."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

WORDS = Path(__file__).resolve().parents[2] / "assets" / "words"


@dataclass(frozen=True)
class Source:
    """A paper behind a page.

    Attributes:
        citation: Authors, year, title.
        url: Where it is.
        says: What it says, in one or two sentences.
        read: Whether that was looked up there; what is told from memory says so on the page.
    """

    citation: str
    url: str
    says: str
    read: bool = False


@dataclass(frozen=True)
class Challenge:
    """One challenge of deep learning and the experiments that show it.

    Attributes:
        slug: Name of its folder, page file, link and test file.
        title: As in the navigation.
        question: The question the page answers, in plain words.
        chapter: One of the chapters in `core.challenges.CHAPTERS`.
        icon: A Material symbol, for example `":material/show_chart:"`.
        experiments: Names of the modules in its folder, in the page's order.
        sources: The papers.
    """

    slug: str
    title: str
    question: str
    chapter: str
    icon: str
    experiments: Sequence[str]
    sources: Sequence[Source]


def sources_of(slug: str) -> tuple[Source, ...]:
    """Read the papers behind a challenge's page from `assets/words/<slug>/sources.toml`.

    Raises:
        OSError: If the file is not there.
        TypeError: If an entry lacks a field of `Source`, or has another.
    """
    text = (WORDS / slug / "sources.toml").read_text(encoding="utf-8")
    return tuple(Source(**entry) for entry in tomllib.loads(text)["source"])
