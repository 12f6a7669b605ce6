"""Beyond the training data: what networks make of inputs unlike those they learned from."""

from core.lab.challenge import Challenge, sources_of

CHALLENGE = Challenge(
    slug="generalization",
    title="Beyond the training data",
    question="What does a network make of something unlike all it has seen?",
    chapter="Generalization",
    icon=":material/explore:",
    experiments=("shortcuts", "composition", "grokking"),
    sources=sources_of("generalization"),
)
