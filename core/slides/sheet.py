"""A slide as one SVG: heading, title, finding, charts side by side, settings and link.

The drawing program draws each chart; here they are put on a sheet with its words. Lengths are in
pixels of a sheet that is 960 wide, half of what the PNG has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from core.charts import theme
from core.slides.look import FONT

WIDTH, LEAST_HEIGHT = 960.0, 540.0
MARGIN = 32.0
INSIDE = WIDTH - 2 * MARGIN
ENLARGED = 1.1
"""Charts are drawn as wide as on a page and enlarged, with their words, to the sheet's width."""
ON_A_PAGE = INSIDE / ENLARGED
GAP = 16.0
"""Between two charts side by side, as on a page."""
WIDTHS = {
    0.25: "ijl'", 0.31: "ft.,:;/|! \u00a0·I[]", 0.36: "r()-*", 0.51: "cksvxyzJ",
    0.74: "wCDHNRUG&", 0.8: "OQ+=<>≤≥×±−~", 0.9: "mM%", 1.0: "W@→…—",
}  # fmt: skip
"""Widths of letters in the font, in its size, rounded up; other capitals 0.68, others 0.57."""


@dataclass(frozen=True)
class Line:
    """How a kind of words stands on the sheet.

    Attributes:
        size: Of the letters.
        height: From one line to the next.
        color: Of the letters.
        bold: Whether they are.
        most: Lines; what is more is cut, and ends in an ellipsis.
    """

    size: float
    height: float
    color: str
    bold: bool = False
    most: int = 4


ABOVE = Line(13, 18, theme.PAPER_FAINT)
TITLE = Line(25, 32, theme.PAPER_INK, bold=True, most=2)
FINDING = Line(16, 22, theme.PAPER_INK)
PANEL = Line(13, 19, theme.PAPER_INK, most=2)
SMALL = Line(11.5, 16, theme.PAPER_FAINT, most=3)


@dataclass(frozen=True)
class Words:
    """What is written around the charts.

    Attributes:
        above: Whose figure it is.
        title: Of the figure.
        finding: In one sentence.
        settings: What it was measured with.
        link: Leads to the page with these settings; empty for none.
        panels: Headings of the charts, one each; an empty one takes no room.
    """

    above: str
    title: str
    finding: str
    settings: str
    link: str
    panels: tuple[str, ...]


def panel_width(panels: int) -> float:
    """How wide each of so many charts is drawn, in pixels of a page."""
    return (ON_A_PAGE - GAP * (panels - 1)) / panels


def sheet(words: Words, charts: Sequence[str]) -> str:
    """Put charts on a sheet.

    Args:
        words: Around them.
        charts: As SVG, each drawn `panel_width` wide, in the order of `words.panels`.

    Returns:
        One SVG, on white, at least as high as a slide is.
    """
    parts: list[str] = []
    top = MARGIN - 8
    for line, text in ((ABOVE, words.above), (TITLE, words.title), (FINDING, words.finding)):
        top = _write(parts, line, text, MARGIN, top)
    foot: list[str] = []
    used = _write(foot, SMALL, words.settings, MARGIN, 10)
    used = _write(foot, SMALL, words.link, MARGIN, used, link=words.link)
    drawn: list[str] = []
    bottom = _place(drawn, words.panels, charts, top + 12)
    height = max(LEAST_HEIGHT, bottom + used + MARGIN / 2)
    start = height - used - MARGIN / 2
    # A figure that is lower than the room for it stands in its middle.
    parts.append(f'<g transform="translate(0 {(start - bottom) / 2:.1f})">{"".join(drawn)}</g>')
    rule = f'<rect x="{MARGIN:g}" width="{INSIDE:g}" height="1" fill="{theme.PAPER_LINE}"/>'
    parts.append(f'<g transform="translate(0 {start:.1f})">{rule}{"".join(foot)}</g>')
    return _whole(words, height, parts)


def _whole(words: Words, height: float, parts: Sequence[str]) -> str:
    size = f'width="{WIDTH:g}" height="{height:.0f}" viewBox="0 0 {WIDTH:g} {height:.0f}"'
    names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    told = f"<title>{escape(words.title)}</title><desc>{escape(words.finding)}</desc>"
    ground = f'<rect width="100%" height="100%" fill="{theme.PAPER}"/>'
    head = f'<svg {names} {size} role="img" font-family={quoteattr(FONT)}>'
    drawn = "".join(parts).replace(theme.INK, theme.PAPER_INK)
    return f"{head}{told}{ground}{drawn}</svg>\n"


def _place(parts: list[str], headings: Sequence[str], charts: Sequence[str], top: float) -> float:
    """Draw the charts side by side below `top`; where they end."""
    room = ENLARGED * panel_width(len(charts))
    step = room + ENLARGED * GAP
    below = top + PANEL.height * max(len(wrapped(one, PANEL, room)) for one in headings)
    bottom = below
    for i, (heading, chart) in enumerate(zip(headings, charts, strict=True)):
        left = MARGIN + i * step
        _write(parts, PANEL, heading, left, top, room)
        height, inner = _inner(chart, i)
        where = f"translate({left:.1f} {below:.1f}) scale({ENLARGED:g})"
        parts.append(f'<g transform="{where}">{inner}</g>')
        bottom = max(bottom, below + ENLARGED * height)
    return bottom


def _inner(chart: str, place: int) -> tuple[float, str]:
    """Height of a chart and what it holds, with names that no other chart on the sheet has."""
    found = re.match(r"\s*<svg[^>]*>", chart)
    size = re.search(r'\sheight="([\d.]+)"', found.group()) if found else None
    if found is None or size is None:
        raise ValueError("a drawn chart is an SVG with a height")
    inner = chart[found.end() : chart.rindex("</svg>")]
    return float(size[1]), re.sub(r'(id="|url\(#|href="#)', rf"\1chart{place}-", inner)


def _write(
    parts: list[str], line: Line, text: str, left: float, top: float,
    room: float = INSIDE, link: str = "",
) -> float:  # fmt: skip
    """Write words below `top`; where they end."""
    look = f'font-size="{line.size:g}" fill="{line.color}"'
    look += ' font-weight="bold"' if line.bold else ""
    for one in wrapped(text, line, room):
        top += line.height
        at = f'x="{left:g}" y="{top - 0.3 * line.height:.1f}"'
        drawn = f"<text {at} {look}>{escape(one)}</text>"
        parts.append(f"<a href={quoteattr(link)}>{drawn}</a>" if link else drawn)
    return top


def wrapped(text: str, line: Line, room: float = INSIDE) -> list[str]:
    """Break a text into lines no wider than `room`; a word that is wider is broken, too."""
    lines = [""]
    for word in _pieces(text, line, room):
        longer = f"{lines[-1]} {word}".strip()
        if width_of(longer, line) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > line.most:
        lines = lines[: line.most]
        while lines[-1] and width_of(f"{lines[-1]}…", line) > room:
            lines[-1] = lines[-1][:-1]
        lines[-1] = f"{lines[-1].rstrip()}…"
    return [one for one in lines if one]


def _pieces(text: str, line: Line, room: float) -> Iterator[str]:
    for word in text.split(" "):
        while width_of(word, line) > room:
            fits = next(n for n in range(len(word) - 1, 0, -1) if width_of(word[:n], line) <= room)
            yield word[:fits]
            word = word[fits:]
        yield word


def width_of(text: str, line: Line) -> float:
    """How wide a text is, or a little more, in pixels."""
    return line.size * sum(map(_letter, text)) * (1.07 if line.bold else 1.0)


def _letter(c: str) -> float:
    for width, letters in WIDTHS.items():
        if c in letters:
            return width
    return 0.68 if c.isupper() else 0.57
