"""One update of all models of a stack, each with its own learning rate and weight decay."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import torch

from core.engine.job import Job
from core.engine.stack import Blocks, Stack

BETAS = (0.9, 0.999)
EPSILON = 1e-8


class Update:
    """Adam or SGD with momentum, with decoupled weight decay.

    Neighbouring models with the same learning rate and momentum are updated in one call, so
    stacks are best sorted by `settings`.
    """

    def __init__(self, stack: Stack, gradients: Blocks) -> None:
        """Start with empty moments.

        Args:
            stack: Whose weights are changed; its jobs share the kind of optimizer.
            gradients: Read at each step.
        """
        jobs = stack.jobs
        self._weights, self._gradients = stack.weights, gradients
        self._adam = jobs[0].optimizer == "adam"
        self._first = Blocks(stack.shape, len(jobs))
        self._second = Blocks(stack.shape, len(jobs) if self._adam else 0)
        self._step = torch.zeros(())
        self._done = 0
        keep = torch.tensor([1 - job.learning_rate * job.weight_decay for job in jobs])
        self._keep = None if bool((keep == 1).all()) else keep.view(-1, 1, 1)
        self._runs = list(self._runs_of_equal_settings(jobs))

    def _runs_of_equal_settings(
        self, jobs: tuple[Job, ...]
    ) -> Iterator[tuple[float, float, float, list[list[torch.Tensor]]]]:
        blocks = [self._weights, self._gradients, self._first, self._second]
        start = 0
        for (rate, momentum, growth), same in itertools.groupby(jobs, settings):
            stop = start + len(list(same))
            whole = stop - start == len(jobs)
            parts = [[b.flat] if whole else [v[start:stop] for v in b.all] for b in blocks]
            yield rate, momentum, growth, parts
            start = stop

    def run(self) -> None:
        """Apply the gradients once."""
        if self._keep is not None:
            for layer in self._weights.layers:
                layer[:, :-1].mul_(self._keep)
        if self._adam:
            self._step += 1
        for first_rate, momentum, growth, parts in self._runs:
            rate = first_rate * growth**self._done
            if self._adam:
                self._run_adam(rate, *parts)
            else:
                self._run_sgd(rate, momentum, *parts[:3])
        self._done += 1

    def _run_adam(
        self,
        rate: float,
        weights: list[torch.Tensor],
        gradients: list[torch.Tensor],
        first: list[torch.Tensor],
        second: list[torch.Tensor],
    ) -> None:
        # The kernel behind torch.optim.AdamW(fused=True), without importing torch.optim.
        torch._fused_adamw_(
            weights, gradients, first, second, [], [self._step] * len(weights),
            lr=rate, beta1=BETAS[0], beta2=BETAS[1], weight_decay=0.0, eps=EPSILON,
            amsgrad=False, maximize=False,
        )  # fmt: skip

    @staticmethod
    def _run_sgd(
        rate: float,
        momentum: float,
        weights: list[torch.Tensor],
        gradients: list[torch.Tensor],
        velocities: list[torch.Tensor],
    ) -> None:
        for weight, gradient, velocity in zip(weights, gradients, velocities, strict=True):
            velocity.mul_(momentum).add_(gradient)
            weight.sub_(velocity, alpha=rate)


def settings(job: Job) -> tuple[float, float, float]:
    """What neighbours must share to be updated in one call."""
    return job.learning_rate, job.momentum, job.growth
