"""Names in an audit: printable, and different wherever what they name is."""

from __future__ import annotations

import json
from itertools import product

from core.audit.choices import Choices
from core.audit.naming import metric, short_labels, spelled, visible
from core.audit.question import Question
from core.audit.report import audit_file
from core.ui.sections.audit import audit_tables


def texts(*parts: str, most: int) -> list[str]:
    """Every text of at most so many parts."""
    every = (product(parts, repeat=n) for n in range(most + 1))
    return sorted({"".join(picked) for picks in every for picked in picks})


def test_what_differs_is_shown_differently_and_can_be_printed():
    tried = texts("a", " ", "_", "\\", "u200b", "\u200b", "\n", "\xa0", "\x00", "?", most=3)
    assert all(visible(text).isprintable() for text in tried)
    assert len({visible(text) for text in tried}) == len(tried)
    assert len({metric(f"precision[{text}]") for text in tried}) == len(tried)


def test_crossed_groups_never_share_a_name():
    tried = texts("x", ", b=", ",", '"', "\\", "\u200b", most=3)
    groups = [{"a": one, "b": other} for one in tried for other in tried]
    assert len({spelled(group) for group in groups}) == len(groups)


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
    data = ("y,p,g\n" + "\n".join(lines * 5)).encode()
    found = audit_file(data, Question("y", ["g"], "p"), Choices(spellings="apart"))
    rates = audit_tables.rates(found)
    assert {"precision[a_b]", "precision[a b]"} <= set(rates["rate"])
    assert not rates.duplicated(["rate", "group"]).any()


def test_groups_that_differ_in_a_sign_nobody_sees_are_one():
    found = audit_file(b"y,p,g\n" + rows("a", "a\u200bb", "ab"), Question("y", ["g"], "p"))
    accuracy = audit_tables.rates(found).query("rate == 'accuracy'")
    assert accuracy["group"].tolist() == ["everyone", "g=a", "g=ab"]
    assert accuracy["n"].tolist() == [108, 36, 72]
    assert found["reading"] == ["Column 'g': values that look alike were taken for one."]
    assert json.loads(json.dumps(found))["groups"][1]["group"] == {"g": "ab"}
