"""The programs that stand alone: short, without this project, and with the lab's own numbers.

Program and lab draw different seeds by the same laws, so their means differ by chance. Welch's t
test says how often they would differ by more if both measured the same. All numbers of all programs
share one chance of 5% for a false alarm: each program has a part of it, each of its numbers a part
of that (Bonferroni). Seeds are fixed: an alarm shows when a number is new, not now and then.
"""

import ast
import math
import os
import re
import subprocess
import sys
from dataclasses import dataclass

import numpy as np
import pytest
from scipy import stats

from core.ui import programs
from tests.runs import SLUGS, found, shipped, turn

SCRIPTS = [slug for slug in SLUGS if programs.program(found(slug))]
LINES = 120
FEWEST_SEEDS = 5
FALSE_ALARMS = 0.05
"""Chance of one or more among all numbers of all programs."""
PLACES = 1e-4
"""What rounding to four places may add."""
ALLOWED = {"numpy", "pandas", "scipy", "sklearn", "torch"}
PRINTED = re.compile(r"(.+): (-?[\d.]+) \[(-?[\d.]+), (-?[\d.]+)\] over (\d+) seeds")
GALLERY = "interpretability/gallery"
SAME_PICTURES = (GALLERY,)
"""The lab's networks all explain the same few pictures: its mean is one draw of pictures."""
FOUR = ("Saliency", "Input x Gradient", "SmoothGrad", "Integrated Gradients")


def among_four(result):
    """Mean rank correlation of four methods' maps, seed by seed."""
    pairs = [result.correlation(a, b).values for a in FOUR for b in FOUR if a < b]
    return np.mean(pairs, axis=0)


def longer(result):
    """Logarithm of the ratio of epochs until random and true labels are fitted, seed by seed."""
    return result.at(1, "epochs").log_ratio_to(result.at(0, "epochs")).values


OTHERS = {
    "width 128 minus width 8": lambda r: (r.accuracy(128) - r.accuracy(8)).values,
    "log of epochs random over true": longer,
    "calibration error": lambda r: r.calibration.mean(axis=1),
    "precision gap at equal true positive rates":
        lambda r: r.gaps("equal true positive rates")["precision"].values,
    "agreement of four methods": among_four,
}  # fmt: skip
"""Numbers that are no metric of the lab's: one for each of its seeds."""


@dataclass(frozen=True)
class Sample:
    """Numbers over seeds: mean, standard deviation, and how many."""

    mean: float
    spread: float
    n: int


def of_the_lab(slug, name):
    """The lab's number of that name, from its default result that comes with the app."""
    one, result = found(slug), shipped(found(slug)).result
    if name in OTHERS:
        values = OTHERS[name](result)
    else:
        values = [value for _, value in one.metrics(result)[name.replace(" ", "_")].by_seed]
    return Sample(float(np.mean(values)), float(np.std(values, ddof=1)), len(values))


def of_the_program(low, high, mean, n):
    """The sample behind a printed mean and its 95% t interval."""
    spread = (high - low) / 2 / stats.t.ppf(0.975, n - 1) * math.sqrt(n)
    return Sample(mean, float(spread), n)


def by_chance(lab, program, one_draw=False):
    """How often two samples of one law lie farther apart than these (Welch's t test), in [0, 1].

    Args:
        lab: Of the lab.
        program: Of the program.
        one_draw: Whether the lab's seeds share what each of the program's draws anew: then the
            lab's mean scatters as one of the program's numbers does.
    """
    if abs(lab.mean - program.mean) <= PLACES:
        return 1.0
    if one_draw:
        scale = program.spread * math.sqrt(1 + 1 / program.n)
        return float(2 * stats.t.sf(abs(lab.mean - program.mean) / scale, program.n - 1))
    both = [(one.mean, one.spread, one.n) for one in (lab, program)]
    if not lab.spread and not program.spread:
        return 0.0
    return float(stats.ttest_ind_from_stats(*both[0], *both[1], equal_var=False).pvalue)


def printed(output):
    """The samples that a program printed, by name."""
    lines = [PRINTED.fullmatch(line) for line in output.splitlines()]
    found = {}
    for name, mean, low, high, n in (line.groups() for line in lines if line):
        found[name] = of_the_program(float(low), float(high), float(mean), int(n))
    return found


def one_now():
    """All programs, of which one has its turn and the others are left to the slow suite."""
    return [
        slug if place == turn() % len(SCRIPTS) else pytest.param(slug, marks=pytest.mark.slow)
        for place, slug in enumerate(SCRIPTS)
    ]


@pytest.mark.timeout(900)  # seconds of work, on a machine that may be busy
@pytest.mark.parametrize("slug", one_now())
def test_a_program_finds_the_labs_numbers_without_the_lab(slug, tmp_path):
    file = tmp_path / programs.file_name(found(slug))
    file.write_bytes(programs.program(found(slug)).read_bytes())
    environment = {name: v for name, v in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [sys.executable, "-I", str(file)], capture_output=True, text=True, check=False,
        cwd=tmp_path, env={**environment, "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    samples = printed(done.stdout)
    assert len(samples) >= 4, done.stdout
    for name, sample in samples.items():
        assert sample.n >= FEWEST_SEEDS
        lab = of_the_lab(slug, name)
        chance = by_chance(lab, sample, slug in SAME_PICTURES)
        level = FALSE_ALARMS / len(SCRIPTS) / len(samples)
        assert chance >= level, f"{name}: {lab} in the lab, {sample} alone, p = {chance:.2g}"


def test_samples_far_apart_are_told_and_near_ones_are_not():
    drawn = np.random.default_rng(0).normal([[0.0], [1.0]], 1, (2, 8))
    one, other = (Sample(float(v.mean()), float(v.std(ddof=1)), 8) for v in drawn)
    welch = stats.ttest_ind(*drawn, equal_var=False).pvalue
    assert by_chance(one, other) == pytest.approx(welch)
    assert by_chance(Sample(0.80, 0.02, 10), Sample(0.84, 0.02, 10)) < 0.001
    assert by_chance(Sample(1.0, 0.0, 10), Sample(1.0, 0.0, 10)) == 1
    assert by_chance(Sample(1.0, 0.0, 10), Sample(0.9, 0.0, 10)) == 0
    near, far = Sample(0.80, 0.001, 5), Sample(0.84, 0.02, 5)
    assert by_chance(near, far) < 0.02 < 0.1 < by_chance(near, far, one_draw=True)


def test_what_a_program_prints_is_read():
    found = printed("a table\nx y: -0.5000 [-0.6000, -0.4000] over 5 seeds\n")
    (sample,) = found.values()
    assert list(found) == ["x y"]
    assert (sample.mean, sample.n) == (-0.5, 5)
    assert sample.spread == pytest.approx(0.1 / stats.t.ppf(0.975, 4) * math.sqrt(5))


def test_programs_are_there_for_experiments_and_nothing_else():
    files = sorted(programs.FOLDER.rglob("*.*"))
    assert [str(f.relative_to(programs.FOLDER).with_suffix("")) for f in files] == sorted(SCRIPTS)
    assert len(SCRIPTS) == 10


@pytest.mark.parametrize("slug", SCRIPTS)
def test_a_program_is_short_and_needs_nothing_of_the_lab(slug):
    file = programs.program(found(slug))
    text = file.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LINES
    tree = ast.parse(text)
    compile(tree, slug, "exec")
    modules = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules |= {name.name.split(".")[0] for name in node.names}
        if isinstance(node, ast.ImportFrom):
            modules.add(node.module.split(".")[0])
    foreign = modules - set(sys.stdlib_module_names)
    assert foreign <= ALLOWED
    said = ast.get_docstring(tree)
    assert re.search(r"\b(19|20)\d\d\b", said), "which paper it is after"
    needed = re.search(r"Run this file with python \(needs ([\w, -]+); downloads nothing", said)[1]
    assert set(needed.replace("scikit-learn", "sklearn").split(", ")) == foreign
