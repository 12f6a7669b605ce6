"""Unlearning: making a network forget records, and asking an attacker whether it did."""

from core.challenges.privacy.unlearning.claims import CLAIMS
from core.challenges.privacy.unlearning.config import (
    ASCENDED,
    ORIGINAL,
    RESHARDED,
    RETRAINED,
    SHARDED,
    TUNED,
    UnlearningConfig,
    UnlearningResult,
    UnlearningView,
)
from core.challenges.privacy.unlearning.figures import FIGURES
from core.challenges.privacy.unlearning.run import cost, run
from core.lab.experiment import Experiment, Guess, Prompt
from core.lab.intervals import SHARE, Estimate
from core.lab.wording import number


def metrics(result: UnlearningResult) -> dict[str, Estimate]:
    """Headline numbers: the attack on the forgotten records, by way of forgetting."""
    names = {"original": ORIGINAL, "retrained": RETRAINED, "fine_tuned": TUNED,
             "gradient_ascent": ASCENDED, "shards_before": SHARDED,
             "shards_retrained": RESHARDED}  # fmt: skip
    areas = {f"auc_{name}": result.area(arm).estimate for name, arm in names.items()}
    told = ("retrained", "gradient_ascent", "shards_retrained")
    return areas | {f"accuracy_{name}": result.accuracy(names[name]).estimate for name in told}


def finding(result: UnlearningResult) -> str:
    """Say which way of forgetting an attacker cannot tell from never having known."""
    m = {name: number(value.mean) for name, value in metrics(result).items()}
    return (
        f"The attack finds the records in the original network with an area of "
        f"{m['auc_original']}, and in one trained from scratch without them with "
        f"{m['auc_retrained']} (0.5 is guessing); after fine-tuning without them with "
        f"{m['auc_fine_tuned']}, after gradient ascent on them with "
        f"{m['auc_gradient_ascent']}. In shards (SISA) the area goes from "
        f"{m['auc_shards_before']} to {m['auc_shards_retrained']} once the shards that held the "
        f"records are trained again, which took {number(result.share_of_updates, SHARE)} of "
        f"the work of training from scratch."
    )


EXPERIMENT = Experiment(
    title="Unlearning",
    question="Can a network be made to forget somebody, and who checks?",
    config=UnlearningConfig,
    view=UnlearningView,
    result=UnlearningResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    varies="the classes and their records, who is in which training set and to be forgotten, "
    "initial weights, batches and shards; within a seed all ways of forgetting share them",
    version=2,
    smallest=UnlearningConfig(n_forget=10, width=16, steps=75, tuning=10, ascent=5),
    claims=CLAIMS,
    guess=Guess(
        "Training is split into ten parts, so that only parts with a forgotten record are trained "
        "again. 50 records of 500 are forgotten: how much of the whole work is that?",
        lambda r: r.work(10, 50), scale=(0.0, 1.0, 0.05),
    ),
    prompts=(
        Prompt("Climb twice as far", {"ascent": 40}, "Do the records look worse than never seen?"),
        Prompt("Tune twice as long", {"tuning": 120}, "Is more forgotten?"),
        Prompt("Forget only ten", {"n_forget": 10, "shards": 10}, "What do shards save then?"),
    ),
)  # fmt: skip
