"""Arms by panel, by hand."""

from __future__ import annotations

import pandas as pd

from core.charts.panels import by_panel, changes

SCORES = pd.DataFrame(
    [
        ("auc", 0.9, "plain", 1), ("right", 0.5, "plain", 1), ("auc", 0.6, "clipped", 1),
        ("auc", 0.8, "plain", 2), ("right", 0.7, "plain", 2), ("right", 0.6, "clipped", 2),
    ],
    columns=["metric", "value", "arm", "seed"],
)  # fmt: skip
PANELS = {"Accuracy": "right", "Attack": "auc"}


def test_rows_come_panel_by_panel_and_arm_by_arm() -> None:
    found = by_panel(SCORES, PANELS, ["clipped", "plain", "absent"])
    assert list(zip(found["panel"], found["arm"], found["seed"], strict=True)) == [
        ("Accuracy", "clipped", 2), ("Accuracy", "plain", 1), ("Accuracy", "plain", 2),
        ("Attack", "clipped", 1), ("Attack", "plain", 1), ("Attack", "plain", 2),
    ]  # fmt: skip


def test_changes_are_paired_by_seed_within_a_panel() -> None:
    found = changes(SCORES, PANELS, ["clipped", "plain"], "plain").set_index("panel")["value"]
    assert found.round(9).to_dict() == {"Accuracy": -0.1, "Attack": -0.3}
