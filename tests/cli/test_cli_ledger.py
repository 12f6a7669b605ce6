"""The commands that answer for all experiments: claims, bench and warm."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from core.cli import commands, defaults, ledger
from core.cli.main import main
from core.running import watching
from core.store.store import Record, Store, shipped_store
from tests.runs import SLUGS, found, stored_smallest

SLUG = SLUGS[0]
CLAIM_KEYS = [
    "challenge", "experiment", "claim", "source", "published", "value", "low", "high", "seeds",
    "verdict", "seconds",
]  # fmt: skip


@pytest.mark.parametrize("fresh", [False, True])
@pytest.mark.parametrize("slug", SLUGS)
def test_claims_are_grouped_so_that_each_config_runs_once(slug: str, fresh: bool) -> None:
    one = found(slug)
    groups = ledger.configs(one, fresh=fresh)
    grouped = [claim.name for _, claims in groups.values() for claim in claims]
    assert sorted(grouped) == sorted(claim.name for claim in one.claims)
    for key, (config, claims) in groups.items():
        assert key == one.key(config)
        assert all(claim.applies(config) for claim in claims)
        looked_at = one.config(**claims[0].settings).seeds
        assert config.first_seed == (ledger.FRESH_SEED if fresh else one.config().first_seed)
        assert not (fresh and set(config.seeds) & set(looked_at))
        assert len(config.seeds) >= 3


def test_claims_answer_with_a_row_a_claim(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = []

    def result(one: Any, config: Any, label: str) -> tuple[Record[Any], bool]:
        asked.append(one.key(config))
        record = shipped_store().get(one.key(one.config()), one.result)
        assert record is not None
        return record, True

    monkeypatch.setattr(commands, "_result", result)
    assert main(["claims", "--fresh", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) == sum(len(found(slug).claims) for slug in SLUGS)
    assert len(asked) == len(set(asked))
    for row in rows:
        assert list(row) == CLAIM_KEYS
        assert f"{row['challenge']}/{row['experiment']}" in SLUGS
        assert row["verdict"] in ("shown", "not shown", "contradicted")
        assert (row["value"] is None) == (row["seeds"] == 0)
        assert row["value"] is None or row["low"] <= row["value"] <= row["high"]
    assert main(["claims"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert f"{len(rows)} claims:" in said
    assert all(" ".join(row["claim"].split()) in said for row in rows)


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


def test_warm_keeps_the_defaults_with_the_app_and_drops_what_is_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = found(SLUG)
    monkeypatch.setattr(defaults, "SHIPPED", tmp_path)
    monkeypatch.setattr(watching, "run_here", lambda *_: stored_smallest(SLUG))
    old = tmp_path / ("0" * 64 + ".result")
    foreign = tmp_path / "README.md"
    old.write_bytes(b"old")
    foreign.write_text("ours")
    row = defaults.rebuild(one, lambda snapshot: None)
    key = one.key(one.config())
    path = tmp_path / f"{key}.result"
    assert row["bytes"] == path.stat().st_size
    assert path.stat().st_mode & 0o044 == 0o044, "whoever runs the app must be able to read it"
    assert Store(tmp_path, read_only=True).get(key, one.result) is not None
    assert defaults.drop_others([one]) == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([path.name, foreign.name])


def test_warm_that_cannot_write_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setattr(defaults, "SHIPPED", blocked / "results")
    monkeypatch.setattr(watching, "run_here", lambda *_: stored_smallest(SLUG))
    monkeypatch.setattr(commands, "_experiments", lambda _: [found(SLUG)])
    assert main(["warm", "--json"]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("That did not work")
