"""What the literature says about queues and batches of requests, and how a run speaks to it."""

from __future__ import annotations

from core.challenges.scalability.serving.config import (
    ALONE_TIMES,
    BUSY,
    CLOSED,
    DYNAMIC,
    FULL,
    HALF,
    LOOP_TIMES,
    NEWEST,
    ONCE,
    OPEN,
    SINGLE,
    ServingResult,
)
from core.lab.claims import OWN_CONTROL, Claim, claim
from core.lab.scores import PerSeed

POISSON = {"arrivals": "poisson"}
CLIPPER = "Crankshaw et al. 2017, abstract"
LITTLE = "Little 1961, L = λW"


def away(result: ServingResult, loop: str) -> PerSeed:
    """Distance of counted over rate times time from 1."""
    return abs(result.counted(loop) - 1)


def nearer(result: ServingResult) -> PerSeed:
    """How much further off, in logarithms, the loop's times are than the network's alone."""
    return abs(result.off(HALF, LOOP_TIMES)) - abs(result.off(HALF, ALONE_TIMES))


CLAIMS: tuple[Claim[ServingResult], ...] = (
    claim(
        "batches_answer_more",
        "Requests answered together are answered faster: with 32 clients a real server that takes "
        "all that wait answers more in a second than one at a time.",
        (CLIPPER, "in words: batching improves throughput"),
        lambda r: r.bought(), above=0, read=True,
    ),
    claim(
        "littles_law_closed",
        "Where clients ask again at once, the requests counted under way are rate times time, "
        "within a tenth.",
        LITTLE, lambda r: away(r, CLOSED), below=0.1, reason="what so few looks can tell",
    ),
    claim(
        "littles_law_open",
        "Where requests come whatever has been answered, the requests counted under way are rate "
        "times time, within a tenth.",
        LITTLE, lambda r: away(r, OPEN), below=0.1, reason="what so few looks can tell",
    ),
    claim(
        "each_is_answered_once",
        "Whatever the order of service, each request is answered, and once.",
        OWN_CONTROL, lambda r: r.of(ONCE, "share"), above=0.999,
        reason="one in a thousand would be lost",
    ),
    claim(
        "the_network_is_not_the_server",
        "A simulation that knows the network's times alone promises shorter latencies than the "
        "real loop has, at half load.",
        OWN_CONTROL, lambda r: r.off(HALF, ALONE_TIMES), below=0,
    ),
    claim(
        "times_of_the_loop_come_nearer",
        "A simulation with times clocked in the loop is nearer to its latencies at half load than "
        "one with the network's alone.",
        OWN_CONTROL, nearer, below=0,
    ),
    claim(
        "dynamic_batches_shorten_the_tail",
        "On a real server that is 90% busy one at a time, taking all that wait together shortens "
        "the slowest hundredth of the answers.",
        CLIPPER, lambda r: r.at(BUSY, DYNAMIC).log_ratio_to(r.at(BUSY, SINGLE)), below=0,
        read=True, settings=POISSON,
    ),
    claim(
        "waiting_for_full_batches_costs",
        "At half load a real server that waits for full batches answers later than one that serves "
        "one at a time: half of the answers.",
        OWN_CONTROL,
        lambda r: r.at(HALF, FULL, "p50").log_ratio_to(r.at(HALF, SINGLE, "p50")), above=0,
    ),
    claim(
        "waits_explode",
        "Waits grow faster than load: from a half busy to a 90% busy ideal server by more than 1.8 "
        "times.",
        "Pollaczek 1930 and Khinchine 1932, mean wait of M/G/1",
        lambda r: r.longer(), above=1.8, settings=POISSON,
        reason="the load itself grows 1.8 times",
    ),
    claim(
        "formula_holds",
        "On a half busy server, the mean wait that is simulated with the loop's times is the one "
        "of the formula within a tenth.",
        "Pollaczek 1930 and Khinchine 1932, mean wait of M/G/1",
        lambda r: abs(PerSeed.of(r.checked["seed"], r.checked["value"] - 1).estimate), below=0.1,
        settings={**POISSON, "servers": 1}, reason="what runs of this length can tell",
    ),
    claim(
        "order_moves_the_tail",
        "Serving the newest request first makes the slowest hundredth of the answers later, on the "
        "ideal server.",
        "Kleinrock 1976, volume 2, chapter 3",
        lambda r: r.order(NEWEST, "p99").log_ratio_to(r.order(SINGLE, "p99")), above=0,
        settings=POISSON,
    ),
)  # fmt: skip
