"""The timeline: years in order, a source for every milestone, experiments that exist."""

from __future__ import annotations

import re
from pathlib import Path

from core.challenges import experiment
from core.challenges.history import CHALLENGE
from core.lab.challenge import WORDS

TIMELINE = WORDS / "history" / "timeline.md"


def milestones() -> list[str]:
    text = Path(TIMELINE).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.startswith("- ")]


def test_the_title_is_one_plain_line():
    title = TIMELINE.read_text(encoding="utf-8").splitlines()[0]
    assert title and not re.search(r"[*#\[_]", title)


def test_milestones_come_in_order_and_each_names_its_source():
    years = [int(re.match(r"- \*\*(\d{4})", line)[1]) for line in milestones()]  # type: ignore[index]
    assert years == sorted(years) and years[0] == 1943
    assert all("](https://" in line for line in milestones())


def test_what_is_said_to_be_retrained_has_an_experiment_and_every_experiment_a_milestone():
    titles = {experiment("history", name).title for name in CHALLENGE.experiments}
    told = re.findall(r"\*Retrained: ([^*]+)\.\*", "\n".join(milestones()))
    assert {title for names in told for title in names.split(", ")} == titles
