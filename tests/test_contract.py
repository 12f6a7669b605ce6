"""What every experiment keeps to. A new experiment is tested here without a line being added."""

from __future__ import annotations

import gc
import math
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core import encoding
from core.experiment import Config, Experiment, Figure, Settings, View, knobs
from core.store import Provenance, Record, Store
from tests.runs import SLUGS, Ran, drive, found, packed, smallest

MOST_OWN_KNOBS = 7
SECONDS_OF_THE_SMALLEST = 10.0
SECONDS_BETWEEN_SNAPSHOTS = 0.2
"""Four times the 50 ms that a run promises: other processes share the machine and its caches."""
NOT_WORDS = re.compile(r"\b(nan|inf|none|null|undefined)\b|\{|\}|<[a-z]", re.IGNORECASE)
ORIGIN = Provenance("a machine", "2026-01-01T00:00:00+00:00", 1.0, 1.0, 1, "2.13.0", "0.1.0")

AnyExperiment = Experiment[Any, Any, Any]
every_experiment = pytest.mark.parametrize("slug", SLUGS)


def views(one: AnyExperiment) -> Iterator[View]:
    """The default view, and every view that differs from it in one choice."""
    yield one.view()
    for knob in knobs(one.view):
        for option in knob.options:
            if option != knob.default:
                yield one.view(**{knob.name: option})


def assert_sentence(text: str) -> None:
    """Plain text for people: not empty, no gaps where a number is missing."""
    assert text.strip() == text
    assert len(text) > 10
    assert not NOT_WORDS.search(text), text


def shown(figure: Figure[Any, Any], result: Any, view: View) -> pd.DataFrame:
    """The table behind a figure, held against what every table keeps to."""
    table = figure.table(result, view)
    assert isinstance(table, pd.DataFrame)
    assert all(isinstance(column, str) and column for column in table.columns)
    assert len(set(table.columns)) == len(table.columns)
    return table


# Words and knobs


def test_there_are_experiments() -> None:
    assert SLUGS


@every_experiment
def test_the_slug_is_where_it_lies(slug: str) -> None:
    assert found(slug).slug == slug


@every_experiment
def test_title_and_question_are_words(slug: str) -> None:
    one = found(slug)
    assert one.title.strip()
    assert one.question.endswith("?")
    assert one.version >= 1


@every_experiment
def test_every_knob_is_explained_and_there_are_not_too_many(slug: str) -> None:
    one = found(slug)
    own = [knob for knob in knobs(one.config) if knob.name not in Config.model_fields]
    assert len(own) <= MOST_OWN_KNOBS
    for knob in (*knobs(one.config), *knobs(one.view)):
        assert knob.help.endswith("."), f"{knob.name} needs a docstring of whole sentences"
        assert knob.default in knob.options
        assert knob.name == knob.name.lower()
    assert not set(one.config.model_fields) & set(one.view.model_fields)


@every_experiment
def test_presets_lead_to_valid_settings(slug: str) -> None:
    one = found(slug)
    for preset in one.presets:
        assert preset.label
        assert preset.settings
        settings: dict[type[Settings], dict[str, Any]] = {one.config: {}, one.view: {}}
        for name, value in preset.settings.items():
            owner = one.config if name in one.config.model_fields else one.view
            settings[owner][name] = value
        for owner, values in settings.items():
            owner(**values)


@every_experiment
def test_cost_is_known_before_and_does_not_shrink(slug: str) -> None:
    one = found(slug)
    least, usual = one.cost(one.smallest), one.cost(one.config())
    for cost in (least, usual):
        assert math.isfinite(cost.flops) and cost.flops > 0
        assert math.isfinite(cost.seconds) and cost.seconds > 0
    more = one.cost(one.config(repetitions=20))
    assert least.flops <= usual.flops < more.flops
    assert least.seconds <= usual.seconds < more.seconds


# Runs


@every_experiment
def test_snapshots_come_in_order_and_often(slug: str) -> None:
    ran = smallest(slug)
    steps = [step for step, _, _ in ran.steps]
    totals = {total for _, total, _ in ran.steps}
    assert steps == sorted(steps)
    assert len(totals) == 1 and min(totals) >= 1
    assert all(0 <= step <= total for step, total, _ in ran.steps)
    assert all(not NOT_WORDS.search(phase) for _, _, phase in ran.steps)
    assert ran.grad_enabled, "a run must not pause inside torch.no_grad()"
    # The first two also pay for importing and for data; the very slowest for the machine.
    pauses = sorted(ran.pauses[2:])
    assert pauses[: -max(1, len(pauses) // 50)][-1] < SECONDS_BETWEEN_SNAPSHOTS


@every_experiment
def test_the_smallest_run_takes_seconds(slug: str) -> None:
    assert sum(smallest(slug).pauses) < SECONDS_OF_THE_SMALLEST


@every_experiment
def test_same_config_same_numbers_whatever_runs_in_between(slug: str) -> None:
    import torch

    one = found(slug)
    states = torch.get_rng_state(), np.random.get_state()[1].copy()
    first, second = one.run(one.smallest), one.run(one.smallest.changed(first_seed=100))
    results: dict[str, Any] = {}
    running = {"first": first, "second": second}
    while running:
        for name, run in list(running.items()):
            try:
                next(run)
            except StopIteration as stop:
                results[name] = stop.value
                del running[name]
    assert packed(results["first"]) == packed(smallest(slug).result)
    assert packed(results["second"]) != packed(results["first"])
    assert torch.equal(torch.get_rng_state(), states[0])
    np.testing.assert_array_equal(np.random.get_state()[1], states[1])


def tensor_bytes() -> int:
    """Memory of all torch tensors alive in this process."""
    import torch

    gc.collect()
    tensors = [t for t in gc.get_objects() if issubclass(type(t), torch.Tensor)]
    return sum(t.element_size() * t.nelement() for t in tensors)


@every_experiment
def test_closing_early_is_quick_and_frees_everything(slug: str) -> None:
    smallest(slug)  # What is imported and cached once is not the run's.
    before = tensor_bytes()
    run = found(slug).run(found(slug).smallest)
    for _ in range(4):
        next(run)
    assert tensor_bytes() > before, "four snapshots in, something should be in training"
    started = time.perf_counter()
    run.close()
    assert time.perf_counter() - started < 0.5
    del run
    assert tensor_bytes() == before


# Results


@every_experiment
def test_the_result_has_its_class_and_survives_the_store(slug: str, tmp_path: Path) -> None:
    one, result = found(slug), smallest(slug).result
    assert type(result) is one.result
    assert encoding.kinds(one.result)
    key = one.key(one.smallest)
    store = Store(tmp_path / "store")
    settings = one.smallest.model_dump(mode="json")
    assert store.put(key, Record(result, ORIGIN, settings, one.slug, one.version))
    back = Store(tmp_path / "store").get(key, one.result)
    assert back is not None
    assert packed(back.result) == packed(result)
    view = one.view()
    for figure in one.figures:
        pd.testing.assert_frame_equal(shown(figure, back.result, view), shown(figure, result, view))


@every_experiment
def test_metrics_are_finite_and_inside_their_intervals(slug: str) -> None:
    one = found(slug)
    metrics = one.metrics(smallest(slug).result)
    assert metrics
    for name, value in metrics.items():
        assert name.isidentifier() and name == name.lower()
        assert all(map(math.isfinite, (value.mean, value.low, value.high))), name
        assert value.low <= value.mean <= value.high, name
        assert value.n >= 1
        assert value.kind


@every_experiment
def test_the_finding_is_a_sentence_with_numbers(slug: str) -> None:
    text = found(slug).finding(smallest(slug).result)
    assert_sentence(text)
    assert text.endswith(".")
    assert re.search(r"\d", text)


@every_experiment
def test_claims_are_sourced_and_evaluate(slug: str) -> None:
    one, result = found(slug), smallest(slug).result
    names = [claim.name for claim in one.claims]
    assert names and len(set(names)) == len(names)
    for claim in one.claims:
        assert_sentence(claim.sentence)
        assert claim.sentence.endswith(".")
        assert re.search(r"\b(19|20)\d\d\b", claim.source), f"{claim.name}: no year in the source"
        config = one.config(**claim.settings)
        assert claim.applies(config)
        if not claim.applies(one.smallest):
            continue
        value = claim.measure(result)
        if value is not None:
            assert all(map(math.isfinite, (value.mean, value.low, value.high))), claim.name
            assert value.low <= value.mean <= value.high
            assert claim.verdict(value) in ("shown", "not shown", "contradicted")


# Figures


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
            spec = figure.chart(view).to_dict()
            under = figure.underlay(result, view) if figure.underlay else {}
            assert set(data_names(spec)) <= {"table", *under}, figure.name
            assert "table" in data_names(spec), figure.name
            tables = [shown(figure, result, view), *under.values()]
            made = set(re.findall(r"'as': \[?'([^']+)'(?:, '([^']+)')?", str(spec)))
            columns = {column for table in tables for column in table.columns}
            columns |= {name for names in made for name in names}
            if any(len(table) for table in tables):
                assert set(encoded_fields(spec)) <= columns, figure.name


@every_experiment
def test_captions_say_something_about_full_partial_short_and_empty_tables(slug: str) -> None:
    one, ran = found(slug), smallest(slug)
    assert ran.partials, "a run shows something while it is on its way"
    for figure in one.figures:
        for view in views(one):
            results = [ran.result, *(ran.partials if figure.live else ())]
            for result in results:
                table = shown(figure, result, view)
                if len(table):
                    assert_sentence(figure.caption(table, view))
                if figure.underlay:
                    figure.underlay(result, view)
                for piece in (table[:1], table[:0]):
                    said = figure.caption(piece.reset_index(drop=True), view)
                    assert not NOT_WORDS.search(said), f"{figure.name}: {said}"


@every_experiment
def test_live_figures_change_while_a_run_goes_on(slug: str) -> None:
    one, ran = found(slug), smallest(slug)
    view = one.view()
    assert any(
        not shown(figure, ran.partials[0], view).equals(shown(figure, ran.result, view))
        for figure in one.figures
        if figure.live
    )


def test_driving_keeps_what_a_run_shows() -> None:
    """The tests above rest on `drive`; it must hold a run to its end."""
    one = found(SLUGS[0])
    ran: Ran = drive(one, one.smallest)
    assert type(ran.result) is one.result
    assert len(ran.steps) == len(ran.pauses) > 4
