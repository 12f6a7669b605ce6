"""Certified robustness: a vote over noisy copies that no small change can turn."""

from core.attacks.victims import VARIES
from core.challenges.adversarial.certified.claims import CLAIMS
from core.challenges.adversarial.certified.config import (
    SIGMAS,
    CertifiedConfig,
    CertifiedResult,
    CertifiedView,
)
from core.challenges.adversarial.certified.figures import FIGURES
from core.challenges.adversarial.certified.run import cost, run
from core.lab.experiment import Answer, Experiment, Guess, Prompt
from core.lab.intervals import Estimate
from core.lab.wording import with_interval


def metrics(result: CertifiedResult) -> dict[str, Estimate]:
    """Headline numbers: certified and attacked accuracy at one radius, and broken promises."""
    found = {}
    for sigma in SIGMAS:
        name = f"{sigma:g}".replace(".", "_")
        found[f"certified_0_25_noise_{name}"] = result.certified_accuracy(sigma, 0.25).estimate
    found["attacked_0_25_noise_0_25"] = result.remaining_accuracy(0.25, 0.25).estimate
    found["broken_certificates"] = result.broken()
    return found


def finding(result: CertifiedResult) -> str:
    """Say what is promised, what an attack achieves, and whether a promise was broken."""
    promised = result.certified_accuracy(0.25, 0.5).estimate
    attacked = result.remaining_accuracy(0.25, 0.5).estimate
    cracks = result.broken()
    kept = (
        "There was no certificate to break" if cracks.n == 0
        else f"Attacks broke {with_interval(cracks)} of {cracks.n} certificates"
    )  # fmt: skip
    return (
        f"With noise of 0.25, {with_interval(promised)} of the images are certified: no change of "
        f"length 0.5 can turn them. The attack tried leaves {with_interval(attacked)} right. "
        f"{kept}."
    )


EXPERIMENT = Experiment(
    title="Certified",
    question="Can anything be promised about attacks that nobody has thought of yet?",
    config=CertifiedConfig,
    view=CertifiedView,
    result=CertifiedResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=CertifiedConfig(copies=100, images=10, epochs=5, n_train=200),
    claims=CLAIMS,
    varies=VARIES,
    version=3,
    guess=Guess(
        "Networks vote over noisy copies of an image. With noise of 0.25 in place of 0.12, for how "
        "many images can they promise that no change of length 0.5 turns the answer?",
        lambda r: r.certified_accuracy(0.25, 0.5) - r.certified_accuracy(0.12, 0.5),
        (Answer("For more of them", low=0.0), Answer("For fewer of them", high=0.0)),
    ),
    prompts=(
        Prompt("Ask a tenth of the copies", {"copies": 100}, "How much of the promise is lost?"),
        Prompt("Train without the noise", {"noisy_training": False}, "It comes at the vote only."),
    ),
)  # fmt: skip
