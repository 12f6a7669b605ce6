"""The audit on the page: what is shown of a stranger's table, and that it stays in memory."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.audit.choices import Choices
from core.audit.question import Question
from core.audit.report import audit_file
from core.audit.settings import Settings
from core.charts import audit as charts
from core.data.published import compas_csv
from core.ui import downloads, readings, upload_limits
from core.ui.sections import audit
from core.ui.sections.audit import audit_tables, questions

pytestmark = pytest.mark.usefixtures("server_keeps_files")
HOSTILE = "=cmd|' /C calc'!A0"


def hostile_report(values: tuple[str, ...] = (HOSTILE, "<script>", "__proto__")) -> dict:
    rng = np.random.default_rng(0)
    lines = ["y,p,a.b[c]:mean(x)"]
    lines += [f"{rng.integers(2)},{rng.integers(2)},{rng.choice(values)}" for _ in range(300)]
    return audit_file("\n".join(lines).encode(), Question("y", ["a.b[c]:mean(x)"], "p"))


def test_tables_hold_the_report():
    found = audit_file(compas_csv(), Question("two_year_recid", ["race"], "high_score"))
    rates = audit_tables.rates(found).set_index(["rate", "group"])
    assert rates.loc[("false positive rate", "race=Caucasian"), "value"] == pytest.approx(
        349 / 1488
    )
    assert rates.loc[("accuracy", "everyone"), "n"] == 6150
    gaps = audit_tables.gaps(found)
    assert set(gaps["verdict"]) <= {"more than chance", "could be chance"}
    assert len(gaps) == len(found["differences"]) + len(found["ratios"])
    said = audit_tables.verdict(found)
    assert "differences are more than chance, corrected for the number of tests" in said
    assert "with a 95% interval of 21.5 to 26.5" in said
    assert json.loads(audit_tables.json_bytes(found))["n"] == 6150


def test_what_is_not_defined_has_no_number_and_a_reason():
    body = b"1,1,a\n0,0,a\n1,0,b\n0,1,b\n0,1,c\n0,0,c\n" * 20
    found = audit_file(b"y,p,g\n" + body, Question("y", ["g"], "p"))
    gaps = audit_tables.gaps(found).set_index("gap")
    row = gaps.loc["equal opportunity difference"]
    assert row[["value", "low", "high", "p, corrected"]].isna().all()
    assert "does not exist in group g=c (no positives)" in row["verdict"]
    assert gaps.loc["equal opportunity difference, where defined", "value"] == 1
    said = audit_tables.verdict(found)
    assert "3 differences are not defined" in said and "g=c" not in said
    undefined = json.loads(audit_tables.json_bytes(found))["differences"]
    assert undefined["equalized_odds_difference"]["value"] is None


def test_the_verdict_holds_no_word_of_the_file():
    said = audit_tables.verdict(hostile_report())
    assert "script" not in said and "cmd" not in said and "mean(x)" not in said


def test_downloads_hold_no_formulas():
    columns = "=1+1,y,p\n"
    body = "".join(f"{HOSTILE},{i % 2},{i // 2 % 2}\nb,{i % 2},{i // 2 % 2}\n" for i in range(60))
    found = audit_file((columns + body).encode(), Question("y", ["=1+1"], "p"))
    text = downloads.csv_bytes(audit_tables.rates(found)).decode()
    cells = [cell.strip('"') for line in text.splitlines() for cell in line.split(",")]
    assert any(cell.startswith("'=") for cell in cells)
    assert not any(cell.startswith(("=", "@", "+")) for cell in cells)


def test_long_names_stay_apart_on_the_axis():
    found = hostile_report(("x" * 200 + "1", "x" * 200 + "2"))
    rates = audit_tables.rates(found)
    labels = audit_tables.labelled(rates[rates["rate"] == "accuracy"])["label"]
    assert labels.is_unique and labels.str.len().max() < 60


def test_the_chart_names_our_columns_only():
    spec = json.dumps(charts.group_rates(None).to_dict())
    for name in ("label", "group", "value", "low", "high"):
        assert f'"field": "{name}"' in spec


def test_the_server_keeps_large_parts_in_memory():
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    from starlette.datastructures import Headers
    from starlette.formparsers import MultiPartParser

    upload_limits.keep_in_memory()
    boundary, content = b"x", b"1" * 5_000_000

    async def body():
        head = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a.csv"\r\n\r\n'
        yield head + content + b"\r\n--" + boundary + b"--\r\n"

    async def parse():
        headers = Headers({"content-type": "multipart/form-data; boundary=x"})
        form = await MultiPartParser(headers, body()).parse()
        file = form["f"]
        rolled = file.file._rolled
        size = len(await file.read())
        await form.close()
        return rolled, size

    # In a thread of its own: the browser tests leave a loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(lambda: asyncio.run(parse())).result() == (False, len(content))


def section() -> None:
    from core.ui.sections import audit

    audit.section()


def opened() -> AppTest:
    return AppTest.from_function(section, default_timeout=30).run()


def with_own(name: str, data: bytes) -> AppTest:
    page = opened()
    page.session_state["audit-table"] = "own"
    return page.run().file_uploader[0].upload(name, data, "text/csv").run()


def markdown_of(page: AppTest) -> str:
    """Everything that goes through Markdown."""
    kinds = (page.markdown, page.caption, page.warning, page.error, page.info, page.header)
    return "\n".join(element.value for kind in kinds for element in kind)


def test_the_example_is_compas():
    page = opened()
    assert not page.exception and not page.error
    assert "6,150 rows in 2 groups" in markdown_of(page)
    assert page.dataframe[1].proto.placeholder == "not defined"
    rates = page.dataframe[1].value
    race = rates[(rates["rate"] == "false positive rate") & (rates["group"] == "race=Caucasian")]
    assert race["value"].iloc[0] == pytest.approx(0.2345, abs=5e-5)


def test_a_hostile_table_is_audited_and_never_reaches_markdown():
    name = "![](http://beacon)<img src=x> :red[a]"
    values = ("=1+1", "**b**", "<script>")
    lines = [f"y,p,{name},__proto__"] + [
        f"{i % 2},{i // 3 % 2},{values[i % 3]},{'constructor' if i % 5 else 'x'}"
        for i in range(200)
    ]
    page = with_own("bad.csv", "\n".join(lines).encode())
    labels = [box.label for box in page.selectbox]
    assert {"What was true", "What was decided, or a score"} <= set(labels)
    page.multiselect[0].set_value([name, "__proto__"]).run()
    assert not page.exception and not page.error
    said = markdown_of(page)
    assert "200 rows in 6 groups" in said
    for part in ("beacon", "script", "__proto__", "1+1"):
        assert part not in said
    assert any("<script>" in group for group in page.dataframe[-1].value["group"])


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (b"\x00\x01\x02\x00\xff" * 9, "not a text file"),
        (b"PK\x03\x04" * 9, "damaged"),
        (b"a," * 200_000 + b"\n", "longer than"),
        (b"y,p,g\n1,1,a\n1,0,b\n", "Choose at least one column"),
    ],
)
def test_what_cannot_be_audited_is_told_in_a_sentence(data, part):
    page = with_own("bad.csv", data)
    assert not page.exception and not page.error
    assert part in "\n".join([*(text.value for text in page.text), markdown_of(page)])


def test_nothing_of_a_table_is_logged(caplog):
    data = b"y,p,secretname\n1,1,secretvalue\n0,x,secretvalue\n"
    page = with_own("bad.csv", data)
    page.multiselect[0].set_value(["secretname"]).run()
    assert "secret" not in caplog.text
    assert not page.exception


def test_more_can_be_asked_and_the_answers_are_drawn():
    rows = "\n".join(
        f"{i % 2},{i // 2 % 2},{i * 37 % 100 / 100},{'ab'[i % 3 % 2]},{20 + i % 40},{i % 5 % 2}"
        for i in range(240)
    )
    page = with_own("t.csv", ("y,p,s,g,age,st\n" + rows).encode())
    page.selectbox(key=next(w.key for w in page.selectbox if w.label == "What was decided, or a "
                            "score")).set_value("s")  # fmt: skip
    page.toggle[0].set_value(True)
    page.multiselect[0].set_value(["g", "age"])
    page.run()
    named = {widget.label: widget for widget in (*page.text_input, *page.selectbox)}
    named["Bins of numbers"].set_value("age=30,50")
    named["Compare within"].set_value("st")
    page.run()
    assert not page.exception and not page.error and not page.warning
    said = "\n".join(element.value for element in page.text)
    assert "within 0" in said and "as if spread alike over the strata" in said
    assert "Rate at every threshold" in [widget.label for widget in page.selectbox]
    assert "Report as HTML" in [button.label for button in page.get("download_button")]


def test_what_cannot_be_asked_is_one_sentence_and_no_result_stays():
    page = opened()
    named = {widget.label: widget for widget in page.text_input}
    named["Hold others against"].set_value("race=**nobody**")
    page.run()
    assert not page.exception and not page.dataframe
    assert "no group '**nobody**'" in page.text[-1].value
    assert "nobody" not in markdown_of(page)


def test_predicted_numbers_are_drawn_as_numbers():
    rows = "\n".join(f"{i % 7},{i % 5 + i % 3},{'ab'[i % 2]}" for i in range(120))
    page = with_own("t.csv", ("y,p,g\n" + rows).encode())
    page.multiselect[0].set_value(["g"]).run()
    next(w for w in page.toggle if w.label == "Truth and decision are numbers").set_value(True)
    page.run()
    assert not page.exception and not page.error
    (gaps,) = [one.value for one in page.dataframe if "gap" in one.value]
    assert "mean error difference" in gaps["gap"].tolist()


def test_the_built_in_table_is_audited_once_for_all_visitors(monkeypatch):
    audited, counted = [], []
    audit_, count = audit.audit_file, questions.counted
    monkeypatch.setattr(readings, "shelf", readings.Shelf(99))
    monkeypatch.setattr(audit, "audit_file", lambda *a: audited.append(a) or audit_(*a))
    monkeypatch.setattr(questions, "counted", lambda *a: counted.append(a) or count(*a))
    first, second = opened(), opened()
    assert (len(audited), len(counted)) == (1, 1)
    assert [t.value.to_csv() for t in first.dataframe] == [
        t.value.to_csv() for t in second.dataframe
    ]
    said = [[text.value for text in page.text] for page in (first, second)]
    assert said[0] == said[1] and said[0]


def test_a_file_is_audited_for_its_visitor_alone_whatever_it_is_called(monkeypatch):
    audited = []
    audit_ = audit.audit_file
    monkeypatch.setattr(readings, "shelf", readings.Shelf(99))
    monkeypatch.setattr(audit, "audit_file", lambda *a: audited.append(a) or audit_(*a))
    lines = ["race,two_year_recid,high_score", *(f"{'xy'[i % 2]},{i % 2},1" for i in range(90))]
    mine = "\n".join(lines).encode()
    monkeypatch.setattr(audit, "_data", lambda choice: (mine, "compas"))  # As the other is named.
    page = opened()
    assert len(audited) == 1 and "90 rows" in markdown_of(page)
    assert not readings.shelf._kept
    monkeypatch.undo()
    assert "6,150 rows" in markdown_of(opened())


def test_what_was_typed_is_kept_for_nobody():
    usual, plain = Question("y", ("g",), "p"), Choices()
    assert audit.is_from_lists(usual, plain)
    assert not audit.is_from_lists(Question("y", ("g",), y_score="p", threshold=0.31), plain)
    assert not audit.is_from_lists(replace(usual, settings=Settings(bins={"g": 3})), plain)
    assert not audit.is_from_lists(usual, Choices(values=("secret",)))
