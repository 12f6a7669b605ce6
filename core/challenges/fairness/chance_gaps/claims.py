"""What the literature says about gaps by chance and at crossings, and where our result says it."""

from core.challenges.fairness.chance_gaps.config import ChanceGapsResult
from core.lab.claims import Claim, claim
from core.lab.settings import Value

USUAL: dict[str, Value] = {"minority_share": 0.2, "base_rate": 0.5}
LUM = "Lum, Zhang & Bower 2022, De-biasing bias measurement"
DICICCIO = "DiCiccio et al. 2020, Evaluating Fairness Using Permutation Tests"
KEARNS = "Kearns et al. 2018, Preventing Fairness Gerrymandering", "an example"

CLAIMS: tuple[Claim[ChanceGapsResult], ...] = (
    claim(
        "small_audits_see_gaps",
        "In audits of 100 people without any true gap, more than one in four sees true positive "
        "rates over 10 points apart.",
        LUM, lambda r: r.audited(100, "wide"), above=0.25, settings=USUAL,
    ),
    claim(
        "large_audits_do_not",
        "In audits of 5,000 people fewer than one in twenty does.",
        LUM, lambda r: r.audited(5000, "wide"), below=0.05, settings=USUAL,
    ),
    claim(
        "the_shuffle_test_keeps_its_word",
        "Shuffling the groups raises a false alarm in less than 7% of audits of all sizes, as the "
        "level of 5% promises.",
        (DICICCIO, "5%"), lambda r: r.false_alarms(), below=0.07,
    ),
    claim(
        "the_shuffle_test_finds_true_gaps",
        "Positive control: with 5,000 people it finds a true gap of 10 points in more than nine "
        "audits of ten.",
        DICICCIO, lambda r: r.audited(5000, "alarm", "true gap"), above=0.9,
        settings={**USUAL, "true_gap": 0.1},
    ),
    claim(
        "fair_by_each_attribute",
        "Selection rates can be nearly equal by each attribute, within 10 points.",
        KEARNS, lambda r: r.hidden(crossed=False), below=0.1, settings={"crossing_bias": 0.4},
    ),
    claim(
        "unfair_at_the_crossing",
        "The same decisions are more than 15 points apart where the attributes cross.",
        KEARNS, lambda r: r.hidden(crossed=True), above=0.15, settings={"crossing_bias": 0.4},
    ),
    claim(
        "more_groups_wider_gaps",
        "In a fair world the widest gap grows with the number of groups: 32 against 2, among 2,000 "
        "people.",
        LUM, lambda r: r.widest(5) - r.widest(1), above=0,
    ),
)  # fmt: skip
