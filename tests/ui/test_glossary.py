"""The words used on a page, explained from one file."""

import pytest

from core.ui import glossary
from tests.runs import SLUGS, found
from tests.ui.pages import toy, whole, words

MOST_WORDS = 45


def test_every_term_is_explained_in_a_few_words_and_used_somewhere():
    names = [term.name for term in glossary.terms()]
    assert len(set(names)) == len(names)
    everywhere = {term.name for slug in SLUGS for term in glossary.used(found(slug))}
    assert everywhere == set(names)
    for term in glossary.terms():
        assert term.means.endswith(".") and len(term.means.split()) <= MOST_WORDS, term.name


@pytest.mark.parametrize("slug", SLUGS)
def test_every_experiment_has_terms_and_they_stand_in_its_words(slug):
    used = glossary.used(found(slug))
    assert len(used) >= 3
    text = "\n".join(glossary.said_by(found(slug)))
    spelled = text.lower()
    for term in used:
        assert any(one.lower() in spelled for one in (term.name, *term.also)), term.name


def test_a_term_is_a_word_of_its_own():
    term = glossary.Term("ridge", "A penalty.", ("batch size",))
    assert term.stands_in("With Ridge, it holds.") and term.stands_in("a batch size of 2")
    assert not term.stands_in("a bridge") and not term.stands_in("a batch sized well")


@pytest.mark.usefixtures("toys")
def test_the_popover_is_filled_when_it_is_opened(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("LAB_STORE", str(tmp_path_factory.getbasetemp() / "store-of-ui-tests"))
    page = toy()
    assert "The number from which all random draws" not in words(page)
    page.session_state["toy/wave-glossary"] = True
    page.run()
    assert whole(page)
    assert "**seed**: The number from which all random draws" in words(page)
