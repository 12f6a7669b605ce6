"""The attack experiment: its tables on hand-made results, its lesson on fresh seeds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.attacks.distances import compared, lengths, shorten
from core.attacks.evasion import Target
from core.challenges.adversarial.attack import EXPERIMENT, AttackConfig, AttackResult, AttackView
from core.challenges.adversarial.attack.config import ATTACKS, EPSILONS
from core.challenges.adversarial.attack.run import SIZES
from core.data.parts import first_of_each
from tests.runs import and_shipped, figure, result_of

IMAGES, PROBABILITIES, BY_SIZE, SHORTEST = (
    figure(EXPERIMENT, name) for name in ("images", "probabilities", "accuracy_by_size", "shortest")
)
BLOCKS = and_shipped(300, 900)


def hand_made() -> AttackResult:
    """The network sees each digit rightly; PGD of any size turns every one into the next."""
    rows = [
        (seed, 0.9 if name == "noise" else 0.9 - 2 * epsilon + seed / 100, name, epsilon)
        for name in ATTACKS
        for epsilon in EPSILONS
        for seed in (0, 1)
    ]
    scores = pd.DataFrame(rows, columns=["seed", "value", "attack", "epsilon"])
    clean = np.full((10, 64), 0.5, dtype=np.float16)
    attacked = np.broadcast_to(clean, (len(ATTACKS), len(EPSILONS), 10, 64)).copy()
    before = (0.1 * np.eye(10) + 0.09).astype(np.float16)
    after = np.broadcast_to(before, (len(ATTACKS), len(EPSILONS), 10, 10)).copy()
    pgd = ATTACKS.index("PGD")
    for size, epsilon in enumerate(EPSILONS):
        attacked[pgd, size] = clean + np.float16(epsilon)
        after[pgd, size] = np.roll(before, 1, axis=1)
    lengths = pd.DataFrame(
        [("FGSM", 0, 0.2, 0.0), ("FGSM", 1, 0.4, 0.0), ("CW", 0, 0.1, 1.0), ("CW", 1, 0.1, 1.0)],
        columns=["attack", "seed", "value", "shorter"],
    )
    return AttackResult(scores, lengths, clean, attacked, before, after)


def test_the_nearest_mistake_by_hand():
    import torch

    def linear(x: torch.Tensor) -> torch.Tensor:
        """Class 1 when the first of four pixels is over one half."""
        return torch.stack([1 - 2 * x[..., 0], 2 * x[..., 0] - 1], dim=-1)

    # Seen rightly but for the last; the first is 0.1 away, the second cannot be fooled from 0.4.
    x = torch.tensor([[[0.6, 0.5, 0.5, 0.5], [0.9, 0.5, 0.5, 0.5], [0.2, 0.5, 0.5, 0.5]]])
    target = Target(linear, x, torch.tensor([[1, 1, 1]]), [7])
    moved = x - torch.tensor([0.15, 0.0, 0.0, 0.0])
    along, given = lengths(target, moved, along=SIZES), lengths(target, moved)
    (fgsm,) = compared(target, along, None)
    (cw,) = compared(target, given, along)
    assert (cw[0], fgsm[2]) == (7, 0.0)
    # Medians of two are the lower one: 0.15 in one of four pixels is 0.075 per pixel.
    assert cw[1] == pytest.approx(0.075)
    assert 0.1 / 2 <= fgsm[1] <= 0.12 / 2
    assert cw[2] == 0.0, "FGSM's own smallest step is shorter"
    short = shorten(target, moved, 0.05)
    assert (short - x).square().mean(-1).sqrt()[0].tolist() == pytest.approx([0.05] * 3)


def test_the_shortest_changes_are_compared():
    table = SHORTEST.table(hand_made(), AttackView())
    assert table["attack"].tolist() == ["FGSM", "Carlini-Wagner (L2)"]
    assert table["mean"].tolist() == pytest.approx([0.3, 0.1])


def test_images_are_clean_change_magnified_and_attacked():
    table = IMAGES.table(hand_made(), AttackView(attack="PGD", epsilon=0.2, digit=4))
    assert table.panel.tolist() == [
        "Image",
        "Change, true size",
        "Change, magnified",
        "Attacked image",
    ]
    assert table.seen.tolist() == [4, 4, 4, 5]
    assert table["length"].iloc[0] == pytest.approx(0.2, abs=1e-3)
    assert table.words.iloc[1] == "at most 0.20 per pixel"
    assert table.words.iloc[2] == "× 5"
    assert table.url.nunique() == 4


def test_captions_tell_fooled_from_not_fooled():
    result = hand_made()
    for attack, words in (("PGD", "the network sees 5"), ("FGSM", "does not fool the network")):
        view = AttackView(attack=attack, digit=4)
        assert words in IMAGES.caption(IMAGES.table(result, view), view)


def test_probabilities_before_and_after():
    view = AttackView(attack="PGD", digit=4)
    table = PROBABILITIES.table(hand_made(), view).set_index(["image", "digit"])["value"]
    assert table["before", 4] == pytest.approx(0.19, abs=1e-3)
    assert table["after", 4] == pytest.approx(0.09, abs=1e-3)
    assert table["after", 5] == pytest.approx(0.19, abs=1e-3)


def test_accuracy_by_size_averages_the_seeds():
    table = BY_SIZE.table(hand_made(), AttackView()).set_index(["attack", "epsilon"])
    assert table.loc[("FGSM", 0.1), "mean"] == pytest.approx(0.705)
    assert table.loc[("FGSM", 0.1), "n"] == 2
    caption = BY_SIZE.caption(BY_SIZE.table(hand_made(), AttackView()), AttackView())
    assert "random noise 90.0%" in caption


def test_a_right_image_is_chosen_when_there_is_one():
    y = np.array([0, 0, 1, 1] + list(range(2, 10)))
    right = np.array([False, True, False, False] + [True] * 8)
    assert first_of_each(y, right).tolist() == [1, 2, *range(4, 12)]


@pytest.mark.parametrize("first_seed", BLOCKS)
def test_the_lesson_holds_on_fresh_seeds(first_seed):
    result = result_of("adversarial/attack", AttackConfig(first_seed=first_seed))
    verdicts = {c.name: c.verdict(c.measure(result)) for c in EXPERIMENT.claims}
    assert verdicts.pop("many_steps_beat_one") != "contradicted"
    assert set(verdicts.values()) == {"shown"}, verdicts
    assert np.abs(result.attacked.astype(float) - result.clean).max() <= 1
    sizes = np.array(EPSILONS)[:, None, None]
    for name in ("noise", "FGSM", "PGD"):
        change = result.attacked[ATTACKS.index(name)].astype(float) - result.clean
        assert (np.abs(change) <= sizes + 2e-3).all()
