"""The XOR experiment: functions counted by hand, shares on hand-made results, its lesson."""

from __future__ import annotations

import pandas as pd
import pytest

from core.challenges.history.xor import EXPERIMENT
from core.challenges.history.xor.config import (
    ACTIVATIONS,
    ALONE,
    BOUND,
    FUNCTIONS,
    LEARNED,
    MARGINS,
    UPDATES,
    WAYS,
    WIDTHS,
    WIRED,
    XorConfig,
    XorResult,
)
from core.lab.settings import View
from tests import runs
from tests.runs import and_shipped, figure, result_of

SLUG = "history/xor"


@pytest.fixture(scope="module")
def smallest() -> XorResult:
    return runs.smallest(SLUG).result


def test_there_are_sixteen_functions_and_two_have_no_line():
    assert len(set(FUNCTIONS.values())) == 16

    def parted(values: tuple[int, ...]) -> bool:
        """Whether some line has the ones on one side: these slopes and thresholds suffice."""
        bits = [(0, 0), (0, 1), (1, 0), (1, 1)]
        steps = [v / 2 for v in range(-3, 4)]
        return any(
            all((a * p + b * q > t) == bool(v) for (p, q), v in zip(bits, values, strict=True))
            for a in (-1, 0, 1) for b in (-1, 0, 1) for t in steps
        )  # fmt: skip

    assert {name for name, values in FUNCTIONS.items() if not parted(values)} == {
        "XOR",
        "both or neither",
    }


@pytest.mark.trained
def test_the_perceptron_learns_what_a_line_parts_and_nothing_else(smallest):
    learned = smallest.gates.groupby("function")["learned"].mean()
    assert {name for name, share in learned.items() if share == 0} == {"XOR", "both or neither"}
    assert set(learned.index) == set(FUNCTIONS)
    assert set(learned.drop(["XOR", "both or neither"])) == {1}
    assert smallest.learned().values.tolist() == [14] * 5


@pytest.mark.trained
def test_one_hidden_unit_never_solves_it(smallest):
    """Its answer moves one way along a line, whatever the activation."""
    for activation in ACTIVATIONS:
        assert smallest.share(activation, 1).values.tolist() == [0] * 5


@pytest.mark.trained
def test_updates_stay_under_the_bound(smallest):
    wide = smallest.parted.pivot(index=["margin", "seed"], columns="measure", values="value")
    assert (wide[UPDATES] <= wide[BOUND]).all() and (wide[UPDATES] >= 1).all()
    # Cases of length 1, the nearest at the margin itself.
    assert wide[BOUND].groupby("margin").mean().tolist() == pytest.approx(
        [margin**-2 for margin in MARGINS]
    )


@pytest.mark.trained
def test_what_is_wired_is_right_and_one_unit_never_is(smallest):
    """Of the four cases a line can have three on their sides."""
    assert smallest.cases_right(WIRED).values.tolist() == [1] * 5
    assert smallest.cases_right(ALONE).values.max() <= 3 / 4
    solved = smallest.share("sigmoid", 2).values
    learned = smallest.cases_right(LEARNED).values
    # Who solves it has every case right, the others three of four at most.
    assert (learned >= solved).all() and (learned <= solved + 0.75 * (1 - solved) + 1e-9).all()


def hand_made() -> XorResult:
    """Everything solved at every width over one; ten starts in each of five seeds."""
    solved = [(a, w, s, float(w > 1)) for a in ACTIVATIONS for w in WIDTHS for s in range(5)]
    gates = [(name, s, 4, int(name != "XOR" or s > 0)) for name in FUNCTIONS for s in range(5)]
    parted = [(m, s, what, v) for m in MARGINS for s in range(5)
              for what, v in ((UPDATES, 2.0 + s), (BOUND, 8.0))]  # fmt: skip
    return XorResult(
        pd.DataFrame(solved, columns=["activation", "width", "seed", "value"]),
        pd.DataFrame(gates, columns=["function", "seed", "updates", "learned"]),
        pd.DataFrame(parted, columns=["margin", "seed", "measure", "value"]),
        pd.DataFrame([(way, s, 1.0) for way in WAYS for s in range(5)],
                     columns=["way", "seed", "value"]), starts=10,
    )  # fmt: skip


def test_shares_at_their_ends_stay_open():
    table = figure(EXPERIMENT, "solved").table(hand_made(), View()).set_index("width")
    # 50 of 50: Clopper and Pearson's lower end is 0.025 ** (1 / 50).
    assert table.loc[2, "low"].tolist() == pytest.approx([0.025 ** (1 / 50)] * 3)
    assert table.loc[1, "high"].tolist() == pytest.approx([1 - 0.025 ** (1 / 50)] * 3)


def test_captions_count_functions_and_the_bound_is_a_share():
    result, view = hand_made(), View()
    gates = figure(EXPERIMENT, "functions")
    caption = gates.caption(gates.table(result, view), view)
    assert "15 of 16" in caption and "XOR (sometimes learned)" in caption
    assert result.nearest_to_bound().values.tolist() == [(2 + s) / 8 for s in range(5)]
    assert result.learned().values.tolist() == [15, 16, 16, 16, 16]


@pytest.mark.parametrize("block", and_shipped(300, 600, 900))
def test_the_lesson_holds_on_seeds_that_chose_nothing(block):
    result = result_of(SLUG, XorConfig(first_seed=block))
    assert result.nearest_to_bound().values.max() <= 1
    assert set(result.learned().values) == {14}
    for activation in ACTIVATIONS:
        two, eight = (result.share(activation, width).estimate for width in (2, 8))
        assert two.low > 0 and two.high < 0.9 < eight.low
