"""Overfitting and underfitting: when a network learns too little, and when it learns too much."""

from core.lab.challenge import Challenge, sources_of

CHALLENGE = Challenge(
    slug="overfitting",
    title="Overfitting and underfitting",
    question="Why does a network that gets every training example right still get new ones wrong?",
    chapter="Generalization",
    icon=":material/show_chart:",
    experiments=("capacity", "training_time", "remedies", "double_descent", "random_labels"),
    sources=sources_of("overfitting"),
)
