"""Data quality: what wrong, rare, leaked and missing data do to a network, and what helps."""

from core.lab.challenge import Challenge, sources_of

CHALLENGE = Challenge(
    slug="data_quality",
    title="Data quality",
    question="What does a network learn from data that are wrong, lopsided, leaked or missing?",
    chapter="Data",
    icon=":material/rule:",
    experiments=("label_noise", "imbalance", "leakage", "missing_values"),
    sources=sources_of("data_quality"),
)
