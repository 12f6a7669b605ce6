"""Privacy: what a network gives away about the people in its training set."""

from core.lab.challenge import Challenge, sources_of

CHALLENGE = Challenge(
    slug="privacy",
    title="Privacy",
    question="What does a network give away about the people it learned from?",
    chapter="Trust",
    icon=":material/lock:",
    experiments=("membership", "gradient_leakage", "dp_sgd", "unlearning"),
    sources=sources_of("privacy"),
)
