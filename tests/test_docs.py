"""What the documents say exists, exists; the commands they give are the commands that work."""

from __future__ import annotations

import importlib.util
import inspect
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import core
from core import challenges
from core.cli.arguments import SUMMARIES, parse
from core.lab.run import complete
from core.lab.settings import knobs
from core.running.worker import Worker
from core.store import encoding
from core.store.store import MOST_BYTES

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
every_document = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)


def text(*parts: str) -> str:
    return ROOT.joinpath(*parts).read_text(encoding="utf-8")


def blocks(document: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", document, re.DOTALL)


def test_the_readme_counts_pages_and_experiments() -> None:
    found = challenges.challenges()
    count = sum(len(one.experiments) for one in found)
    assert len(found) == 15
    assert re.findall(r"Fifteen pages with (\d+) experiments", text("README.md")) == [str(count)]


def test_the_changelog_adds_each_page_once() -> None:
    """Twice it comes where two branches write on one paragraph."""
    pages = re.findall(r"^- (A page [^.:]+)", text("CHANGELOG.md"), re.MULTILINE)
    assert len(set(pages)) == len(pages) >= 6


def test_ci_runs_the_readmes_own_test_command() -> None:
    commands = [line for block in blocks(text("README.md"), "bash") for line in block.splitlines()]
    of_tests = [line for line in commands if " -m pytest" in line]
    assert len(of_tests) == 1
    assert text(".ci", "run").splitlines()[-1] == of_tests[0]
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_ci_tries_numbers_with_other_instructions_too() -> None:
    """In the environment that the script sets, torch says that it takes the plainest ones."""
    script = text(".ci", "run").replace("\\\n", " ")
    (line,) = [line for line in script.splitlines() if line.startswith("ATEN_CPU_CAPABILITY")]
    *settings, command = re.split(r"\s+(?=ONEDNN|MKL|LAB|\.venv)", line)
    assert command.split()[-2:] == [
        "tests/contract/test_golden.py",
        "tests/contract/test_shipped.py",
    ]
    assert "LAB_TEST_PARTS=15" in settings, "a fifteenth of the shipped results in turn"
    assert "LAB_TEST_SHIFT=1" in settings, "other numbers on file than the suite itself tries"
    asked = "import torch; print(torch.backends.cpu.get_cpu_capability())"
    environment = {**os.environ, **dict(one.split("=") for one in settings)}
    said = subprocess.check_output([sys.executable, "-c", asked], env=environment, text=True)
    assert said.strip() == "DEFAULT"


def test_one_line_sets_up_and_runs_the_app() -> None:
    first = blocks(text("README.md"), "bash")[0].strip()
    assert "\n" not in first
    assert "-r requirements.txt" in first
    assert first.endswith("streamlit run app.py --server.address localhost")
    assert (ROOT / "app.py").exists()


def test_the_readme_shows_every_command_and_each_is_understood() -> None:
    shown = re.findall(r"-m core (.+)$", text("README.md"), re.MULTILINE)
    parsed = [parse(shlex.split(words)) for words in shown]
    assert {one.command for one in parsed} == set(SUMMARIES)


@every_document
def test_local_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8")):
        if not re.match(r"[a-z]+:", target):
            assert (path.parent / target).exists(), target


@every_document
def test_files_that_are_named_exist(path: Path) -> None:
    named = re.findall(r"`([\w./-]+/[\w.-]+\.(?:py|md|toml|txt|svg|css|yml))`", path.read_text())
    for name in set(named):
        assert (ROOT / name).exists() or list(ROOT.glob(f"core/**/{name}")), name


@every_document
def test_settings_in_capitals_are_real(path: Path) -> None:
    code = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "core").rglob("*.py"))
    for name in re.findall(r"`([A-Z][A-Z0-9]*_[A-Z0-9_]+)`", path.read_text(encoding="utf-8")):
        assert re.search(rf"\b{name}\b", code), name


def test_every_environment_variable_of_the_app_is_documented() -> None:
    code = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "core").rglob("*.py"))
    read = set(re.findall(r"environ(?:\.get\(|\[)\"(\w+)\"", code)) - {"XDG_CACHE_HOME"}
    assert read
    said = text("README.md") + text("docs", "deploying.md")
    assert [name for name in sorted(read) if name not in said] == []


def test_limits_in_deploying_are_those_of_the_code() -> None:
    said = text("docs", "deploying.md")
    bounds = inspect.signature(Worker.__init__).parameters
    assert f"| {bounds['most_active'].default}, each advanced in turn |" in said
    assert f"| {bounds['most_waiting'].default}; then" in said
    assert f"| {MOST_BYTES // 10**6} MB; the least" in said
    settings = tomllib.loads(text(".streamlit", "config.toml"))
    assert f"takes {settings['server']['maxUploadSize']} MB at most" in said


def test_the_architecture_names_every_part_of_core() -> None:
    said = text("docs", "architecture.md")
    parts = [p for p in sorted((ROOT / "core").iterdir()) if not p.name.startswith("__")]
    names = [f"core/{p.name}{'/' if p.is_dir() else ''}" for p in parts]
    assert [name for name in names if f"`{name}" not in said] == []


def test_one_version_everywhere() -> None:
    project = tomllib.loads(text("pyproject.toml"))["project"]
    assert project["version"] == core.__version__
    assert f"## [{core.__version__}]" in text("CHANGELOG.md")


def requirements(name: str) -> list[str]:
    lines = [line.split("#")[0].strip() for line in text(name).splitlines()]
    return [line for line in lines if line]


def test_requirements_are_pinned_and_explained() -> None:
    decisions = text("docs", "decisions.md").lower()
    files = sorted(ROOT.glob("requirements*.txt"))
    assert len(files) == 4
    for line in [line for file in files for line in requirements(file.name)]:
        if line == "-r requirements.txt":
            continue
        found = re.fullmatch(r"([\w-]+)==([\w.]+)", line)
        assert found, f"{line}: a name and one version, no options"
        name = {"torch": "pytorch"}.get(found[1], found[1])
        assert f"**{name}**" in decisions, f"{name} has no paragraph in docs/decisions.md"


def imported(*folders: str) -> set[str]:
    """The packages from elsewhere that the files of some folders import."""
    packages = {
        "sklearn": "scikit-learn",
        "PIL": "pillow",
        "charset_normalizer": "charset-normalizer",
        "python_calamine": "python-calamine",
        "pi_heif": "pi-heif",
        "vl_convert": "vl-convert-python",
        "axe_playwright_python": "axe-playwright-python",
    }
    files = [file for folder in folders for file in (ROOT / folder).rglob("*.py")]
    found = set()
    for path in [ROOT / "app.py", *files]:
        found |= set(re.findall(r"^\s*(?:import|from) (\w+)", path.read_text(), re.MULTILINE))
    foreign = found - set(sys.stdlib_module_names) - {"core", "benchmarks", "tests"}
    return {packages.get(name, name) for name in foreign}


def test_what_is_imported_is_required_and_nothing_more() -> None:
    app, cluster, peers, tests = (
        {line.split("==")[0] for line in requirements(f"requirements{name}.txt")}
        for name in ("", "-cluster", "-peers", "-test")
    )
    assert imported("core", "pages") - cluster <= app <= imported("core", "pages", "benchmarks")
    assert cluster <= tests, "what sweeps need is tested"
    assert imported("core", "pages", "benchmarks") <= app | peers | tests


@pytest.fixture
def example(tmp_path: Path) -> Iterator[ModuleType]:
    """The experiment of docs/adding-an-experiment.md, imported as it stands there."""
    (code,) = blocks(text("docs", "adding-an-experiment.md"), "python")
    path = tmp_path / "averaging.py"
    path.write_text(code, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("core.challenges.example.averaging", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
        yield module
    finally:
        del sys.modules[spec.name]


def test_the_example_of_an_experiment_works(example: Any) -> None:
    one = replace(example.EXPERIMENT, slug="example/averaging")
    assert len(one.key(one.config())) == 64
    for knob in (*knobs(one.config), *knobs(one.view)):
        assert knob.help.endswith("."), knob
    result = complete(one.run(one.config(repetitions=20)))
    assert encoding.kinds(one.result) == {"errors": "frame"}
    assert one.finding(result).endswith(".")
    view = one.view()
    for figure in one.figures:
        table = figure.table(result, view)
        assert {"name": "table"} in [
            layer["data"] for layer in figure.chart(view).to_dict()["layer"]
        ]
        for piece in (table, table[:1], table[:0]):
            assert "nan" not in figure.caption(piece, view)
    (claim,) = one.claims
    assert claim.verdict(claim.measure(result)) == "shown"
    assert all(value.low <= value.mean <= value.high for value in one.metrics(result).values())
