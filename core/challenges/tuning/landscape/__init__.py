"""The landscape: accuracy over the learning rate and one other knob."""

from core.challenges.tuning.landscape.claims import CLAIMS
from core.challenges.tuning.landscape.config import (
    SETTINGS,
    LandscapeConfig,
    LandscapeResult,
    words_of,
)
from core.challenges.tuning.landscape.figures import FIGURES, carried_words
from core.challenges.tuning.landscape.run import cost, run
from core.lab.experiment import Answer, Experiment, Guess, Prompt
from core.lab.intervals import Estimate
from core.lab.settings import View
from core.lab.wording import with_interval


def metrics(result: LandscapeResult) -> dict[str, Estimate]:
    """Headline numbers: what is picked, what decides, what moving one knob alone does."""
    shares = zip(
        ("the_rate", "the_other_knob", "both_together"), result.shares().values(), strict=True
    )
    return {
        "accuracy_of_the_picked": result.accuracy(*result.picked()).estimate,
        **{f"share_of_{name}": own.defined for name, own in shares},
        "change_when_the_rate_is_kept": result.carried().estimate,
    }


def finding(result: LandscapeResult) -> str:
    """Say what the picked setting is worth, and whether the knobs can be tuned one by one."""
    (rate, setting), other = result.picked(), words_of(result.other)
    first, last = result.settings[0], result.settings[-1]
    kept = carried_words(result, {
        "falls": "accuracy falls: {}", "rises": "accuracy rises: {}",
        "equal": "accuracy stays within one point: {}",
        "unclear": "accuracy changes by {}, which may be nothing",
    })  # fmt: skip
    found = metrics(result)
    return (
        f"Picked on one half of the held-out examples, rate {rate:g} with {other} {setting:g} gets "
        f"{with_interval(found['accuracy_of_the_picked'])} of the other half right. The rate alone "
        f"explains {with_interval(found['share_of_the_rate'])} of the variance over the map. Where "
        f"a rate is picked at {other} {first:g} and kept at {last:g}, {kept}."
    )


EXPERIMENT = Experiment(
    title="Landscape",
    question="How do the learning rate and another knob work together?",
    config=LandscapeConfig,
    view=View,
    result=LandscapeResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=LandscapeConfig(other_knob="weight_decay", n_train=100, steps=50, repetitions=5),
    claims=CLAIMS,
    varies="training examples, initial weights, order of examples. Digits: each seed splits the "
    "same 1,797, so held-out sets overlap. MNIST-1D: all seeds share one held-out set",
    guess=Guess(
        "A learning rate is tuned without momentum. Then momentum is raised to "
        f"{SETTINGS['momentum'][-1]}, and the rate stays as it is. What becomes of the accuracy "
        "on new examples?",
        lambda r: r.carried(),
        (
            Answer("It improves", low=0.01),
            Answer("It stays within a point", low=-0.01, high=0.01),
            Answer("It loses up to a third", low=-0.33, high=-0.01),
            Answer("It loses more than that", high=-0.33),
        ),
    ),
    prompts=(
        Prompt("Turn weight decay instead", {"other_knob": "weight_decay"},
               "Does the second knob matter as much?"),
        Prompt("Change the batch size", {"other_knob": "batch_size"},
               "Do larger batches stand a larger learning rate?"),
        Prompt("Train four times as long", {"steps": 800},
               "Do smaller rates catch up, and does the plateau widen?"),
    ),
)  # fmt: skip
