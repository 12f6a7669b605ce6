"""What the literature says about trees, networks and data, and how a run speaks to it."""

from __future__ import annotations

from core.challenges.data_quantity.data_hunger.config import (
    NETWORK,
    NOISE,
    PLAIN,
    ROTATED,
    SMOOTHED,
    DataHungerResult,
)
from core.lab.claims import Claim, claim
from core.models.classical import BOOSTING, FOREST, LOGISTIC

GRINSZTAJN = "Grinsztajn et al. 2022, abstract"
PERLICH = "Perlich et al. 2003, abstract"
TABLE = {"dataset": "table"}
DIGITS = {"dataset": "digits"}

CLAIMS: tuple[Claim[DataHungerResult], ...] = (
    claim(
        "irregular_targets_favour_trees",
        "Networks prefer smooth functions: gradient boosting leads the network by less once the "
        "jumps of the target are smoothed.",
        (GRINSZTAJN, "in words: easily learn irregular functions"),
        lambda r: r.lead(BOOSTING, SMOOTHED) - r.lead(BOOSTING, PLAIN), below=0,
        settings=TABLE, read=True,
    ),
    claim(
        "noise_columns_hurt_networks_more",
        "Columns that say nothing cost the network more accuracy than gradient boosting.",
        (GRINSZTAJN, "in words: be robust to uninformative features"),
        lambda r: r.change(NETWORK, NOISE) - r.change(BOOSTING, NOISE), below=0,
        settings=TABLE, read=True,
    ),
    claim(
        "rotation_costs_trees",
        "A rotation of the columns costs gradient boosting more accuracy than the network.",
        (GRINSZTAJN, "in words: preserve the orientation of the data"),
        lambda r: r.change(BOOSTING, ROTATED) - r.change(NETWORK, ROTATED), below=0,
        settings=TABLE, read=True,
    ),
    claim(
        "trees_lead_on_tables",
        "On a table with an irregular target gradient boosting is more accurate than the network.",
        GRINSZTAJN, lambda r: r.lead(BOOSTING, PLAIN), above=0, settings=TABLE, read=True,
    ),
    claim(
        "curves_cross",
        "The larger the training set, the more trees gain on logistic regression: the lead of the "
        "random forest grows from the smallest size to the largest.",
        (PERLICH, "in words: the learning curves cross"),
        lambda r: (r.accuracy(FOREST, PLAIN) - r.accuracy(LOGISTIC, PLAIN))
        - (r.accuracy(FOREST, PLAIN, r.smallest) - r.accuracy(LOGISTIC, PLAIN, r.smallest)),
        above=0, settings={**TABLE, "task": PLAIN}, read=True,
    ),
    claim(
        "networks_are_hungry",
        "A network needs more data than a random forest: with few digits it is less accurate.",
        "LeCun, Bengio & Hinton 2015, introduction",
        lambda r: r.accuracy(NETWORK, PLAIN, r.smallest) - r.accuracy(FOREST, PLAIN, r.smallest),
        below=0, settings={**DIGITS, "task": PLAIN},
    ),
)  # fmt: skip
