"""The comparison of trained numbers lets rounding pass, and nothing more."""

from __future__ import annotations

import math

import pytest

from core.engine.job import Job
from core.lab.run import complete
from tests.contract import test_golden, test_shipped
from tests.processors import Allowance, differences, numbers
from tests.runs import found, shipped

ALLOWANCE = Allowance(floor=0.01, of_means=0.25, of_widths=0.5)
KEPT = {"accuracy": (0.8, 0.7, 0.9), "epochs": (40.0, 40.0, 40.0)}
"""The room of two half-widths of 0.1 is 0.141, and a quarter of it 0.035."""


@pytest.mark.parametrize(
    ("name", "fresh", "differs"),
    [
        ("accuracy", (0.834, 0.734, 0.934), False),
        ("accuracy", (0.838, 0.738, 0.938), True),
        ("accuracy", (0.8, 0.64, 0.96), False),
        ("accuracy", (0.8, 0.55, 1.05), True),
        ("accuracy", (0.8, 0.8, 0.8), True),
        ("accuracy", (math.nan, 0.7, 0.9), True),
        ("accuracy", (0.8, math.nan, 0.9), True),
        ("epochs", (40.39, 40.39, 40.39), False),
        ("epochs", (40.41, 40.41, 40.41), True),
    ],
)
def test_what_differs(name: str, fresh: tuple[float, float, float], differs: bool) -> None:
    found = differences(KEPT, KEPT | {name: fresh}, ALLOWANCE)
    assert [line.split(":")[0] for line in found] == [name] * differs


def test_other_metrics_are_a_difference() -> None:
    assert "epochs" in differences(KEPT, {"accuracy": KEPT["accuracy"]}, ALLOWANCE)[0]


def test_without_a_share_of_the_room_the_floor_is_all() -> None:
    fresh = KEPT | {"accuracy": (0.811, 0.711, 0.911)}
    assert differences(KEPT, fresh, Allowance(floor=0.01))
    assert not differences(KEPT, fresh, ALLOWANCE)


@pytest.fixture
def quicker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every learning rate is a quarter larger."""
    checked = Job.__post_init__

    def changed(job: Job) -> None:
        object.__setattr__(job, "learning_rate", 1.25 * job.learning_rate)
        checked(job)

    monkeypatch.setattr(Job, "__post_init__", changed)


@pytest.mark.usefixtures("quicker")
@pytest.mark.parametrize("kind", ["golden", pytest.param("shipped", marks=pytest.mark.lesson)])
def test_another_learning_rate_is_no_matter_of_processors(kind: str) -> None:
    one = found("overfitting/capacity")
    config = one.smallest if kind == "golden" else one.config()
    fresh = numbers(one.metrics(complete(one.run(config))))
    if kind == "golden":
        kept = test_golden.kept()[one.slug]["metrics"]
        assert differences(kept, fresh, test_golden.allowance(one.slug))
    else:
        kept = numbers(one.metrics(shipped(one).result))
        assert differences(kept, fresh, test_shipped.allowance(one.slug))
