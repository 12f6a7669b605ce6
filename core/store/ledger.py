"""The ledger of claims: each measured on a run of the settings it speaks about."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from core.lab.claims import Claim, Verdict
from core.lab.experiment import Experiment
from core.lab.intervals import Estimate
from core.lab.settings import Config
from core.store.store import Record

AnyExperiment = Experiment[Any, Any, Any]
UNMEASURED = "not measured"
"""In place of a verdict, where nobody has run the settings or the run holds nothing to measure."""
Group = tuple[Config, list[Claim[Any]]]
"""A run and the claims it answers."""
Obtain = Callable[[Config], Record[Any] | None]
BLOCK = 100
"""Seeds from one block to the next; no run takes more."""
BLOCKS = range(1000, 1_000_000, BLOCK)
"""First seeds of blocks that no widget reaches."""


def fresh_block() -> int:
    """Draw the first seed of a block at random, so that nobody can have looked at it before."""
    return secrets.choice(BLOCKS)


def fresh_blocks(n: int) -> list[int]:
    """Draw the first seeds of `n` different blocks, ascending."""
    return sorted(secrets.SystemRandom().sample(BLOCKS, n))


@dataclass(frozen=True)
class Row:
    """One claim with what was measured.

    Attributes:
        experiment: The claim is one of this experiment's.
        claim: The claim.
        config: Of the run behind it; claims of one run share it.
        run: Whether there is such a run: nothing is known of a claim without one.
        value: What was measured, or None where the result holds nothing to measure.
        seconds: What the run took, None where there is none.
    """

    experiment: AnyExperiment
    claim: Claim[Any]
    config: Config
    run: bool
    value: Estimate | None = None
    seconds: float | None = None

    @property
    def name(self) -> str:
        """Unique among all claims: `overfitting.capacity.overfitting`."""
        return f"{self.experiment.slug.replace('/', '.')}.{self.claim.name}"

    @property
    def verdict(self) -> Verdict | None:
        """`shown`, `not shown` or `contradicted`; None where nothing was measured."""
        return self.claim.verdict(self.value) if self.value else None

    def plain(self) -> dict[str, Any]:
        """The row as the JSON answer has it."""
        challenge, _, name = self.experiment.slug.partition("/")
        value = self.value
        return {
            "challenge": challenge,
            "experiment": name,
            "claim": self.claim.sentence,
            "source": self.claim.source,
            "published": self.claim.published,
            "value": value.mean if value else None,
            "low": value.low if value else None,
            "high": value.high if value else None,
            "seeds": value.n if value else 0,
            "verdict": self.verdict,
            "seconds": self.seconds,
            "first_seed": self.config.first_seed,
        }


def rows(experiment: AnyExperiment, obtain: Obtain, first_seed: int | None = None) -> Iterator[Row]:
    """All claims of an experiment, each held against the run it speaks about.

    The command and the page show these; they differ in how they come by a run.

    Args:
        experiment: Whose claims.
        obtain: Gives the record of a config, or None where there is none to be had.
        first_seed: Of the runs; that of the defaults when there is none.
    """
    for config, claims in configs(experiment, first_seed).values():
        record = obtain(config)
        if record is None:
            yield from (Row(experiment, claim, config, run=False) for claim in claims)
        else:
            yield from judged(experiment, config, record, claims)


def configs(
    experiment: AnyExperiment, first_seed: int | None = None
) -> dict[str, tuple[Config, list[Claim[Any]]]]:
    """Group an experiment's claims by the run they need, so that each run happens once.

    Args:
        experiment: Whose claims.
        first_seed: Of the runs; that of the defaults when there is none.

    Returns:
        Key of the run -> its config (the defaults, changed by the claims' settings and the first
        seed) and the claims it answers.
    """
    found: dict[str, Group] = {}
    for claim in experiment.claims:
        config = experiment.config(**claim.settings)
        if first_seed is not None:
            config = config.from_seed(first_seed)
        _, claims = found.setdefault(experiment.key(config), (config, []))
        claims.append(claim)
    return found


def shipped(experiment: AnyExperiment) -> dict[str, Config]:
    """The runs whose results come with the app: of the defaults, and of all that claims are about.

    Returns:
        Key of the run -> its config; the defaults first.
    """
    usual = experiment.config()
    about = {key: config for key, (config, _) in configs(experiment).items()}
    return {experiment.key(usual): usual, **about}


def judged(
    experiment: AnyExperiment, config: Config, record: Record[Any], claims: list[Claim[Any]]
) -> Iterator[Row]:
    """Hold claims against one result."""
    for claim in claims:
        value = claim.measure(record.result)
        yield Row(experiment, claim, config, True, value, record.provenance.seconds)
