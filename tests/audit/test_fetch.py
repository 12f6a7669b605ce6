"""Tables by download: a made-up OpenML, every way it can fail, and what is kept."""

from __future__ import annotations

import http.client
import io
import subprocess
import sys
import threading
import urllib.error
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.audit.fetch import adult, child, tables
from core.audit.fetch.tables import Ending
from core.audit.reading import TableError
from core.audit.report import KNOWN, audit_file
from core.cli.main import main
from core.store import store

REAL_POPEN = subprocess.Popen


def frame(n: int = 2000) -> pd.DataFrame:
    """Rows like Adult's: schooling and marriage pay, and husbands are men."""
    rng = np.random.default_rng(0)
    sex = rng.choice(["Male", "Female"], n)
    married = rng.random(n) < 0.5
    years = rng.integers(5, 16, n)
    paid = years + 4 * married + rng.normal(size=n) * 2 > 15.5
    return pd.DataFrame({
        "age": rng.integers(18, 70, n), "education-num": years, "capital-gain": 0,
        "capital-loss": rng.choice([0, 1900], n), "hours-per-week": 40,
        "workclass": pd.Categorical(rng.choice(["Private", "?"], n)),
        "marital-status": np.where(married, "Married", "Single"),
        "occupation": rng.choice(["Sales", None], n),
        "relationship": np.where(married, np.where(sex == "Male", "Husband", "Wife"), "Own-child"),
        "sex": sex, "race": rng.choice(["White", "Black"], n),
        "class": np.where(paid, ">50K", "<=50K"),
    })  # fmt: skip


def columns(table: pd.DataFrame) -> dict[str, list[object]]:
    return {name: table[name].tolist() for name in table.columns}


@pytest.fixture(autouse=True)
def small_and_apart(monkeypatch, tmp_path):
    """A store of its own, a small Adult, and no bounds on the process of the tests."""
    monkeypatch.setenv("LAB_STORE", str(tmp_path / "store"))
    monkeypatch.setattr(adult, "ROWS", (1000, 3000))
    monkeypatch.setattr(child, "bounded", lambda: None)
    tables.forget()
    yield
    tables.forget()


def instead(monkeypatch, code: str) -> list[list[str]]:
    """Let the process that downloads run this code; returns what it was asked for."""
    asked: list[list[str]] = []

    def started(command, **options):
        asked.append(command)
        return REAL_POPEN([sys.executable, "-c", code], **options)

    monkeypatch.setattr(tables.subprocess, "Popen", started)
    return asked


def body() -> bytes:
    return adult.decisions(columns(frame()))


def test_decisions_are_about_the_other_half_and_good():
    table = pd.read_csv(io.BytesIO(body()))
    assert list(table.columns) == ["sex", "race", "over_50k", "predicted", "score"]
    assert len(table) == 1000
    assert (table["over_50k"] == table["predicted"]).mean() > 0.8
    assert ((table["score"] >= 0.5) == (table["predicted"] == "yes")).mean() > 0.999
    assert body() == body()


def test_the_model_sees_neither_sex_nor_race_and_missing_words_are_a_word():
    table = columns(frame())
    before = adult.inputs(table)
    for name in adult.GROUPS:
        table[name] = table[name][::-1]
    np.testing.assert_array_equal(adult.inputs(table), before)
    assert set(adult.words_of(table["workclass"])) == {"Private", "not told"}
    assert set(adult.words_of(table["occupation"])) == {"Sales", "not told"}


def test_only_its_own_table_is_ever_dropped(monkeypatch):
    folder = store.place() / "tables"
    folder.mkdir(parents=True)
    foreign = [folder / name for name in ("mine.table", "mine.tmp", ".adult.tmp")]
    for file in foreign:
        file.write_bytes(bytes(8 * tables.MOST_BYTES))
    instead(monkeypatch, "print('a,b')")
    assert tables.adult() == b"a,b\n" and (folder / "adult.table").exists()
    assert all(file.exists() for file in foreign)


@pytest.mark.skipif(sys.platform == "win32", reason="there a mode says nothing")
def test_a_place_that_others_may_write_into_is_not_used(monkeypatch, caplog):
    instead(monkeypatch, "print('a,b')")
    assert tables.adult() == b"a,b\n" and tables.is_kept("adult")
    (store.place() / "notes.txt").write_text("mine")
    store.place().chmod(0o777)
    store.opened.cache_clear()
    assert not tables.is_kept("adult"), "it might have been planted"
    assert tables.adult() == b"a,b\n" and tables.is_kept("adult"), "at hand"


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t.drop(columns="sex"),
        lambda t: t.head(500),
        lambda t: t.assign(**{"class": "<=50K"}),
        lambda t: t.assign(age="old"),
        lambda t: t.assign(age=np.nan),
    ],
)
def test_another_table_is_not_taken_for_adult(change):
    with pytest.raises(adult.UnexpectedError):
        adult.decisions(columns(change(frame())))


def test_the_child_prints_the_decisions(capfdbinary):
    asked = {}

    def fetch(**options):
        asked.update(options)
        return SimpleNamespace(frame=frame())

    assert child.main(fetch) == Ending.DONE
    assert capfdbinary.readouterr().out == body()
    assert asked["data_id"] == 1590 and asked["cache"] is False


@pytest.mark.parametrize(
    ("error", "ending"),
    [
        (urllib.error.URLError("no route"), Ending.NO_NETWORK),
        (ConnectionResetError(), Ending.NO_NETWORK),
        (urllib.error.HTTPError("u", 503, "down", None, None), Ending.NOT_OFFERED),
        (ValueError("md5"), Ending.NOT_OFFERED),
        (TimeoutError(), Ending.TOO_SLOW),
        (http.client.IncompleteRead(b""), Ending.TOO_SLOW),
        (MemoryError(), Ending.UNEXPECTED),
        (KeyError("frame"), Ending.UNEXPECTED),
    ],
)
def test_how_the_child_ends_tells_why(error, ending, capfdbinary):
    def fetch(**options):
        raise error

    assert child.main(fetch) == ending
    assert capfdbinary.readouterr().out == b""


def test_what_came_is_kept_and_checked(monkeypatch):
    asked = instead(monkeypatch, "print('a,b')")
    assert not tables.is_kept("adult")
    assert tables.adult() == tables.adult() == b"a,b\n"
    assert len(asked) == 1 and asked[0][1:] == ["-m", "core.audit.fetch.child", "adult"]
    file = store.place() / "tables" / "adult.table"
    file.write_bytes(file.read_bytes()[:-2] + b"c\n")
    assert not tables.is_kept("adult")
    assert tables.adult() == b"a,b\n" and len(asked) == 2


def test_two_visitors_download_once(monkeypatch):
    asked = instead(monkeypatch, "import time; time.sleep(0.3); print('a,b')")
    found: list[bytes] = []
    visitors = [threading.Thread(target=lambda: found.append(tables.adult())) for _ in range(3)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert found == [b"a,b\n"] * 3 and len(asked) == 1


def test_a_full_disk_does_no_harm(monkeypatch):
    instead(monkeypatch, "print('a,b')")

    def refuse(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tables.Folder, "write", refuse)
    assert tables.adult() == b"a,b\n"
    assert tables.is_kept("adult")


@pytest.mark.parametrize(
    ("code", "part"),
    [
        ("raise SystemExit(3)", "cannot reach openml.org"),
        ("raise SystemExit(4)", "does not hand it out"),
        ("raise SystemExit(6)", "not the table that was expected"),
        ("raise SystemExit(1)", "stopped early"),
        ("import os; os.abort()", "stopped early"),
        ("print('x' * 6_000_000)", "stopped early"),
        ("", "stopped early"),
        ("import time; print('a', flush=True); time.sleep(30)", "did not answer"),
    ],
)
def test_every_failure_is_one_sentence_and_nobody_asks_again_at_once(monkeypatch, code, part):
    asked = instead(monkeypatch, code)
    monkeypatch.setattr(tables, "MOST_SECONDS", 2.0)
    for _ in range(2):
        with pytest.raises(TableError, match=part) as caught:
            tables.adult()
        assert str(caught.value).count(".") <= 2 and str(caught.value).endswith(".")
    assert len(asked) == 1
    assert not tables.is_kept("adult")


def test_the_command_line_says_the_same_sentence(monkeypatch, capsys):
    instead(monkeypatch, "raise SystemExit(3)")
    with pytest.raises(SystemExit) as stopped:
        main(["audit", "--dataset", "adult"])
    assert stopped.value.code == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 1 and "openml.org" in said.err


def test_the_command_line_audits_it(monkeypatch, capsys):
    monkeypatch.setattr(tables, "_fetched", lambda name: body())
    assert main(["audit", "--dataset", "adult"]) == 0
    assert "sex=Female" in capsys.readouterr().out
    scored = ["--y-score", "score", "--threshold", "0.3", "--groups", "sex"]
    assert main(["audit", "--dataset", "adult", *scored]) == 0
    assert "ECE" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words", [[], ["x.csv", "--dataset", "adult"], ["x.csv", "--y-true", "a", "--groups", "b"]]
)
def test_what_is_missing_is_told(words, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["audit", *words])
    assert stopped.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_the_usual_question_fits_the_table():
    found = audit_file(body(), KNOWN["adult"].question)
    assert found["n"] == 1000 and set(found["by_column"]) == {"sex", "race"}
    assert not any("was taken for" in warning for warning in found["warnings"])


def section() -> None:
    from core.ui.sections import audit

    audit.section()


def chosen() -> AppTest:
    page = AppTest.from_function(section, default_timeout=30).run()
    page.session_state["audit-table"] = "adult"
    return page.run()


def test_the_page_asks_before_it_downloads_and_says_what_failed(monkeypatch):
    asked = instead(monkeypatch, "raise SystemExit(3)")
    page = chosen()
    assert asked == [] and not page.dataframe
    page.button[0].click().run()
    assert not page.exception and not page.error
    assert any("cannot reach openml.org" in text.value for text in page.text)
    assert len(asked) == 1


def test_the_page_audits_what_came_and_finds_it_again(monkeypatch):
    monkeypatch.setattr(tables, "_fetched", lambda name: body())
    page = chosen()
    page.button[0].click().run()
    assert not page.exception and not page.error
    assert "1,000 rows" in " ".join(text.value for text in page.markdown)
    again = chosen()
    assert "Download it from openml.org" not in [button.label for button in again.button]
    assert again.multiselect[0].value == ["sex", "race"]


@pytest.mark.slow
def test_without_a_network_the_real_one_says_so(monkeypatch):
    for name in ("https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # Nobody listens there.
    with pytest.raises(TableError, match="cannot reach openml.org"):
        tables.adult()
