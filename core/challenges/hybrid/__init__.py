"""Future directions: networks that need not learn from examples what is known already."""

from core.lab.challenge import Challenge, sources_of

CHALLENGE = Challenge(
    slug="hybrid",
    title="Future directions",
    question="What if a network need not learn what is known already?",
    chapter="Past and future",
    icon=":material/join_inner:",
    experiments=("digit_sums", "kinship", "data_efficiency", "common_sense"),
    sources=sources_of("hybrid"),
)
