"""What every experiment keeps to. A new experiment is tested here without a line being added."""

from __future__ import annotations

import gc
import math
import re
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.lab.claims import OWN_CONTROL
from core.lab.experiment import Experiment
from core.lab.settings import Config, Settings, knobs
from core.store import encoding
from core.store.store import Store
from tests.pace import within
from tests.runs import (
    NOT_WORDS,
    SLUGS,
    Ran,
    assert_sentence,
    drive,
    every_trained,
    found,
    in_turn,
    packed,
    smallest,
    stored_smallest,
    turn,
    unclocked,
)

MOST_OWN_KNOBS = 7
SECONDS_OF_THE_SMALLEST = 10.0
MOST_TIMES = 1.5
"""Between the forecast of operations and what was carried out."""
SECONDS_BETWEEN_SNAPSHOTS = 0.2
"""Four times the 50 ms that a run promises: other processes share the machine and its caches."""

NUMBERS_TO_A_PICTURE, FLOPS_TO_A_PICTURE = 1.4e8, 4e9
ABOUT_TRAINED_NETWORKS = {
    "adversarial/transfer", "interpretability/clever_hans", "interpretability/concepts",
    "interpretability/gallery", "interpretability/made_to_order", "interpretability/sanity",
}  # fmt: skip
"""They ask networks of convolutions that have to be trained first: it takes them 1 to 5 s."""

AnyExperiment = Experiment[Any, Any, Any]
every_experiment = pytest.mark.parametrize("slug", SLUGS)


# Words and knobs


def test_there_are_experiments() -> None:
    assert SLUGS


@every_experiment
def test_the_registry_gives_the_slug(slug: str) -> None:
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
def test_prompts_are_things_to_do_and_lead_to_valid_settings(slug: str) -> None:
    one = found(slug)
    assert 2 <= len(one.prompts) <= 3
    for prompt in one.prompts:
        assert 2 <= len(prompt.label.split()) <= 7, "a few words that say what is done"
        assert prompt.help.endswith((".", "?")), "what to look for"
        settings: dict[type[Settings], dict[str, Any]] = {one.config: {}, one.view: {}}
        for name, value in prompt.settings.items():
            owner = one.config if name in one.config.model_fields else one.view
            settings[owner][name] = value
        chosen = [owner(**values) for owner, values in settings.items()]
        assert chosen != [one.config(), one.view()], "it changes something"


@every_experiment
def test_every_knob_is_part_of_the_key(slug: str) -> None:
    """The shared ones too: a result of other seeds must never be taken for this one's."""
    one = found(slug)
    usual = one.config()
    keys = {one.key(usual)}
    others = [(k.name, o) for k in knobs(one.config) for o in k.options if o != k.default]
    keys |= {one.key(usual.changed(**{name: option})) for name, option in others}
    assert len(keys) == 1 + len(others)


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


@every_trained
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


@every_trained
def test_the_smallest_run_takes_seconds(slug: str) -> None:
    assert sum(smallest(slug).pauses) < SECONDS_OF_THE_SMALLEST


@dataclass
class Interleaved:
    """Two runs that took turns: the smallest config again, and the same on other seeds.

    Attributes:
        result: What the first returned.
        flops: What torch counted while the second went on, of which nothing was there before.
        others_differ: Whether the second returned other numbers.
        undisturbed: Whether the global generators of torch and NumPy are where they were.
    """

    result: Any
    flops: float
    others_differ: bool
    undisturbed: bool


def unlabelled(result: Any) -> tuple[Any, bytes]:
    """A result as comparable bytes, without the names of the seeds."""
    frames = [name for name, kind in encoding.kinds(type(result)).items() if kind == "frame"]
    bare = {name: getattr(result, name).drop(columns="seed", errors="ignore") for name in frames}
    return packed(replace(result, **bare))


@cache
def interleaved(slug: str) -> Interleaved:
    """Drive both runs in turn, once in this process."""
    import torch

    from tests.operations import Operations

    one = found(slug)
    states = torch.get_rng_state(), np.random.get_state()[1].copy()
    counter = Operations()
    runs = [one.run(one.smallest), one.run(one.smallest.changed(first_seed=100))]
    results: list[Any] = [None, None]
    while any(runs):
        for place, run in enumerate(runs):
            if run is None:
                continue
            try:
                with counter if place else nullcontext():
                    next(run)
            except StopIteration as stop:
                results[place], runs[place] = stop.value, None
    same = torch.equal(torch.get_rng_state(), states[0])
    undisturbed = same and bool((np.random.get_state()[1] == states[1]).all())
    differ = unlabelled(results[1]) != unlabelled(results[0])
    return Interleaved(results[0], counter.total, differ, undisturbed)


every_experiment_in_turn = pytest.mark.parametrize("slug", in_turn(SLUGS, turn()))


@every_experiment_in_turn
def test_same_config_same_numbers_whatever_runs_in_between(slug: str) -> None:
    ran = interleaved(slug)
    one, alone = found(slug), smallest(slug).result
    assert unclocked(one, ran.result) == unclocked(one, alone)
    assert one.clocked or packed(ran.result) == packed(alone)
    assert ran.others_differ
    assert ran.undisturbed


@every_experiment_in_turn
def test_the_forecast_of_operations_is_what_the_run_did(slug: str) -> None:
    """Those of processes that it started cannot be counted here: their tests count them there."""
    told, ran = found(slug).cost(found(slug).smallest).flops, interleaved(slug)
    did = ran.flops + getattr(ran.result, "operations_aside", 0.0)
    assert did / MOST_TIMES < told < did * MOST_TIMES


@pytest.mark.parametrize(
    "slug", in_turn([s for s in SLUGS if s not in ABOUT_TRAINED_NETWORKS], turn())
)
def test_the_defaults_show_something_soon(slug: str) -> None:
    """What torch does before the first picture is counted: that is the same on every machine.

    So much takes less than the 0.5 s that are promised; what is not torch's work is not bounded.
    """
    from tests.operations import Operations

    one = found(slug)
    counter, run, drawn = Operations(), one.run(one.config()), False
    while not drawn:
        with counter:
            snapshot = next(run)
        drawn = snapshot.partial is not None and shows_something(one, snapshot.partial())
    run.close()
    assert counter.numbers < NUMBERS_TO_A_PICTURE
    assert counter.total < FLOPS_TO_A_PICTURE


def shows_something(one: AnyExperiment, result: Any) -> bool:
    """Whether a live figure of an unfinished result has a row."""
    live = (figure for figure in one.figures if figure.live)
    return any(len(figure.table(result, one.view())) for figure in live)


@pytest.fixture
def frozen() -> None:
    """What lives already is set aside: it is neither counted nor looked through again and again.

    It stays aside, as what was imported and trained stays for other tests, which collect too.
    """
    gc.collect()
    gc.freeze()


def tensor_bytes() -> int:
    """Memory of all torch tensors that were made since and are alive."""
    import torch

    gc.collect()
    tensors = [t for t in gc.get_objects() if issubclass(type(t), torch.Tensor)]
    return sum(t.element_size() * t.nelement() for t in tensors)


@every_trained
@pytest.mark.usefixtures("frozen")
def test_closing_early_is_quick_and_frees_everything(slug: str) -> None:
    smallest(slug)  # What is imported and cached once is not the run's.
    before = tensor_bytes()
    run = found(slug).run(found(slug).smallest)
    for _ in range(4):
        next(run)
    while tensor_bytes() <= before:
        assert next(run, None) is not None, "something should have been in training"
    with within(0.5):
        run.close()
    del run
    assert tensor_bytes() == before


# Results


@every_trained
def test_the_result_has_its_class_and_survives_the_store(slug: str, tmp_path: Path) -> None:
    one, result = found(slug), smallest(slug).result
    assert type(result) is one.result
    assert encoding.kinds(one.result)
    key = one.key(one.smallest)
    store = Store(tmp_path / "store")
    assert store.put(key, stored_smallest(slug))
    back = Store(tmp_path / "store").get(key, one.result)
    assert back is not None
    assert packed(back.result) == packed(result)
    view = one.view()
    for figure in one.figures:
        pd.testing.assert_frame_equal(figure.table(back.result, view), figure.table(result, view))


@every_trained
def test_metrics_are_finite_and_inside_their_intervals(slug: str) -> None:
    one = found(slug)
    metrics = one.metrics(smallest(slug).result)
    assert metrics and one.clocked <= set(metrics)
    for name, value in metrics.items():
        assert re.fullmatch(r"[a-z][a-z0-9_]*(\[[a-z][a-z0-9_]*\])?", name)
        assert all(map(math.isfinite, (value.mean, value.low, value.high))), name
        assert value.low <= value.mean <= value.high, name
        assert value.n >= 1
        assert value.kind


@every_trained
def test_the_finding_is_a_sentence_with_numbers(slug: str) -> None:
    text = found(slug).finding(smallest(slug).result)
    assert_sentence(text)
    assert text.endswith(".")
    assert re.search(r"\d", text)


@every_experiment
def test_a_threshold_is_zero_or_the_sources_or_has_its_reason(slug: str) -> None:
    for claim in found(slug).claims:
        given = claim.reason or re.search(r"\d", claim.published)
        assert claim.threshold == 0 or given, claim.name
        assert not claim.reason.endswith(".")


@every_experiment
def test_it_is_said_what_seeds_vary(slug: str) -> None:
    said = found(slug).varies
    assert said and not said.endswith(".")


@every_trained
def test_claims_are_sourced_and_evaluate(slug: str) -> None:
    one, result = found(slug), smallest(slug).result
    names = [claim.name for claim in one.claims]
    assert names and len(set(names)) == len(names)
    for claim in one.claims:
        assert_sentence(claim.sentence)
        assert claim.sentence.endswith(".")
        dated = re.search(r"\b(19|20)\d\d\b", claim.source)
        assert dated or claim.source == OWN_CONTROL, f"{claim.name}: no year in the source"
        config = one.config(**claim.settings)
        assert claim.applies(config)
        if not claim.applies(one.smallest):
            continue
        value = claim.measure(result)
        if value is not None:
            assert all(map(math.isfinite, (value.mean, value.low, value.high))), claim.name
            assert value.low <= value.mean <= value.high
            assert claim.verdict(value) in ("shown", "not shown", "contradicted")


def test_driving_keeps_what_a_run_shows() -> None:
    """The tests above rest on `drive`; it must hold a run to its end."""
    one = found(SLUGS[0])
    ran: Ran = drive(one, one.smallest)
    assert type(ran.result) is one.result
    assert len(ran.steps) == len(ran.pauses) > 4
