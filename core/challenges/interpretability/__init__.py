"""Interpretability: which parts of an input made a network decide, and whether to believe it."""

from core.lab.challenge import Challenge, sources_of

CHALLENGE = Challenge(
    slug="interpretability",
    title="Interpretability",
    question="A network says what it sees. Can it be made to say why, and is the answer true?",
    chapter="Trust",
    icon=":material/visibility:",
    experiments=(
        "gallery",
        "trial",
        "sanity",
        "clever_hans",
        "mystery",
        "concepts",
        "made_to_order",
        "features",
    ),
    sources=sources_of("interpretability"),
)
