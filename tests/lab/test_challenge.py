"""The papers behind the pages, as they are written down."""

from __future__ import annotations

import pytest

from core.challenges import challenges
from core.lab import challenge
from core.lab.challenge import sources_of


@pytest.mark.parametrize("slug", [one.slug for one in challenges()])
def test_every_page_names_its_sources_once(slug: str) -> None:
    sources = sources_of(slug)
    assert len(sources) > 2
    assert len({one.citation for one in sources}) == len(sources)
    for one in sources:
        assert one.url.startswith("https://")
        assert one.says[-1] in ".?" and len(one.says) > 20


def test_what_a_source_lacks_is_an_error(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(challenge, "WORDS", tmp_path)
    (tmp_path / "one").mkdir()
    file = tmp_path / "one" / "sources.toml"
    file.write_text('[[source]]\ncitation = "A 2020"\nurl = "https://a.org"\nsays = "B."\n')
    (found,) = sources_of("one")
    assert (found.citation, found.read) == ("A 2020", False)
    file.write_text('[[source]]\ncitation = "A 2020"\n')
    with pytest.raises(TypeError):
        sources_of("one")
    with pytest.raises(OSError, match="two"):
        sources_of("two")
