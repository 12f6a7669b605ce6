from __future__ import annotations

import subprocess
import sys
from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from core.lab.claims import Claim
from core.lab.experiment import Experiment
from core.lab.intervals import Estimate
from core.lab.run import Cost, Run, Snapshot, complete
from core.lab.settings import (
    Config,
    Settings,
    View,
    added,
    knob_of,
    knobs,
    ladder,
    option_text,
    value_from_text,
)


class ToyConfig(Config):
    n_train: int = ladder(20, 50, 100, default=50, unit="examples", label="Training examples")
    """Training examples
    drawn."""
    noise: float = ladder(0.0, 0.1, 1.0, default=0.1)
    """Label noise."""
    data: Literal["two_moons", "digits"] = "two_moons"
    """Where the data come from."""
    early_stopping: bool = False
    """Whether to stop early."""


@dataclass(frozen=True)
class ToyResult:
    total: int


closed: list[str] = []


def run_toy(config: ToyConfig) -> Run[ToyResult]:
    total = 0
    try:
        for step in range(3):
            total += config.n_train
            yield Snapshot(step + 1, 3, "adding")
        return ToyResult(total)
    finally:
        closed.append("toy")


TOY = Experiment(
    slug="tests/test_experiment",
    title="Toy",
    question="Does it add?",
    config=ToyConfig,
    view=View,
    result=ToyResult,
    run=run_toy,
    metrics=lambda result: {"total": Estimate(result.total, result.total, result.total, 1)},
    finding=lambda result: f"The sum is {result.total}.",
    figures=(),
    cost=lambda config: Cost(flops=3.0, seconds=0.0),
    smallest=ToyConfig(n_train=20),
)


# Ladders and settings


@pytest.mark.parametrize(
    ("rungs", "default", "message"),
    [
        ((1,), 1, "2 to 12"),
        (tuple(range(13)), 0, "2 to 12"),
        ((2, 1), 1, "ascending"),
        ((1, 1), 1, "ascending"),
        ((1, 2), 3, "default 3"),
    ],
)
def test_a_ladder_refuses_rungs_that_make_no_ladder(
    rungs: tuple[int, ...], default: int, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        ladder(*rungs, default=default)


@pytest.mark.parametrize(
    "values",
    [{"n_train": 51}, {"noise": 0.2}, {"data": "cats"}, {"unknown": 1}, {"early_stopping": "x"}],
)
def test_settings_refuse_what_is_not_offered(values: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ToyConfig(**values)


def test_settings_are_frozen_and_changed_copies_are_validated() -> None:
    config = ToyConfig()
    with pytest.raises(ValidationError):
        config.n_train = 20  # type: ignore[misc]
    assert config.changed(n_train=20).n_train == 20
    assert config.n_train == 50
    with pytest.raises(ValidationError):
        config.changed(n_train=21)


def test_seeds_follow_the_first() -> None:
    assert ToyConfig().seeds == (0, 1, 2, 3, 4)
    assert ToyConfig(first_seed=500, repetitions=10).seeds == tuple(range(500, 510))


def test_knobs_describe_every_field_own_ones_first() -> None:
    found = knobs(ToyConfig)
    assert [knob.name for knob in found][-2:] == ["repetitions", "first_seed"]
    assert [knob.kind for knob in found[:4]] == ["ladder", "ladder", "choice", "switch"]
    n_train = found[0]
    assert (n_train.label, n_train.unit, n_train.default) == ("Training examples", "examples", 50)
    assert n_train.help == "Training examples drawn."
    assert found[1].label == "Noise"
    assert found[3].options == (False, True)


def test_a_field_that_is_no_knob_is_an_error() -> None:
    class Free(Settings):
        width: int = 3

    with pytest.raises(TypeError, match=r"Free\.width"):
        knob_of(Free, "width")


# Text to values


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("n_train", "20", 20),
        ("n_train", "20.0", 20),
        ("n_train", "1e2", 100),
        ("noise", "0", 0.0),
        ("noise", "0.10", 0.1),
        ("data", "digits", "digits"),
        ("early_stopping", "true", True),
        ("early_stopping", "false", False),
    ],
)
def test_text_is_read_as_the_option_it_spells(name: str, text: str, value: object) -> None:
    found = value_from_text(knob_of(ToyConfig, name), text)
    assert found == value
    assert type(found) is type(value)


HOSTILE = [
    "", " ", "20 ", "21", "-20", "nan", "inf", "-inf", "1e309", "0x14", "２０", "2_0", "True", "1",
    "two moons", "__class__", "<script>", "../../etc/passwd", "%00", "\x00", "9" * 100_000, "None",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("name", ["n_train", "data", "early_stopping"])
def test_hostile_text_is_refused_with_the_options(name: str, text: str) -> None:
    knob = knob_of(ToyConfig, name)
    try:
        value = value_from_text(knob, text)
    except ValueError as error:
        assert option_text(knob.options[0]) in str(error)
        assert len(str(error)) < 200
    else:
        # Python reads a few more spellings of a number; what comes out is still a rung.
        assert value in knob.options and float(text) == value


@given(st.text(max_size=40))
def test_any_text_gives_an_option_or_a_value_error(text: str) -> None:
    for knob in knobs(ToyConfig):
        try:
            value = value_from_text(knob, text)
        except ValueError:
            continue
        assert value in knob.options


@given(st.data())
def test_every_option_survives_the_way_through_text(data: st.DataObject) -> None:
    knob = data.draw(st.sampled_from(knobs(ToyConfig)))
    value = data.draw(st.sampled_from(knob.options))
    back = value_from_text(knob, option_text(value))
    assert back == value and type(back) is type(value)


# Keys


def test_a_key_depends_on_the_config_and_the_version_only() -> None:
    key = TOY.key(ToyConfig())
    assert len(key) == 64 and set(key) <= set("0123456789abcdef")
    assert TOY.key(ToyConfig(n_train=50)) == key
    assert TOY.key(ToyConfig(n_train=20)) != key
    assert replace(TOY, version=2).key(ToyConfig()) != key
    assert replace(TOY, title="Renamed").key(ToyConfig()) == key


def test_what_a_run_reads_beyond_its_config_is_part_of_the_key_where_it_is_something() -> None:
    key = TOY.key(ToyConfig())
    assert replace(TOY, beyond=lambda config: "").key(ToyConfig()) == key
    texts = [replace(TOY, beyond=lambda config, text=text: text) for text in ("one", "another")]
    assert len({key, *(one.key(ToyConfig()) for one in texts)}) == 3


class LaterConfig(ToyConfig):
    warm_up: int = ladder(0, 10, 20, default=10, before=0)
    """A knob that came later; all results before had no warm-up."""
    sorted_data: bool = added(False, before=False)
    """A switch that came later."""


def test_a_knob_that_comes_later_leaves_old_results_reachable() -> None:
    old, later = TOY, replace(TOY, config=LaterConfig)
    was = LaterConfig(warm_up=0)
    assert later.key(was) == old.key(ToyConfig())
    assert later.key(was.changed(noise=1.0)) == old.key(ToyConfig(noise=1.0))
    keys = {later.key(config) for config in (was, LaterConfig(), was.changed(sorted_data=True))}
    assert len(keys) == 3


def test_an_experiment_without_a_slug_has_no_key() -> None:
    with pytest.raises(ValueError, match="slug"):
        replace(TOY, slug="").key(ToyConfig())


def test_keys_are_the_same_in_every_process() -> None:
    code = "from tests.lab.test_experiment import TOY, ToyConfig; print(TOY.key(ToyConfig()))"
    keys = set()
    for hash_seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": hash_seed, "PATH": ""},
        )
        keys.add(done.stdout.strip())
    assert keys == {TOY.key(ToyConfig())}


def test_numbers_that_are_equal_have_one_key() -> None:
    assert TOY.key(ToyConfig(noise=0)) == TOY.key(ToyConfig(noise=0.0))
    assert TOY.key(ToyConfig(n_train=50.0)) == TOY.key(ToyConfig(n_train=50))


# Runs


def test_complete_returns_what_the_run_returns() -> None:
    assert complete(run_toy(ToyConfig(n_train=20))) == ToyResult(60)


def test_closing_a_run_lets_it_clean_up() -> None:
    closed.clear()
    run: Generator[Snapshot[ToyResult], None, ToyResult] = run_toy(ToyConfig())
    next(run)
    run.close()
    assert closed == ["toy"]


# Claims


@pytest.mark.parametrize(
    ("low", "high", "above", "below"),
    [
        (0.1, 0.3, "shown", "contradicted"),
        (-0.3, -0.1, "contradicted", "shown"),
        (-0.1, 0.1, "not shown", "not shown"),
        (0.0, 0.2, "not shown", "not shown"),
        (-0.2, 0.0, "not shown", "not shown"),
    ],
)
def test_a_verdict_needs_the_whole_interval(
    low: float, high: float, above: str, below: str
) -> None:
    value = Estimate((low + high) / 2, low, high, 5)
    for direction, expected in (("above", above), ("below", below)):
        claim: Claim[ToyResult] = Claim(
            "toy", "It adds.", "Nobody 1900", "", lambda result: None, direction, 0.0
        )
        assert claim.verdict(value) == expected


def test_a_claim_speaks_only_about_its_settings() -> None:
    claim: Claim[ToyResult] = Claim(
        "toy", "It adds.", "Nobody 1900", "", lambda r: None, "above", 0.0,
        settings={"data": "digits"},
    )  # fmt: skip
    assert claim.applies(ToyConfig(data="digits"))
    assert not claim.applies(ToyConfig())
