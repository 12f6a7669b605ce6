"""Scalability: what more examples a step, more requests and more machines buy."""

from core.lab.challenge import Challenge, sources_of

CHALLENGE = Challenge(
    slug="scalability",
    title="Scalability",
    question="What do larger batches, more requests and more machines buy?",
    chapter="Tuning and compute",
    icon=":material/speed:",
    experiments=("batch_size", "data_parallel", "serving", "streaming"),
    sources=sources_of("scalability"),
)
