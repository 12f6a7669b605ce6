"""Hyperparameter tuning: what a knob is worth, and how much of what tuning gains is real."""

from core.lab.challenge import Challenge, sources_of

CHALLENGE = Challenge(
    slug="tuning",
    title="Hyperparameter tuning",
    question="Which knobs matter, and how much of what tuning gains is real?",
    chapter="Tuning and compute",
    icon=":material/tune:",
    experiments=("landscape", "race", "real_gain"),
    sources=sources_of("tuning"),
)
