"""What the literature says about queues and batches of requests, and how a run speaks to it."""

from __future__ import annotations

import numpy as np

from core.challenges.scalability.serving.config import (
    BUSY,
    DYNAMIC,
    FULL,
    LOADS,
    NEWEST,
    SINGLE,
    ServingResult,
)
from core.lab.claims import Claim, claim
from core.lab.scores import PerSeed

POISSON = {"arrivals": "poisson"}
CLIPPER = "Crankshaw et al. 2017, abstract"


def ratio(above: PerSeed, below: PerSeed) -> PerSeed:
    """Logarithm of the ratio, seed by seed."""
    return above.map(np.log) - below.map(np.log)


CLAIMS: tuple[Claim[ServingResult], ...] = (
    claim(
        "batches_answer_more",
        "Requests answered together are answered faster: more in a second with the largest batch "
        "than one at a time.",
        (CLIPPER, "in words: batching improves throughput"),
        lambda r: ratio(r.per_second(r.largest), r.per_second(1)), above=0, read=True,
    ),
    claim(
        "waits_explode",
        "Waits grow faster than load: from a half busy to a 90% busy server by more than 1.8 "
        "times.",
        "Pollaczek 1930 and Khinchine 1932, mean wait of M/G/1",
        lambda r: r.longer(), above=1.8, settings=POISSON,
        reason="the load itself grows 1.8 times",
    ),
    claim(
        "formula_holds",
        "On a half busy server, the mean wait that is simulated with measured times is the one of "
        "the formula within a tenth.",
        "Pollaczek 1930 and Khinchine 1932, mean wait of M/G/1",
        lambda r: abs(PerSeed.of(r.checked["seed"], r.checked["value"] - 1).estimate), below=0.1,
        settings={**POISSON, "servers": 1}, reason="what runs of this length can tell",
    ),
    claim(
        "order_moves_the_tail",
        "Serving the newest request first makes the slowest hundredth of the answers later.",
        "Kleinrock 1976, volume 2, chapter 3",
        lambda r: ratio(r.order(NEWEST, "p99"), r.order(SINGLE, "p99")), above=0,
        settings=POISSON,
    ),
    claim(
        "dynamic_batches_shorten_the_tail",
        "On a server that is 90% busy one at a time, taking all that wait together shortens the "
        "slowest hundredth of the answers.",
        CLIPPER, lambda r: ratio(r.at(BUSY, DYNAMIC), r.at(BUSY, SINGLE)), below=0, read=True,
        settings=POISSON,
    ),
    claim(
        "waiting_for_full_batches_costs",
        "At low load a server that waits for full batches answers later than one that serves one "
        "at a time: half of the answers.",
        "a control of this lab's own",
        lambda r: ratio(r.at(LOADS[0], FULL, "p50"), r.at(LOADS[0], SINGLE, "p50")), above=0,
    ),
)  # fmt: skip
