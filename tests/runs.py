"""Every experiment's smallest run, driven once and shared by the tests that look at it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from core.challenges import challenges, experiment
from core.lab.experiment import Experiment, Figure
from core.lab.intervals import Estimate
from core.lab.run import complete
from core.lab.settings import Config
from core.store import encoding
from core.store.store import Provenance, Record, shipped_store

AnyExperiment = Experiment[Any, Any, Any]
SLUGS = [f"{one.slug}/{name}" for one in challenges() for name in one.experiments]
PARTIALS_KEPT = 4
ROOT = Path(__file__).resolve().parent.parent
CORE = ROOT / "core"
PARTS = int(os.environ.get("LAB_TEST_PARTS", "60"))
"""Of what takes too long to be tried each time, one part in so many is."""
SHIFT = int(os.environ.get("LAB_TEST_SHIFT", "0"))
"""So many turns ahead of the usual: who runs the tests twice over one code tries other parts."""
TRAINED = 3
"""Of all experiments, one in so many is trained at its smallest each time. It divides `PARTS`, so
that what is tried of an experiment in its own turn shares that run."""
SIMULATIONS = 4
"""Of how often something is said by chance, in hundreds of draws, one in so many is tried."""
SHORT = 8
"""A ladder of views with so many rungs is tried whole."""
OWN = re.compile(r"core/challenges/(\w+)/(\w+)")
NOT_WORDS = re.compile(r"\b(nan|NaN|inf|None|null|undefined)\b|\{|\}|<[a-z]")
ORIGIN = Provenance("a machine", "2026-01-01T00:00:00+00:00", 1.5, 2.0, 3, "2.13.0", "0.1.0")


@dataclass
class Ran:
    """What a run showed on its way.

    Attributes:
        steps: `(step, total, phase)` of every snapshot.
        partials: A few partial results, from the first to the last.
        pauses: Processor seconds between snapshots.
        grad_enabled: Whether torch's grad mode was on at every snapshot.
        result: What the run returned.
    """

    steps: list[tuple[int, int, str]] = field(default_factory=list)
    partials: list[Any] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    grad_enabled: bool = True
    result: Any = None


given: str | None = None
"""The experiment that the test that runs now is about, unless that is a slow one."""


def found(slug: str) -> AnyExperiment:
    """The experiment of a slug `challenge/experiment`."""
    return experiment(*slug.split("/"))


@cache
def turn() -> int:
    """Whose turn it is, in `range(PARTS)`: the code decides, so that each change moves it on."""
    code = sorted(CORE.rglob("*.py"))
    return (zlib.crc32(b"".join(path.read_bytes() for path in code)) + SHIFT) % PARTS


def in_turn(slugs: Sequence[str], whose: int) -> list[Any]:
    """The slugs as parameters of a test: those whose turn it is not are left to the slow suite."""
    return [
        slug if place % PARTS == whose else pytest.param(slug, marks=pytest.mark.slow)
        for place, slug in enumerate(slugs)
    ]


def tried(options: Sequence[Any]) -> list[Any]:
    """Both ends of a long ladder, and those of its rungs whose turn it is; a short one whole."""
    if len(options) <= SHORT:
        return list(options)
    inner = [rung for place, rung in enumerate(options[1:-1]) if place % PARTS == turn()]
    return [options[0], *inner, options[-1]]


def its_turn(name: str) -> bool:
    """Whether a lesson is tried now, an experiment's in another part than its default run.

    Args:
        name: The experiment's slug, or the file of a lesson about several.
    """
    place = SLUGS.index(name) if name in SLUGS else zlib.crc32(name.encode())
    return place % PARTS == (turn() + PARTS // 2) % PARTS


def trained_now(name: str) -> bool:
    """Whether what looks at a smallest run is tried now: in its turn, or after a change.

    Args:
        name: The experiment's slug; what is no experiment is tried each time.
    """
    if name not in SLUGS:
        return True
    return SLUGS.index(name) % TRAINED == turn() % TRAINED or name in changed()


def every_trained(test: Callable[..., Any]) -> Any:
    """A test of every experiment, by its slug, that looks at its smallest run."""
    return pytest.mark.trained(pytest.mark.parametrize("slug", SLUGS)(test))


@cache
def changed() -> frozenset[str]:
    """The experiments that a change touches, see `changed_files`; none, where it is a large one.

    What a large change touches would take as long as everything.
    """
    found = touched(changed_files())
    return found if len(found) <= len(SLUGS) // TRAINED else frozenset()


@cache
def changed_files() -> frozenset[str]:
    """What the last commit has changed, and what is not committed yet: paths from the root.

    What a clone does not know, for want of git or of a commit before, has its turn like the rest.
    """
    if not shutil.which("git"):
        return frozenset()
    told = [
        subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
        for words in (
            ("diff", "--name-only", "HEAD"),
            ("diff", "--name-only", "HEAD~1"),
            ("ls-files", "--others", "--exclude-standard"),
        )
    ]
    return frozenset(line for one in told for line in one.stdout.splitlines())


def touched(paths: Iterable[str]) -> frozenset[str]:
    """The experiments in whose folder these files lie; all of a challenge, where they share one."""
    found = [one.groups() for path in paths if (one := OWN.match(path))]
    own = {f"{challenge}/{name}" for challenge, name in found}
    shared = {f"{challenge}/" for challenge, name in found if f"{challenge}/{name}" not in SLUGS}
    return frozenset(slug for slug in SLUGS if slug in own or slug.startswith((*shared,)))


def drawn_now(test: str, *about: str) -> bool:
    """Whether a simulation, or what is in turn, is tried now: a quarter, and after a change.

    Args:
        test: Its name, with its parameters.
        about: The folders or files of which a change calls for it.
    """
    its_turn = zlib.crc32(test.encode()) % SIMULATIONS == turn() % SIMULATIONS
    return its_turn or any(path.startswith(about) for path in changed_files() if about)


def first_now(*blocks: int) -> list[Any]:
    """First seeds as parameters of a lesson: the first in its turn, the others when slow."""
    return [
        pytest.param(blocks[0], marks=pytest.mark.lesson),
        *(pytest.param(block, marks=pytest.mark.slow) for block in blocks[1:]),
    ]


def and_shipped(*blocks: int) -> list[Any]:
    """The default's first seed each time, as its result is on file; then `first_now`."""
    return [0, *first_now(*blocks)]


def shipped(one: AnyExperiment) -> Record[Any]:
    """The result of the defaults that comes with the app."""
    record = shipped_store().get(one.key(one.config()), one.result)
    assert record is not None, f"no default result of {one.slug}: python -m core warm"
    return record


@cache
def result_of(slug: str, config: Config) -> Any:
    """What a run gives: driven once in this process, and not at all where it is on file."""
    one = found(slug)
    kept = shipped_store().get(one.key(config), one.result)
    if kept is not None:
        return kept.result
    return smallest(slug).result if config == one.smallest else complete(one.run(config))


def figure(one: AnyExperiment, name: str) -> Figure[Any, Any]:
    """The figure of an experiment that has this name."""
    (found,) = [figure for figure in one.figures if figure.name == name]
    return found


@cache
def smallest(slug: str) -> Ran:
    """Drive the smallest config to its end, once in this process.

    A test of an experiment that looks at it says so, or each would be trained each time.
    """
    assert slug != given or trained_now(slug), "mark the test: trained, or every_trained"
    return drive(found(slug), found(slug).smallest)


def unclocked(one: AnyExperiment, result: Any) -> dict[str, Estimate]:
    """The metrics of a result that every machine gives alike: all but its times."""
    return {name: v for name, v in one.metrics(result).items() if name not in one.clocked}


def stored_smallest(slug: str) -> Record[Any]:
    """The smallest run as a store would return it."""
    one = found(slug)
    settings = one.smallest.model_dump(mode="json")
    return Record(smallest(slug).result, ORIGIN, settings, one.slug, one.version)


def drive(one: AnyExperiment, config: Config) -> Ran:
    """Drive a run and keep what it showed."""
    import torch

    ran, run = Ran(), one.run(config)
    kept_at = 0
    while True:
        started = time.thread_time()
        try:
            snapshot = next(run)
        except StopIteration as stop:
            ran.result = stop.value
            return ran
        ran.pauses.append(time.thread_time() - started)
        ran.steps.append((snapshot.step, snapshot.total, snapshot.phase))
        ran.grad_enabled &= torch.is_grad_enabled() and not torch.is_inference_mode_enabled()
        if snapshot.partial is not None and snapshot.step >= kept_at:
            ran.partials.append(snapshot.partial())
            kept_at = snapshot.step + snapshot.total // PARTIALS_KEPT


def packed(result: Any) -> tuple[Any, bytes]:
    """A result as comparable bytes."""
    return encoding.pack(result)


def assert_sentence(text: str) -> None:
    """Plain text for people: not empty, no gaps where a number is missing."""
    assert text.strip() == text
    assert len(text) > 10
    assert not NOT_WORDS.search(text), text
