"""Hardware limits: what has to fit, and what is lost when it is made to."""

from core.lab.challenge import Challenge, sources_of

CHALLENGE = Challenge(
    slug="hardware",
    title="Hardware limits",
    question="What does it take to fit a network into a small device?",
    chapter="Tuning and compute",
    icon=":material/memory:",
    experiments=("fitting", "memory", "roofline"),
    sources=sources_of("hardware"),
)
