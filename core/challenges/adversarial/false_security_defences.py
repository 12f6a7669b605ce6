"""The defences: two that blind the attacker, one that hardens the network, and none."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.challenges.adversarial.victims_before import Meter, training_flops, training_pauses
from core.lab.run import Snapshot

if TYPE_CHECKING:
    import torch

    from core.attacks.adversarial_training import Method
    from core.challenges.adversarial.false_security import FalseSecurityConfig
    from core.data.dataset import Dataset
    from core.models.digit_cnn import DigitNets, Logits

SURROGATE = 10_000
"""Added to a seed for the attacker's own networks."""
INNER_STEPS = 4


@dataclass(frozen=True)
class Defence:
    """A defended network.

    Attributes:
        name: Identifier.
        logits: What it answers.
        seen_by_attacker: What an attacker who knows the defence takes gradients of instead.
    """

    name: str
    logits: Logits
    seen_by_attacker: Logits


def built(
    config: FalseSecurityConfig,
    seeds: Sequence[int],
    data: Sequence[Dataset],
    meter: Meter,
    early: Callable[[Sequence[Defence]], Any],
) -> Generator[Snapshot[Any], None, list[Defence]]:
    """Train the networks; the attacker's own, without a defence, comes last.

    Args:
        config: Of the run.
        seeds: Of the networks that are worked on together.
        data: One data set a seed.
        meter: Counts the work.
        early: Builds a partial result from the defences of the undefended network.
    """
    from core.attacks.adversarial_training import Method
    from core.models.digit_cnn import DigitNets

    plain, hard = DigitNets("cnn", seeds), DigitNets("cnn", seeds)
    other = DigitNets("other_cnn", [seed + SURROGATE for seed in seeds])
    against = Method("pgd", config.epsilon, INNER_STEPS)
    for nets, method in ((plain, Method()), (hard, against), (other, Method())):
        yield from _trained(
            config, nets, data, method, meter, lambda: early(_masks(config, plain.logits()))
        )
    firm, foreign = hard.logits(), other.logits()
    return [
        *_masks(config, plain.logits()),
        Defence("pgd", firm, firm),
        Defence("surrogate", foreign, foreign),
    ]


def _masks(config: FalseSecurityConfig, answer: Logits) -> list[Defence]:
    """An undefended network, and what is put behind and before it."""
    return [
        Defence("none", answer, answer),
        Defence("scaled", lambda x: config.scale * answer(x), answer),
        Defence(
            "quantised",
            lambda x: answer(rounded(x, config.levels)),
            # Backward pass as if the rounding were the identity (BPDA).
            lambda x: answer(x + (rounded(x, config.levels) - x).detach()),
        ),
    ]


def rounded(x: torch.Tensor, levels: int) -> torch.Tensor:
    """Round inputs in [0, 1] to equally spaced levels, black and white included."""
    return (x * (levels - 1)).round() / (levels - 1)


def _trained(
    config: FalseSecurityConfig,
    nets: DigitNets,
    data: Sequence[Dataset],
    method: Method,
    meter: Meter,
    partial: Callable[[], Any],
) -> Generator[Snapshot[Any], None, None]:
    from core.attacks.adversarial_training import train

    flops = training_flops(nets, method, config.n_train, config.epochs)
    pauses = training_pauses(method, config.n_train, config.epochs)
    work = train(nets, data, method, config.epochs)
    phase = f"training {len(nets.seeds)} networks"
    yield from meter.follow(work, flops, phase, pauses, partial)
