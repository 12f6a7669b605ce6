"""A short history, retrained: milestones of neural networks, each trained where it matters."""

from core.lab.challenge import Challenge, sources_of

CHALLENGE = Challenge(
    slug="history",
    title="A short history, retrained",
    question="Which of the old stories about neural networks still come true when one trains them?",
    chapter="Past and future",
    icon=":material/history_edu:",
    experiments=("xor", "depth", "memory", "shifted", "mnist1d"),
    sources=sources_of("history"),
)
