"""How a chain of relations becomes one relation: the plans of `chain_nets`, and what they cost."""

from __future__ import annotations

BAG, RECURRENT, TRANSFORMER = "bag of relations", "recurrent network", "transformer"
RULES = "learned rules"
LEARNING_RATES = {BAG: 0.005, RECURRENT: 0.005, TRANSFORMER: 0.002, RULES: 0.05}
"""Of Adam. The entries of a rule table are few, and each is met seldom."""
LAYERS, HEADS = 2, 2
"""Of the transformer."""


def answer_flops(plan: str, length: int, width: int, relations: int) -> float:
    """Operations of one answer about a chain.

    Args:
        plan: Name of the architecture.
        length: Relations in the chain.
        width: Of embeddings and hidden layers.
        relations: Kinds of relations.
    """
    out = width * relations
    products = {
        BAG: width * width + out,
        RECURRENT: 6 * length * width**2 + out,
        TRANSFORMER: LAYERS * (8 * length * width**2 + 2 * length**2 * width) + out,
        RULES: (length - 1) * relations**2,
    }
    return 2.0 * products[plan]
