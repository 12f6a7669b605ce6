"""False security: defences that blind the attack instead of stopping it, and how to find out."""

from core.attacks.victims import N_TEST, VARIES
from core.challenges.adversarial.false_security.claims import CLAIMS
from core.challenges.adversarial.false_security.config import (
    EVERYTHING,
    GRADIENTS,
    MASKS,
    NAMES,
    FalseSecurityConfig,
    FalseSecurityResult,
    FalseSecurityView,
)
from core.challenges.adversarial.false_security.figures import FIGURES
from core.challenges.adversarial.false_security.run import cost, run
from core.lab.experiment import Experiment, Guess, Prompt
from core.lab.intervals import Estimate
from core.lab.wording import with_interval


def metrics(result: FalseSecurityResult) -> dict[str, Estimate]:
    """Headline numbers: what survives the gradient, and what survives everything."""
    found = {}
    for name in NAMES:
        found[f"{name}_gradient_attacks"] = result.robust_accuracy(name, GRADIENTS).of_cases(N_TEST)
        found[f"{name}_all_attacks"] = result.robust_accuracy(name, EVERYTHING).of_cases(N_TEST)
    return found


def finding(result: FalseSecurityResult) -> str:
    """Say what the two masks seem to keep and what they keep, from the numbers."""
    told = []
    for name, short in MASKS.items():
        seems, keeps = (
            with_interval(result.robust_accuracy(name, attack).of_cases(N_TEST))
            for attack in (GRADIENTS, EVERYTHING)
        )
        told.append(
            f"{short} seems to keep {seems} of the images from FGSM and PGD; with the other "
            f"attacks it is {keeps}"
        )
    return (
        f"{told[0]}. {told[1]}. For the network that was trained against attacks the same checks "
        f"make a difference of {with_interval(result.difference('pgd').estimate)}."
    )


EXPERIMENT = Experiment(
    title="False security",
    question="A defence stops the attacks we have. Is it safe?",
    config=FalseSecurityConfig,
    view=FalseSecurityView,
    result=FalseSecurityResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    version=2,
    smallest=FalseSecurityConfig(epochs=5, n_train=200, steps=5, tries=50),
    claims=CLAIMS,
    varies=VARIES,
    guess=Guess(
        "Rounding every pixel to five greys stops attacks that follow the gradient. How many "
        "images survive an attacker who knows of the rounding?",
        lambda r: r.robust_accuracy("quantised", EVERYTHING), scale=(0.0, 1.0, 0.05),
    ),
    prompts=(
        Prompt("Take both masks off", {"scale": 1, "levels": 17}, "Hardly anything is hidden."),
        Prompt("Scale by ten only", {"scale": 10}, "Is that enough to blind the gradient?"),
        Prompt("Round to black and white", {"levels": 2}, "Rounding that really removes some."),
    ),
)  # fmt: skip
