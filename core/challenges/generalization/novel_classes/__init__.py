"""Novel classes: digits that no network has seen, pictures that are no digits, and who notices."""

from core.challenges.generalization.novel_classes.claims import CLAIMS
from core.challenges.generalization.novel_classes.config import (
    KNOWN,
    N_KNOWN,
    NEAR,
    NOVEL,
    NovelClassesConfig,
    NovelClassesResult,
    NovelClassesView,
)
from core.challenges.generalization.novel_classes.figures import FIGURES
from core.challenges.generalization.novel_classes.run import cost, run
from core.lab.experiment import Answer, Experiment, Guess, Prompt
from core.lab.intervals import SHARE, Estimate
from core.lab.scores import per_seed
from core.lab.wording import with_interval
from core.metrics.families import one_of
from core.metrics.novelty_scores import DETECTORS, GAUSS, PIXELS, SOFTMAX
from core.metrics.verdicts import by_verdict

COMPARED = 2 * (len(DETECTORS) - 1)
"""Differences from the usual detector in the figure, whose intervals hold at once, as here."""


def metrics(result: NovelClassesResult) -> dict[str, Estimate]:
    """Headline numbers: accuracy, confidences, and every detector near and far."""
    accuracy = per_seed(result.accuracy, SHARE)
    found = {"accuracy": accuracy.of_cases(N_KNOWN)}
    for pictures in (KNOWN, *NOVEL):
        found[f"confidence_{pictures.replace(' ', '_')}"] = result.confidence(pictures).estimate
    for detector in DETECTORS:
        own = detector.replace(" ", "_").replace(",", "").lower()
        found[f"area_near_{own}"] = result.at(detector, NEAR).estimate
        found[f"area_far_{own}"] = result.far(detector).estimate
    return found


def finding(result: NovelClassesResult) -> str:
    """Say how sure it is of the unknown, and what gives that away, near and far."""
    near, far = result.at(SOFTMAX, NEAR), result.far(SOFTMAX)
    changes = [
        by_verdict(one_of(found.estimate, COMPARED), differs="{}", unclear="not clearly, {}")
        for found in (result.gain(GAUSS, NEAR), result.far(GAUSS) - far)
    ]
    return (
        f"Of digits it has never seen the network is "
        f"{with_interval(result.confidence(NEAR).estimate)} sure, of known ones "
        f"{with_interval(result.confidence(KNOWN).estimate)}. Its confidence tells unseen digits "
        f"from known ones with an AUROC of {with_interval(near.estimate)}, and pictures that are "
        f"no digits with {with_interval(far.estimate)}. The Mahalanobis distance changes the "
        f"first: {changes[0]}; and the second: {changes[1]}. Pixels alone, without a network, "
        f"reach {with_interval(result.at(PIXELS, NEAR).estimate)} and "
        f"{with_interval(result.far(PIXELS).estimate)}."
    )


EXPERIMENT = Experiment(
    title="Novel classes",
    question="Can a network tell that it has never seen such a thing?",
    config=NovelClassesConfig,
    view=NovelClassesView,
    result=NovelClassesResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=NovelClassesConfig(repetitions=5, n_train=200, passes=10),
    claims=CLAIMS,
    varies=(
        "which digits are left out, which are trained on and tested (splits of one set of 1,797, "
        "which overlap), the drawn pictures, initial weights, order"
    ),
    prompts=(
        Prompt("Leave one digit out", {"left_out": 1}, "Is a single stranger noticed sooner?"),
        Prompt("Show it pure noise", {"far": "noise", "novelty": "noise"},
               "The furthest pictures of all; what is far for people need not be for a network."),
        Prompt("Give it convolutions", {"network": "cnn"}, "Do better eyes see strangers?"),
    ),
    guess=Guess(
        "Networks learn eight digits. They are shown the other two, and pictures that are no "
        "digits at all: shapes, stripes, noise. Which does their confidence give away better?",
        lambda result: result.far(SOFTMAX) - result.at(SOFTMAX, NEAR),
        answers=(
            Answer("The pictures that are no digits at all", low=0),
            Answer("The two digits they have never seen", high=0),
        ),
    ),
)  # fmt: skip
