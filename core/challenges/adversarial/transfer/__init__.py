"""Transfer: images made to fool one network, shown to another that nobody attacked."""

from core.attacks.budget import WEAK
from core.attacks.victims import N_TEST, VARIES
from core.challenges.adversarial.transfer.claims import CLAIMS
from core.challenges.adversarial.transfer.config import (
    EPSILON,
    NOISE,
    WHITE_BOX,
    TransferConfig,
    TransferResult,
    TransferView,
)
from core.challenges.adversarial.transfer.figures import FIGURES
from core.challenges.adversarial.transfer.run import cost, run
from core.lab.experiment import Experiment, Guess, Prompt
from core.lab.intervals import Estimate
from core.lab.wording import with_interval


def metrics(result: TransferResult) -> dict[str, Estimate]:
    """Headline numbers: the CNN's accuracy by what the images were made to fool, at one size."""
    named = {"noise": NOISE, "its_twin": "cnn", "another_cnn": "other_cnn", "an_mlp": "mlp",
             "itself": WHITE_BOX}  # fmt: skip
    found = {
        f"cnn_attacked_through_{name}": result.remaining(source).of_cases(N_TEST)
        for name, source in named.items()
    }
    weak = result.remaining("other_cnn", attack=WEAK).of_cases(N_TEST)
    return {**found, "cnn_attacked_through_another_cnn_by_pgd_alone": weak}


def finding(result: TransferResult) -> str:
    """Say how far an attack on another network carries, from the numbers."""
    noise, other = result.remaining(NOISE), result.remaining("other_cnn")
    more = (result.remaining("other_cnn", attack=WEAK) - other).estimate
    start = (
        f"Noise of size {EPSILON:g} leaves the CNN {with_interval(noise.of_cases(N_TEST))}. Images "
        "made to fool a network of another shape, by somebody who never saw the CNN, leave it "
        f"{with_interval(other.of_cases(N_TEST))}"
    )
    told = (
        ": keeping a network secret does not protect it" if (other - noise).estimate.high < 0
        else ": here the attack does not clearly carry over"
    )  # fmt: skip
    return (
        f"{start}{told}. That is the worst of three attacks; PGD alone would have left "
        f"{with_interval(more)} more."
    )


EXPERIMENT = Experiment(
    title="Transfer",
    question="Is a network safe if the attacker never sees it?",
    config=TransferConfig,
    view=TransferView,
    result=TransferResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=TransferConfig(epochs=5, n_train=200, steps=5),
    claims=CLAIMS,
    varies=VARIES,
    guess=Guess(
        "An attacker never sees your network, trains another on other images and changes "
        "pictures to fool that one. How many of them does yours still get right?",
        lambda r: r.remaining("other_cnn"), scale=(0.0, 1.0, 0.05),
    ),
    prompts=(
        Prompt("Give the attacker your data", {"attacker_data": "same"}, "Does having it help?"),
        Prompt("Give both sides few images", {"n_train": 200}, "Do poor attackers still fool?"),
    ),
    version=3,
)  # fmt: skip
