"""Ensembles of both kinds of networks: each network makes pictures, the others judge them."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from core.challenges.interpretability.made_to_order import ensembles
from core.challenges.interpretability.made_to_order.config import (
    ARMS,
    KINDS,
    NETWORKS,
    PICTURES,
    REGULARISERS,
    SHOWN,
    MadeToOrderConfig,
    MadeToOrderResult,
)
from core.challenges.interpretability.made_to_order.ensembles import MEMBERS, Ensembles, Samples
from core.data.picture_sets import CLASS_NAMES, SIDES, ImagesName
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot

if TYPE_CHECKING:
    from torch import Tensor

    from core.attacks.transfer import Measure

CANDIDATES = 2
"""How many times as many are looked at, so that both kinds of networks know those chosen."""
LENGTHS = {"digits": (0.5, 1.0, 1.5, 2.0), "shapes": (1.0, 2.0, 3.0, 4.0)}
SEARCH_STEPS = {"digits": 150, "shapes": 100}
CLIMB_STEPS = {"digits": 100, "shapes": 60}
ASCENT_STEPS = 10
"""Steps at each length."""
VISIBLE = 0.1
"""A pixel counts as changed when it moved by more than this, black being 0 and white 1."""
SECONDS = {"digits": (1.3, 0.25), "shapes": (7.0, 1.5)}
"""Of an ensemble of each kind, and of training once more; attacks take three times as long."""
Work = Generator[Snapshot[MadeToOrderResult], None, Any]
Shown = tuple[str, int | slice]
"""Field of the result and place in it where pictures are shown."""
Question = tuple["Tensor", "Tensor", "Tensor", "Tensor"]
"""Pictures to change `(K, B, d)`, their labels `(K, B)`, the nearest real picture of another class
for each, and that class."""


def run(config: MadeToOrderConfig) -> Run[MadeToOrderResult]:
    """Train five networks of each kind at a time; each makes pictures, the others judge them."""
    name, side = config.dataset, SIDES[config.dataset]
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
    making = SEARCH_STEPS[name] + CLIMB_STEPS[name] + ASCENT_STEPS * len(LENGTHS[name])
    return ensembles.steps_of(name, config.n_train, config.hardening), len(NETWORKS) * making


def asked(samples: Samples, name: ImagesName, nets: Ensembles | None) -> Question:
    """Choose what is asked, pictures first that both networks of a seed know.

    Without networks, before they are trained, the choice is provisional.
    """
    from core.attacks.transfer import answers
    from core.models.nearest_neighbour import nearest_unlike

    count = PICTURES[name]
    few = CANDIDATES * count
    x, y = samples.x_held[:, :few], samples.y_held[:, :few]
    if nets is not None:
        standard, hardened = (answers(nets[kind], x, y) for kind in NETWORKS)
        order = (standard * hardened).argsort(dim=1, descending=True, stable=True)
        x = x.gather(1, order.unsqueeze(-1).expand_as(x))
        y = y.gather(1, order)
    x, y = x[:, :count].contiguous(), y[:, :count]
    return x, y, *nearest_unlike(x, y, samples.x_held[:, few:], samples.y_held[:, few:])


def _show_question(record: Recorder[MadeToOrderResult], name: ImagesName, asked: Question) -> None:
    """Show what the first network is asked."""
    x, y, real, target = asked
    _show(record, "pictures", 0, x)
    _show(record, "pictures", 1 + ARMS.index("real"), real)
    words = [np.array(CLASS_NAMES[name])[labels[0, :SHOWN].numpy()] for labels in (y, target)]
    record.put(cases=pd.DataFrame({"label": words[0], "target": words[1]}))


def _show(
    record: Recorder[MadeToOrderResult], field: str, place: int | slice, made: Tensor
) -> MadeToOrderResult:
    """Put the first member's pictures of `(K, ..., d)` in a place of an array of the result."""
    now = getattr(record.result(), field).copy()
    side = now.shape[-1]
    shown = (255 * made[0, :SHOWN].unflatten(-1, (side, side))).round()
    now[place] = shown.numpy().astype(np.uint8)
    record.put(**{field: now})
    return record.result()


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

    def _followed(
        self, search: Generator[Any, None, Any], phase: str, steps: int, shown: Shown | None = None
    ) -> Work:
        """Search to the end; of the first member, show what is found on the way."""
        place = shown if self.first else None

        def partial(made: Tensor) -> MadeToOrderResult:
            return _show(self.record, *place, made) if place else self.record.result()

        found = yield from self.record.relay(search, phase, steps, pauses=steps, partial=partial)
        partial(found)
        return found

    def changes(self) -> Work:
        """Search the nearest change for both networks, make the controls, and evaluate all."""
        from core.attacks.counterfactual import nearest_change, random_change

        config, (x, _, real, target) = self.config, self.question
        steps, found = SEARCH_STEPS[config.dataset], {"real": real}
        for arm in NETWORKS:
            search = nearest_change(
                self.nets[arm], x, target, sure=config.sure, distance=config.distance, steps=steps
            )
            place, phase = 1 + ARMS.index(arm), f"changing pictures: {arm} networks"
            found[arm] = yield from self._followed(search, phase, steps, ("pictures", place))
        standard, hardened = ((found[arm] - x).norm(dim=-1) for arm in NETWORKS)
        found["random"] = random_change(x, standard.maximum(hardened), self.samples.seeds)
        for arm in ARMS:
            yield from self._evaluated(arm, found[arm])

    def _evaluated(self, arm: str, made: Tensor) -> Work:
        """Measure one arm's pictures, and show them with the share of others that agree."""
        x, _, _, target = self.question
        shares = yield from self._agreement(arm, made)
        change = made - x
        sizes = {
            "length": change.norm(dim=-1),
            "pixels": (change.abs() > VISIBLE).float().sum(-1),
            "to_real": self.samples.distance(made, target),
        }
        self._note("measures", (arm,), {**shares, **sizes})
        if self.first:
            agree = (shares["others_standard"] + shares["others_hardened"]) / 2
            cases = _show(self.record, "pictures", 1 + ARMS.index(arm), made).cases
            self.record.put(cases=cases.assign(**{f"says_{arm}": agree[0, :SHOWN].numpy()}))

    def _agreement(self, arm: str, made: Tensor) -> Work:
        """Who says that the pictures are of the new class: measure -> `(K, B)` of 0 and 1."""
        from core.attacks.transfer import answers
        from core.models.nearest_neighbour import class_of_nearest

        samples, target = self.samples, self.question[-1]
        said = yield from self._said(answers, arm, made, target)
        nearest = class_of_nearest(made, samples.x_train, samples.y_train)
        return {**said, "nearest": (nearest == target).float()}

    def _said(self, measure: Measure, arm: str, made: Tensor, classes: Tensor) -> Work:
        """What their makers and others of both kinds say; the controls' makers are the standard."""
        from core.attacks.transfer import by_others

        makers = self.nets.get(arm, self.nets["standard"])
        found = {"own": measure(makers, made, classes)}
        for kind in NETWORKS:
            found[f"others_{kind}"] = by_others(measure, self.nets[kind], made, classes)
            yield self.record.snapshot("asking other networks")
        return found

    def _note(self, table: str, where: tuple[Any, ...], values: dict[str, Tensor]) -> None:
        """Note means over the pictures `(K, B)`, a row a member."""
        for measure, tensor in values.items():
            for seed, value in zip(self.samples.seeds, tensor.mean(1).tolist(), strict=True):
                self.record.add(table, seed, *where, measure, value)

    def equal_lengths(self) -> Work:
        """Push the same pictures equally far for both networks, and the controls with them."""
        from core.attacks.counterfactual import ascended, random_change, within

        x, _, real, target = self.question
        lengths, made = LENGTHS[self.config.dataset], {}
        for arm in NETWORKS:
            ascent = ascended(self.nets[arm], x, target, lengths, steps=ASCENT_STEPS)
            steps, phase = ASCENT_STEPS * len(lengths), "changes of equal length"
            made[arm] = yield from self._followed(ascent, phase, steps)
        even = [x.new_full(x.shape[:2], length) for length in lengths]
        made["random"] = [random_change(x, length, self.samples.seeds) for length in even]
        made["real"] = [within(x, real, length) for length in lengths]
        for arm in ARMS:
            for length, pictures in zip(lengths, made[arm], strict=True):
                shares = yield from self._agreement(arm, pictures)
                self._note("lengths", (arm, length), shares)

    def favourites(self) -> Work:
        """Make the pictures that each class scores highest, and set real ones beside them."""
        from core.models import activation_maximisation as activation
        from core.models.nearest_neighbour import class_means, first_of_each

        samples, steps = self.samples, CLIMB_STEPS[self.config.dataset]
        start = activation.noise(samples.n_classes, samples.x_train.shape[-1], samples.seeds)
        known = samples.x_train, samples.y_train, samples.n_classes
        held = samples.x_held, samples.y_held, samples.n_classes
        made = {"start": start, "average": class_means(*known), "real": first_of_each(*held)}
        for arm in NETWORKS:
            climb = activation.maximised(
                self.nets[arm], start, samples.usual_score(self.nets[arm]),
                [activation.PENALTIES[way] for way in REGULARISERS],
                strength=self.config.strength, steps=steps,
            )  # fmt: skip
            first = KINDS.index(f"{arm}_{REGULARISERS[0]}")
            shown = "made", slice(first, first + len(REGULARISERS))
            phase = "growing a class's favourite"
            found = yield from self._followed(climb, phase, steps, shown)
            made.update({f"{arm}_{way}": found[:, i] for i, way in enumerate(REGULARISERS)})
        usual = samples.usual_distance()
        for kind in KINDS:
            yield from self._praised(kind, made[kind], usual)

    def _praised(self, kind: str, made: Tensor, usual: Tensor) -> Work:
        """Measure what networks give one kind of favourite, and how far it is from real ones."""
        import torch

        from core.attacks.transfer import probability

        classes = torch.arange(made.shape[1]).expand(len(made), -1)
        apart = self.samples.distance(made, classes)
        said = yield from self._said(probability, kind.split("_")[0], made, classes)
        # Distances come second: rows of a result keep their order.
        self._note("favourites", (kind,), {"own": said["own"], "distance": apart / usual, **said})
        if self.first:
            _show(self.record, "made", KINDS.index(kind), made)


def cost(config: MadeToOrderConfig) -> Cost:
    """Expected cost of the ensembles: training, making (a gradient is two passes), and judging."""
    name, count = config.dataset, config.repetitions / MEMBERS
    pictures, lengths, classes = PICTURES[name], len(LENGTHS[name]), len(CLASS_NAMES[name])
    moved = pictures * (SEARCH_STEPS[name] + ASCENT_STEPS * lengths)
    grown = classes * len(REGULARISERS) * CLIMB_STEPS[name]
    judged = pictures * len(ARMS) * (1 + lengths) + classes * len(KINDS)
    judges = 1 + len(NETWORKS) * (MEMBERS - 1)
    passes = 2 * len(NETWORKS) * (moved + grown) + judges * judged
    flops = ensembles.training_flops(name, config.n_train, config.hardening)
    flops += MEMBERS * passes * ensembles.FLOPS[name]
    base, once = SECONDS[name]
    seconds = base + once * (3 if config.hardening == "adversarial" else 1)
    return Cost(count * flops, count * seconds)
