"""Attack one image: how little it takes, by which attack."""

from core.attacks.victims import N_TEST, VARIES
from core.challenges.adversarial.attack.claims import CLAIMS
from core.challenges.adversarial.attack.config import (
    ATTACKS,
    EPSILON,
    AttackConfig,
    AttackResult,
    AttackView,
)
from core.challenges.adversarial.attack.figures import FIGURES
from core.challenges.adversarial.attack.run import cost, run
from core.lab.experiment import Experiment, Guess, Prompt
from core.lab.intervals import Estimate
from core.lab.wording import with_interval


def metrics(result: AttackResult) -> dict[str, Estimate]:
    """Headline numbers: accuracy on clean images and under each attack of one size."""
    under = {f"accuracy_under_{a.lower()}": result.accuracy(a).of_cases(N_TEST) for a in ATTACKS}
    return {"clean_accuracy": result.clean_accuracy().of_cases(N_TEST), **under}


def finding(result: AttackResult) -> str:
    """Say what noise and attack of one size do, from the numbers."""
    noise, attacked = result.accuracy("noise"), result.accuracy("PGD")
    lost = (attacked - noise).estimate
    start = (
        f"The networks get {with_interval(result.clean_accuracy().of_cases(N_TEST))} of the test "
        f"images right. Moving every pixel by {EPSILON:g} at random leaves "
        f"{with_interval(noise.of_cases(N_TEST))}; moving it by as much where it hurts (PGD) "
        f"leaves {with_interval(attacked.of_cases(N_TEST))}"
    )
    if lost.high < 0:
        return f"{start}: at one size, its direction makes a difference of {with_interval(lost)}."
    return f"{start}: here the attack is not clearly worse than noise."


EXPERIMENT = Experiment(
    title="Attack one image",
    question="What does it take to make a network misread a digit?",
    config=AttackConfig,
    view=AttackView,
    result=AttackResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    version=2,
    smallest=AttackConfig(network="MLP", n_train=200, epochs=5, steps=5),
    claims=CLAIMS,
    varies=VARIES,
    guess=Guess(
        "Each pixel may move by a tenth of the way from black to white. How many images does the "
        "network still get right when the changes are chosen to fool it?",
        lambda r: r.accuracy("PGD").of_cases(N_TEST), scale=(0.0, 1.0, 0.05),
    ),
    prompts=(
        Prompt("Attack a hardened network", {"training": "adversarial"}, "Is more needed now?"),
        Prompt("Attack one without convolutions", {"network": "MLP"}, "Is it as easily fooled?"),
    ),
)  # fmt: skip
