"""What an audit found, in sentences; names of the file in them are plain text, escaped later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from core.audit import naming
from core.audit.question import Question
from core.lab.wording import how_many

MOST = 10
"""Findings that are told one by one."""
MINUS = "−"
Report = Mapping[str, Any]


def asked(question: Question) -> list[tuple[str, str]]:
    """Which column was what, and what else was asked."""
    settings = question.settings
    threshold = "" if question.threshold is None else f", from {question.threshold:g} on"
    kind = "Scores" if question.y_score is not None else "Decisions"
    rows = [
        ("True outcomes", question.y_true or "none given"),
        ("Predictions" if settings.regression else kind, question.decided + threshold),
        ("Groups", ", ".join(question.groups)),
        ("Beside", ", ".join(settings.beside)),
        ("Weights", settings.weights or ""),
        ("Compared within", settings.within or ""),
        ("Held against", ", ".join(f"{k}={v}" for k, v in settings.reference.items())),
        ("Bins", "; ".join(f"{name}: {_bins(bins)}" for name, bins in settings.bins.items())),
        ("Smallest group compared", "" if settings.smallest < 2 else f"{settings.smallest} rows"),
    ]
    return [(name, naming.visible(value)) for name, value in rows if value]


def _bins(bins: Any) -> str:
    if isinstance(bins, int):
        return f"{bins} equally filled"
    return "edges " + ", ".join(f"{edge:g}" for edge in bins)


def assumed(found: Report) -> list[str]:
    """What was taken for granted, and what to mind."""
    return [found["positive"]["said"], *found.get("reading", []), *found["warnings"]]


def parts(found: Report) -> Iterator[tuple[str, Report]]:
    """Further ways to group the rows, by name."""
    for name, part in found.get("by_column", {}).items():
        yield f"{naming.visible(name)} alone", part
    for name, part in found.get("by_stratum", {}).items():
        yield f"within {naming.visible(name)}", part
    if "adjusted" in found:
        yield "as if spread alike over the strata", found["adjusted"]


def _told(found: Report) -> Iterator[tuple[str, Report]]:
    """Sections whose findings are told, with what stands before them; strata have tables."""
    yield "", found
    for name, part in parts(found):
        if part not in found.get("by_stratum", {}).values():
            yield f"{name}: ", part
    for name, part in found.get("beside", {}).items():
        for between, section in _told(part):
            yield f"{naming.visible(name)}: {between}", section


def summary(found: Report) -> str:
    """How many gaps are more than chance, and the widest of them."""
    gaps = {name: gap for name, gap in found["differences"].items() if gap["value"] is not None}
    real = {name: gap for name, gap in gaps.items() if not gap["noise"]}
    start = f"{how_many(found['n'], 'row')} in {how_many(len(found['groups']), 'group')}."
    if not gaps:
        return f"{start} No difference between groups is defined."
    if not real:
        return (
            f"{start} No difference between groups is more than chance could be "
            f"({len(gaps)} were looked at). That is no proof that there is none: see how large "
            "each may be."
        )
    widest = max(real, key=lambda name: real[name]["value"])
    gap = real[widest]
    return (
        f"{start} {len(real)} of {len(gaps)} differences between groups are more than chance. The "
        f"widest is the {naming.metric(widest)}: {spelled(found, gap, points=True)}, between "
        f"{naming.spelled(gap['lowest'])} (lowest) and {naming.spelled(gap['highest'])} (highest)."
    )


def findings(found: Report, question: Question) -> list[str]:
    """What is more than chance, widest first."""
    every = [
        (abs(one["value"] - one["others"]), between, one)
        for between, section in _told(found)
        for one in section["findings"]
    ]
    every.sort(key=lambda row: -row[0])
    against = "the reference group" if question.settings.reference else "all others"
    told = [_finding(found, between, one, against) for _, between, one in every[:MOST]]
    left = len(every) - len(told)
    return [*told, f"... and {left} smaller findings."] if left > 0 else told


def _finding(found: Report, between: str, one: Mapping[str, Any], against: str) -> str:
    apart = one["value"] - one["others"]
    gap = {"value": apart, "low": one["low"], "high": one["high"]}
    return (
        f"{between}{naming.spelled(one['group'])} has a {'higher' if apart > 0 else 'lower'} "
        f"{naming.metric(one['rate'])} than {against}: {value(found, one['value'])} against "
        f"{value(found, one['others'])}, {spelled(found, gap, points=True)}; "
        f"{p_value(one['p_adjusted'])}."
    )


def open_ends(found: Report) -> list[str]:
    """What could be chance, and what is not defined, with the reason."""
    told = []
    for name, gap in found["differences"].items():
        if gap["reason"] is not None:
            told.append(f"The {naming.metric(name)} is not defined. {gap['reason']}")
        elif gap["noise"]:
            told.append(
                f"The {naming.metric(name)} could be chance: {spelled(found, gap, points=True)}; "
                f"{p_value(gap['p_adjusted'])}."
            )
    return told


def p_value(p: float) -> str:
    """Spell a corrected p-value."""
    return f"corrected p {'' if p < 0.001 else '= '}{naming.p_value(p)}"


def numbers(found: Report) -> bool:
    """Whether numbers were predicted: then nothing is a share."""
    return found.get("kind") == "numbers"


def value(found: Report, number: float) -> str:
    """Spell a rate as a share, or a number as it is."""
    return (f"{number:.4g}" if numbers(found) else f"{100 * number:.1f}%").replace("-", MINUS)


def spelled(found: Report, gap: Mapping[str, Any], *, points: bool = False, scale: float = 100
            ) -> str:  # fmt: skip
    """Spell a number with its interval."""
    parts_ = [gap["value"], gap["low"], gap["high"]]
    if any(part is None for part in parts_[1:]):
        return bare(found, parts_[0], scale) if parts_[0] is not None else "not defined"
    middle, low, high = (bare(found, part, scale) for part in parts_)
    unit = " points" if points and not numbers(found) else ""
    return f"{middle}{unit} [{low}, {high}]"


def bare(found: Report, number: float, scale: float = 100) -> str:
    """Spell a number without a unit; shares times `scale`."""
    text = f"{number:.4g}" if numbers(found) else f"{scale * number:.{1 if scale > 1 else 3}f}"
    return text.replace("-", MINUS)


def method(found: Report, question: Question) -> list[str]:
    """How it was computed, and what it cannot say."""
    tests = f"{how_many(found['tests'], 'test')} of this report together (Holm's correction)"
    if numbers(found):
        told = [
            "Means have Student's t intervals of 95%; the widest difference is that of Welch's "
            "intervals, held for all pairs of groups (Bonferroni).",
            "Chance is judged by Welch's test of each group against the others, at 5% over the "
            f"{tests}.",
        ]
    else:
        told = [
            "Rates have Wilson's 95% intervals. The interval of a gap holds for the widest pair of "
            "groups, however many there are: Newcombe's interval of every pair, towards no gap "
            "with the quantile of the studentized range. In simulation it covers the true gap in "
            "about 95 of 100 tables or more.",
            "Chance is judged by exact tests (Fisher's) of each group against the others, at 5% "
            f"over the {tests}; an interval is of its gap alone. A difference that could be chance "
            "may still be real.",
        ]
    if question.settings.weights:
        told.append(
            "Weights are taken as sampling weights; intervals and tests use Kish's effective "
            "number of rows, so the tests are not exact."
        )
    return [*told, *_limits(found, question)]


def _limits(found: Report, question: Question) -> list[str]:
    told = [
        "Definitions of fairness exclude one another: with different base rates and an imperfect "
        "prediction, equal error rates and equal precision cannot both hold.",
        "Nothing here says why groups differ, whether the true outcomes were recorded alike for "
        "all, or whether rows are independent of one another, which intervals and tests assume.",
    ]
    if question.y_true is None:
        told.append("Without true outcomes nothing can be said about errors.")
    return told
