"""What claims make of a run, on the seeds on file and on seeds that nobody can have looked at."""

from __future__ import annotations

from core.lab.settings import Value
from core.store.ledger import fresh_block
from tests.runs import found, result_of


def judged(slug: str, first_seed: int = 0, **settings: Value) -> dict[str, str]:
    """Verdict of every claim about a run."""
    one = found(slug)
    config = one.config(**settings).from_seed(first_seed)
    result = result_of(slug, config)
    values = [(claim, claim.measure(result)) for claim in one.claims if claim.applies(config)]
    return {claim.name: claim.verdict(value) if value else "missing" for claim, value in values}


def drawn(slug: str, **settings: Value) -> tuple[int, dict[str, str]]:
    """A block of seeds drawn now, and the verdicts there."""
    block = fresh_block()
    return block, judged(slug, block, **settings)
