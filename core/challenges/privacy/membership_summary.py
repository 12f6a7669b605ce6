"""The headline numbers of a membership run, and the sentences made from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.challenges.privacy.membership_arms import BASELINE, PRIVATE
from core.challenges.privacy.tables.membership import LOSS, SHADOWS, proof_allows, values
from core.lab.intervals import POINTS, SHARE, Estimate, paired_difference, t_interval
from core.lab.wording import number, with_interval

if TYPE_CHECKING:
    from core.challenges.privacy.membership import MembershipResult

CAUGHT = f"tpr at 1%, {SHADOWS}"


def metrics(result: MembershipResult) -> dict[str, Estimate]:
    """Headline numbers: the gap, both attacks on the network as it is, and two remedies."""
    return {
        "generalization_gap": t_interval(values(result, BASELINE, "gap"), POINTS),
        "auc_loss_threshold": t_interval(values(result, BASELINE, f"auc, {LOSS}")),
        "auc_shadow_networks": t_interval(values(result, BASELINE, f"auc, {SHADOWS}")),
        "caught_at_1_percent": t_interval(values(result, BASELINE, CAUGHT), SHARE),
        "caught_at_1_percent_weight_decay": t_interval(
            values(result, "weight decay", CAUGHT), SHARE
        ),
        "auc_private": t_interval(values(result, PRIVATE, f"auc, {SHADOWS}")),
        "caught_at_1_percent_private": t_interval(values(result, PRIVATE, CAUGHT), SHARE),
        "accuracy_price_private": paired_difference(
            values(result, PRIVATE, "accuracy out"),
            values(result, BASELINE, "accuracy out"),
            POINTS,
        ),
    }


def finding(result: MembershipResult) -> str:
    """Say what the attacks find, and what private training leaves of them, from the numbers."""
    found = metrics(result)
    gap, _, strong, caught = list(found.values())[:4]
    plain = t_interval(values(result, BASELINE, f"tpr at 1%, {LOSS}"), SHARE)
    worth = "leaks who trained it" if strong.low > 0.5 else "does not clearly leak who trained it"
    return (
        f"A network with a gap of {with_interval(gap)} between its training records and others "
        f"{worth}: falsely accusing 1% of the others, a loss threshold names "
        f"{with_interval(plain)} of the members, and shadow networks {with_interval(caught)}. "
        f"Trained with differential privacy (ε = "
        f"{result.epsilon:g}, δ = {result.delta:.5f}) it is "
        f"{with_interval(found['caught_at_1_percent_private'])}, where the proof allows at most "
        f"{number(proof_allows(result.epsilon, result.delta), SHARE)}; accuracy on other records "
        f"changes by {with_interval(found['accuracy_price_private'])}."
    )
