"""Runs that do what none should: each begins well, and says so."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from core.challenges.rough import heavy
from core.lab.run import Snapshot
from core.lab.settings import Config, ladder

BEYOND = 3_000_000_000
"""Bytes after which a run that nobody stops stops by itself: others need this machine, too."""
PIECE = 2_000_000
"""Numbers of 8 bytes."""


class UnrulyConfig(Config):
    does: Literal[
        "well", "sleeps", "spins", "in_torch", "raises", "wrong", "grows", "swells", "too_much"
    ] = "well"
    """What it does after its first report."""
    name: int = ladder(*range(12), default=0)
    """Tells one from another."""


@dataclass(frozen=True)
class UnrulyResult:
    points: pd.DataFrame


def run(config):
    yield Snapshot(1, 4, "beginning", lambda: read(config))
    found = yield from DOES[config.does](config)
    for step in (2, 3, 4):
        time.sleep(0.02)
        yield Snapshot(step, 4, "ending", lambda: read(config))
    return None if found == "wrong" else read(config)


def read(config):
    rows = [(seed, float(config.name)) for seed in config.seeds]
    return UnrulyResult(pd.DataFrame(rows, columns=["seed", "y"]))


def well(config):
    yield Snapshot(1, 4, "beginning")


def sleeps(config):
    time.sleep(3600)
    yield Snapshot(1, 4, "beginning")


def spins(config):
    while True:
        pass
    yield Snapshot(1, 4, "beginning")


def in_torch(config):
    """Minutes within one operation, which gives the interpreter's lock back meanwhile."""
    import torch

    torch.linalg.eigvals(torch.rand(6000, 6000, generator=torch.Generator().manual_seed(0)))
    yield Snapshot(1, 4, "beginning")


def raises(config):
    yield Snapshot(1, 4, "beginning")
    raise RuntimeError(f"secret {config.name}")


def wrong(config):
    yield Snapshot(1, 4, "beginning")
    return "wrong"


def grows(config):
    """Takes more and more, and reports."""
    held = []
    while len(held) * PIECE * 8 < BEYOND:
        held.append(np.ones(PIECE))
        yield Snapshot(1, 4, "growing")
    time.sleep(3600)


def swells(config):
    """Takes more and more between two reports."""
    held = []
    while len(held) * PIECE * 8 < BEYOND:
        held.append(np.empty(PIECE))  # Asked for is enough, and takes no time.
    time.sleep(3600)
    yield Snapshot(1, 4, "growing")


def too_much(config):
    """Asks for more than any machine has, at once."""
    import torch

    torch.empty(10**15)
    yield Snapshot(1, 4, "growing")


DOES = {
    "well": well, "sleeps": sleeps, "spins": spins, "in_torch": in_torch, "raises": raises,
    "wrong": wrong, "grows": grows, "swells": swells, "too_much": too_much,
}  # fmt: skip

EXPERIMENT = replace(
    heavy.EXPERIMENT,
    title="Unruly",
    question="What does it do?",
    config=UnrulyConfig,
    result=UnrulyResult,
    run=run,
    smallest=UnrulyConfig(),
)
