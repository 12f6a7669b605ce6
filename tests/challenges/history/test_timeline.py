"""The timeline: years in order, a source for every milestone, and runs that train it."""

from __future__ import annotations

import re

from core.challenges import experiment
from core.challenges.history import CHALLENGE
from core.challenges.history.depth.config import HE, NORM, RESIDUAL
from core.challenges.history.depth.config import PLANS as DEEP
from core.challenges.history.shifted.config import CNN, SVM
from core.challenges.history.shifted.config import MODELS as SHIFTED
from core.challenges.history.xor.config import ALONE, LEARNED, WAYS, WIRED
from core.challenges.overfitting.remedies.config import RemediesView
from core.lab.challenge import WORDS
from core.lab.settings import knob_of
from core.models.recall_plans import ARMS as REMEMBERING
from core.models.recall_plans import ATTENTION, GATED, LONG, OPEN, PLAIN
from core.ui.milestones import parts

TIMELINE = WORDS / "history" / "timeline.md"


def milestones() -> dict[str, tuple[str, ...]]:
    """Every milestone's words, and the experiments that it leads to."""
    _, rest = TIMELINE.read_text(encoding="utf-8").split("\n", 1)
    found: dict[str, tuple[str, ...]] = {}
    for words, named in parts(rest):
        *without, last = words.split("\n\n")
        found |= {**dict.fromkeys(without, ()), last: named}
    return {words: named for words, named in found.items() if words.startswith("**")}


def test_the_title_is_one_plain_line():
    title = TIMELINE.read_text(encoding="utf-8").splitlines()[0]
    assert title and not re.search(r"[*#\[_]", title)


def test_milestones_come_in_order_and_each_names_its_source():
    years = [int(re.match(r"\*\*(\d{4})", words)[1]) for words in milestones()]  # type: ignore[index]
    assert years == sorted(years) and years[0] == 1943 and len(years) == 12
    assert all("](https://" in words for words in milestones())


def test_each_milestone_but_the_award_leads_to_runs_and_every_experiment_has_one():
    found = milestones()
    silent = [words for words, named in found.items() if not named]
    assert [words[:8] for words in silent] == ["**2018, "]
    named = {slug for slugs in found.values() for slug in slugs}
    assert {f"history/{name}" for name in CHALLENGE.experiments} <= named
    assert all(experiment(*slug.split("/")).title for slug in named)


def test_what_milestones_are_about_is_an_arm_of_the_run_they_lead_to():
    assert (WIRED, ALONE, LEARNED) == WAYS and {SVM, CNN} < set(SHIFTED)
    assert {HE, NORM, RESIDUAL} < set(DEEP)
    assert {PLAIN, GATED, LONG, OPEN, ATTENTION} < set(REMEMBERING)
    assert "dropout" in knob_of(RemediesView, "remedy").options
