"""Pictures made to order: the smallest change to another class, and what a class likes best."""

from __future__ import annotations

from dataclasses import replace

from core.challenges.interpretability.made_to_order.claims import CLAIMS
from core.challenges.interpretability.made_to_order.config import (
    NETWORKS,
    MadeToOrderConfig,
    MadeToOrderResult,
    MadeToOrderView,
)
from core.challenges.interpretability.made_to_order.figures import FIGURES
from core.challenges.interpretability.made_to_order.run import cost, run
from core.lab.experiment import Experiment, Guess, Prompt
from core.lab.intervals import Estimate
from core.lab.wording import with_interval
from core.metrics.verdicts import side

JUDGES = {
    "own": "itself", "others_standard": "standard", "others_hardened": "hardened",
    "nearest": "nearest_real",
}  # fmt: skip


def metrics(result: MadeToOrderResult) -> dict[str, Estimate]:
    """Headline numbers: how far, who agrees, and how sure of what."""
    found = {}
    for arm in NETWORKS:
        found[f"for_{arm}_length"] = replace(result.change(arm, "length").estimate, unit="L2")
        for judge, name in JUDGES.items():
            found[f"for_{arm}_accepted_by_{name}"] = result.judged(arm, judge)
    for kind in ("standard_none", "standard_L2", "hardened_L2"):
        far = replace(result.favourite(kind, "distance").estimate, unit="times")
        found[f"distance_{kind.lower()}".replace("none", "no_limit")] = far
    sure = result.favourite("standard_none", "own").of_cases(result.made.shape[1])
    found["probability_standard_no_limit"] = sure
    return found


def finding(result: MadeToOrderResult) -> str:
    """Say whether the pictures made look like what they are taken for."""
    length = with_interval(result.change("standard", "length").estimate)
    own, peers, nearest = (
        with_interval(result.judged("standard", judge))
        for judge in ("own", "others_standard", "nearest")
    )
    gain, even = (
        f"{side(found.low, found.high, 'less often', 'not clearly more often', 'more often')} "
        f"({with_interval(found)})"
        for found in (result.gain().estimate, result.gain_at_equal_length().estimate)
    )
    return (
        f"After changes of mean length {length} a standard network sees {own} of the pictures as "
        f"the new class, and others like it {peers}; by the nearest real picture {nearest} are of "
        "it. Those made for "
        f"hardened networks are so {gain}; between changes of equal length, {even}."
    )


EXPERIMENT = Experiment(
    title="Made to order",
    question="What would have to change for another answer, and what does the network look for?",
    config=MadeToOrderConfig,
    view=MadeToOrderView,
    result=MadeToOrderResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=MadeToOrderConfig(n_train=200, repetitions=5, hardening="noise"),
    claims=CLAIMS,
    varies="initial weights, training pictures and pictures asked about; five networks judge each "
    "other, and those of digits learn and are asked out of one split",
    guess=Guess(
        "A picture is changed as little as possible until the network gives another answer. How "
        "many of them look most like a real picture of the new class?",
        lambda r: r.judged("standard", "nearest"), scale=(0.0, 1.0, 0.05),
    ),
    prompts=(
        Prompt("Change as few pixels as possible", {"distance": "L1"}, "Do others agree then?"),
        Prompt("Convince it wholly", {"sure": 0.99}, "How far must a picture go?"),
        Prompt("Use larger pictures", {"dataset": "shapes", "repetitions": 5}, "Shapes; slower."),
    ),
)  # fmt: skip
