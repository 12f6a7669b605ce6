"""What the literature says about gaps by chance and at crossings, and where our result says it."""

from core.challenges.fairness.chance_gaps.config import ATTRIBUTES, CROSSED, ChanceGapsResult
from core.challenges.fairness.gap_words import AS_NONE, MARGIN, NEAR
from core.lab.claims import Claim, claim
from core.lab.intervals import Estimate
from core.lab.settings import Value

USUAL: dict[str, Value] = {"minority_share": 0.2, "base_rate": 0.5}
LUM = "Lum, Zhang & Bower 2022, De-biasing bias measurement"
DICICCIO = "DiCiccio et al. 2020, Evaluating Fairness Using Permutation Tests"
KEARNS = "Kearns et al. 2018, Preventing Fairness Gerrymandering, abstract"
LEVEL = "one in twenty is the share of false alarms that a test of level 5% allows"


def farther_of_two(result: ChanceGapsResult) -> Estimate:
    """Mean gap by one attribute: of the two the one that may be farther from zero."""
    return max((abs(result.signed(by).estimate) for by in ATTRIBUTES), key=lambda gap: gap.high)


CLAIMS: tuple[Claim[ChanceGapsResult], ...] = (
    claim(
        "small_audits_see_gaps",
        "In audits of 100 people without any true gap, more than one in twenty sees true positive "
        "rates over 10 points apart.",
        LUM, lambda r: r.audited(100, "wide"), above=0.05, settings=USUAL, reason=LEVEL,
    ),
    claim(
        "large_audits_do_not",
        "In audits of 5,000 people fewer than one in twenty does.",
        LUM, lambda r: r.audited(5000, "wide"), below=0.05, settings=USUAL, reason=LEVEL,
    ),
    claim(
        "the_shuffle_test_keeps_its_word",
        "Shuffling the groups raises a false alarm in less than 5% of audits of all sizes, as its "
        "level promises.",
        (DICICCIO, "5%"), lambda r: r.false_alarms(), below=0.05,
    ),
    claim(
        "the_shuffle_test_finds_true_gaps",
        "Positive control: with 5,000 people it finds a true gap of 10 points in more than eight "
        "audits of ten.",
        DICICCIO, lambda r: r.audited(5000, "alarm", "true gap"), above=0.8,
        settings={**USUAL, "true_gap": 0.1}, reason="80% is the power that studies usually aim at",
    ),
    claim(
        "fair_by_each_attribute",
        f"Selection rates can be equal by each attribute: on average within {MARGIN}.",
        KEARNS, farther_of_two, below=NEAR, settings={"crossing_bias": 0.4, "repetitions": 20},
        reason=AS_NONE, read=True,
    ),
    claim(
        "unfair_at_the_crossing",
        "The same decisions are against those with exactly one of the attributes.",
        KEARNS, lambda r: r.signed(CROSSED), below=0, settings={"crossing_bias": 0.4}, read=True,
    ),
    claim(
        "more_groups_wider_gaps",
        "In a fair world the widest gap grows with the number of groups: 32 against 2, among 2,000 "
        "people.",
        LUM, lambda r: r.widest(5) - r.widest(1), above=0,
    ),
)  # fmt: skip
