"""What the figures of every experiment keep to."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache, partial
from typing import Any

import pandas as pd
import pytest

from core.charts import theme
from core.charts.choosing import CHOSEN, marked, read
from core.lab.experiment import Experiment, Figure
from core.lab.settings import View, knob_of, knobs
from core.ui import figures as page_figures
from core.ui.figures import place_of
from tests.per_view import PerTable, PerView
from tests.runs import (
    NOT_WORDS,
    SLUGS,
    assert_sentence,
    every_trained,
    found,
    smallest,
    tried,
    turn,
)
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


@every_trained
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
def test_the_title_beside_a_low_chart_is_not_cut(slug: str) -> None:
    """On a page 300 pixels hold 43 of its signs; on a projector fewer, and the plot shrinks."""
    one = found(slug)
    for figure in one.figures:
        for view in views(one):
            spec = compiled(slug, figure.name)(view)
            height = spec.get("height")
            if isinstance(height, int | float) and height <= 300:
                for unit in units(spec):
                    title = unit.get("encoding", {}).get("y", {}).get("title") or ""
                    assert len(title) <= 38, (figure.name, title)


@every_trained
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


@every_trained
def test_words_in_charts_are_in_the_pages_own_ink_or_white_on_a_tested_ground(slug: str) -> None:
    for name, unit in drawn(found(slug)):
        if unit["mark"]["type"] == "text":
            color = unit["encoding"].get("color", {"value": unit["mark"].get("color")})
            assert color["value"] in (theme.INK, theme.ON_PLACES), name
    for figure in found(slug).figures:
        config = compiled(slug, figure.name)(found(slug).view())["config"]
        for part in ("axis", "legend", "header"):
            assert {config[part][f"{kind}Color"] for kind in ("label", "title")} == {theme.INK}


@every_trained
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


@every_trained
def test_the_first_picture_of_a_run_shows_something(slug: str) -> None:
    """An empty one is worse than none: the trainer makes the next only after a while."""
    one, first = found(slug), smallest(slug).partials[0]
    live = [figure for figure in one.figures if figure.live]
    assert any(len(shown(figure, first, one.view())) for figure in live)


@every_trained
def test_live_figures_change_while_a_run_goes_on(slug: str) -> None:
    one, ran = found(slug), smallest(slug)
    view = one.view()
    assert any(
        not shown(figure, ran.partials[0], view).equals(shown(figure, ran.result, view))
        for figure in one.figures
        if figure.live
    )


@every_trained
def test_a_tooltip_says_what_tells_lines_apart(slug: str) -> None:
    """Two lines of one colour, whole and dashed, are told apart by eye: so they are in words."""
    one = found(slug)
    for figure in one.figures:
        marks = list(units(compiled(slug, figure.name)(one.view())))
        dashes = {
            (places_of(unit), unit["encoding"]["strokeDash"]["field"])
            for unit in marks
            if "field" in unit["encoding"].get("strokeDash", {})
        }
        for unit in marks:
            told = unit["encoding"].get("tooltip", [])
            fields = {field["field"] for field in ([told] if isinstance(told, dict) else told)}
            if fields:
                wanted = {field for places, field in dashes if places == places_of(unit)}
                assert wanted <= fields, f"{figure.name}: {wanted - fields}"


def places_of(unit: dict[str, Any]) -> tuple[Any, ...]:
    """The columns by which a mark has its place."""
    return tuple(unit["encoding"].get(axis, {}).get("field") for axis in ("x", "y"))


SINGLE = {
    "data_quality/label_noise": "its suspects stand in one figure, each in one panel",
    "hybrid/data_efficiency": "one figure shows the labelled pictures",
    "privacy/gradient_leakage": "one figure shows the images, in the same order in each panel",
    "generalization/shortcuts": "one figure shows one picture",
    "interpretability/clever_hans": "it explains one picture",
    "interpretability/made_to_order": "its album has one picture a row; others are of classes",
    "interpretability/mystery": "one figure shows one picture",
    "generalization/grokking": "its pictures are weights",
    "interpretability/concepts": "its pictures stand for sets; shapes and layers are chosen",
    "hybrid/digit_sums": "its pictures are means; the number of pairs is chosen",
    "overfitting/capacity": "its pictures are regions",
    "data_quality/imbalance": "its pictures are regions",
}
"""Experiments with pictures in figures in which no picture can be chosen, and why."""


def of_pictures(one: AnyExperiment) -> list[Figure[Any, Any]]:
    """The figures that draw pictures."""
    view = one.view()
    specs = {figure.name: compiled(one.slug, figure.name)(view) for figure in one.figures}
    return [
        figure
        for figure in one.figures
        if any(unit["mark"]["type"] == "image" for unit in units(specs[figure.name]))
    ]


@every_trained
def test_an_example_is_chosen_in_a_figure_where_several_show_it(slug: str) -> None:
    """Figures that show a picture of the same example have a figure in which it is chosen."""
    one = found(slug)
    choosing_pictures = [figure for figure in of_pictures(one) if figure.picks]
    if of_pictures(one) and slug not in SINGLE:
        assert choosing_pictures, "choose a picture in a figure, or say why not"
    else:
        assert not choosing_pictures, "take it from the list"


@every_trained
def test_a_click_chooses_what_the_views_controls_do_and_marks_it(slug: str) -> None:
    one = found(slug)
    for figure in (figure for figure in one.figures if figure.picks):
        table = table_of(slug, figure.name)(one.view())
        for pick in figure.picks:
            options = knob_of(one.view, pick.knob).options
            assert set(pick.means.values()) <= set(options)
            if table.empty:
                continue
            said = {pick.option(value, options) for value in table[pick.column]}
            assert said - {None}, f"{figure.name}: no mark chooses {pick.knob}"
        if len(table):
            assert_what_is_chosen_is_marked(one, figure)


def assert_what_is_chosen_is_marked(one: AnyExperiment, figure: Figure[Any, Any]) -> None:
    """For every mark: clicking on it marks it."""
    name, table = place_of(one.slug, figure), table_of(one.slug, figure.name)(one.view())
    for row in json.loads(table.to_json(orient="records")):
        sent = {"figure": name, "row": {pick.column: row[pick.column] for pick in figure.picks}}
        found = read(sent, {name: figure.picks}, lambda knob: knob_of(one.view, knob).options)
        view = one.view(**found)
        after = marked(table_of(one.slug, figure.name)(view), figure.picks, view)
        if found and len(after) and all(pick.knob in found for pick in figure.picks if pick.marks):
            assert after[CHOSEN].any(), f"{figure.name}: {found}"
