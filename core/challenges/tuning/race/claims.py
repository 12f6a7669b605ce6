"""What the literature says about searching for settings."""

from __future__ import annotations

from core.challenges.tuning.race.config import (
    FRESH,
    RaceResult,
)
from core.lab.claims import OWN_CONTROL, Claim, claim
from core.lab.scores import PerSeed
from core.models.searching import CMA_ES, GRID, HALVING, HYPERBAND, TPE

USELESS = {"useless_knobs": 2}
RATE, OTHERS = "learning rate", ("width", "momentum", "weight decay")


def _rate_over_others(result: RaceResult) -> PerSeed:
    width, momentum, decay = (result.share(name) for name in OTHERS)
    return result.share(RATE) - (width + momentum + decay)


CLAIMS: tuple[Claim[RaceResult], ...] = (
    claim(
        "tpe_beats_random",
        "At equal budget TPE, which models what it has seen, ends nearer to the best setting than "
        "random search.",
        "Bergstra et al. 2011, section 6", lambda r: r.lead(TPE), above=0,
    ),
    claim(
        "tpe_beats_random_on_fresh", "Its lead is still there on fresh examples.",
        OWN_CONTROL, lambda r: r.lead(TPE, FRESH), above=0,
    ),
    claim(
        "cma_es_beats_random", "So does CMA-ES, an evolution strategy.",
        "Loshchilov & Hutter 2016", lambda r: r.lead(CMA_ES), above=0,
    ),
    claim(
        "halving_beats_random",
        "Successive halving, which ends bad trainings early, finds better settings than random "
        "search for the same number of training steps.",
        "Jamieson & Talwalkar 2016, section 5", lambda r: r.lead(HALVING), above=0,
    ),
    claim(
        "hyperband_beats_random", "So does Hyperband, which hedges how early it ends them.",
        "Li et al. 2018, section 4", lambda r: r.lead(HYPERBAND), above=0,
    ),
    claim(
        "random_beats_grid", "Random search finds better settings than a grid of equal cost.",
        "Bergstra & Bengio 2012, section 2", lambda r: r.lead(GRID), below=0,
    ),
    claim(
        "useless_knobs_hurt_the_grid",
        "Where two more knobs do nothing, a grid wastes its budget on them and falls behind random "
        "search.",
        "Bergstra & Bengio 2012, section 1", lambda r: r.lead(GRID), below=0, settings=USELESS,
    ),
    claim(
        "few_knobs_matter",
        "The trials of one random search are enough for fANOVA to see that the learning rate "
        "matters more than width, momentum and weight decay together.",
        "Hutter et al. 2014, section 5",
        _rate_over_others, above=0, settings={"knobs": 4},
    ),
)  # fmt: skip
