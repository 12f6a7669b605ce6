"""Batch size: how many steps larger batches save, and whether gradients tell it beforehand."""

from core.challenges.scalability.batch_size.claims import CLAIMS
from core.challenges.scalability.batch_size.config import (
    GOALS,
    LARGEST,
    SMALLEST,
    BatchSizeConfig,
    BatchSizeResult,
    BatchSizeView,
)
from core.challenges.scalability.batch_size.figures import FIGURES
from core.challenges.scalability.batch_size.run import cost, run
from core.lab.experiment import Answer, Experiment, Guess, Prompt
from core.lab.intervals import Estimate
from core.lab.wording import with_interval

LAST = GOALS[-1]


def metrics(result: BatchSizeResult) -> dict[str, Estimate]:
    """Headline numbers at the last goal: steps at both ends, critical size, noise scale."""
    return {
        "steps_with_smallest_batch": result.steps(LAST, SMALLEST).geometric,
        "steps_with_largest_batch": result.steps(LAST, LARGEST).geometric,
        "times_fewer_steps": result.times_fewer(LAST),
        "critical_batch_size": result.critical(LAST).geometric,
        "noise_scale_at_the_goal": result.noise_at(LAST).geometric,
        "noise_scale_early": result.noise_at(GOALS[0]).geometric,
        "mean_noise_scale": result.noise_until(LAST).geometric,
    }


def finding(result: BatchSizeResult) -> str:
    """Say what larger batches saved, and what the gradients told."""
    m = metrics(result)
    small, large, fewer = (
        m[name] for name in
        ("steps_with_smallest_batch", "steps_with_largest_batch", "times_fewer_steps")
    )  # fmt: skip
    if not fewer.n:
        return (
            f"No seed gets {100 * LAST:.0f}% of new digits right with both batches of {SMALLEST} "
            f"and batches of {LARGEST} in the steps it is given."
        )
    return (
        f"To get {100 * LAST:.0f}% of new digits right takes {with_interval(small)} with batches "
        f"of {SMALLEST} and {with_interval(large)} with batches of {LARGEST}: the small ones need "
        f"{with_interval(fewer)} as many, though each step of the large ones sees "
        f"{LARGEST // SMALLEST} times as many examples. The fitted critical batch size is "
        f"{with_interval(m['critical_batch_size'])}, the mean gradient noise scale on the "
        f"way there {with_interval(m['mean_noise_scale'])}."
    )


EXPERIMENT = Experiment(
    title="Batch size",
    question="How many steps do larger batches save?",
    config=BatchSizeConfig,
    view=BatchSizeView,
    result=BatchSizeResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=BatchSizeConfig(repetitions=5, width=16, tuning="coarse"),
    claims=CLAIMS,
    varies="the split of the digits, wrong labels, initial weights and the order of examples; each "
    "seed's learning rates are chosen on the other half of the seeds",
    guess=Guess(
        "Each step sees 256 examples instead of 2: 128 times as many, as if 128 machines shared "
        "the work. How many times fewer steps does training take?",
        lambda r: r.times_fewer(LAST),
        (
            Answer("About 100 times or more", low=90.0),
            Answer("Between 30 and 90 times", 30.0, 90.0),
            Answer("Fewer than 30 times", high=30.0),
        ),
    ),
    prompts=(
        Prompt("Give it wrong labels", {"label_noise": 0.2},
               "Examples disagree: does the critical batch size grow?"),
        Prompt("Add momentum", {"optimizer": "momentum"},
               "Does it save steps at large batches, or at small ones?"),
        Prompt("Make it narrow", {"width": 16},
               "Fewer units: does the bend move, or only the number of steps?"),
    ),
)  # fmt: skip
