"""One crew of networks at work on pictures made to order."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from core.challenges.interpretability import judging, making
from core.challenges.interpretability.crews import Crew, Stock
from core.challenges.interpretability.data import ImagesName
from core.challenges.interpretability.made_to_order_board import (
    CLIMB_STEPS,
    LENGTHS,
    SEARCH_STEPS,
    Board,
    MadeToOrderResult,
    asked,
    show_first,
    shown,
)
from core.challenges.interpretability.making import REGULARISERS
from core.challenges.interpretability.tables.made_to_order import ARMS, KINDS, NETWORKS, SHOWN
from core.lab.run import Snapshot, relay
from core.lab.seeding import torch_generator

if TYPE_CHECKING:
    from torch import Tensor

    from core.models.digit_cnn import Logits

LOOKED_AT = 200
"""Held-out pictures that tell what is usual."""
Work = Generator[Snapshot[MadeToOrderResult], None, None]


@dataclass
class Session:
    """One crew at work: what it is asked, and where its answers go.

    Attributes:
        board: Of the run.
        stock: The crew's pictures.
        crew: Its networks.
        first: Whether its first member's pictures are shown.
        x: Pictures to change, `(K, B, d)`; both kinds of networks know them.
        y: Their labels, `(K, B)`.
        real: The nearest real picture of another class for each, `(K, B, d)`.
        target: Its class, `(K, B)`.
    """

    board: Board
    stock: Stock
    crew: Crew
    first: bool

    def __post_init__(self) -> None:
        """Choose the pictures, those that both networks of a seed know first."""
        self.name: ImagesName = self.board.config.dataset
        question = asked(self.stock, self.name, self.crew)
        self.x, self.y, self.real, self.target = question
        if self.first:
            show_first(self.board, question)

    def nets(self, arm: str) -> Logits:
        """The networks that an arm's pictures were made for; the controls' are the standard."""
        return self.crew.hardened if arm == "hardened" else self.crew.standard

    def changes(self) -> Work:
        """Search the nearest change for both networks, and make the controls."""
        import torch

        found, board = {"real": self.real}, self.board
        for arm in NETWORKS:
            search = making.nearest_change(
                self.nets(arm), self.x, self.target, sure=board.config.sure,
                distance=board.config.distance, steps=SEARCH_STEPS[self.name],
            )  # fmt: skip
            found[arm] = yield from relay(search, partial(self._seen, arm))
        sizes = [(found[arm] - self.x).norm(dim=-1) for arm in NETWORKS]
        found["random"] = making.random_change(self.x, torch.maximum(*sizes), self.stock.seeds)
        agree = {}
        for arm in ARMS:
            agree[arm] = yield from self._judged(arm, found[arm])
            if self.first:
                board.pictures[1 + ARMS.index(arm)] = shown(found[arm][0, :SHOWN])
                board.cases[f"says_{arm}"] = agree[arm][0, :SHOWN].numpy()

    def _seen(self, arm: str, made: Tensor) -> Snapshot[MadeToOrderResult]:
        if self.first:
            self.board.pictures[1 + ARMS.index(arm)] = shown(made[0, :SHOWN])
        return self.board.step(f"changing pictures: {arm} networks")

    def _judged(self, arm: str, made: Tensor) -> Generator[Any, None, Tensor]:
        """Measure one arm's pictures; returns the share of other networks that agree."""
        shares = yield from self._agreement(arm, made, self.target)
        change = made - self.x
        sizes = {
            "length": change.norm(dim=-1),
            "pixels": (change.abs() > judging.VISIBLE).float().sum(-1),
            "to_real": judging.distance_to_real(self.stock, made, self.target),
        }
        self._note(self.board.measures, (arm,), {**shares, **sizes})
        return (shares["others_standard"] + shares["others_hardened"]) / 2

    def _agreement(
        self, arm: str, made: Tensor, classes: Tensor
    ) -> Generator[Any, None, dict[str, Tensor]]:
        """Who says that the pictures are of their classes, each `(K, B)`."""
        found = {"own": judging.answers(self.nets(arm), made, classes)}
        for kind in NETWORKS:
            found[f"others_{kind}"] = judging.by_others(
                judging.answers, getattr(self.crew, kind), made, classes
            )
            yield self.board.snapshot("asking other networks")
        found["nearest"] = judging.nearest_is(self.stock, made, classes)
        return found

    def _note(
        self, rows: list[tuple[Any, ...]], where: Sequence[Any], values: dict[str, Tensor]
    ) -> None:
        for measure, tensor in values.items():
            for seed, value in zip(self.stock.seeds, tensor.mean(1).tolist(), strict=True):
                rows.append((seed, *where, measure, value))

    def equal_lengths(self) -> Work:
        """Push the same pictures equally far for both networks, and the controls with them."""
        import torch

        lengths = LENGTHS[self.name]
        made: dict[str, list[Tensor]] = {}
        for arm in NETWORKS:
            pushing = making.pushed(self.nets(arm), self.x, self.target, lengths)
            made[arm] = yield from relay(
                pushing, lambda _: self.board.step("changes of equal length")
            )
        even = [torch.full_like(self.x[..., 0], length) for length in lengths]
        made["random"] = [making.random_change(self.x, one, self.stock.seeds) for one in even]
        made["real"] = [making.within(self.x, self.real, length) for length in lengths]
        for arm in ARMS:
            for length, pictures in zip(lengths, made[arm], strict=True):
                shares = yield from self._agreement(arm, pictures, self.target)
                self._note(self.board.lengths, (arm, length), shares)

    def favourites(self) -> Work:
        """Make the pictures that each class scores highest, and set real ones beside them."""
        import torch

        count, pixels = len(self.x), self.x.shape[-1]
        generators = [torch_generator(seed, "start") for seed in self.stock.seeds]
        shape = (self.board.classes, pixels)
        start = torch.stack([torch.rand(shape, generator=g) for g in generators])
        classes = torch.arange(self.board.classes).expand(count, -1)
        average, example = real_of_each(self.stock)
        made = {"start": start, "average": average, "real": example}
        for arm in NETWORKS:
            climb = making.maximised(
                self.nets(arm), start, score_of_real(self.stock, self.nets(arm)),
                strength=self.board.config.strength, steps=CLIMB_STEPS[self.name],
            )  # fmt: skip
            found = yield from relay(climb, partial(self._grown, arm))
            made.update({f"{arm}_{r}": found[:, i] for i, r in enumerate(REGULARISERS)})
        usual = usual_distance(self.stock)
        for kind in KINDS:
            yield from self._praised(kind, made[kind], classes, usual)

    def _grown(self, arm: str, now: Tensor) -> Snapshot[MadeToOrderResult]:
        if self.first:
            start = KINDS.index(f"{arm}_{REGULARISERS[0]}")
            self.board.made[start : start + len(REGULARISERS)] = shown(now[0])
        return self.board.step("growing a class's favourite")

    def _praised(self, kind: str, made: Tensor, classes: Tensor, usual: Tensor) -> Work:
        own = self.nets(kind.split("_")[0])
        apart = judging.distance_to_real(self.stock, made, classes)
        values = {
            "own": judging.probability(own, made, classes),
            "distance": apart / usual,
        }
        for other in NETWORKS:
            values[f"others_{other}"] = judging.by_others(
                judging.probability, getattr(self.crew, other), made, classes
            )
            yield self.board.snapshot("asking other networks")
        self._note(self.board.favourites, (kind,), values)
        if self.first:
            self.board.made[KINDS.index(kind)] = shown(made[0])


def real_of_each(stock: Stock) -> tuple[Tensor, Tensor]:
    """The average training picture of each class, and the first held-out one, `(K, C, d)`."""
    import torch

    average, example = [], []
    for label in range(stock.n_classes):
        member = (stock.y_train == label).float()
        total = (member.unsqueeze(1) @ stock.x_train).squeeze(1)
        average.append(total / member.sum(1, keepdim=True).clamp_min(1))
        place = (stock.y_held == label).float().argmax(1)
        example.append(stock.x_held[torch.arange(len(place)), place])
    return torch.stack(average, 1), torch.stack(example, 1)


def usual_distance(stock: Stock) -> Tensor:
    """Distance of a held-out picture to the nearest training picture of its class, `(K, 1)`."""
    x, y = stock.x_held[:, :LOOKED_AT], stock.y_held[:, :LOOKED_AT]
    return judging.distance_to_real(stock, x, y).mean(1, keepdim=True)


def score_of_real(stock: Stock, logits: Logits) -> Tensor:
    """How far a real picture's own logit stands above the mean of its logits, `(K,)`."""
    import torch

    with torch.no_grad():
        scores = logits(stock.x_held[:, : LOOKED_AT // 4])
    own = scores.gather(-1, stock.y_held[:, : LOOKED_AT // 4].unsqueeze(-1)).squeeze(-1)
    return (own - scores.mean(-1)).mean(1).clamp_min(0.1)
