"""Training time: the same network, watched epoch by epoch."""

from core.challenges.overfitting.training_time.claims import CLAIMS
from core.challenges.overfitting.training_time.config import (
    TrainingTimeConfig,
    TrainingTimeResult,
    TrainingTimeView,
)
from core.challenges.overfitting.training_time.figures import FIGURES, effect
from core.challenges.overfitting.training_time.run import TRAINING
from core.data.by_name import DRAWN_ANEW
from core.lab.experiment import Experiment, Guess, Prompt
from core.lab.intervals import Estimate
from core.lab.wording import with_interval


def metrics(result: TrainingTimeResult) -> dict[str, Estimate]:
    """Headline numbers: test accuracy at the end and restored, the gain, and what was learnt.

    The labels of the validation examples are as often wrong as those of the training examples,
    unless a name says that they are true.
    """
    rule = result.rules[0]
    found = {
        "final_test_accuracy": result.final(),
        "restored_test_accuracy": result.restored(rule),
        "gain_of_stopping": result.gain(rule),
        "restored_epoch": result.restored_epoch(rule),
    }
    if result.has_wrong_labels:
        found["gain_with_true_validation_labels"] = result.gain("true")
        found["wrong_labels_learnt"] = result.answered("wrong learnt")
    return {name: values.estimate for name, values in found.items()}


def finding(result: TrainingTimeResult) -> str:
    """Say what training to the end did, and whether stopping early would have been better."""
    found = metrics(result)
    told = {name: with_interval(estimate) for name, estimate in found.items()}
    gain, epoch = found["gain_of_stopping"], found["restored_epoch"].mean
    last = told["final_test_accuracy"]
    text = (
        "Trained to the end, the network has a generalization gap of "
        f"{with_interval(result.gap().estimate)} to new examples whose labels are as often wrong, "
        f"gets {last} of new examples with true labels right"
    )
    if result.has_wrong_labels:
        every = found["wrong_labels_learnt"].low == 1  # In every seed: an interval without width.
        share = "100%, in every seed," if every else told["wrong_labels_learnt"]
        text += f", and has learnt {share} of the wrong labels"
    return (
        f"{text}. Stopped early, at epoch {epoch:.1f} on average, it gets "
        f"{told['restored_test_accuracy']}: stopping "
        f"{effect(gain.low, gain.high, lower_is_better=False)}, {told['gain_of_stopping']}."
    )


EXPERIMENT = Experiment(
    title="Training time",
    question="When should training stop?",
    config=TrainingTimeConfig,
    view=TrainingTimeView,
    result=TrainingTimeResult,
    run=TRAINING.run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=TRAINING.cost,
    smallest=TrainingTimeConfig(n_train=64, width=8, epochs=10, patience=2),
    claims=CLAIMS,
    varies="training examples, wrong labels, initial weights, order of examples, which held-out "
    f"half stops and which tests. {DRAWN_ANEW}",
    guess=Guess(
        "Four labels of ten are wrong. How many of the wrong ones has the network learned when "
        "training ends?",
        lambda r: r.answered("wrong learnt"), scale=(0.0, 1.0, 0.05),
    ),
    prompts=(
        Prompt("Let it memorise more", {"n_train": 256, "epochs": 160}, "Half the data, longer."),
        Prompt("Make all labels true", {"label_noise": 0.0}, "Does long training still hurt?"),
        Prompt("Be too impatient", {"dataset": "mnist1d", "label_noise": 0.0, "patience": 1},
               "Stop at the first epoch that is no better."),
    ),
)  # fmt: skip
