"""The transfer experiment: its tables on hand-made scores, its lesson on fresh seeds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.challenges.adversarial import victims
from core.challenges.adversarial.transfer import (
    EXPERIMENT,
    TransferConfig,
    TransferResult,
    TransferView,
)
from core.challenges.adversarial.transfer.config import (
    EPSILONS,
    NAMES,
    NEIGHBOUR,
    NETWORKS,
    NOISE,
    SOURCES,
    WHITE_BOX,
)
from core.challenges.adversarial.transfer.run import nearest_neighbour, part
from core.data.embedded import load_digits
from core.lab.run import complete
from tests.runs import figure

MATRIX, CURVES = (figure(EXPERIMENT, name) for name in ("transfer_matrix", "transfer_curves"))
VIEW = TransferView()


def hand_made() -> TransferResult:
    """Noise leaves 0.9, an attack through another network 0.4, one on the victim 0.1."""
    rows = []
    for seed in (0, 1):
        for victim in (*NETWORKS, NEIGHBOUR):
            rows.append((seed, 0.95, NOISE, victim, 0.0))
            for epsilon in EPSILONS:
                rows.append((seed, 0.9, NOISE, victim, epsilon))
                for source in NETWORKS:
                    value = 0.3 if (source, victim) == ("mlp", "linear") else 0.4
                    rows.append((seed, value, source, victim, epsilon))
                if victim != NEIGHBOUR:
                    rows.append((seed, 0.1, WHITE_BOX, victim, epsilon))
    columns = ["seed", "value", "source", "victim", "epsilon"]
    return TransferResult(pd.DataFrame(rows, columns=columns))


def test_matrix_has_a_cell_per_victim_and_source():
    table = MATRIX.table(hand_made(), VIEW)
    assert len(table) == 5 * 6 + 4
    cell = table.set_index(["victim", "source"]).loc[("linear", "MLP")]
    assert cell["mean"] == pytest.approx(0.3)
    assert cell.text == "30"


def test_caption_names_the_worst_stranger_not_the_white_box():
    caption = MATRIX.caption(MATRIX.table(hand_made(), VIEW), VIEW)
    assert "MLP leave the victim linear 30.0%" in caption
    assert "10.0%" not in caption


def test_every_curve_begins_at_the_clean_accuracy():
    table = CURVES.table(hand_made(), TransferView(victim="MLP"))
    starts = table[table.epsilon == 0]
    assert set(starts.source) == {NAMES[name] for name in SOURCES}
    assert starts["mean"].eq(0.95).all()


def test_the_attackers_images_are_others_than_the_victims():
    data = load_digits(400, seed=3)
    ours, theirs = part(data, 0, 200), part(data, 200, 200)
    shared = (ours.x_train[:, None] == theirs.x_train[None]).all(-1)
    assert shared.mean() < 0.001, "only images that the data set holds twice"
    np.testing.assert_array_equal(ours.x_validation, theirs.x_validation)


def test_nearest_neighbour_gives_the_class_of_the_nearest_image():
    data = load_digits(300, seed=3)
    target = victims.aimed_at(nearest_neighbour([data]), victims.Group((3,), [data]), 50)
    found = target.logits(target.x)[0].argmax(-1).numpy()
    far = ((target.x[0].numpy()[:, None] - data.x_train[None]) ** 2).sum(-1)
    np.testing.assert_array_equal(found, data.y_train[far.argmin(1)])


@pytest.mark.parametrize("first_seed", [600])
def test_the_lesson_holds_on_fresh_seeds(first_seed):
    result = complete(EXPERIMENT.run(TransferConfig(first_seed=first_seed)))
    verdicts = {c.name: c.verdict(c.measure(result)) for c in EXPERIMENT.claims}
    assert set(verdicts.values()) == {"shown"}, verdicts
