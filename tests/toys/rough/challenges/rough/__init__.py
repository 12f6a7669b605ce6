"""A made-up challenge of runs that behave as none should, and of results that are large."""

from core.lab.challenge import Challenge, Source

CHALLENGE = Challenge(
    slug="rough",
    title="Rough",
    question="Does the server stand it?",
    chapter="Generalization",
    icon=":material/toys:",
    experiments=("unruly", "heavy"),
    sources=(Source("Nobody 2026", "https://example.org/", "Nothing."),),
)
