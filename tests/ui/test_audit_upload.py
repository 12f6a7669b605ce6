"""A file of one's own on the page: understood aloud, changeable, and there when one comes back."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.audit.report import KNOWN, audit_file
from core.data.published import compas_csv
from tests.audit.tables import ROWS, renamed, text

pytestmark = pytest.mark.usefixtures("server_keeps_files")


def section() -> None:
    import streamlit as st

    from core.ui.sections import audit

    if st.session_state.get("away"):
        st.text("another page")
        return
    audit.section()


def page_with(data: bytes | str, name: str = "t.csv") -> AppTest:
    page = AppTest.from_function(section, default_timeout=60).run()
    page.session_state["audit-table"] = "own"
    content = data.encode() if isinstance(data, str) else data
    return page.run().file_uploader[0].upload(name, content, "text/csv").run()


def control(page: AppTest, label: str):
    kinds = (page.selectbox, page.multiselect, page.number_input, page.text_input, page.toggle,
             page.segmented_control)  # fmt: skip
    return next(found for kind in kinds for found in kind if found.label == label)


def said(page: AppTest) -> str:
    assert not page.exception and not page.error
    return "\n".join(e.value for kind in (page.text, page.markdown, page.info) for e in kind)


def left_and_come_back(page: AppTest) -> AppTest:
    page.session_state["away"] = True
    assert "another page" in said(page.run())
    page.session_state["away"] = False
    return page.run()


def test_what_was_understood_is_shown_before_anything_is_computed():
    page = page_with("\n" + text(sign=";", header="y;p;g"))
    words = said(page)
    assert "**90 rows, 3 columns**, named on line 2; separated by semicolon, encoded in utf-8" in (
        words
    )
    assert "Assumed: The cells are separated by semicolons." in words
    assert page.dataframe[0].value.to_dict("list") == {
        "column": ["y", "p", "g"], "row 1": list(ROWS[0]), "row 2": list(ROWS[1]),
        "row 3": list(ROWS[2]),
    }  # fmt: skip
    assert len(page.dataframe) == 1 and "Choose at least one column" in words


def test_each_assumption_can_be_changed():
    page = page_with("1,1,x\n" + text([*ROWS, ("1", "1", "NA"), ("1", "1")]))
    control(page, "Line that names the columns").set_value(2).run()
    assert "choose to leave such rows out" in said(page) and not page.dataframe
    control(page, "Rows of another length").set_value("leave").run()
    assert "**91 rows, 3 columns**, named on line 2" in said(page)
    control(page, "Groups").set_value(["g"]).run()
    assert "91 rows in 3 groups" in said(page)
    control(page, "Rows whose group is missing").set_value("leave").run()
    assert "90 rows in 2 groups" in said(page)
    control(page, "Rows whose group is missing").set_value("own").run()
    control(page, "Words that are values, not missing").set_value("NA").run()
    told = [one.value for one in page.dataframe if {"rate", "group"} <= set(one.value)]
    assert any("g=NA" in set(one["group"]) for one in told)
    control(page, "Cells are separated by").set_value("tab").run()
    assert "one column only" in said(page) and not page.dataframe


def test_a_file_and_its_answers_are_there_when_one_comes_back():
    page = page_with(renamed({"1": "hired", "0": "rejected"}), "my table.csv")
    control(page, "Groups").set_value(["g"]).run()
    control(page, "Positive class").set_value("rejected").run()
    control(page, "Rows of another length").set_value("leave").run()
    before = said(page)
    assert "'rejected' was taken as the positive class" in before and "my table.csv" in before
    page = left_and_come_back(page)
    assert said(page) == before and not page.file_uploader
    assert control(page, "Groups").value == ["g"]
    assert control(page, "Positive class").value == "rejected"
    assert control(page, "Rows of another length").value == "leave"


def test_another_file_leaves_nothing_of_the_first():
    page = page_with(text())
    control(page, "Groups").set_value(["g"]).run()
    assert "90 rows in 2 groups" in said(page) and not page.file_uploader
    next(button for button in page.button if button.label == "Another file").click().run()
    assert len(page.file_uploader) == 1 and not page.dataframe and "90 rows" not in said(page)
    page.file_uploader[0].upload("bad.csv", b"\x00\x01" * 90, "text/csv").run()
    assert "not a text file" in said(page) and not page.dataframe and not page.multiselect


def test_spellings_are_asked_about_where_they_matter():
    groups = [(y, p, {"A": "male", "B": "Male"}[g] if i % 2 else "x")
              for i, (y, p, g) in enumerate(ROWS)]  # fmt: skip
    page = page_with(text(groups))
    control(page, "Groups").set_value(["g"]).run()
    assert "differ in spelling only" in said(page) and len(page.dataframe) == 1
    asked = "Values that differ in spelling only are"
    control(page, asked).set_value("one").run()
    assert "90 rows in 2 groups" in said(page)
    control(page, asked).set_value("apart").run()
    assert "90 rows in 3 groups" in said(page)


def two_year_file() -> str:
    """Published counts in the shape of the two-year file: two columns stand twice."""
    lines = ["id,race,decile_score,priors_count,text,decile_score,priors_count,two_year_recid"]
    for i, line in enumerate(compas_csv().decode().splitlines()[1:]):
        race, again, high = line.split(",")
        score, priors = (5 + i % 6 if high == "1" else 1 + i % 4), i % 7
        lines.append(f"{i},{race},{score},{priors},x,{score},{priors},{again}")
    return "\n".join(lines)


def test_a_file_with_columns_that_stand_twice_works_on_the_page():
    page = page_with(two_year_file())
    assert "2 columns are named 'decile_score' and are the same: the first was used" in said(page)
    control(page, "What was true").set_value("two_year_recid").run()
    control(page, "What was decided, or a score").set_value("decile_score").run()
    control(page, "Groups").set_value(["race"]).run()
    assert "looks like a score" in said(page)
    control(page, "It is a score: the positive class from a threshold on").set_value(True).run()
    control(page, "Threshold").set_value(5.0).run()
    assert "6,150 rows in 2 groups" in said(page)
    told = next(one.value for one in page.dataframe if {"rate", "group"} <= set(one.value))
    rates = told.set_index(["rate", "group"])["value"].round(4)
    usual = audit_file(compas_csv(), KNOWN["compas"].question)["groups"]
    for row in usual:
        group = f"race={row['group']['race']}"
        for rate in ("false positive rate", "false negative rate"):
            known = row["metrics"][rate.replace(" ", "_")]["value"]
            assert rates[rate, group] == round(known, 4)
    assert rates["false positive rate", "race=African-American"] == 0.4485
    assert rates["false negative rate", "race=Caucasian"] == 0.4772
