"""Names in an audit: printable, and different wherever what they name is."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from core.audit import Question, audit_file
from core.metrics.audit_names import metric, short_labels, spelled, visible
from core.ui import audit_tables

SPELLING = st.text(alphabet='ab,= "\\u20\u200b\n\xa0_', max_size=8)


@given(SPELLING, SPELLING)
def test_what_differs_is_shown_differently_and_can_be_printed(one, other):
    assert visible(one).isprintable()
    assert (visible(one) == visible(other)) is (one == other)
    assert (metric(f"precision[{one}]") == metric(f"precision[{other}]")) is (one == other)


@given(st.tuples(SPELLING, SPELLING), st.tuples(SPELLING, SPELLING))
def test_crossed_groups_never_share_a_name(one, other):
    names = [spelled(dict(zip(("a", "b"), group, strict=True))) for group in (one, other)]
    assert (names[0] == names[1]) is (one == other)


def test_a_value_that_looks_like_two_is_told_from_two():
    assert spelled({"a": "x, b=y", "b": "z"}) != spelled({"a": "x", "b": "y, b=z"})
    assert spelled({"race": "A", "sex": "F"}) == "race=A, sex=F"


def test_names_stay_apart_where_they_are_cut():
    assert short_labels(["x", "y"], 40) == ["x", "y"]
    labels = short_labels(["x" * 50 + "1", "x" * 50 + "2"], 40)
    assert len(set(labels)) == 2 and max(map(len, labels)) < 50


def rows(*cells: str) -> bytes:
    """Every true and decided class of two with every given ending of a row."""
    lines = [f"{y},{p},{end}" for end in cells for y in "01" for p in "01" for _ in range(9)]
    return "\n".join(lines).encode()


def test_a_column_called_all_groups_leaves_the_crossed_gaps_alone():
    data = b"y,p,all groups,h\n" + rows("a,x", "a,y", "b,x", "b,y")
    found = audit_file(data, Question("y", ["all groups", "h"], "p"))
    gaps = audit_tables.gaps(found)
    each = len(found["differences"]) + len(found["ratios"])
    assert gaps.groupby("between").size().to_dict() == {
        "all groups": each, "all groups alone": each, "h alone": each,
    }  # fmt: skip


def test_classes_that_differ_in_a_line_are_two_rates():
    lines = [f"{y},{p},{g}" for y in ("a_b", "a b", "c") for p in ("a_b", "a b", "c") for g in "xy"]
    found = audit_file(("y,p,g\n" + "\n".join(lines * 5)).encode(), Question("y", ["g"], "p"))
    rates = audit_tables.rates(found)
    assert {"precision[a_b]", "precision[a b]"} <= set(rates["rate"])
    assert not rates.duplicated(["rate", "group"]).any()


def test_groups_that_differ_in_a_sign_nobody_sees_have_two_names():
    found = audit_file(b"y,p,g\n" + rows("a", "a\u200bb", "ab"), Question("y", ["g"], "p"))
    accuracy = audit_tables.rates(found).query("rate == 'accuracy'")
    assert accuracy["group"].tolist() == ["everyone", "g=a", "g=ab", "g=a\\u200bb"]
    assert audit_tables.labelled(accuracy)["label"].is_unique
    assert json.loads(json.dumps(found))["groups"][2]["group"] == {"g": "a\u200bb"}
