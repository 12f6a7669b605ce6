"""Cross-validation: nobody judges what it has seen."""

from __future__ import annotations

import numpy as np

from core.data.embedded import load_digits
from core.engine.folds import fold_jobs, out_of_sample, subset
from core.engine.job import Job
from core.engine.training import fit
from core.lab.run import complete


def test_each_example_is_held_out_once_and_not_trained_on_there():
    data = load_digits(60, seed=0)
    parts = np.array_split(np.random.default_rng(0).permutation(60), 5)
    jobs = fold_jobs(Job(data, 3, (8,)), parts)
    assert [len(job.data.y_train) for job in jobs] == [48] * 5
    for job, held in zip(jobs, parts, strict=True):
        assert (job.data.x_validation == data.x_train[held]).all()
        seen = {tuple(row) for row in job.data.x_train.tolist()}
        assert not seen & {tuple(row) for row in data.x_train[held].tolist()}


def test_probabilities_are_those_of_the_model_that_has_not_seen_it():
    data = load_digits(60, seed=0)
    parts = np.array_split(np.arange(60), 5)
    jobs = fold_jobs(Job(data, 3, ()), parts)
    fitted = complete(fit(jobs, steps=20, evaluate_every=20))
    found = out_of_sample(fitted, range(5), parts)
    np.testing.assert_allclose(found.sum(1), 1)
    # The engine's own accuracy on the held-out part is what these probabilities say.
    accuracy = fitted.curve("validation", "accuracy")[-1]
    said = [np.mean(found[held].argmax(1) == data.y_train[held]) for held in parts]
    np.testing.assert_allclose(said, accuracy)


def test_a_subset_keeps_marks_and_validation():
    data = load_digits(60, label_noise=0.5, seed=0)
    clean = subset(data, ~data.flipped)
    assert len(clean.y_train) == 30 and not clean.flipped.any()
    assert clean.x_validation is data.x_validation
