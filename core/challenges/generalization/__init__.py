"""Beyond the training data: what a network does with inputs unlike those it learned from."""

from core.lab.challenge import Challenge, sources_of

CHALLENGE = Challenge(
    slug="generalization",
    title="Beyond the training data",
    question="What does a network do with inputs unlike those it learned from?",
    chapter="Generalization",
    icon=":material/explore:",
    experiments=("shift", "novel_classes", "shortcuts", "composition", "grokking", "extrapolation"),
    sources=sources_of("generalization"),
)
