"""Adversarial attacks: changes too small to matter to us, large enough to fool a network."""

from core.lab.challenge import Challenge, sources_of

CHALLENGE = Challenge(
    slug="adversarial",
    title="Adversarial attacks",
    question="How little must an image change before a network sees something else in it?",
    chapter="Trust",
    icon=":material/shield:",
    experiments=("attack", "robust_accuracy", "transfer", "false_security", "certified"),
    sources=sources_of("adversarial"),
)
