"""What the literature says about missing and wrong values, and how a run speaks to it."""

from __future__ import annotations

from collections.abc import Mapping

from core.challenges.data_quality.missing_values.config import FEW, TREES, MissingValuesResult
from core.data.unit_errors import PUT_RIGHT
from core.lab.claims import OWN_CONTROL, Claim, claim
from core.lab.settings import Value
from core.models.imputing import INDICATOR, MEAN, NEIGHBOURS

VAN_NESS = "Van Ness et al. 2023, abstract"
TROYANSKAYA = "Troyanskaya et al. 2001, abstract"
COIN: Mapping[str, Value] = {"mechanism": "completely_at_random"}
TELLING: Mapping[str, Value] = {"mechanism": "not_at_random"}
GRAMS: Mapping[str, Value] = {"factor": 1000.0}

CLAIMS: tuple[Claim[MissingValuesResult], ...] = (
    claim(
        "holes_cost_accuracy",
        "Missing values cost accuracy: 60% of them filled with the mean, against none missing.",
        OWN_CONTROL, lambda r: r.accuracy() - r.accuracy(share=0.0), below=0,
    ),
    claim(
        "indicators_help_where_holes_tell",
        "Where missingness is informative, columns that mark what is missing raise accuracy.",
        VAN_NESS, lambda r: r.gain(INDICATOR), above=0, settings=TELLING, read=True,
    ),
    claim(
        "neighbours_guess_better",
        "Where 20% of the values are missing, those filled in from the nearest neighbours are "
        "closer to the true ones than the mean is.",
        TROYANSKAYA, lambda r: r.error(NEIGHBOURS, FEW) - r.error(MEAN, FEW), below=0,
        settings=COIN, read=True,
    ),
    claim(
        "trees_use_the_holes",
        "Boosted trees that take missing values as they are beat a network on filled-in means "
        "where values are missing not at random.",
        OWN_CONTROL, lambda r: r.gain(TREES), above=0, settings=TELLING,
    ),
    claim(
        "a_wrong_unit_costs_accuracy",
        "One column in grams for kilograms in 5% of the rows costs accuracy, though the other "
        "rows are right.",
        OWN_CONTROL, lambda r: r.cost_of_units(), below=0, settings=GRAMS,
    ),
    claim(
        "putting_units_right_helps",
        "Noticing such values by their size and putting them right gains accuracy over leaving "
        "them as they stand.",
        OWN_CONTROL, lambda r: r.unit_gain(PUT_RIGHT), above=0, settings=GRAMS,
    ),
)  # fmt: skip
