"""The code to take home: every experiment's is a program, and two of them are run."""

import ast
import dataclasses
import json
import os
import subprocess
import sys

import pytest

from core.charts import standalone
from core.lab.settings import View
from core.lab.wording import with_interval
from core.ui import script
from tests.runs import SLUGS, found, smallest
from tests.ui.pages import at, installed, toy, words

RUN = ("overfitting/training_time", "tuning/real_gain")


def called(tree, name):
    """The keyword arguments with which a program calls `name`."""
    (call,) = [
        node for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == name
    ]  # fmt: skip
    return {one.arg: ast.literal_eval(one.value) for one in call.keywords}


@pytest.mark.parametrize("slug", SLUGS)
def test_every_script_is_a_program_that_sets_every_knob(slug):
    one, name = found(slug), slug.split("/")[1]
    text = script.script(one, one.smallest, one.view())
    tree = ast.parse(text)
    compile(tree, slug, "exec")
    assert name.isidentifier()
    assert one.config(**called(tree, f"{name}.config")) == one.smallest
    assert called(tree, f"{name}.config") == one.smallest.model_dump()
    assert called(tree, f"{name}.view") == one.view().model_dump()
    assert one.question in ast.get_docstring(tree).replace("\n", " ")


@pytest.mark.parametrize("slug", SLUGS)
def test_every_notebook_holds_the_same_program(slug):
    one = found(slug)
    made = json.loads(script.notebook(one, one.smallest, one.view()))
    assert (made["nbformat"], made["nbformat_minor"]) == (4, 5)
    assert len({cell["id"] for cell in made["cells"]}) == len(made["cells"])
    keys = {"cell_type", "id", "metadata", "source"}
    for cell in made["cells"]:
        code = {"execution_count", "outputs"} if cell["cell_type"] == "code" else set()
        assert set(cell) == keys | code
    program = "\n\n".join(
        "".join(cell["source"]) for cell in made["cells"] if cell["cell_type"] == "code"
    )
    assert "display(chart)" in program
    saved = program.replace("display(chart)", script.SAVED)
    body = script.script(one, one.smallest, one.view()).split('"""\n', 1)[1]
    assert ast.dump(ast.parse(saved)) == ast.dump(ast.parse(body))


@pytest.mark.trained
@pytest.mark.parametrize("slug", RUN)
def test_a_script_gives_the_labs_own_numbers_and_figures(slug, tmp_path):
    one = found(slug)
    text = script.script(one, one.smallest, one.view())
    file = tmp_path / script.file_name(one, "py")
    file.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(file)], capture_output=True, text=True, check=False, cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed.ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    result = smallest(slug).result
    lines = [f"{name}: {with_interval(v)}" for name, v in one.metrics(result).items()]
    assert done.stdout.splitlines() == [one.finding(result), *lines]
    for figure in one.figures:
        if not figure.table(result, one.view()).empty:
            assert list(tmp_path.glob(f"{figure.name}-*.html")), figure.name


def test_a_chart_that_stands_alone_holds_its_data_and_one_for_each_panel():
    one = found("tuning/real_gain")
    result = smallest(one.slug).result
    assert any(figure.panels for figure in one.figures)
    for figure in one.figures:
        table, _ = standalone.data(figure, result, one.view())
        made = list(standalone.charts(figure, result, one.view()))
        panels = table["panel"].nunique() if figure.panels else 1
        assert len(made) == (0 if table.empty else panels)
        rows = [row for chart in made for row in chart.to_dict()["datasets"]["table"]]
        assert len(rows) == len(table)


def test_a_figure_without_rows_has_no_chart():
    one = found("overfitting/training_time")
    empty = next(iter(one.figures)).table(smallest(one.slug).result, one.view()).iloc[:0]
    figure = dataclasses.replace(one.figures[0], table=lambda *_: empty, underlay=None)
    assert list(standalone.charts(figure, None, View())) == []


@pytest.mark.usefixtures("toys")
def test_the_page_offers_the_code_of_the_settings_it_shows(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("LAB_STORE", str(tmp_path_factory.getbasetemp() / "store-of-ui-tests"))
    page = at(toy(wave__height="5"), "Take it with you")
    (shown,) = [code.value for code in page.code if "import" in code.value]
    assert 'wave = experiment("toy", "wave")' in shown and "    height=5," in shown
    assert "Save it in the folder of the Deep Learning Challenges Lab" in words(page)
