"""The commands that answer for all experiments: claims, bench and warm."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from core.cli import commands, shipping
from core.cli.main import main
from core.lab.claims import Claim, claim
from core.lab.intervals import Estimate
from core.lab.settings import Config, knob_of
from core.running import watching
from core.store import ledger, replications, store
from core.store.store import Record, Store
from tests import runs
from tests.runs import ORIGIN, SLUGS, found, stored_smallest

SLUG = SLUGS[0]
CLAIM_KEYS = [
    "challenge", "experiment", "claim", "source", "published", "value", "low", "high", "seeds",
    "verdict", "seconds", "first_seed",
]  # fmt: skip


def test_a_fresh_block_is_drawn_anew_and_lies_beyond_what_a_widget_reaches() -> None:
    drawn = [ledger.fresh_block() for _ in range(20)]
    assert len(set(drawn)) > 1
    assert all(first_seed % ledger.BLOCK == 0 for first_seed in drawn)
    for slug in SLUGS:
        reached = knob_of(found(slug).config, "first_seed").options
        assert not set(drawn) & set(reached)
        most = max(int(n) for n in knob_of(found(slug).config, "repetitions").options)
        assert most <= ledger.BLOCK
    blocks = ledger.fresh_blocks(20)
    assert blocks == sorted(set(blocks))
    assert len(blocks) == 20


@pytest.mark.parametrize("first_seed", [None, 4700])
@pytest.mark.parametrize("slug", SLUGS)
def test_claims_are_grouped_so_that_each_config_runs_once(
    slug: str, first_seed: int | None
) -> None:
    one = found(slug)
    groups = ledger.configs(one, first_seed)
    grouped = [claim.name for _, claims in groups.values() for claim in claims]
    assert sorted(grouped) == sorted(claim.name for claim in one.claims)
    for key, (config, claims) in groups.items():
        assert key == one.key(config)
        assert all(claim.applies(config) for claim in claims)
        assert config.first_seed == (first_seed or one.config().first_seed)
        assert config.seeds[0] == config.first_seed
        assert len(config.seeds) >= 3


def test_claims_answer_with_a_row_a_claim(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = []

    def result(one: Any, config: Any, label: str) -> tuple[Record[Any], bool]:
        asked.append(one.key(config))
        return shipped(one.slug), True

    shipped = cache(lambda slug: runs.shipped(found(slug)))
    monkeypatch.setattr(commands, "_result", result)
    assert main(["claims", "--fresh", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) == sum(len(found(slug).claims) for slug in SLUGS)
    assert len(asked) == len(set(asked))
    for row in rows:
        assert list(row) == CLAIM_KEYS
        assert f"{row['challenge']}/{row['experiment']}" in SLUGS
        assert row["verdict"] in ("shown", "not shown", "contradicted", None)
        assert (row["verdict"] is None) == (row["value"] is None)
        assert (row["value"] is None) == (row["seeds"] == 0)
        assert row["value"] is None or row["low"] <= row["value"] <= row["high"]
    some = [row for row in rows if row["challenge"] == "overfitting"]
    assert main(["claims", "--challenge", "overfitting"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert f"{len(some)} claims:" in said
    assert all(" ".join(row["claim"].split()) in said for row in some)
    assert main(["claims", "--challenge", "overfitting", "--first-seed", "4700"]) == 0
    assert "--first-seed 4700" in capsys.readouterr().out


def test_blocks_are_counted_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Three blocks; the run of the second gives what contradicts the claim."""
    one = experiment_with(claim("up", "It is up.", "Nobody 2026", lambda r: r["up"], above=0))
    seeds = []

    def result(_: Any, config: Any, label: str) -> tuple[Any, bool]:
        seeds.append(config.first_seed)
        sign = -1 if len(seeds) == 2 else 1
        value = Estimate(sign * 2.0, sign * 2.0 - 1, sign * 2.0 + 1, 5)
        return Record({"up": value}, ORIGIN, config.model_dump(), one.slug, one.version), False

    monkeypatch.setattr(replications, "PATH", tmp_path / "replications.json")
    monkeypatch.setattr(commands, "_result", result)
    monkeypatch.setattr(commands, "_experiments", lambda _: [one])
    assert main(["claims", "--blocks", "3", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["first_seeds"] == seeds
    assert told["verdicts"] == {one.slug: {"up": "SCS"}}
    assert replications.of(one)["up"].words == (
        "shown in 2 of 3 blocks of other seeds, contradicted in 1"
    )
    newer = replace(one, version=one.version + 1)
    assert replications.of(newer) == {}
    with pytest.raises(SystemExit):
        main(["claims", "--blocks", "1"])
    assert "not a whole number from 2" in capsys.readouterr().err


def experiment_with(one: Claim[Any]) -> Any:
    return replace(found(SLUG), claims=(one,))


def test_what_is_kept_is_about_claims_that_there_are() -> None:
    for slug, entry in replications.read().items():
        assert entry["version"] == found(slug).version, f"{slug}: python -m core claims --blocks 20"
        assert set(entry["verdicts"]) == {claim.name for claim in found(slug).claims}
        assert {len(letters) for letters in entry["verdicts"].values()} == {
            len(entry["first_seeds"])
        }


@pytest.mark.parametrize(("verdicts", "words"), [
    ("S" * 20, ""),
    ("S" * 18 + "NC", ""),
    ("S" * 17 + "NNN", "shown in 17 of 20 blocks of other seeds"),
    ("U" * 10, "nothing to measure it on in 10 blocks of other seeds"),
    ("U" * 6 + "SSNN", "shown in 2 of 4 blocks of other seeds"),
    ("U" * 9 + "S", ""),
    ("C" * 4, "shown in 0 of 4 blocks of other seeds, contradicted in 4"),
])  # fmt: skip
def test_a_claim_that_is_not_nearly_always_shown_says_so(verdicts: str, words: str) -> None:
    assert replications.Replication(verdicts).words == words


# bench


def test_bench_answers_with_the_rows_it_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import benchmarks

    row = {
        "case": "mlp-2-32-32-1-x128", "peer": "torch-loop", "ours": 5.0, "theirs": 200.0,
        "ratio": 40.0, "unit": "microseconds",
    }  # fmt: skip
    asked = []
    monkeypatch.setattr(benchmarks, "measure", lambda quick: asked.append(quick) or [row])
    assert main(["bench", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == [row]
    assert main(["bench", "--quick"]) == 0
    assert re.search(r"mlp-2-32-32-1-x128 +torch-loop +5 +200 +40\.0x", capsys.readouterr().out)
    assert asked == [False, True]


# warm


@pytest.fixture
def warmed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Config]]:
    """The configs that were run for a folder of their own, of an experiment with other settings."""
    ran: list[Config] = []
    record = runs.shipped(found("overfitting/remedies"))

    def run_here(one: Any, config: Config, show: Any) -> Record[Any]:
        ran.append(config)
        return record

    monkeypatch.setattr(shipping, "SHIPPED", tmp_path)
    monkeypatch.setattr(store, "SHIPPED", tmp_path)
    monkeypatch.setattr(watching, "run_here", run_here)
    monkeypatch.setattr(commands, "_experiments", lambda _: [found("overfitting/remedies")])
    yield ran


def test_warm_keeps_defaults_and_what_claims_are_about_and_drops_what_is_old(
    warmed: list[Config], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = found("overfitting/remedies")
    wanted = ledger.shipped(one)
    assert len(wanted) > 1, "this experiment no longer has a claim about other settings"
    old = tmp_path / ("0" * 64 + ".result")
    foreign = tmp_path / "README.md"
    old.write_bytes(b"old")
    foreign.write_text("ours")
    assert main(["warm", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert warmed == list(wanted.values()) and warmed[0] == one.config()
    assert [row["settings"] for row in rows][0] == {}
    assert all(row["settings"] for row in rows[1:])
    for row, key in zip(rows, wanted, strict=True):
        path = tmp_path / f"{key}.result"
        assert row["bytes"] == path.stat().st_size
        assert path.stat().st_mode & 0o044 == 0o044, "whoever runs the app must be able to read it"
        assert Store(tmp_path, read_only=True).get(key, one.result) is not None
    assert not old.exists()
    assert sorted(p.stem for p in tmp_path.iterdir()) == sorted([*wanted, foreign.stem])


def test_warm_runs_only_what_is_missing_if_asked_to(
    warmed: list[Config], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    *_, (key, last) = ledger.shipped(found("overfitting/remedies")).items()
    assert main(["warm"]) == 0
    assert "the defaults: " in capsys.readouterr().out
    (tmp_path / f"{key}.result").unlink()
    warmed.clear()
    assert main(["warm", "--missing"]) == 0
    assert warmed == [last]
    assert "1 result rebuilt." in capsys.readouterr().out


def test_warm_that_cannot_write_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setattr(shipping, "SHIPPED", blocked / "results")
    monkeypatch.setattr(watching, "run_here", lambda *_: stored_smallest(SLUG))
    monkeypatch.setattr(commands, "_experiments", lambda _: [found(SLUG)])
    assert main(["warm", "--json"]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("That did not work")
