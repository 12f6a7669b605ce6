"""Editing the learned rules, without a browser: one list is changed, every number follows."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from core.data.kinship import RELATIONS
from core.ui.sections import kinship
from tests.runs import stored_smallest

SLUG = "hybrid/kinship"
PAIR = (RELATIONS.index("parent"), RELATIONS.index("child"))
RESULT = f"{kinship.KEY}-result-{PAIR[0]}-{PAIR[1]}"


def script(record) -> None:
    from core.ui.sections import kinship

    kinship.section(record)


def opened() -> AppTest:
    return AppTest.from_function(script, default_timeout=30, args=(stored_smallest(SLUG),)).run()


def words(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.error)
    return "\n".join(element.value for kind in kinds for element in kind)


def test_nothing_is_asked_before_a_rule_is_changed():
    page = opened()
    assert "As learned" not in words(page) and "In the family: sibling." in words(page)


def test_a_wrong_rule_shows_its_effect_at_once_and_is_taken_back():
    page = opened()
    page.selectbox(key=RESULT).set_value("cousin").run()
    assert not page.exception and not page.error
    told = words(page)
    assert "my parent’s child is my cousin" in told and "1 rule." in told
    assert "| of 3 that need one of these rules |" in told and "a change of −" in told
    page.button(key=f"{kinship.KEY}-back").click().run()
    assert "Typed in" not in words(page) and page.selectbox(key=RESULT).value == kinship.AS_LEARNED


def test_rules_add_up_and_one_is_dropped_where_it_is_set_back():
    page = opened()
    page.selectbox(key=RESULT).set_value("cousin").run()
    page.selectbox(key=f"{kinship.KEY}-second").set_value("parent").run()
    other = RESULT.rsplit("-", 1)[0] + f"-{RELATIONS.index('parent')}"
    page.selectbox(key=other).set_value("child").run()
    assert "2 rules." in words(page)
    page.selectbox(key=f"{kinship.KEY}-second").set_value("child").run()
    assert page.selectbox(key=RESULT).value == "cousin", "what was typed in is remembered"
    page.selectbox(key=RESULT).set_value(kinship.AS_LEARNED).run()
    assert "1 rule." in words(page) and "my parent’s parent is my child" in words(page)


def test_a_pair_with_more_than_one_answer_says_that_no_chain_needs_it():
    page = opened()
    page.selectbox(key=f"{kinship.KEY}-first").set_value("cousin").run()
    page.selectbox(key=f"{kinship.KEY}-second").set_value("cousin").run()
    assert "more than one answer" in words(page)
    place = RELATIONS.index("cousin")
    page.selectbox(key=f"{kinship.KEY}-result-{place}-{place}").set_value("parent").run()
    assert "need one of these rules" not in words(page) and "no clear change" in words(page)
