"""The text of Python's own library: counted by hand, and told apart from another text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.data import library_text
from core.data.two_back import SIGNS, language_of_counts
from core.lab.run import CannotRunError, complete


@pytest.fixture
def other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that stands for another Python's library: one module."""
    (tmp_path / "abc.py").write_text("Eee\n", encoding="utf-8")
    (tmp_path / "mine.py").write_text("no module of the library", encoding="utf-8")
    caches = (library_text.modules, library_text.digest)
    for cached in caches:
        cached.cache_clear()
    monkeypatch.setattr(library_text.sysconfig, "get_path", lambda name: str(tmp_path))
    yield tmp_path
    for cached in caches:
        cached.cache_clear()


def test_all_signs_are_frequent_ones_or_one_other():
    assert len(library_text.FREQUENT) == len(set(library_text.FREQUENT)) == SIGNS - 1


def test_triples_of_a_text_are_counted_without_case(other):
    language = complete(library_text.read_half(0))
    e, end = library_text.FREQUENT.index("e"), library_text.FREQUENT.index("\n")
    assert language.joint.reshape((SIGNS,) * 3)[e, e, e] == 0.5
    assert language.following[e, e, end] == 0.5
    assert language.entropy == pytest.approx(np.log(2)), "of two e either sign comes next"


def test_another_text_has_another_digest(other):
    before = library_text.digest()
    library_text.digest.cache_clear()
    library_text.modules.cache_clear()
    (other / "ast.py").write_text("e", encoding="utf-8")
    assert len(before) == 16 and library_text.digest() != before


def test_a_python_without_the_text_says_so(other):
    (other / "abc.py").unlink()
    library_text.modules.cache_clear()
    with pytest.raises(CannotRunError, match="without the text"):
        complete(library_text.read_half(0))
    assert library_text.digest(), "its key can be told all the same"


def test_the_library_that_runs_this_is_read_in_halves_that_differ_from_seed_to_seed():
    first, second = (complete(library_text.read_half(seed)) for seed in (0, 1))
    assert len(library_text.modules()) > 100
    assert 1.2 < first.entropy < 2.2 and first.entropy != second.entropy
    assert first.joint.sum() == pytest.approx(1)
    assert complete(library_text.read_half(0)).entropy == first.entropy
    common = library_text.FREQUENT.index(" ")
    assert first.joint.reshape((SIGNS,) * 3).sum((0, 1)).argmax() == common


def test_what_never_follows_has_no_share_and_what_never_comes_counts_for_nothing():
    counts = np.zeros((SIGNS,) * 3)
    counts[0, 1, 2], counts[1, 2, 0] = 3, 1
    language = language_of_counts(counts)
    assert language.entropy == 0, "the next sign is certain"
    assert language.contexts[0, 1] == 0.75
    assert language.following.sum(2) == pytest.approx(np.ones((SIGNS, SIGNS)))
