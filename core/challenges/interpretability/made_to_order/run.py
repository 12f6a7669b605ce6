"""Ensembles of both kinds of networks: each network makes pictures, the others judge them."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from core.challenges.interpretability.made_to_order import ensembles, evaluation, optimisation
from core.challenges.interpretability.made_to_order.config import (
    ARMS,
    KINDS,
    NETWORKS,
    REGULARISERS,
    SHOWN,
    MadeToOrderConfig,
    MadeToOrderResult,
)
from core.challenges.interpretability.made_to_order.ensembles import MEMBERS, Ensembles, Samples
from core.data.picture_sets import CLASS_NAMES, ImagesName
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot
from core.lab.seeding import torch_generator

if TYPE_CHECKING:
    from torch import Tensor

    from core.models.digit_cnn import Logits

PICTURES = {"digits": 40, "shapes": 12}
"""Pictures that each network is asked to change; the first ones are shown."""
CANDIDATES = 2
"""How many times as many are looked at, so that both kinds of networks know those chosen."""
LENGTHS = {"digits": (0.5, 1.0, 1.5, 2.0), "shapes": (1.0, 2.0, 3.0, 4.0)}
SEARCH_STEPS = {"digits": 150, "shapes": 100}
CLIMB_STEPS = {"digits": 100, "shapes": 60}
SECONDS = {"digits": (1.3, 0.25), "shapes": (7.0, 1.5)}
"""Of an ensemble of each kind, and of training once more; attacks take three times as long."""
Work = Generator[Snapshot[MadeToOrderResult], None, Any]
Question = tuple["Tensor", "Tensor", "Tensor", "Tensor"]
"""Pictures to change `(K, B, d)`, their labels `(K, B)`, the nearest real picture of another class
for each, and that class."""


def run(config: MadeToOrderConfig) -> Run[MadeToOrderResult]:
    """Train five networks of each kind at a time; each makes pictures, the others judge them."""
    name, side = config.dataset, 8 if config.dataset == "digits" else 28
    count, steps = config.repetitions // MEMBERS, _steps(config)
    record = Recorder(
        MadeToOrderResult, count * sum(steps), dataset=name,
        cases=pd.DataFrame({"label": [], "target": []}),
        pictures=np.zeros((1 + len(ARMS), SHOWN, side, side), np.uint8),
        made=np.zeros((len(KINDS), len(CLASS_NAMES[name]), side, side), np.uint8),
    )  # fmt: skip
    yield record.snapshot("drawing the pictures")
    for start in range(0, config.repetitions, MEMBERS):
        seeds = config.seeds[start : start + MEMBERS]
        drawing = ensembles.draw(name, config.n_train, seeds)
        samples = yield from record.relay(drawing, "drawing the pictures")
        if start == 0:
            _show_question(record, name, asked(samples, name, None))
            yield record.snapshot("drawing the pictures")
        training = ensembles.train(name, samples, config.hardening)
        phase = "training ten networks"
        nets = yield from record.relay(training, phase, steps[0], pauses=steps[0])
        question = asked(samples, name, nets)
        if start == 0:
            _show_question(record, name, question)
        task = Task(record, config, samples, nets, question, first=start == 0)
        yield from task.changes()
        yield from task.favourites()
        yield from task.equal_lengths()
    return record.result()


def _steps(config: MadeToOrderConfig) -> tuple[int, int]:
    """Steps of training that one ensemble takes, and of making."""
    name = config.dataset
    making = SEARCH_STEPS[name] + CLIMB_STEPS[name] + optimisation.ASCENT_STEPS * len(LENGTHS[name])
    return ensembles.steps_of(name, config.n_train, config.hardening), len(NETWORKS) * making


def asked(samples: Samples, name: ImagesName, nets: Ensembles | None) -> Question:
    """Choose what is asked, pictures first that both networks of a seed know.

    Without networks, before they are trained, the choice is provisional.
    """
    count = PICTURES[name]
    few = CANDIDATES * count
    x, y = samples.x_held[:, :few], samples.y_held[:, :few]
    if nets is not None:
        standard, hardened = (evaluation.answers(nets[kind], x, y) for kind in NETWORKS)
        order = (standard * hardened).argsort(dim=1, descending=True, stable=True)
        x = x.gather(1, order.unsqueeze(-1).expand_as(x))
        y = y.gather(1, order)
    x, y = x[:, :count].contiguous(), y[:, :count]
    others, labels = samples.x_held[:, few:], samples.y_held[:, few:]
    return x, y, *evaluation.nearest_unlike(x, y, others, labels)


def _show_question(record: Recorder[MadeToOrderResult], name: ImagesName, asked: Question) -> None:
    """Show what the first network is asked."""
    x, y, real, target = (part[0, :SHOWN] for part in asked)
    _show(record, "pictures", 0, x)
    _show(record, "pictures", 1 + ARMS.index("real"), real)
    names = np.array(CLASS_NAMES[name])
    record.put(cases=pd.DataFrame({"label": names[y.numpy()], "target": names[target.numpy()]}))


def _show(record: Recorder[MadeToOrderResult], field: str, place: int | slice, x: Tensor) -> None:
    """Put pictures `(..., d)` in [0, 1] in a place of an array of the result, as uint8."""
    now = getattr(record.result(), field).copy()
    side = now.shape[-1]
    now[place] = (255 * x.unflatten(-1, (side, side))).round().numpy().astype(np.uint8)
    record.put(**{field: now})


@dataclass(frozen=True)
class Task:
    """One ensemble of each kind, what it is asked, and where its answers go.

    Attributes:
        record: Of the run.
        config: Of the run.
        samples: The ensemble's pictures.
        nets: Its networks.
        question: What they are asked; both kinds know these pictures.
        first: Whether its first member's pictures are shown.
    """

    record: Recorder[MadeToOrderResult]
    config: MadeToOrderConfig
    samples: Samples
    nets: Ensembles
    question: Question
    first: bool

    def changes(self) -> Work:
        """Search the nearest change for both networks, make the controls, and evaluate all."""
        import torch

        x, _, real, target = self.question
        steps, found = SEARCH_STEPS[self.config.dataset], {"real": real}
        for arm in NETWORKS:
            search = optimisation.nearest_change(
                self.nets[arm], x, target, sure=self.config.sure, distance=self.config.distance,
                steps=steps,
            )  # fmt: skip
            seen, phase = partial(self._seen, arm), f"changing pictures: {arm} networks"
            found[arm] = yield from self.record.relay(
                search, phase, steps, pauses=steps, partial=seen
            )
            seen(found[arm])
        sizes = [(found[arm] - x).norm(dim=-1) for arm in NETWORKS]
        longest = torch.maximum(*sizes)
        found["random"] = optimisation.random_change(x, longest, self.samples.seeds)
        for arm in ARMS:
            yield from self._evaluated(arm, found[arm])

    def _seen(self, arm: str, made: Tensor) -> MadeToOrderResult:
        if self.first:
            _show(self.record, "pictures", 1 + ARMS.index(arm), made[0, :SHOWN])
        return self.record.result()

    def _evaluated(self, arm: str, made: Tensor) -> Work:
        """Measure one arm's pictures, and show them with the share of others that agree."""
        x, _, _, target = self.question
        shares = yield from self._agreement(arm, made, target)
        change = made - x
        sizes = {
            "length": change.norm(dim=-1),
            "pixels": (change.abs() > evaluation.VISIBLE).float().sum(-1),
            "to_real": evaluation.distance_to_real(self.samples, made, target),
        }
        self._note("measures", (arm,), {**shares, **sizes})
        if self.first:
            agree = (shares["others_standard"] + shares["others_hardened"]) / 2
            cases = self._seen(arm, made).cases
            self.record.put(cases=cases.assign(**{f"says_{arm}": agree[0, :SHOWN].numpy()}))

    def _agreement(self, arm: str, made: Tensor, classes: Tensor) -> Work:
        """Who says that the pictures are of their classes: measure -> `(K, B)`."""
        own = evaluation.answers(self._makers(arm), made, classes)
        others = yield from self._asked_of_others(evaluation.answers, made, classes)
        nearest = evaluation.nearest_is(self.samples, made, classes)
        return {"own": own, **others, "nearest": nearest}

    def _makers(self, arm: str) -> Logits:
        """The networks that pictures were made for; the controls' are the standard."""
        return self.nets.get(arm, self.nets["standard"])

    def _asked_of_others(self, measure: evaluation.Measure, made: Tensor, classes: Tensor) -> Work:
        found = {}
        for kind in NETWORKS:
            found[f"others_{kind}"] = evaluation.by_others(measure, self.nets[kind], made, classes)
            yield self.record.snapshot("asking other networks")
        return found

    def _note(self, table: str, where: tuple[Any, ...], values: dict[str, Tensor]) -> None:
        """Note means over the pictures `(K, B)`, a row a member."""
        for measure, tensor in values.items():
            for seed, value in zip(self.samples.seeds, tensor.mean(1).tolist(), strict=True):
                self.record.add(table, seed, *where, measure, value)

    def equal_lengths(self) -> Work:
        """Push the same pictures equally far for both networks, and the controls with them."""
        import torch

        x, _, real, target = self.question
        lengths, seeds = LENGTHS[self.config.dataset], self.samples.seeds
        steps = optimisation.ASCENT_STEPS * len(lengths)
        made: dict[str, list[Tensor]] = {}
        for arm in NETWORKS:
            ascent = optimisation.ascended(self.nets[arm], x, target, lengths)
            phase = "changes of equal length"
            made[arm] = yield from self.record.relay(ascent, phase, steps, pauses=steps)
        even = [torch.full_like(x[..., 0], length) for length in lengths]
        made["random"] = [optimisation.random_change(x, length, seeds) for length in even]
        made["real"] = [optimisation.within(x, real, length) for length in lengths]
        for arm in ARMS:
            for length, pictures in zip(lengths, made[arm], strict=True):
                shares = yield from self._agreement(arm, pictures, target)
                self._note("lengths", (arm, length), shares)

    def favourites(self) -> Work:
        """Make the pictures that each class scores highest, and set real ones beside them."""
        import torch

        samples, steps = self.samples, CLIMB_STEPS[self.config.dataset]
        shape = (samples.n_classes, samples.x_train.shape[-1])
        generators = [torch_generator(seed, "start") for seed in samples.seeds]
        start = torch.stack([torch.rand(shape, generator=g) for g in generators])
        average, example = evaluation.real_of_each(samples)
        made = {"start": start, "average": average, "real": example}
        for arm in NETWORKS:
            unit = evaluation.score_of_real(samples, self.nets[arm])
            climb = optimisation.maximised(
                self.nets[arm], start, unit, strength=self.config.strength, steps=steps
            )
            grown, phase = partial(self._grown, arm), "growing a class's favourite"
            found = yield from self.record.relay(climb, phase, steps, pauses=steps, partial=grown)
            grown(found)
            made.update({f"{arm}_{way}": found[:, i] for i, way in enumerate(REGULARISERS)})
        usual = evaluation.usual_distance(samples)
        for kind in KINDS:
            yield from self._praised(kind, made[kind], usual)

    def _grown(self, arm: str, now: Tensor) -> MadeToOrderResult:
        if self.first:
            place = KINDS.index(f"{arm}_{REGULARISERS[0]}")
            _show(self.record, "made", slice(place, place + len(REGULARISERS)), now[0])
        return self.record.result()

    def _praised(self, kind: str, made: Tensor, usual: Tensor) -> Work:
        """Measure what networks give one kind of favourite, and how far it is from real ones."""
        import torch

        classes = torch.arange(made.shape[1]).expand(len(made), -1)
        apart = evaluation.distance_to_real(self.samples, made, classes)
        own = evaluation.probability(self._makers(kind.split("_")[0]), made, classes)
        others = yield from self._asked_of_others(evaluation.probability, made, classes)
        self._note("favourites", (kind,), {"own": own, "distance": apart / usual, **others})
        if self.first:
            _show(self.record, "made", KINDS.index(kind), made[0])


def cost(config: MadeToOrderConfig) -> Cost:
    """Expected cost of the ensembles: training, making (a gradient is two passes), and judging."""
    name, count = config.dataset, config.repetitions / MEMBERS
    pictures, lengths, classes = PICTURES[name], len(LENGTHS[name]), len(CLASS_NAMES[name])
    moved = pictures * (SEARCH_STEPS[name] + optimisation.ASCENT_STEPS * lengths)
    grown = classes * len(REGULARISERS) * CLIMB_STEPS[name]
    judged = pictures * len(ARMS) * (1 + lengths) + classes * len(KINDS)
    judges = 1 + len(NETWORKS) * (MEMBERS - 1)
    passes = 2 * len(NETWORKS) * (moved + grown) + judges * judged
    flops = ensembles.training_flops(name, config.n_train, config.hardening)
    flops += MEMBERS * passes * ensembles.FLOPS[name]
    base, once = SECONDS[name]
    seconds = base + once * (3 if config.hardening == "adversarial" else 1)
    return Cost(count * flops, count * seconds)
