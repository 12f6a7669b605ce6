"""A made-up challenge: the shell must not need to know any real one."""

from core.lab.challenge import Challenge, Source

CHALLENGE = Challenge(
    slug="toy",
    title="A toy",
    question="Does the shell work?",
    chapter="Generalization",
    icon=":material/toys:",
    experiments=("wave", "slow", "broken", "guessed", "ranged"),
    sources=(Source("Nobody 2026", "https://example.org/", "Nothing."),),
)
