"""The headline numbers of an unlearning run, and the sentences made from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.challenges.privacy.tables import unlearning as tables
from core.lab.intervals import SHARE, Estimate, t_interval
from core.lab.wording import number

if TYPE_CHECKING:
    from core.challenges.privacy.unlearning import UnlearningResult


def metrics(result: UnlearningResult) -> dict[str, Estimate]:
    """Headline numbers: the attack on the forgotten records, by way of forgetting."""
    names = {"original": tables.ORIGINAL, "retrained": tables.RETRAINED,
             "fine_tuned": tables.TUNED, "gradient_ascent": tables.CLIMBED,
             "shards_before": tables.SHARDED, "shards_retrained": tables.RESHARDED}  # fmt: skip
    found = {
        f"auc_{name}": t_interval(tables.values(result, arm, "auc")) for name, arm in names.items()
    }
    for name in ("retrained", "gradient_ascent", "shards_retrained"):
        accuracy = tables.values(result, names[name], "other")
        found[f"accuracy_{name}"] = t_interval(accuracy, SHARE)
    return found


def finding(result: UnlearningResult) -> str:
    """Say which way of forgetting an attacker cannot tell from never having known."""
    m = metrics(result)
    work = number(tables.share_of_updates(result), SHARE)
    before, after = (number(m[f"auc_shards_{name}"].mean) for name in ("before", "retrained"))
    return (
        f"The attack finds the records in the original network with an area of "
        f"{number(m['auc_original'].mean)}, and in one trained from scratch without them with "
        f"{number(m['auc_retrained'].mean)} (0.5 is guessing); after fine-tuning without them with "
        f"{number(m['auc_fine_tuned'].mean)}, after gradient ascent on them with "
        f"{number(m['auc_gradient_ascent'].mean)}. In shards (SISA) the area goes from {before} to "
        f"{after} once the shards that held the records are trained again, which took {work} of "
        f"the work of training from scratch."
    )
