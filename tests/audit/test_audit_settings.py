"""What may be asked beyond truth, decisions and groups: by hand, by fairlearn and by scipy."""

from __future__ import annotations

import json

import fairlearn.metrics as fl
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from core.audit.question import Question
from core.audit.reading import TableError
from core.audit.report import audit_file
from core.audit.settings import Settings, binned
from core.cli.main import main


def people(n: int = 900, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    group, stratum = rng.choice(list("ABC"), n), rng.choice(["x", "y"], n)
    y = rng.integers(0, 2, n)
    score = np.clip(0.3 * y + 0.5 * rng.random(n) + 0.15 * (group == "A"), 0, 1).round(3)
    salary = rng.normal(30, 5, n).round(2)
    guess = (salary + rng.normal(0, 2, n) + 2 * (group == "B")).round(2)
    return pd.DataFrame({
        "y": y, "p": (score > 0.5).astype(int), "q": (score > 0.6).astype(int), "s": score,
        "g": group, "age": rng.integers(18, 80, n), "st": stratum, "w": rng.random(n).round(2) + 1,
        "salary": salary, "guess": guess,
    })  # fmt: skip


TABLE = people()
DATA = TABLE.to_csv(index=False).encode()


def asked(data: bytes = DATA, **settings) -> dict:
    found = audit_file(data, Question("y", ["g"], "p", settings=Settings(**settings)))
    json.dumps(found, allow_nan=False)
    return found


def value(found: dict, group: str, rate: str) -> float:
    return next(r for r in found["groups"] if r["group"]["g"] == group)["metrics"][rate]["value"]


def test_weighted_rates_are_fairlearns():
    found = asked(weights="w")
    for name in ("selection_rate", "true_positive_rate", "false_positive_rate"):
        frame = fl.MetricFrame(
            metrics=getattr(fl, name), y_true=TABLE.y, y_pred=TABLE.p, sensitive_features=TABLE.g,
            sample_params={"sample_weight": TABLE.w},
        )  # fmt: skip
        for group, expected in frame.by_group.items():
            assert value(found, group, name) == pytest.approx(expected)


def test_weights_that_are_all_alike_change_nothing():
    alike = TABLE.assign(w=7).to_csv(index=False).encode()
    weighted, plain = asked(alike, weights="w"), asked()
    for name, gap in plain["differences"].items():
        for part in ("value", "low", "high", "p_adjusted"):
            assert weighted["differences"][name][part] == pytest.approx(gap[part]), name
    assert weighted["overall"] == {
        name: pytest.approx(numbers) for name, numbers in plain["overall"].items()
    }


def test_uneven_weights_widen_the_interval():
    uneven = TABLE.assign(w=np.where(np.arange(len(TABLE)) % 10, 1, 30))
    found = asked(uneven.to_csv(index=False).encode(), weights="w")["overall"]["selection_rate"]
    plain = asked()["overall"]["selection_rate"]
    assert found["high"] - found["low"] > 1.5 * (plain["high"] - plain["low"])


@pytest.mark.parametrize(("weight", "part"), [(-1, "at least 0"), ("x", "no number")])
def test_what_is_no_weight_is_refused(weight, part):
    data = TABLE.assign(w=weight).to_csv(index=False).encode()
    with pytest.raises(TableError, match=part):
        asked(data, weights="w")


def test_rates_within_strata_are_fairlearns():
    found = asked(within="st")
    frame = fl.MetricFrame(
        metrics=fl.selection_rate, y_true=TABLE.y, y_pred=TABLE.p, sensitive_features=TABLE.g,
        control_features=TABLE.st,
    )  # fmt: skip
    for (stratum, group), expected in frame.by_group.items():
        assert value(found["by_stratum"][stratum], group, "selection_rate") == pytest.approx(
            expected
        )
    for stratum, expected in frame.difference().items():
        gap = found["by_stratum"][stratum]["differences"]["demographic_parity_difference"]
        assert gap["value"] == pytest.approx(expected)


def simpson() -> bytes:
    """Selected alike in each department; one group applies where few are selected."""
    cells = {("A", "hard"): (30, 300), ("A", "easy"): (60, 100),
             ("B", "hard"): (10, 100), ("B", "easy"): (180, 300)}  # fmt: skip
    lines = [
        f"{i % 2},{int(i < hits)},{group},{stratum}"
        for (group, stratum), (hits, rows) in cells.items()
        for i in range(rows)
    ]
    return ("y,p,g,st\n" + "\n".join(lines)).encode()


def test_a_gap_that_strata_explain_is_gone_when_they_are_adjusted_for():
    found = asked(simpson(), within="st")
    crude = found["differences"]["demographic_parity_difference"]
    adjusted = found["adjusted"]["differences"]["demographic_parity_difference"]
    assert crude["value"] == pytest.approx(0.25) and not crude["noise"]
    assert adjusted["value"] == pytest.approx(0, abs=1e-12) and adjusted["noise"]
    # Half of everyone is in each department.
    assert value(found["adjusted"], "A", "selection_rate") == pytest.approx((0.1 + 0.6) / 2)
    assert found["adjusted"]["covered"] == 1


def test_a_stratum_that_a_group_is_not_in_does_not_count():
    data = simpson() + b"\n" + b"\n".join([b"1,1,B,only", b"0,0,B,only"] * 50)
    adjusted = asked(data, within="st")["adjusted"]
    assert adjusted["differences"]["demographic_parity_difference"]["value"] == pytest.approx(
        0, abs=1e-12
    )
    assert adjusted["covered"] == pytest.approx(800 / 900)


def test_a_reference_group_is_what_others_are_held_against():
    found = asked(reference={"g": "B"})
    rates = {group: value(found, group, "selection_rate") for group in "ABC"}
    gap = found["differences"]["demographic_parity_difference"]
    assert gap["value"] == pytest.approx(max(abs(rates[g] - rates["B"]) for g in "AC"))
    assert {"g": "B"} in (gap["lowest"], gap["highest"])
    assert found["four_fifths"]["against"] == {"g": "B"}
    # Five rates of two groups.
    assert found["tests"] == 10
    with pytest.raises(TableError, match="no group 'D'"):
        asked(reference={"g": "D"})
    with pytest.raises(TableError, match="no column of groups"):
        asked(reference={"h": "D"})


def test_small_groups_are_told_and_not_compared():
    data = DATA + b"1,1,1,0.9,tiny,30,x,1,30,31\n" * 3
    gap = asked(data)["differences"]["demographic_parity_difference"]
    assert gap["highest"] == {"g": "tiny"}
    found = asked(data, smallest=10)
    assert any(row["group"] == {"g": "tiny"} and row["n"] == 3 for row in found["groups"])
    assert found["differences"]["demographic_parity_difference"]["value"] == pytest.approx(
        asked()["differences"]["demographic_parity_difference"]["value"]
    )
    gap = asked(smallest=10_000)["differences"]["demographic_parity_difference"]
    assert gap["value"] is None and "large enough" in gap["reason"]


def test_a_reference_that_is_too_small_or_absent_is_said():
    data = DATA + b"1,1,1,0.9,tiny,30,z,1,30,31\n" * 3
    found = asked(data, reference={"g": "tiny"}, smallest=10)
    assert all(gap["value"] is None and gap["reason"] for gap in found["differences"].values())
    found = asked(data, reference={"g": "tiny"}, within="st")["by_stratum"]["x"]
    assert all(gap["value"] is None and gap["reason"] for gap in found["differences"].values())
    assert found["findings"] == []


def test_huge_numbers_are_weights_scores_and_one_sentence():
    huge = TABLE.assign(w=np.where(TABLE.w > 1.5, 1e308, 1e200), s=np.where(TABLE.y, 1e308, -1e308))
    data = huge.to_csv(index=False).encode()
    assert asked(data, weights="w")["overall"]["selection_rate"]["value"] > 0
    found = audit_file(data, Question("y", ["g"], y_score="s", threshold=0.5))
    assert "curves" not in found
    json.dumps(found, allow_nan=False)
    with pytest.raises(TableError, match="too large to be averaged"):
        audit_file(data, Question("salary", ["g"], "s", settings=Settings(regression=True)))


def test_perfect_predictions_of_numbers_have_no_gap():
    question = Question("salary", ["g"], "q", settings=Settings(regression=True))
    found = audit_file(TABLE.assign(q=TABLE.salary).to_csv(index=False).encode(), question)
    gap = found["differences"]["mean_error_difference"]
    assert gap["value"] == 0 and gap["noise"]
    json.dumps(found, allow_nan=False)


def test_bins_hold_their_lower_edge():
    codes, names = binned(np.array([17, 18, 29, 30, 64, 65.0]), (18.0, 30.0, 65.0), "age")
    assert names == ["under 18", "18 to under 30", "30 to under 65", "65 and over"]
    assert codes.tolist() == [0, 1, 1, 2, 2, 3]
    codes, names = binned(np.arange(100.0), 4, "age")
    assert np.bincount(codes).tolist() == [25, 25, 25, 25] and len(names) == 4


def test_ties_make_fewer_bins_and_one_is_refused():
    codes, _ = binned(np.repeat([1.0, 2.0], [90, 10]), 4, "age")
    assert np.bincount(codes).tolist() == [90, 10]
    with pytest.raises(TableError, match="one bin"):
        binned(np.ones(5), 3, "age")
    for wrong in (1, 99, (3.0, 2.0), (float("nan"),)):
        with pytest.raises(TableError, match=r"bins.*\."):
            Settings(bins={"age": wrong})


def test_a_column_of_many_numbers_is_told_of_bins():
    with pytest.raises(TableError, match=r"different numbers.*put them in bins.*\.$"):
        audit_file(DATA, Question("y", ["salary"], "p"))
    words = TABLE.assign(g=[f"n{i}" for i in range(len(TABLE))]).to_csv(index=False).encode()
    with pytest.raises(TableError, match=r"different values; groups are at most 200\.$"):
        asked(words)


def test_ages_in_bins_are_groups():
    found = audit_file(DATA, Question("y", ["age"], "p", settings=Settings(bins={"age": (30.0,)})))
    assert [row["group"]["age"] for row in found["groups"]] == ["under 30", "30 and over"]
    assert found["groups"][0]["n"] == int((TABLE.age < 30).sum())


def test_several_decisions_are_judged_side_by_side():
    both, alone = asked(beside=("q",)), asked()
    second = audit_file(DATA, Question("y", ["g"], "q"))
    assert list(both["beside"]) == ["q"]
    assert both["groups"] == alone["groups"] and both["beside"]["q"]["groups"] == second["groups"]
    assert both["tests"] == alone["tests"] + second["tests"]
    gap = both["differences"]["demographic_parity_difference"]
    assert gap["p_adjusted"] > alone["differences"]["demographic_parity_difference"]["p_adjusted"]
    assert gap["p_value"] == alone["differences"]["demographic_parity_difference"]["p_value"]


def test_decisions_without_truth_have_rates_of_selection_only():
    found = audit_file(DATA, Question(None, ["g"], "p"))
    assert list(found["overall"]) == ["selection_rate"]
    assert any("nothing is said about errors" in warning for warning in found["warnings"])
    with pytest.raises(TableError, match="leave the truth out"):
        Question("p", ["g"], "p")
    assert list(found["differences"]) == ["demographic_parity_difference"]
    ratio = found["ratios"]["demographic_parity_ratio"]["value"]
    expected = fl.demographic_parity_ratio(TABLE.p, TABLE.p, sensitive_features=TABLE.g)
    assert ratio == pytest.approx(expected)
    scored = audit_file(DATA, Question(None, ["g"], y_score="s", threshold=0.501))
    assert scored["groups"] == found["groups"]
    assert "auc" not in scored["curves"]["groups"][0]


@pytest.mark.parametrize(("hits", "below"), [(40, False), (39, True)])
def test_four_fifths_exactly_is_not_below(hits, below):
    lines = [f"{int(i < 50)},a" for i in range(100)] + [f"{int(i < hits)},b" for i in range(100)]
    found = audit_file(("p,g\n" + "\n".join(lines)).encode(), Question(None, ["g"], "p"))
    (row,) = found["four_fifths"]["groups"]
    assert row["ratio"] == pytest.approx(hits / 50) and row["below"] is below
    assert row["low"] < row["ratio"] < row["high"]


def test_predicted_numbers_have_means_by_group():
    question = Question("salary", ["g"], "guess", settings=Settings(regression=True))
    found = audit_file(DATA, question)
    error = TABLE.guess - TABLE.salary
    by_group = error.groupby(TABLE.g).mean()
    gap = found["differences"]["mean_error_difference"]
    assert gap["value"] == pytest.approx(by_group.max() - by_group.min())
    assert gap["low"] > 1 and gap["high"] < 3 and not gap["noise"]
    assert gap["highest"] == {"g": "B"}
    own = error[TABLE.g == "A"]
    numbers = found["groups"][0]["metrics"]["mean_error"]
    t = stats.t.interval(0.95, len(own) - 1, own.mean(), stats.sem(own))
    assert (numbers["low"], numbers["high"]) == pytest.approx(t)
    one = next(o for o in found["findings"] if o["group"] == {"g": "B"})
    rest = error[TABLE.g != "B"]
    test = stats.ttest_ind(error[TABLE.g == "B"], rest, equal_var=False)
    assert one["p_adjusted"] == pytest.approx(test.pvalue * found["tests"])
    low, high = test.confidence_interval()
    assert (one["low"], one["high"]) == pytest.approx((low, high))
    bins = found["groups"][0]["calibration"]
    assert sum(part["n"] for part in bins) == len(own)
    json.dumps(found, allow_nan=False)


def test_numbers_without_a_gap_are_seldom_a_finding():
    rng, seen = np.random.default_rng(4), 0
    question = Question("y", ["g"], "p", settings=Settings(regression=True))
    for _ in range(60):
        rows = zip(
            rng.normal(size=240), rng.normal(size=240), rng.integers(0, 12, 240), strict=True
        )
        data = "y,p,g\n" + "\n".join(f"{a},{b},{c}" for a, b, c in rows)
        gaps = audit_file(data.encode(), question)["differences"].values()
        seen += any(not gap["noise"] for gap in gaps)
    assert seen <= 8  # 2.5 standard errors above 5%


def test_equal_errors_of_a_few_rows_are_not_certain():
    data = b"y,p,g\n" + b"1,2,a\n2,3,a\n5,6,a\n" + b"1,2,b\n2,4,b\n3,3,b\n"
    question = Question("y", ["g"], "p", settings=Settings(regression=True))
    numbers = audit_file(data, question)["groups"][0]["metrics"]["mean_error"]
    assert numbers["low"] < numbers["value"] == 1 < numbers["high"]


OUTCOMES = ["--y-true", "y", "--y-pred", "p"]
ASKED = [*OUTCOMES, "--groups", "g"]


@pytest.mark.parametrize(
    "flags",
    [
        ["--weights", "w", "--within", "st", "--reference", "B", "--beside", "q"],
        ["--reference", "g=B", "--smallest", "20"],
        ["--groups", "age,g", "--bins", "age=18,40,60"],
        ["--groups", "age", "--bins", "age=3", "--y-pred", "q"],
        ["--regression", "--y-true", "salary", "--y-pred", "guess"],
    ],
)
def test_the_command_line_asks_for_all_of_it(flags, tmp_path, capsys):
    path, out = tmp_path / "t.csv", tmp_path / "report.html"
    path.write_bytes(DATA)
    asked = [*(OUTCOMES if "--groups" in flags else ASKED), *flags]
    assert main(["audit", str(path), *asked, "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "corrected" in said and "nan" not in said
    assert "</html>" in out.read_text(encoding="utf-8")
    assert main(["audit", str(path), *asked, "--json"]) == 0
    json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    "flags",
    [["--bins", "age=x"], ["--bins", "g=1"], ["--reference", "h=B"], ["--weights", "none"],
     ["--smallest", "0"], ["--regression", "--weights", "w"], ["--within", "g"],
     ["--beside", "p"], ["--bins", "age=3"], ["--within", "salary"]],
)  # fmt: skip
def test_wrong_flags_are_one_sentence(flags, tmp_path, capsys):
    path = tmp_path / "t.csv"
    path.write_bytes(DATA)
    with pytest.raises(SystemExit) as stopped:
        main(["audit", str(path), *ASKED, *flags])
    assert stopped.value.code == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 1, said.err
