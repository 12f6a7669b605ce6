"""What the figures of every experiment keep to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, partial
from typing import Any

import pandas as pd
import pytest

from core.charts import theme
from core.lab.experiment import Experiment, Figure
from core.lab.settings import View, knobs
from core.ui import figures as page_figures
from tests.per_view import PerTable, PerView
from tests.runs import NOT_WORDS, SLUGS, assert_sentence, found, smallest, tried, turn
from tests.runs import figure as figure_of

AnyExperiment = Experiment[Any, Any, Any]
every_experiment = pytest.mark.parametrize("slug", SLUGS)


def views(one: AnyExperiment) -> Iterator[View]:
    """The default view, and every view that differs from it in one choice that is tried now."""
    yield one.view()
    for knob in knobs(one.view):
        for option in tried(knob.options):
            if option != knob.default:
                yield one.view(**{knob.name: option})


def shown(figure: Figure[Any, Any], result: Any, view: View) -> pd.DataFrame:
    """The table behind a figure, held against what every table keeps to."""
    table = figure.table(result, view)
    assert isinstance(table, pd.DataFrame)
    assert all(isinstance(column, str) and column for column in table.columns)
    assert len(set(table.columns)) == len(table.columns)
    return table


@cache
def compiled(slug: str, name: str) -> PerView[dict[str, Any]]:
    """The chart of a figure by view, as the page draws it."""
    chart = figure_of(found(slug), name).chart
    return PerView(lambda view: page_figures.compiled(chart, view, validate=True))


@cache
def table_of(slug: str, name: str) -> PerView[pd.DataFrame]:
    """The table of a figure of the smallest run by view."""
    result = smallest(slug).result
    return PerView(lambda view: shown(figure_of(found(slug), name), result, view))


@every_experiment
def test_figures_have_names_titles_and_one_is_live(slug: str) -> None:
    figures = found(slug).figures
    names = [figure.name for figure in figures]
    assert names and len(set(names)) == len(names)
    assert any(figure.live for figure in figures)
    for figure in figures:
        assert figure.name.isidentifier()
        assert figure.title
        if figure.note:
            assert_sentence(figure.note)


def encoded_fields(spec: Any) -> Iterator[str]:
    """The columns that a chart's encodings name, without those that transforms make."""
    if isinstance(spec, dict):
        for channel in (spec.get("encoding") or {}).values():
            parts = channel if isinstance(channel, list) else [channel]
            yield from (part["field"] for part in parts if "field" in part)
        for name, inner in spec.items():
            if name not in ("encoding", "datasets"):
                yield from encoded_fields(inner)
    elif isinstance(spec, list):
        for inner in spec:
            yield from encoded_fields(inner)


def data_names(spec: Any) -> Iterator[str]:
    """The names of the data sets a chart reads."""
    if isinstance(spec, dict):
        if isinstance(spec.get("data"), dict):
            yield spec["data"].get("name", "")
        for inner in spec.values():
            yield from data_names(inner)
    elif isinstance(spec, list):
        for inner in spec:
            yield from data_names(inner)


@every_experiment
def test_charts_compile_and_name_columns_that_exist(slug: str) -> None:
    one, result = found(slug), smallest(slug).result
    for figure in one.figures:
        for view in views(one):
            spec = compiled(slug, figure.name)(view)
            under = figure.underlay(result, view) if figure.underlay else {}
            assert set(data_names(spec)) <= {"table", *under}, figure.name
            assert "table" in data_names(spec), figure.name
            tables = [table_of(slug, figure.name)(view), *under.values()]
            made = set(re.findall(r"'as': \[?'([^']+)'(?:, '([^']+)')?", str(spec)))
            columns = {column for table in tables for column in table.columns}
            columns |= {name for names in made for name in names}
            if any(len(table) for table in tables):
                assert set(encoded_fields(spec)) <= columns, figure.name


def units(spec: Any) -> Iterator[dict[str, Any]]:
    """The single marks of a compiled chart."""
    if "mark" in spec:
        yield spec
    for part in spec.get("layer", ()):
        yield from units(part)


def drawn(one: AnyExperiment) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every mark of every figure and view, as the page draws it."""
    for figure in one.figures:
        for view in views(one):
            spec = compiled(one.slug, figure.name)(view)
            yield from ((figure.name, unit) for unit in units(spec))


@every_experiment
def test_marks_say_a_sentence_or_nothing(slug: str) -> None:
    for name, unit in drawn(found(slug)):
        mark, encoding = unit["mark"], unit["encoding"]
        tooltip = encoding.get("tooltip", [])
        fields = [tooltip] if isinstance(tooltip, dict) else tooltip
        assert "url" not in {field["field"] for field in fields}, name
        if not fields:
            assert mark["aria"] is False, name
            assert mark["tooltip"] is None, name
        elif mark.get("aria") is not False:
            told = encoding["description"]["value"]["expr"]
            assert all(f'datum["{field["field"]}"]' in told for field in fields), name
            titles = [field.get("title", field["field"]) for field in fields]
            assert not any("_" in title for title in titles), name


@every_experiment
def test_words_in_charts_are_in_the_pages_own_ink_or_white_on_a_tested_ground(slug: str) -> None:
    for name, unit in drawn(found(slug)):
        if unit["mark"]["type"] == "text":
            color = unit["encoding"].get("color", {"value": unit["mark"].get("color")})
            assert color["value"] in (theme.INK, theme.ON_PLACES), name
    for figure in found(slug).figures:
        config = compiled(slug, figure.name)(found(slug).view())["config"]
        for part in ("axis", "legend", "header"):
            assert {config[part][f"{kind}Color"] for kind in ("label", "title")} == {theme.INK}


@every_experiment
def test_captions_say_something_about_full_partial_short_and_empty_tables(slug: str) -> None:
    one, ran = found(slug), smallest(slug)
    assert ran.partials, "a run shows something while it is on its way"
    for figure in one.figures:
        caption = PerTable(figure.caption)
        of_pieces = PerTable(partial(captions_of_pieces, figure))
        partials = ran.partials if figure.live else []
        on_the_way = [PerView(partial(shown_under, figure, result)) for result in partials]
        for place, view in enumerate(views(one)):
            full = table_of(slug, figure.name)(view)
            if len(full):
                assert_sentence(caption(full, view))
            now = in_their_turn(on_the_way) if place else on_the_way
            told = [caption(table(view), view) for table in now]
            for text in (*told, *of_pieces(full, view)):
                assert not NOT_WORDS.search(text), f"{figure.name}: {text}"


def in_their_turn(partials: list[Any]) -> list[Any]:
    """Under views that are not the default: the first, which has least, and one of the others."""
    first, others = partials[:1], partials[1:]
    return [*first, others[turn() % len(others)]] if others else first


def shown_under(figure: Figure[Any, Any], result: Any, view: View) -> pd.DataFrame:
    """The table behind a figure, whose underlay can be drawn too."""
    if figure.underlay:
        figure.underlay(result, view)
    return shown(figure, result, view)


def captions_of_pieces(figure: Figure[Any, Any], table: pd.DataFrame, view: View) -> list[str]:
    """The captions of the first row of a table, and of none."""
    pieces = (table[:1], table[:0])
    return [figure.caption(piece.reset_index(drop=True), view) for piece in pieces]


@every_experiment
def test_the_first_picture_of_a_run_shows_something(slug: str) -> None:
    """An empty one is worse than none: the trainer makes the next only after a while."""
    one, first = found(slug), smallest(slug).partials[0]
    live = [figure for figure in one.figures if figure.live]
    assert any(len(shown(figure, first, one.view())) for figure in live)


@every_experiment
def test_live_figures_change_while_a_run_goes_on(slug: str) -> None:
    one, ran = found(slug), smallest(slug)
    view = one.view()
    assert any(
        not shown(figure, ran.partials[0], view).equals(shown(figure, ran.result, view))
        for figure in one.figures
        if figure.live
    )
