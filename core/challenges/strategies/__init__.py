"""Strategies: what helps against the challenges, and what each remedy costs elsewhere."""

from core.lab.challenge import Challenge, sources_of

CHALLENGE = Challenge(
    slug="strategies",
    title="Strategies",
    question="Every remedy helps against something. What does it do to everything else?",
    chapter="Past and future",
    icon=":material/balance:",
    experiments=("trade_offs",),
    sources=sources_of("strategies"),
)
