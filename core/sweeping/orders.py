"""One config to be run somewhere else, and what comes back: plain values and checked bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.challenges import experiment
from core.lab.experiment import Experiment
from core.lab.run import Snapshot
from core.lab.settings import Config, Value
from core.running import watching
from core.store.store import packed
from core.sweeping.versions import difference, versions

AnyExperiment = Experiment[Any, Any, Any]


@dataclass(frozen=True)
class Order:
    """A config that somebody else is asked to run.

    Attributes:
        slug: Of the experiment, `challenge/experiment`.
        settings: Of its config.
        key: Under which the result will be stored.
        versions: Of code and libraries where it was asked for; see `core.sweeping.versions`.
    """

    slug: str
    settings: Mapping[str, Value]
    key: str
    versions: Mapping[str, str] = field(default_factory=versions)


@dataclass(frozen=True)
class Answer:
    """What became of an order.

    Attributes:
        key: Of the order.
        content: The record, as the store writes it; empty when there is none.
        problem: One sentence when there is none.
    """

    key: str
    content: bytes = b""
    problem: str = ""


def order(found: AnyExperiment, config: Config) -> Order:
    """Ask for one config of an experiment."""
    return Order(found.slug, config.model_dump(mode="json"), found.key(config))


def carry_out(asked: Order, show: Callable[[Snapshot[Any]], object] | None = None) -> Answer:
    """Run what is asked for, in this thread; nothing is stored here.

    Args:
        asked: Refused when it comes from other code or other libraries than are installed here.
        show: Called with every snapshot; what it raises ends the run and is passed on.
    """
    other = difference(asked.versions, versions())
    if other:
        return Answer(asked.key, problem=f"A worker was not used: {other}.")
    found = experiment(*asked.slug.split("/"))
    config = found.config(**asked.settings)
    if found.key(config) != asked.key:
        return Answer(asked.key, problem="A worker was not used: what the run reads differs there.")
    try:
        record = watching.drive_here(found, config, show)
        return Answer(asked.key, packed(asked.key, record))
    except (
        ArithmeticError,
        LookupError,
        MemoryError,
        RuntimeError,
        TypeError,
        ValueError,
    ) as error:
        return Answer(asked.key, problem=f"The run failed ({type(error).__name__}: {error}).")
