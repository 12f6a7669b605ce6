"""Finding things: the menu, the search, the map on the home page and the pages of the tools."""

from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from core import challenges
from core.lab.claims import Claim
from core.lab.run import complete
from core.lab.wording import capital
from core.ui import cards, glossary, links, navigation, search
from tests.ui.pages import installed, open_page, toy, whole, words

pytestmark = pytest.mark.usefixtures("toys")


@pytest.fixture(autouse=True)
def _own_store(tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.getbasetemp() / "store-of-ui-tests"
    monkeypatch.setenv("LAB_STORE", str(folder))


def in_the_menu(page):
    """Names of the links beside the page, and the headings over them."""
    links_of = [element.proto.label for element in page.sidebar.get("page_link")]
    return links_of, [caption.value for caption in page.sidebar.caption]


def real(name):
    """A page of the real app."""
    installed.remove()
    page = AppTest.from_file(str(installed.ROOT / "app.py"), default_timeout=60)
    page.switch_page(f"pages/{name}.py")
    return page.run()


def test_the_menu_names_every_page_under_its_chapter():
    page = toy()
    assert in_the_menu(page) == (["Home", "Ledger", "A toy"], ["Generalization"])
    labels, headings = in_the_menu(real("ledger"))
    names = [one.title for one in challenges.challenges()]
    assert labels == ["Home", "Ledger", *names, *(tool.title for tool in navigation.TOOLS)]
    assert headings == [*challenges.CHAPTERS, "Try yours"]


def test_the_style_sheet_leaves_the_menu_as_much_room_as_it_takes():
    style = (installed.ROOT / "assets" / "style.css").read_text()
    assert f'[data-testid="stMain"] {{ padding-left: {navigation.MENU_WIDTH}px; }}' in style


def test_a_projector_shows_no_menu():
    page = open_page("toy", present="1")
    assert in_the_menu(page) == ([], [])


@pytest.mark.parametrize("tool", navigation.TOOLS, ids=lambda tool: tool.slug)
def test_a_tool_has_a_page_of_its_own(tool):
    page = real(tool.slug)
    assert not page.exception and not page.error
    assert page.title[0].value == tool.title
    assert tool.question in words(page)


def test_the_mystery_shows_its_suspects_before_it_asks():
    page = real("mystery")
    assert [h.value for h in page.header] == [
        "The suspects: one picture without a mark and with each"
    ]
    assert page.button(key="mystery-new").label == "New mystery"


def found(text):
    return [(entry.kind, entry.title) for entry in search.search(text)]


def test_every_page_experiment_and_claim_is_found_by_its_own_words():
    index = search.index()
    kinds = {(one.kind, one.title) for one in index}
    for challenge in challenges.challenges():
        assert ("page", challenge.title) in kinds
        for name in challenge.experiments:
            experiment = challenges.experiment(challenge.slug, name)
            assert ("experiment", experiment.title) in found(experiment.question)
            for claim in experiment.claims:
                assert ("claim", claim.sentence) in kinds
    assert len({(one.kind, one.title, one.place) for one in index}) == len(index)


def test_what_is_in_a_title_comes_first_and_every_word_must_be_there():
    assert found("GROKKING")[0] == ("experiment", "Grokking")
    assert found("dropout attack weaker") == [("claim", "Dropout makes the attack weaker.")]
    assert found("dropout zebra") == [] == found("   ")


def test_words_under_a_figure_are_found_and_quoted_without_markup():
    entry = next(one for one in search.search("early stopping") if one.kind == "experiment")
    said = entry.excerpt(["stopping"])
    assert "stopping" in said.lower()
    assert not set("*[]#`") & set(said)
    assert len(said) <= search.MOST_SIGNS + 2


def test_a_word_is_explained_before_what_uses_it():
    word = search.search("dropout")[0]
    assert (word.kind, word.title) == ("word", "Dropout")
    (term,) = [one for one in glossary.terms() if one.name == "dropout"]
    assert word.excerpt(["dropout"]) == term.means
    assert "Remedies" in word.place
    assert {one.title for one in search.index() if one.kind == "word"} == {
        capital(one.name) for one in glossary.terms()
    }


def test_a_claim_is_found_with_its_whole_source():
    entry = next(one for one in search.search("dropout attack weaker"))
    assert entry.excerpt(["dropout"]) == "Salem et al. 2019; from memory"


def test_no_excerpt_begins_or_ends_inside_a_sentence():
    for entry in search.index():
        if entry.kind == "experiment":
            for line in entry.words.splitlines():
                assert not "a" <= line.strip()[:1] <= "z", (entry.title, line)


def test_a_search_on_home_leads_to_the_very_settings():
    page = open_page("home", **{"search.words": "wave of ten metres"})
    assert not page.exception and not page.error and not page.warning
    link = page.main.get("page_link")[0].proto
    claim = next(c for c in challenges.experiment("toy", "wave").claims if c.name == "high")
    assert claim.sentence == link.label
    asked = search.search("wave of ten metres")[0].parameters
    assert asked["toy.wave.height"] == "10" and asked[links.GUESS] == "0"
    again = open_page("toy", **asked)
    assert whole(again) and not again.warning
    assert again.select_slider(key="toy.wave.height").value == 10


def test_a_search_that_finds_nothing_says_so_and_repeats_nothing():
    page = open_page("home", **{"search.words": "![x](http://evil.example/x.png)"})
    assert "Nothing here is about that" in words(page)
    assert "evil" not in words(page)


def test_every_card_holds_the_question_and_a_decided_claim_with_its_interval():
    page = real("home")
    for challenge in challenges.challenges():
        assert challenge.question in words(page)
        said = cards.measured(challenge)
        assert said in words(page)
        first = challenges.experiment(challenge.slug, challenge.experiments[0])
        assert any(claim.sentence in said for claim in first.claims), challenge.slug
        assert said.endswith("]**]") and "not shown" not in said
    assert page.get("popover")


def test_a_card_of_which_nothing_is_stored_or_decided_says_its_question_alone(monkeypatch):
    wave = challenges.experiment("toy", "wave")
    record = SimpleNamespace(result=complete(wave.run(wave.config())))
    monkeypatch.setattr(cards.store, "find", lambda *_: None)
    assert cards.decided(wave) == ""
    monkeypatch.setattr(cards.store, "find", lambda *_: SimpleNamespace(record=record))
    assert "The wave is taller than one metre." in cards.decided(wave)
    monkeypatch.setattr(Claim, "verdict", lambda *_: "not shown")
    assert cards.decided(wave) == ""
