"""What a run of pictures made to order gathers: pictures, and what others say of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from core.challenges.interpretability import crews, judging, making
from core.challenges.interpretability.crews import Crew, Stock
from core.challenges.interpretability.data import CLASS_NAMES, ImagesName
from core.challenges.interpretability.tables.made_to_order import ARMS, KINDS, SHOWN
from core.lab.run import Snapshot

if TYPE_CHECKING:
    from torch import Tensor

    from core.challenges.interpretability.made_to_order import MadeToOrderConfig

PICTURES = {"digits": 40, "shapes": 12}
"""Pictures that each network is asked to change; the first ones are shown."""
CANDIDATES = 2
"""How many times as many are looked at, so that both kinds of networks know those chosen."""
LENGTHS = {"digits": (0.5, 1.0, 1.5, 2.0), "shapes": (1.0, 2.0, 3.0, 4.0)}
SEARCH_STEPS = {"digits": 150, "shapes": 100}
CLIMB_STEPS = {"digits": 100, "shapes": 60}


@dataclass(frozen=True)
class MadeToOrderResult:
    """What was made and measured.

    Attributes:
        dataset: Which pictures.
        measures: `seed`, `arm` (see `tables.made_to_order.ARMS`), `measure`, `value`: means over
            the pictures; shares in [0, 1], lengths and distances in L2 with pixels in [0, 1].
        lengths: `seed`, `arm`, `length`, `measure`, `value`: shares at changes of equal length.
        favourites: `seed`, `kind` (see `KINDS`), `measure`, `value`: means over the classes.
        cases: One row a shown picture: `label` and `target` in words, and for each arm
            `says_<arm>`: the share of all networks of other seeds that say the target.
        pictures: `(1 + arms, SHOWN, side, side)` uint8: the originals, then those of each arm.
        made: `(kinds, classes, side, side)` uint8: what the first seed's networks like best.
    """

    dataset: str
    measures: pd.DataFrame
    lengths: pd.DataFrame
    favourites: pd.DataFrame
    cases: pd.DataFrame
    pictures: np.ndarray
    made: np.ndarray


@dataclass
class Board:
    """What a run has gathered so far."""

    config: MadeToOrderConfig
    measures: list[tuple[Any, ...]] = field(default_factory=list)
    lengths: list[tuple[Any, ...]] = field(default_factory=list)
    favourites: list[tuple[Any, ...]] = field(default_factory=list)
    done: int = 0

    def __post_init__(self) -> None:
        """Begin with nothing."""
        name: ImagesName = self.config.dataset
        self.classes, side = len(CLASS_NAMES[name]), 8 if name == "digits" else 28
        self.total = self.config.repetitions // crews.MEMBERS * steps_of_a_crew(self.config)
        self.pictures = np.zeros((1 + len(ARMS), SHOWN, side, side), np.uint8)
        self.made = np.zeros((len(KINDS), self.classes, side, side), np.uint8)
        self.cases = pd.DataFrame({"label": [], "target": []})

    def snapshot(self, phase: str) -> Snapshot[MadeToOrderResult]:
        """Say where the run stands."""
        return Snapshot(min(self.done, self.total), self.total, phase, self.result)

    def step(self, phase: str) -> Snapshot[MadeToOrderResult]:
        """Count one step, and say where the run stands."""
        self.done += 1
        return self.snapshot(phase)

    def result(self) -> MadeToOrderResult:
        """Return what is known so far."""
        columns = ["measure", "value"]
        return MadeToOrderResult(
            self.config.dataset,
            pd.DataFrame(self.measures, columns=["seed", "arm", *columns]),
            pd.DataFrame(self.lengths, columns=["seed", "arm", "length", *columns]),
            pd.DataFrame(self.favourites, columns=["seed", "kind", *columns]),
            self.cases.copy(), self.pictures.copy(), self.made.copy(),
        )  # fmt: skip


def asked(
    stock: Stock, name: ImagesName, crew: Crew | None
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Pictures to change, their labels, the nearest real ones of another class, and that class.

    Without a crew, before it is trained, the choice is provisional.
    """
    count = PICTURES[name]
    few = CANDIDATES * count
    x, y = stock.x_held[:, :few], stock.y_held[:, :few]
    if crew is not None:
        known = judging.answers(crew.standard, x, y) * judging.answers(crew.hardened, x, y)
        order = known.argsort(dim=1, descending=True, stable=True)
        x = x.gather(1, order.unsqueeze(-1).expand_as(x))
        y = y.gather(1, order)
    x, y = x[:, :count].contiguous(), y[:, :count]
    real, target = judging.nearest_unlike(x, y, stock.x_held[:, few:], stock.y_held[:, few:])
    return x, y, real, target


def show_first(board: Board, question: tuple[Tensor, Tensor, Tensor, Tensor]) -> None:
    """Show what the first network is asked, as `asked` gave it."""
    x, y, real, target = question
    name: ImagesName = board.config.dataset
    board.pictures[0] = shown(x[0, :SHOWN])
    board.pictures[1 + ARMS.index("real")] = shown(real[0, :SHOWN])
    names = np.array(CLASS_NAMES[name])
    board.cases = pd.DataFrame(
        {"label": names[y[0, :SHOWN].numpy()], "target": names[target[0, :SHOWN].numpy()]}
    )


def shown(x: Tensor) -> np.ndarray:
    """Pictures `(..., d)` in [0, 1] as `(..., side, side)` uint8."""
    side = round(x.shape[-1] ** 0.5)
    grey = (255 * x.unflatten(-1, (side, side))).round().numpy().astype(np.uint8)
    return np.asarray(grey)


def steps_of_a_crew(config: MadeToOrderConfig) -> int:
    """Steps of training and making that one crew takes."""
    name: ImagesName = config.dataset
    making_steps = SEARCH_STEPS[name] + CLIMB_STEPS[name]
    making_steps += making.ASCENT_STEPS * len(LENGTHS[name])
    return crews.steps_of(name, config.n_train, config.hardening) + 2 * making_steps
