"""Shift: a network reads digits that are turned, moved, noisy; how right it is, and how sure."""

from core.challenges.generalization.shift.claims import CLAIMS
from core.challenges.generalization.shift.config import (
    ARMS,
    BASELINE,
    N_TEST,
    SAME,
    SCALED,
    STRONGEST,
    ShiftConfig,
    ShiftResult,
    ShiftView,
    phrase,
)
from core.challenges.generalization.shift.figures import FIGURES
from core.challenges.generalization.shift.run import cost, run
from core.lab.experiment import Answer, Experiment, Guess, Prompt
from core.lab.intervals import Estimate
from core.lab.scores import per_seed
from core.lab.wording import with_interval
from core.metrics.verdicts import by_verdict


def metrics(result: ShiftResult) -> dict[str, Estimate]:
    """Headline numbers: right and sure at both ends, and what remedies change at the far one."""
    found = {}
    for name, level in (("unshifted", 0), ("shifted", STRONGEST)):
        found[f"accuracy_{name}"] = result.at("accuracy", level).of_cases(N_TEST)
        found[f"confidence_{name}"] = result.at("confidence", level).estimate
        found[f"calibration_error_{name}"] = result.at("error", level).estimate
    found["overconfidence_shifted"] = result.overconfidence(STRONGEST).estimate
    found["temperature"] = per_seed(result.temperatures).estimate
    for arm in ARMS[1:]:
        own = arm.lower().replace(" ", "_")
        found[f"accuracy_gained_by_{own}"] = result.gain(arm).estimate
        found[f"calibration_error_changed_by_{own}"] = result.gain(arm, "error").estimate
    return found


def finding(result: ShiftResult) -> str:
    """Say how right and how sure the network is at both ends, and what two remedies do."""
    right, sure = (
        [result.at(name, level) for level in (0, STRONGEST)] for name in ("accuracy", "confidence")
    )
    start = (
        f"On test pictures like its own the network is right in "
        f"{with_interval(right[0].of_cases(N_TEST))} and {with_interval(sure[0].estimate)} sure; "
        f"{phrase(result.kind, STRONGEST)}, it is right in "
        f"{with_interval(right[1].of_cases(N_TEST))} and {with_interval(sure[1].estimate)} sure"
    )
    gap = result.overconfidence(STRONGEST).estimate
    verdict = by_verdict(
        gap, differs="overconfident by {}." if gap.mean > 0 else "less sure than right, {}.",
        unclear="sure and right do not clearly differ there, {}.",
    )  # fmt: skip
    helped = by_verdict(
        result.gain(SAME).estimate, differs="changes its accuracy there by {}",
        unclear="does not clearly change its accuracy there, {}",
    )  # fmt: skip
    scaled = by_verdict(
        result.gain(SCALED, "error").estimate, differs="changes its calibration error by {}",
        unclear="does not clearly change its calibration error, {}",
    )  # fmt: skip
    remedies = f"Augmentation with this kind of shift {helped}; temperature scaling {scaled}."
    return f"{start}: {verdict} {remedies}"


EXPERIMENT = Experiment(
    title="Shift",
    question="Does a network notice that its inputs have changed?",
    config=ShiftConfig,
    view=ShiftView,
    result=ShiftResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=ShiftConfig(n_train=100, passes=10),
    claims=CLAIMS,
    varies=(
        "which digits are trained on and which are tested (splits of one set of 1,797, which "
        "overlap), initial weights, order, directions, noise and places of the shifts"
    ),
    prompts=(
        Prompt("Train on too little of the shift", {"trained_to": 3, "arm": SAME},
               "Augmentation up to 45 degrees, tested up to 90."),
        Prompt("Move the digits, ask the CNN", {"kind": "translation", "arm": "CNN"},
               "What an architecture that fits the shift does without having seen it."),
        Prompt("Drown them in noise", {"kind": "noise", "arm": BASELINE},
               "Is it as sure of noise as of a turned digit?"),
    ),
    guess=Guess(
        "Every test digit is turned by 90 degrees, which the network has never seen. How sure is "
        "it of its answers, on average?",
        lambda result: result.at("confidence", STRONGEST),
        answers=(
            Answer("It notices: under 30%", high=0.3),
            Answer("It hesitates: 30% to 60%", 0.3, 0.6),
            Answer("It hardly notices: over 60%", low=0.6),
        ),
    ),
)  # fmt: skip
