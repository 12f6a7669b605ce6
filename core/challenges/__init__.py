"""The registry: which challenges are finished, found by looking at the folders beside this file."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from core.lab.challenge import Challenge

if TYPE_CHECKING:
    from core.lab.experiment import Experiment

CHAPTERS = ("Generalization", "Data", "Tuning and compute", "Trust", "Past and future")


@cache
def challenges() -> tuple[Challenge, ...]:
    """All finished challenges, in the order of their chapters. Imports no experiment."""
    names = [module.name for module in pkgutil.iter_modules(__path__) if module.ispkg]
    found = [importlib.import_module(f"{__name__}.{name}").CHALLENGE for name in names]
    return tuple(sorted(found, key=lambda c: (CHAPTERS.index(c.chapter), c.title)))


def challenge(slug: str) -> Challenge:
    """Return one challenge.

    Raises:
        KeyError: If there is none of that name; the message lists those there are.
    """
    by_slug = {c.slug: c for c in challenges()}
    if slug not in by_slug:
        raise KeyError(f"no challenge {slug!r}; there are {', '.join(by_slug)}")
    return by_slug[slug]


@cache
def experiment(slug: str, name: str) -> Experiment[Any, Any, Any]:
    """Import one experiment of a challenge and give it its slug.

    Does not import torch: runs do, when they start.

    Raises:
        KeyError: If the challenge or the experiment does not exist.
    """
    found = challenge(slug)
    if name not in found.experiments:
        raise KeyError(
            f"no experiment {name!r} in {slug}; there are {', '.join(found.experiments)}"
        )
    module = importlib.import_module(f"{__name__}.{slug}.{name}")
    return replace(module.EXPERIMENT, slug=f"{slug}/{name}")
