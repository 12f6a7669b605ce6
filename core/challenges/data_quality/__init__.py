"""Data quality: what wrong, rare and leaked data do to a network, and what helps."""

from core.lab.challenge import Challenge, sources_of

CHALLENGE = Challenge(
    slug="data_quality",
    title="Data quality",
    question="What does a network learn from data that are wrong, lopsided or leaked?",
    chapter="Data",
    icon=":material/rule:",
    experiments=("label_noise", "imbalance", "leakage"),
    sources=sources_of("data_quality"),
)
