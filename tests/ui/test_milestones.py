"""A text that leads to runs: where it is taken apart, and where its links go."""

from __future__ import annotations

from urllib.parse import parse_qsl

from streamlit.testing.v1 import AppTest

from core.ui.milestones import parts

TEXT = """
**1958.** A unit that learns.
Retrained: history/xor

**1997.** A cell that keeps.
Retrained: history/depth, history/memory

**2018.** A prize.

The end.
"""


def script(text: str) -> None:
    import streamlit as st

    from core.ui import milestones, navigation

    st.navigation([st.Page(navigation.file_of("history"), default=True)], position="hidden")
    milestones.draw(text)


def test_a_text_is_taken_apart_behind_each_line_that_names_experiments():
    assert list(parts(TEXT)) == [
        ("**1958.** A unit that learns.", ("history/xor",)),
        ("**1997.** A cell that keeps.", ("history/depth", "history/memory")),
        ("**2018.** A prize.\n\nThe end.", ()),
    ]
    assert list(parts("plain words")) == [("plain words", ())]


def test_each_paragraph_has_links_that_open_its_experiments():
    page = AppTest.from_function(script, default_timeout=30, args=(TEXT,)).run()
    assert not page.exception
    found = [link.proto for link in page.main.get("page_link")]
    assert [link.label for link in found] == ["XOR", "Depth", "Memory"]
    assert [dict(parse_qsl(link.query_string.lstrip("?"))) for link in found] == [
        {"history.experiment": name} for name in ("XOR", "Depth", "Memory")
    ]
    assert len(page.caption) == 2 and len(page.markdown) == 3
