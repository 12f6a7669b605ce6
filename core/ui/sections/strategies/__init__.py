"""The seven strategies of the field, each with its effect as measured in this lab.

Nothing here is typed in: sentence, number and verdict come from the ledger's stored results.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core import challenges
from core.challenges.strategies.trade_offs.config import BEHIND
from core.lab.wording import capital, with_interval
from core.store import store
from core.store.ledger import Row
from core.store.store import Record, Whose
from core.ui import every_claim, evidence, failures, links, navigation

HERE = "strategies/trade_offs"
REMEDIES = "The run behind each remedy"
"""What is chosen beside the strategies."""


@dataclass(frozen=True)
class Strategy:
    """One way of the field to meet the challenges.

    Attributes:
        words: What it is, in one sentence.
        claims: Names of the claims that measure it here, as `Row.name` has them.
        rooms: Challenges that are about it; those that the lab does not have are left out.
    """

    words: str
    claims: tuple[str, ...]
    rooms: tuple[str, ...] = ()


STRATEGIES: Mapping[str, Strategy] = {
    "Data quality and quantity": Strategy(
        "Look at the labels, then get more of them.",
        ("data_quality.label_noise.cleaning_helps",
         "overfitting.remedies.more_data_accuracy_two_moons",
         "data_quantity.forecast.less_than_in_proportion"),
        ("data_quality", "data_quantity"),
    ),
    "Computing resources and the cloud": Strategy(
        "Buy more operations where they still buy something.",
        ("compute.scaling_law.larger_with_the_budget", "compute.scaling_law.nearer_than_nothing",
         "scalability.batch_size.less_and_less", "scalability.serving.batches_answer_more",
         "strategies.trade_offs.ensemble_calibrates"),
        ("compute", "scalability"),
    ),
    "Regularization": Strategy(
        "Keep the network from learning its training set by heart.",
        ("overfitting.remedies.weight_decay_accuracy_two_moons",
         "overfitting.remedies.dropout_accuracy_two_moons", "privacy.membership.early_stopping",
         "strategies.trade_offs.gap_and_leak"),
        ("overfitting",),
    ),
    "Interpretability": Strategy(
        "Ask what the network goes by, and test the answer.",
        ("interpretability.trial.deletion_beats_chance", "interpretability.mystery.asking_finds_it",
         "interpretability.gallery.methods_disagree", "strategies.trade_offs.decay_steadies"),
        ("interpretability",),
    ),
    "Automatic tuning": Strategy(
        "Let a rule choose what a person would try by hand.",
        ("tuning.real_gain.tuning_helps", "tuning.real_gain.settings_are_flattered",
         "tuning.landscape.rate_matters_more", "overfitting.training_time.stopping_helps"),
        ("tuning",),
    ),
    "Optimized algorithms and hardware": Strategy(
        "Do the same with fewer operations, fewer bytes or fewer labels.",
        ("hardware.fitting.bits_beat_pruning", "hardware.fitting.int8_is_faster_when_wide",
         "hardware.memory.checkpointing_saves", "strategies.trade_offs.pruned_unequal",
         "data_quantity.doing_with_less.margin_saves_labels"),
        ("hardware", "compute"),
    ),
    "Addressing bias and ethics": Strategy(
        "Measure by group, then change data, loss or threshold.",
        ("fairness.mitigation.penalty_narrows_the_gap",
         "fairness.mitigation.penalty_raises_true_accuracy",
         "generalization.shortcuts.drawing_rare_groups_more_often_helps",
         "strategies.trade_offs.private_unequal"),
        ("fairness", "privacy"),
    ),
}  # fmt: skip


@failures.section("strategies", "The strategies could not be shown. Please try again.")
def section(record: Record[Any]) -> None:
    """Draw what each strategy did in this lab, and the experiment behind each remedy."""
    st.header("The seven strategies, as measured here", anchor="seven-strategies")
    whose = store.listing()
    found = {name: measured(strategy, whose) for name, strategy in STRATEGIES.items()}
    labels = {name: f"{name} · {tally(rows)}" for name, rows in found.items()}
    picked = st.pills(
        "Choose one: what it did here", [*labels, REMEDIES], key="strategy",
        format_func=lambda name: labels.get(name, name),
    )  # fmt: skip
    if picked == REMEDIES:
        with st.container(horizontal=True):
            for remedy, slug in BEHIND.items():
                if slug != HERE:
                    _experiment(remedy, slug)
    elif picked is not None:
        _strategy(STRATEGIES[picked], found[picked], whose)


def _strategy(strategy: Strategy, rows: list[Row], whose: Whose) -> None:
    """Say what a strategy is and did, and lead to where it was measured."""
    st.markdown(strategy.words)
    with st.container(key="claims-strategy", gap="xsmall"):
        st.markdown(table(rows))
    with st.container(horizontal=True):
        for slug in strategy.rooms:
            _room(slug, whose)


def tally(rows: list[Row]) -> str:
    """How so many claims came out: `3 of 4 shown`."""
    return f"{Counter(row.verdict for row in rows)['shown']} of {len(rows)} shown"


def measured(strategy: Strategy, whose: Whose = store.whose) -> list[Row]:
    """The claims of a strategy as stored results have them; what is not measured is left out."""
    slugs = dict.fromkeys("/".join(name.split(".")[:2]) for name in strategy.claims)
    found = [challenges.experiment(*slug.split("/")) for slug in slugs]
    rows = [row for one in found for row in every_claim.read(one, whose)]
    by_name = {row.name: row for row in rows if row.value is not None}
    return [by_name[name] for name in strategy.claims if name in by_name]


def table(rows: list[Row]) -> str:
    """Sentence, number and verdict, each with its experiment, as Markdown."""
    lines = ["| Verdict | What was measured | Effect | Where |", "|---|---|---|---|"]
    for row in rows:
        effect = with_interval(row.value) if row.value else ""
        where = f"[{row.experiment.title}]({every_claim.address(row)})"
        cells = (evidence.mark(every_claim.verdict(row)), row.claim.sentence, effect, where)
        lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join(lines)


def _room(slug: str, whose: Whose) -> None:
    """Link to a challenge, with how its claims came out; nothing where the lab has no such one."""
    known = {one.slug: one for one in challenges.challenges()}
    file = navigation.file_of(slug)
    if slug not in known or not file.exists():
        return
    rows = [
        row
        for name in known[slug].experiments
        for row in every_claim.read(challenges.experiment(slug, name), whose)
        if row.value is not None
    ]
    st.page_link(file, label=f"{known[slug].title}: {tally(rows)}", icon=known[slug].icon)


def _experiment(remedy: str, slug: str) -> None:
    room, name = slug.split("/")
    found = challenges.experiment(room, name)
    label = f"{capital(remedy)}: {found.title}"
    navigation.link(room, label, "arrow_forward", links.to_experiment(found))
