"""Data quantity: how much data is enough, who needs how much, and what to do with little."""

from core.lab.challenge import Challenge, sources_of

CHALLENGE = Challenge(
    slug="data_quantity",
    title="Data quantity",
    question="How much data is enough, and what helps when there is not?",
    chapter="Data",
    icon=":material/database:",
    experiments=("forecast", "data_hunger", "doing_with_less"),
    sources=sources_of("data_quantity"),
)
