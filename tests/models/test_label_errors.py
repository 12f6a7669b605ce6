"""The door to cleanlab: what it is asked, and that it finds what cannot be missed."""

from __future__ import annotations

import numpy as np
import pytest

from core.models.label_errors import find_suspects


def probabilities(labels, sure=0.9):
    chances = np.full((len(labels), 3), (1 - sure) / 2)
    chances[np.arange(len(labels)), labels] = sure
    return chances


def test_a_sure_detector_finds_exactly_the_wrong_labels():
    true = np.arange(30) % 3
    given = true.copy()
    given[[4, 11, 20]] = (given[[4, 11, 20]] + 1) % 3
    suspects = find_suspects(given, probabilities(true))
    assert np.flatnonzero(suspects.found).tolist() == [4, 11, 20]
    assert set(np.argsort(suspects.quality)[:3]) == {4, 11, 20}
    # Its quality is the probability of the label that was given.
    assert suspects.quality[0] == pytest.approx(0.9)
    assert suspects.quality[4] == pytest.approx(0.05)


def test_nothing_is_suspected_where_all_is_believed():
    true = np.arange(30) % 3
    assert not find_suspects(true, probabilities(true).astype(np.float32)).found.any()


def test_it_agrees_with_cleanlabs_own_call():
    from cleanlab.filter import find_label_issues

    rng = np.random.default_rng(0)
    labels = rng.integers(0, 4, 200)
    chances = rng.dirichlet(np.ones(4), 200)
    found = find_suspects(labels, chances)
    assert (found.found == find_label_issues(labels, chances, n_jobs=1)).all()
