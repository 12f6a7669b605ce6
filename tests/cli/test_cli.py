from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from core.challenges import challenges
from core.cli import commands
from core.cli.main import main
from core.lab.settings import knobs, option_text
from core.running import watching
from core.store import store
from tests.runs import SLUGS, every_trained, found, smallest, stored_smallest

ROOT = Path(__file__).resolve().parents[2]
SLUG = SLUGS[0]
CLAIM_KEYS = [
    "challenge", "experiment", "claim", "source", "published", "value", "low", "high", "seeds",
    "verdict", "seconds", "first_seed",
]  # fmt: skip
RUN_KEYS = ["config", "version", "metrics", "claims", "cost", "cached"]


def flags_of_the_smallest(slug: str) -> list[str]:
    values = found(slug).smallest.model_dump()
    return [word for name, v in values.items() for word in (f"--{name}", option_text(v))]


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "core", *words]


def call(*words: str, store_folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    env = dict(os.environ)
    if store_folder is not None:
        env["LAB_STORE"] = str(store_folder)
    return subprocess.run(
        command(*words), capture_output=True, text=True, check=False, cwd=ROOT, env=env, timeout=120
    )


@pytest.fixture(scope="module")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    """The answer to `run --json` on an empty store, in a process of its own."""
    folder = tmp_path_factory.mktemp("store")
    done = call("run", SLUG, *flags_of_the_smallest(SLUG), "--json", store_folder=folder)
    assert done.returncode == 0, done.stderr
    assert done.stderr == "", "no terminal, no progress"
    return json.loads(done.stdout), folder


# list


def test_list_names_every_experiment_and_nothing_else() -> None:
    done = call("list", "--json")
    rows = json.loads(done.stdout)
    expected = [(one.slug, name) for one in challenges() for name in one.experiments]
    assert [(row["challenge"], row["experiment"]) for row in rows] == expected
    assert all(
        list(row) == ["challenge", "experiment", "chapter", "title", "question"] for row in rows
    )
    assert done.stderr == ""


def test_list_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    said = capsys.readouterr().out
    for slug in SLUGS:
        assert slug in said
        assert found(slug).question in said


# run


def test_run_answers_with_the_numbers_of_the_run(first_run: tuple[dict[str, Any], Path]) -> None:
    answer, _ = first_run
    one = found(SLUG)
    assert list(answer) == RUN_KEYS
    assert answer["config"] == one.smallest.model_dump(mode="json")
    assert answer["version"] == one.version
    assert answer["cached"] is False
    assert list(answer["cost"]) == ["seconds", "flops", "peak_memory_bytes"]
    assert all(value > 0 for value in answer["cost"].values())
    metrics = one.metrics(smallest(SLUG).result)
    assert list(answer["metrics"]) == list(metrics)
    for name, value in metrics.items():
        told = answer["metrics"][name]
        assert list(told) == ["mean", "low", "high", "n"]
        # Another process, the same numbers.
        assert told == {"mean": value.mean, "low": value.low, "high": value.high, "n": value.n}
    applying = [claim.sentence for claim in one.claims if claim.applies(one.smallest)]
    assert [row["claim"] for row in answer["claims"]] == applying
    assert all(list(row) == CLAIM_KEYS for row in answer["claims"])


def test_a_second_run_comes_from_the_store(first_run: tuple[dict[str, Any], Path]) -> None:
    answer, folder = first_run
    done = call("run", SLUG, *flags_of_the_smallest(SLUG), "--json", store_folder=folder)
    assert json.loads(done.stdout) == {**answer, "cached": True}


def test_a_page_finds_what_the_command_line_ran(
    first_run: tuple[dict[str, Any], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer, folder = first_run
    monkeypatch.setenv("LAB_STORE", str(folder))
    one = found(SLUG)
    stored = store.find(one, one.smallest)
    assert stored is not None and stored.origin == "local"
    assert stored.record.provenance.seconds == answer["cost"]["seconds"]
    metrics = one.metrics(stored.record.result)
    assert {name: value.mean for name, value in metrics.items()} == {
        name: value["mean"] for name, value in answer["metrics"].items()
    }


def test_the_command_line_finds_what_a_page_ran(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LAB_STORE", str(tmp_path / "store"))
    one = found(SLUG)
    last = list(watching.stream(one, one.smallest))[-1]
    assert last.status == "done" and last.record is not None
    assert main(["run", SLUG, *flags_of_the_smallest(SLUG), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["cached"] is True
    assert answer["cost"]["seconds"] == last.record.provenance.seconds


@every_trained
def test_run_in_words_tells_finding_settings_and_cost(
    slug: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    one = found(slug)
    monkeypatch.setattr(commands, "_result", lambda *_: (stored_smallest(slug), False))
    assert main(["run", slug, *flags_of_the_smallest(slug)]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert " ".join(one.finding(smallest(slug).result).split()) in said
    for knob in knobs(one.config):
        assert f"{knob.name} = {option_text(getattr(one.smallest, knob.name))}" in said
    for name in one.metrics(smallest(slug).result):
        assert name in said
    assert "on a machine" in said


def test_flags_may_be_spelled_with_dashes_or_underscores() -> None:
    from core.cli.arguments import parse

    name, other = next((k.name, k.options[-1]) for k in knobs(found(SLUG).config) if "_" in k.name)
    for flag in (f"--{name}", f"--{name.replace('_', '-')}"):
        assert getattr(parse(["run", SLUG, flag, option_text(other)]), name) == other
        assert getattr(parse(["run", flag, option_text(other), "--json", SLUG]), name) == other


@pytest.mark.parametrize("slug", SLUGS)
def test_help_explains_every_knob(slug: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["run", slug, "--help"])
    assert stopped.value.code == 0
    said = re.sub(r"-\s*\n\s*", "-", capsys.readouterr().out)
    said = " ".join(said.split())
    for knob in knobs(found(slug).config):
        assert f"--{knob.name.replace('_', '-')} VALUE" in said
        assert re.sub(r"-\s+", "-", knob.help)[:60] in said
        assert f"(default {option_text(knob.default)})" in said


BAD = [
    [],
    ["jump"],
    ["run"],
    ["run", "nowhere/nothing"],
    ["run", "overfitting"],
    ["run", "../../etc/passwd"],
    ["run", SLUG, "--n_train", "7"],
    ["run", SLUG, "--n-train", "nan"],
    ["run", SLUG, "--n-train", "9" * 5000],
    ["run", SLUG, "--n-train"],
    ["run", SLUG, "--repetitions", "many"],
    ["run", SLUG, "--no-such-knob", "1"],
    ["run", SLUG, "%s%n", "--repetitions", "5"],
    ["claims", "--challenge", "nowhere"],
    ["list", "--sideways"],
]


@pytest.mark.parametrize("words", BAD, ids=lambda words: "-".join(words)[:40] or "nothing")
def test_a_bad_command_line_gets_one_sentence_and_exit_code_2(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(words)
    assert stopped.value.code == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert re.fullmatch(r"[-A-Z].{10,300}\.\n", told.err)


def test_a_value_that_is_no_rung_is_answered_with_the_rungs() -> None:
    knob = knobs(found(SLUG).config)[-1]
    done = call("run", SLUG, f"--{knob.name}", "7")
    assert (done.returncode, done.stdout) == (2, "")
    assert all(option_text(option) in done.stderr for option in knob.options)
