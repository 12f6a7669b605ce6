"""What the literature says about roofs and layers below them, and how a run speaks to it."""

from __future__ import annotations

import math

import numpy as np

from core.challenges.hardware.roofline.config import (
    BRAIN,
    GIGA,
    WHOLE,
    RooflineResult,
    intensity,
)
from core.lab.claims import OWN_CONTROL, Claim, claim
from core.lab.scores import NotMeasuredError, PerSeed, one_a_seed, rows_where
from core.lab.timing import PROCESSOR
from core.models.layer_work import LINEAR

WILLIAMS = "Williams, Waterman & Patterson 2009, the roofline model"
ONEDNN = "oneDNN developer guide 2025, nuances of int8 computations"
TO_BE_EXACT = 0.01


def against_the_bend(result: RooflineResult) -> PerSeed:
    """Logarithm of what a linear layer with one example does a byte, over where the roof bends."""
    own = math.log(intensity(LINEAR, result.width, 1))
    return -result.ridge().map(np.log) + own


def highest(result: RooflineResult) -> PerSeed:
    """The layer that lies highest under the roof of the caches, as a share of that roof."""
    rows = rows_where(result.rates, {"unit": PROCESSOR, "numbers": "float32"})
    moved = rows_where(result.moved, {"unit": PROCESSOR}).groupby("seed")["value"].max()
    peak = result.peak()
    peaks = dict(zip(peak.seeds, peak.values * GIGA, strict=True))
    found: dict[int, float] = {}
    for row in rows.itertuples():
        seed, layer, batch = int(row.seed), str(row.layer), int(row.batch)
        roof = min(peaks[seed], moved[seed] * intensity(layer, result.width, batch))
        found[seed] = max(found.get(seed, 0.0), float(row.value) / roof)
    return PerSeed.of(found, found.values())


def where_native(result: RooflineResult, numbers: str, there: bool) -> PerSeed:
    """Logarithm of the speed of products over that in float32, on processors of one kind.

    Raises:
        NotMeasuredError: If this one is of the other kind, or that is not known.
    """
    if result.native(numbers) is not there:
        raise NotMeasuredError(f"another kind of processor for {numbers}")
    return result.peak(numbers).log_ratio_to(result.peak())


def wrong_sums(result: RooflineResult) -> PerSeed:
    """Largest error of products of int8 that use all 8 bits, without instructions for it.

    Raises:
        NotMeasuredError: If this processor has them, or that is not known.
    """
    if result.native(WHOLE) is not False:
        raise NotMeasuredError("there are instructions for int8")
    return one_a_seed(result.peaks, {"unit": PROCESSOR, "numbers": WHOLE}, "share", "off")


CLAIMS: tuple[Claim[RooflineResult], ...] = (
    claim(
        "one_example_waits_for_bytes",
        "With one example a linear layer makes fewer operations a byte than it takes to keep the "
        "processor busy.",
        WILLIAMS, against_the_bend, below=0,
    ),
    claim(
        "batches_raise_the_rate",
        "With the largest batch a linear layer does more operations a second than with one "
        "example.",
        WILLIAMS, lambda r: r.rate(LINEAR, r.most).log_ratio_to(r.rate(LINEAR, 1)), above=0,
    ),
    claim(
        "nothing_above_the_roof",
        "No layer lies more than a tenth above the roof of the caches.",
        WILLIAMS, highest, below=1.1,
        reason="a tenth for what timing scatters, set before the numbers were seen",
    ),
    claim(
        "bfloat16_without_instructions",
        "On a processor without instructions for bfloat16, matrix products in it are slower than "
        "in float32.",
        OWN_CONTROL, lambda r: where_native(r, BRAIN, False), below=0,
    ),
    claim(
        "bfloat16_with_instructions",
        "On a processor with instructions for bfloat16, matrix products in it are faster than in "
        "float32.",
        OWN_CONTROL, lambda r: where_native(r, BRAIN, True), above=0,
    ),
    claim(
        "int8_is_faster",
        "Matrix products of int8 are faster than of float32.",
        ("Krishnamoorthi 2018, abstract", "2 to 3 times as fast on CPUs"),
        lambda r: r.speed(WHOLE), above=1, reason="at 1 neither is faster", read=True,
    ),
    claim(
        "int8_can_overflow",
        "Without instructions for int8, sums of products that use all 8 bits overflow: the largest "
        "error is over 1%.",
        ONEDNN, wrong_sums, above=TO_BE_EXACT,
        reason="exact sums of whole numbers would be right to seven digits",
    ),
    claim(
        "two_threads_multiply_faster",
        "Two threads multiply large matrices faster than one.",
        OWN_CONTROL, lambda r: r.gain("matrix product"), above=1, settings={"second_thread": True},
        reason="at 1 the second thread changes nothing",
    ),
)  # fmt: skip
