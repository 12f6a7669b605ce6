"""Ethics and bias: when a network treats groups differently, and what can be done about it."""

from core.lab.challenge import Challenge, sources_of

CHALLENGE = Challenge(
    slug="fairness",
    title="Ethics and bias",
    question="Nobody told the network to discriminate. Why does it, and who decides what is fair?",
    chapter="Trust",
    icon=":material/balance:",
    experiments=("bias_sources", "thresholds", "mitigation", "chance_gaps"),
    sources=sources_of("fairness"),
)  # fmt: skip
