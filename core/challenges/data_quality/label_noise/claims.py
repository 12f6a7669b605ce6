"""What the literature says about wrong labels, and how a run speaks to it."""

from __future__ import annotations

from collections.abc import Mapping

from core.challenges.data_quality.label_noise.config import (
    PRUNE,
    RATES,
    RELABEL,
    ROBUST,
    LabelNoiseResult,
)
from core.lab.claims import OWN_CONTROL, Claim, claim
from core.lab.settings import Value

NORTHCUTT = "Northcutt, Jiang & Chuang 2021, abstract"
ZHANG = "Zhang & Sabuncu 2018, abstract"
UNIFORM: Mapping[str, Value] = {"kind": "uniform"}
PAIR: Mapping[str, Value] = {"kind": "pair"}
CHANCE = "one half is what a score has that knows nothing"

CLAIMS: tuple[Claim[LabelNoiseResult], ...] = (
    claim(
        "wrong_labels_hurt",
        "Wrong labels in training cost accuracy on true ones: 40% against none.",
        ZHANG, lambda r: r.accuracy(rate=RATES[-1]) - r.accuracy(rate=0.0), below=0, read=True,
    ),
    claim(
        "mistakes_are_found",
        "Models that have not seen a label tell wrong ones from true ones better than chance: "
        "a fifth of the labels wrong.",
        NORTHCUTT, lambda r: r.found("auc"), above=0.5, reason=CHANCE, read=True,
    ),
    claim(
        "cleaning_helps",
        "Leaving out what confident learning suspects raises accuracy, where a fifth of the labels "
        "is wrong at random.",
        NORTHCUTT, lambda r: r.gain(PRUNE), above=0, settings=UNIFORM, read=True,
    ),
    claim(
        "cleaning_helps_with_pairs",
        "It raises accuracy where each digit is mistaken for the next one as well.",
        NORTHCUTT, lambda r: r.gain(PRUNE), above=0, settings=PAIR, read=True,
    ),
    claim(
        "robust_loss_helps",
        "Generalized cross entropy raises accuracy where a fifth of the labels is wrong at random.",
        ZHANG, lambda r: r.gain(ROBUST), above=0, settings=UNIFORM, read=True,
    ),
    claim(
        "relabelling_helps",
        "Giving suspects the label that the detector thinks right raises accuracy as well.",
        OWN_CONTROL, lambda r: r.gain(RELABEL), above=0, settings=UNIFORM,
    ),
)  # fmt: skip
