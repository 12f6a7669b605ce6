"""The transfer experiment: its tables on hand-made scores, its lesson on fresh seeds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.attacks import victims
from core.attacks.budget import STRONGEST, WEAK
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
from core.data.embedded import load_digits
from core.data.parts import training_part
from core.models.stacked_neighbours import nearest_neighbour
from tests.runs import and_shipped, figure, result_of, smallest

MATRIX, CURVES = (figure(EXPERIMENT, name) for name in ("transfer_matrix", "transfer_curves"))
VIEW = TransferView()


def hand_made() -> TransferResult:
    """Noise leaves 0.9, an attack through another network 0.4, one on the victim 0.1."""
    rows = []
    for seed in (0, 1):
        for victim in (*NETWORKS, NEIGHBOUR):
            rows.append((seed, 0.95, NOISE, victim, 0.0, NOISE))
            for epsilon in EPSILONS:
                rows.append((seed, 0.9, NOISE, victim, epsilon, NOISE))
                for source in NETWORKS:
                    value = 0.3 if (source, victim) == ("mlp", "linear") else 0.4
                    rows.append((seed, value, source, victim, epsilon, STRONGEST))
                    rows.append((seed, value + 0.2, source, victim, epsilon, WEAK))
                if victim != NEIGHBOUR:
                    rows.append((seed, 0.1, WHITE_BOX, victim, epsilon, STRONGEST))
                    rows.append((seed, 0.25, WHITE_BOX, victim, epsilon, WEAK))
    columns = ["seed", "value", "source", "victim", "epsilon", "attack"]
    return TransferResult(pd.DataFrame(rows, columns=columns))


def test_matrix_has_a_cell_per_victim_and_source():
    table = MATRIX.table(hand_made(), VIEW)
    assert len(table) == 5 * 6 + 4
    cell = table.set_index(["victim", "source"]).loc[("linear", "MLP")]
    assert cell["mean"] == pytest.approx(0.3)
    assert cell.text == "30"


def test_the_view_chooses_how_the_images_were_made():
    weak = MATRIX.table(hand_made(), TransferView(attack="PGD")).set_index(["victim", "source"])
    assert weak.loc[("linear", "MLP")].text == "50"
    assert weak.loc[("CNN", "itself")].text == "25"
    assert "PGD alone would have left +20.0 points [20.0, 20.0] more" in EXPERIMENT.finding(
        hand_made()
    )


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
    ours, theirs = training_part(data, 0, 200), training_part(data, 200, 200)
    shared = (ours.x_train[:, None] == theirs.x_train[None]).all(-1)
    assert shared.mean() < 0.001, "only images that the data set holds twice"
    np.testing.assert_array_equal(ours.x_validation, theirs.x_validation)


def test_nearest_neighbour_gives_the_class_of_the_nearest_image():
    data = load_digits(300, seed=3)
    logits = nearest_neighbour([data.x_train], [data.y_train])
    target = victims.aimed_at(logits, victims.Group((3,), [data]), 50)
    found = target.logits(target.x)[0].argmax(-1).numpy()
    far = ((target.x[0].numpy()[:, None] - data.x_train[None]) ** 2).sum(-1)
    np.testing.assert_array_equal(found, data.y_train[far.argmin(1)])


@pytest.mark.parametrize("first_seed", and_shipped(600))
def test_the_lesson_holds_on_fresh_seeds(first_seed):
    result = result_of("adversarial/transfer", TransferConfig(first_seed=first_seed))
    verdicts = {c.name: c.verdict(c.measure(result)) for c in EXPERIMENT.claims}
    assert set(verdicts.values()) == {"shown"}, verdicts


@pytest.mark.trained
def test_the_worst_of_several_attacks_is_at_most_one_of_them():
    scores = smallest("adversarial/transfer").result.scores
    keys = ["source", "victim", "epsilon", "seed"]
    both = scores[scores.attack != NOISE].pivot(index=keys, columns="attack", values="value")
    assert len(both) and (both[STRONGEST] <= both[WEAK]).all()
    # What fools within a smaller ball fools within a larger one, too.
    sizes = both[STRONGEST].unstack("epsilon")
    assert (np.diff(sizes.to_numpy(), axis=1) <= 0).all()
