"""The same training in JAX: `vmap` over networks, `scan` over steps, compiled as a whole.

It needs `requirements-peers.txt`. An epoch is one compiled call, with its shuffling.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

# Before JAX starts: one thread, as the others have.
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.cases import Case
from core.data.dataset import Dataset

LEARNING_RATE, FIRST, SECOND, TINY = 0.01, 0.9, 0.999, 1e-8
"""Of Adam."""
Weights = list[tuple[Any, Any]]


def compiled_before(case: Case, data: Sequence[Dataset]) -> list[float]:
    """Train all networks at once; what was compiled for a case of this shape is used again."""
    epoch, scores = _programs(case)
    keys = jax.random.split(jax.random.key(0), len(data))
    weights = jax.vmap(lambda key: _initial(key, case.sizes))(keys)
    moments = jax.tree.map(jnp.zeros_like, (weights, weights))
    train, validation = (
        tuple(jnp.asarray(np.stack([getattr(one, name) for one in data])) for name in names)
        for names in (("x_train", "y_train"), ("x_validation", "y_validation"))
    )
    step = jnp.zeros(len(data))
    for part in (train, validation):
        np.asarray(scores(weights, *part))
    for _ in range(case.epochs):
        keys, weights, moments, step = epoch(keys, weights, moments, step, *train)
    found = [np.asarray(scores(weights, *part)) for part in (train, validation)]
    return [float(accuracy) for _, accuracy in found[1]]


def compiling(case: Case, data: Sequence[Dataset]) -> list[float]:
    """The same, and compile first."""
    _programs.cache_clear()
    jax.clear_caches()
    return compiled_before(case, data)


@cache
def _programs(case: Case) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Training for an epoch, and loss with accuracy; of all networks."""

    def loss(weights: Weights, x: Any, y: Any) -> Any:
        return _losses(_outputs(weights, x), y).mean()

    def epoch(key: Any, weights: Weights, moments: Any, step: Any, x: Any, y: Any) -> Any:
        key, own = jax.random.split(key)
        order = jax.random.permutation(own, len(x)).reshape(-1, case.batch_size)

        def advance(state: Any, batch: Any) -> tuple[Any, None]:
            weights, moments, step = state
            gradients = jax.grad(loss)(weights, x[batch], y[batch])
            return (*_adam(weights, gradients, moments, step + 1), step + 1), None

        (weights, moments, step), _ = jax.lax.scan(advance, (weights, moments, step), order)
        return key, weights, moments, step

    def scores(weights: Weights, x: Any, y: Any) -> Any:
        z = _outputs(weights, x)
        given = z[:, 0] > 0 if z.shape[1] == 1 else z.argmax(1)
        return jnp.stack([_losses(z, y).mean(), (given == y).mean()])

    return jax.jit(jax.vmap(epoch)), jax.jit(jax.vmap(scores))


def _initial(key: Any, sizes: Sequence[int]) -> Weights:
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:], strict=False):
        key, *own = jax.random.split(key, 3)
        bound = inputs**-0.5
        layers.append((
            jax.random.uniform(own[0], (inputs, outputs), minval=-bound, maxval=bound),
            jax.random.uniform(own[1], (outputs,), minval=-bound, maxval=bound),
        ))  # fmt: skip
    return layers


def _outputs(weights: Weights, x: Any) -> Any:
    *hidden, (last, bias) = weights
    for matrix, shift in hidden:
        x = jax.nn.relu(x @ matrix + shift)
    return x @ last + bias


def _losses(z: Any, y: Any) -> Any:
    if z.shape[1] == 1:
        return jax.nn.softplus(z[:, 0]) - z[:, 0] * y
    return -jnp.take_along_axis(jax.nn.log_softmax(z), y[:, None], 1)[:, 0]


def _adam(weights: Weights, gradients: Weights, moments: Any, step: Any) -> tuple[Weights, Any]:
    first = jax.tree.map(lambda m, g: FIRST * m + (1 - FIRST) * g, moments[0], gradients)
    second = jax.tree.map(lambda v, g: SECOND * v + (1 - SECOND) * g * g, moments[1], gradients)
    size = LEARNING_RATE / (1 - FIRST**step)

    def moved(w: Any, m: Any, v: Any) -> Any:
        return w - size * m / (jnp.sqrt(v / (1 - SECOND**step)) + TINY)

    return jax.tree.map(moved, weights, first, second), (first, second)
