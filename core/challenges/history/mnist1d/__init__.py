"""MNIST-1D: the authors' table of four networks, retrained and set beside the published one."""

from core.challenges.history.mnist1d.claims import CLAIMS
from core.challenges.history.mnist1d.config import (
    AS_IS,
    KINDS,
    ORDERS,
    Mnist1dConfig,
    Mnist1dResult,
)
from core.challenges.history.mnist1d.figures import FIGURES
from core.challenges.history.mnist1d.run import cost, run
from core.lab.experiment import Answer, Experiment, Guess, Prompt
from core.lab.intervals import Estimate
from core.lab.settings import View
from core.lab.wording import listed, with_interval


def metrics(result: Mnist1dResult) -> dict[str, Estimate]:
    """Accuracy of every kind, as `test_accuracy[cnn]` and `test_accuracy[cnn_shuffled]`."""
    return {
        f"test_accuracy[{kind}{'' if order == AS_IS else '_shuffled'}]":
        result.accuracy(kind, order).estimate
        for order in ORDERS for kind in KINDS
    }  # fmt: skip


def finding(result: Mnist1dResult) -> str:
    """Every network in order and shuffled."""
    told = [
        listed([
            f"{name} {with_interval(result.accuracy(kind, order).estimate)}"
            for kind, name in KINDS.items()
        ])
        for order in ORDERS
    ]  # fmt: skip
    return f"Test signals right: {told[0]}. With the samples of the signals shuffled: {told[1]}."


EXPERIMENT = Experiment(
    title="MNIST-1D",
    question="What did convolution and recurrence bring, and by what do they live?",
    config=Mnist1dConfig,
    view=View,
    result=Mnist1dResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=Mnist1dConfig(n_train=500, steps=25),
    claims=CLAIMS,
    varies="initial weights, order of the signals, shuffling of the samples, and which signals are "
    "trained on where not all are; all seeds share the authors' 1,000 test signals",
    guess=Guess(
        "A convolutional network reads signals far better than a multilayer perceptron. Now the "
        "samples of all signals are shuffled in the same way, in training and test. What becomes "
        "of its lead?",
        lambda r: r.accuracy("cnn", "shuffled") - r.accuracy("mlp", "shuffled"),
        (
            Answer("It stays ahead", low=0.0),
            Answer("It falls behind the perceptron", high=0.0),
        ),
    ),
    prompts=(
        Prompt("Train on an eighth of the signals", {"n_train": 500}, "Who loses most?"),
        Prompt("Stop after a quarter of the steps", {"steps": 250}, "Who learns slowest?"),
        Prompt("Halve all learning rates", {"rate": 0.5}, "Does the ranking depend on it?"),
    ),
)  # fmt: skip
