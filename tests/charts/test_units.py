"""The processor beside an accelerator: what is said of two intervals, and who has which colour."""

from __future__ import annotations

import pandas as pd

from core.charts import units
from core.lab.timing import PROCESSOR

COLUMNS = ["panel", "row", "unit", "mean", "low", "high", "n"]
TABLE = pd.DataFrame(
    [
        ("forward", "MLP", PROCESSOR, 1.0, 0.9, 1.1, 5),
        ("forward", "CNN", PROCESSOR, 8.0, 7.0, 9.0, 5),
        ("forward", "GRU", PROCESSOR, 3.0, 2.0, 4.0, 5),
        ("forward", "MLP", "Fake GPU", 4.0, 3.0, 5.0, 5),
        ("forward", "CNN", "Fake GPU", 2.0, 1.0, 3.0, 5),
        ("forward", "GRU", "Fake GPU", 4.5, 3.5, 5.5, 5),
    ],
    columns=COLUMNS,
)


def test_what_is_clearly_quicker_is_told_with_its_ratio_and_the_rest_is_not() -> None:
    assert units.compared(TABLE) == (
        "Forward on Fake GPU: clearly quicker than on the processor CNN (4 times); "
        "clearly slower MLP (4 times)."
    )
    assert units.compared(TABLE[TABLE["unit"] == PROCESSOR]) == ""
    assert "CNN" not in units.compared(TABLE[TABLE["row"] != "CNN"])


def test_colours_follow_the_units_that_there_are() -> None:
    scale = units.color().to_dict()["scale"]
    assert "domain" not in scale and len(scale["range"]) == 3


def test_without_rows_nothing_is_said() -> None:
    figure = units.side_by_side("beside", "Beside", lambda r, v: TABLE, ["MLP", "CNN", "GRU"])
    assert figure.panels and figure.caption(TABLE.iloc[:0], None) == ""
    assert figure.caption(TABLE, None) == units.compared(TABLE)
