"""What is drawn for a group of seeds, and the networks that were trained on it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import fields
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from core.challenges.strategies.trade_offs.config import (
    LEVELS,
    NOTHING,
    PLAIN,
    REMEDIES,
    TEACHERS,
    Recipe,
    TradeOffsConfig,
)
from core.data.mended_digits import draw
from core.data.warps import Shift, shifted
from core.lab.seeding import numpy_generator
from core.metrics.calibration import softmax

if TYPE_CHECKING:
    import torch

    from core.attacks.treated_training import TreatedNets, Treatment

AMOUNTS: dict[Shift, float] = {"rotation": 30, "noise": 0.3, "blur": 1.2, "missing patch": 4}
CLIP = 1.0
STACKED = 64
"""Networks that take their steps together, about."""
STRANGER = 10_000
"""Added to a seed for each further member of an ensemble: other initial weights."""
AFTERWARDS = {"members", "pruned", "bits"}
Layers = tuple["torch.Tensor", "torch.Tensor"]
Network = tuple[int, int, Recipe]
"""Seed, number of the member, and what of the recipe matters in training."""


def recipes(config: TradeOffsConfig) -> dict[str, Recipe]:
    """All arms by name: the plain network, then every remedy, each with the second one."""
    level = LEVELS.index(config.strength)
    second = {} if config.partner == NOTHING else REMEDIES[config.partner][level]
    found = {name: Recipe(**{**second, **levels[level]}) for name, levels in REMEDIES.items()}
    return {PLAIN: Recipe(), **found}


def in_training(recipe: Recipe) -> Recipe:
    """What of a recipe matters in training; what is done afterwards is left out."""
    kept = {f.name: getattr(recipe, f.name) for f in fields(recipe) if f.name not in AFTERWARDS}
    return Recipe(**kept)


def networks(config: TradeOffsConfig, seeds: Sequence[int], distilled: bool) -> list[Network]:
    """Every network of some seeds once: recipes that differ only afterwards share theirs."""
    asked = [(recipe.members, in_training(recipe)) for recipe in recipes(config).values()]
    taught = any(recipe.temperature for _, recipe in asked)
    asked = [(TEACHERS if taught else 1, Recipe()), *asked]
    found = {
        (seed, member, recipe): None
        for members, recipe in asked
        for seed in seeds
        for member in range(members)
        if bool(recipe.temperature) == distilled
    }
    return list(found)


def groups(config: TradeOffsConfig) -> list[tuple[int, ...]]:
    """Seeds whose networks are trained and measured together: no more than a pause allows."""
    each = sum(len(networks(config, config.seeds[:1], part)) for part in (False, True))
    size = max(1, STACKED // each)
    return [config.seeds[at : at + size] for at in range(0, config.repetitions, size)]


class Bench:
    """Everything that is drawn for a group of seeds, once.

    Attributes:
        config: Of the run.
        seeds: Of the group.
        drawn: By seed.
        x: Pictures that they are measured on, `(S, n, 64)`,
        y: and their digits, `(S, n)`.
        groups: The same pictures all upright, and all on their side, each `(S, n, 64)`.
    """

    def __init__(self, config: TradeOffsConfig, seeds: Sequence[int]) -> None:
        """Draw the examples of the seeds; variants are drawn when they are asked for."""
        self.config, self.seeds = config, tuple(seeds)
        most = config.n_train * max(int(level["grown"]) for level in REMEDIES["more data"])
        self.drawn = {seed: draw(most, config.label_noise, seed) for seed in seeds}
        self.x = np.stack([one.data.x_validation for one in self.drawn.values()])
        self.y = np.stack([one.data.y_validation for one in self.drawn.values()])
        self.groups = [
            np.stack([getattr(one, name) for one in self.drawn.values()])
            for name in ("upright", "laid")
        ]
        self._once: dict[tuple[object, ...], np.ndarray] = {}

    def labels(self, seed: int, recipe: Recipe) -> np.ndarray:
        """What a network of a recipe learns, `(n,)`."""
        return self.drawn[seed].labels(recipe.corrected, self.config.n_train * recipe.grown)

    def as_often_wrong(self, recipe: Recipe) -> np.ndarray:
        """Labels of the new pictures, wrong as often as those that a recipe learns from."""
        share = self.config.label_noise * (1 - recipe.corrected)
        return np.stack([one.as_often_wrong(share) for one in self.drawn.values()])

    @cached_property
    def shifted(self) -> np.ndarray:
        """The new pictures under the shift that was chosen, the same for all arms."""
        kind, found = self.config.shift, []
        for seed, own in zip(self.seeds, self.x, strict=True):
            rng = numpy_generator(seed, "shift", kind)
            sides = rng.choice([-1.0, 1.0], len(own)) if kind == "rotation" else np.ones(len(own))
            found.append(shifted(kind, own, AMOUNTS[kind] * sides, rng))
        return np.stack(found)

    def treatment(self, network: Network, teachers: Teachers | None) -> Treatment:
        """How one network is trained; those that learn from the same share the arrays."""
        from core.attacks.treated_training import LOOKS, Treatment

        seed, member, recipe = network
        n, most = self.config.n_train * recipe.grown, recipe.turned
        if (seed, n, most) not in self._once:
            self._once[seed, n, most] = self.drawn[seed].inputs(n, most)
        x = self._once[seed, n, most]
        name = seed, n, recipe.corrected, recipe.temperature, "targets"
        if name not in self._once:
            if teachers is not None:
                self._once[name] = teachers.targets(seed, x[0], recipe.temperature)
            else:
                self._once[name] = np.eye(10, dtype=np.float32)[self.labels(seed, recipe)]
        return Treatment(
            seed + member * STRANGER, x, self._once[name], recipe.decay, recipe.dropout,
            recipe.epsilon, CLIP if recipe.noise else math.inf, recipe.noise,
            self.drawn[seed].picking if recipe.patience else None, recipe.patience or LOOKS,
            self.drawn[seed].weights(recipe.rare, n),
        )  # fmt: skip


class Teachers:
    """Trained networks by name: what the distilled ones learn from, and what is measured."""

    def __init__(self) -> None:
        """Begin without any."""
        self._places: dict[Network, tuple[TreatedNets, int]] = {}

    def add(self, names: Sequence[Network], nets: TreatedNets) -> None:
        """Take in a stack."""
        self._places |= {name: (nets, place) for place, name in enumerate(names)}

    def weights(self, names: Iterable[Network]) -> tuple[torch.Tensor, torch.Tensor]:
        """Both layers of some networks, stacked."""
        import torch

        found = [self._places[name] for name in names]
        first = torch.stack([nets.first[place] for nets, place in found])
        return first, torch.stack([nets.second[place] for nets, place in found])

    def has(self, name: Network) -> bool:
        """Tell whether a network is among them."""
        return name in self._places

    def trained(self, name: Network) -> float:
        """Share of the steps that a network took."""
        nets, place = self._places[name]
        return float(nets.ended[place])

    def targets(self, seed: int, x: np.ndarray, temperature: float) -> np.ndarray:
        """Mean answer of the teachers, softened, `(n, 10)` float32."""
        import torch

        from core.attacks.treated_training import forward

        weights = self.weights([(seed, member, Recipe()) for member in range(TEACHERS)])
        scores = forward(*weights, torch.from_numpy(x)).numpy()
        return np.asarray(softmax(scores / temperature).mean(0), dtype=np.float32)
