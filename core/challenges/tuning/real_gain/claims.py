"""What the literature says about the score of what was picked by its score."""

from core.challenges.tuning.real_gain.config import (
    CONFIGS,
    FRESH,
    NESTED,
    SECOND,
    SEEDS,
    RealGainResult,
)
from core.lab.claims import Claim, claim

CAWLEY = "Cawley & Talbot 2010, abstract"
CLAIMS: tuple[Claim[RealGainResult], ...] = (
    claim(
        "settings_are_flattered",
        "The best of many settings looks better on the examples that picked it than it is on fresh "
        "ones.",
        CAWLEY, lambda r: r.flattery(CONFIGS), above=0,
    ),
    claim(
        "seeds_are_flattered",
        "So does the best of many seeds: less than half of its advantage is there on fresh "
        "examples.",
        "Picard 2021, section 4", lambda r: r.lost(SEEDS), below=0,
    ),
    claim(
        "more_trials_flatter_more",
        "The more trials, the more the winner is flattered: all of them against two.",
        CAWLEY, lambda r: r.flattery(CONFIGS) - r.flattery(CONFIGS, trials=2), above=0,
    ),
    claim(
        "tuning_helps", "Still, the best of many settings is better than an average one.",
        "Bergstra & Bengio 2012, Figure 5", lambda r: r.gain(CONFIGS, FRESH), above=0,
    ),
    claim(
        "a_second_set_is_honest",
        "A second validation set, which picked nothing, flatters the winner less.",
        CAWLEY, lambda r: r.flattery(CONFIGS, SECOND) - r.flattery(CONFIGS), below=0,
    ),
    claim(
        "nesting_is_honest",
        "So does nesting: picking on some folds and measuring on another.",
        "Varma & Simon 2006, abstract", lambda r: r.flattery(CONFIGS, NESTED) - r.flattery(CONFIGS),
        below=0,
    ),
)  # fmt: skip
