"""The seven strategies: every number comes from a stored result."""

import pytest

from core import challenges
from core.lab.wording import with_interval
from core.ui.sections import strategies
from tests.ui.pages import installed


@pytest.fixture(autouse=True)
def _own_store(tmp_path, monkeypatch):
    monkeypatch.setenv("LAB_STORE", str(tmp_path))
    installed.remove()


def test_there_are_seven_and_each_has_an_effect_measured_here():
    assert len(strategies.STRATEGIES) == 7
    for name, strategy in strategies.STRATEGIES.items():
        rows = strategies.measured(strategy)
        assert [row.name for row in rows] == list(strategy.claims), name
        assert len(rows) >= 3, name
        measured_in = {row.experiment.slug.split("/")[0] for row in rows}
        assert measured_in & set(strategy.rooms), f"{name}: nothing of its own rooms"
        table = strategies.table(rows)
        for row in rows:
            assert with_interval(row.value) in table
            assert row.claim.sentence in table
            assert f"]({row.experiment.slug.split('/')[0]}?" in table


def test_rooms_that_the_lab_does_not_have_are_left_out():
    known = {one.slug for one in challenges.challenges()}
    asked = {slug for one in strategies.STRATEGIES.values() for slug in one.rooms}
    assert asked & known
