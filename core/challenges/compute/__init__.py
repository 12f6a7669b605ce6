"""Computational demand: what a larger network costs, and what it brings."""

from core.lab.challenge import Challenge, sources_of

CHALLENGE = Challenge(
    slug="compute",
    title="Computational demand",
    question="What does a larger network cost, and what does it bring?",
    chapter="Tuning and compute",
    icon=":material/bolt:",
    experiments=("scaling_law", "training_cost", "budget"),
    sources=sources_of("compute"),
)
