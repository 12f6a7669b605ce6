"""What the literature says about shortcuts and maps, and where our result says it."""

from core.challenges.interpretability.clever_hans.config import CleverHansResult
from core.lab.claims import Claim, claim

LAPUSCHKIN = (
    "Lapuschkin et al. 2019, Unmasking Clever Hans Predictors (horses with a source tag)",
    "no number for this setting",
)
PLANTED = {"share": 1.0, "strength": 1.0}
CLAIMS: tuple[Claim[CleverHansResult], ...] = (
    claim(
        "the_shortcut_is_taken",
        "A network takes a shortcut that is offered: trained on marked discs, it knows "
        "fewer discs without the mark than a network that never saw one.",
        LAPUSCHKIN,
        lambda r: r.outcome("marked", "plain_discs") - r.outcome("clean", "plain_discs"),
        below=0, settings=PLANTED,
    ),
    claim(
        "the_map_gives_it_away",
        "The map gives it away: more of Integrated Gradients lies on the corner than in "
        "the network that never saw the mark.",
        LAPUSCHKIN, lambda r: r.mass("marked") - r.mass("clean"), above=0, settings=PLANTED,
    ),
    claim(
        "erasing_helps",
        "Taking the shortcut away makes the network learn discs: with the corner black, "
        "it knows more discs without the mark.",
        LAPUSCHKIN,
        lambda r: r.outcome("erased", "plain_discs") - r.outcome("marked", "plain_discs"),
        above=0, settings=PLANTED,
    ),
)  # fmt: skip
