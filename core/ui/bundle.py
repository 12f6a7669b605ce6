"""All tables of a run in one file: a ZIP of CSVs, and in JSON what they are and whence they come.

A spreadsheet opens the tables, a program reads `about.json`; neither needs this project.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from core.charts import standalone
from core.lab.experiment import Experiment, Figure
from core.lab.intervals import Estimate
from core.lab.settings import Config, View, knobs
from core.store.store import Record
from core.ui import downloads, evidence, figures
from core.ui.labels import label_of

Anything = Experiment[Any, Any, Any]
PICTURE = "data:image"
"""How the text of a column of pictures begins; they are no numbers."""
WHEN = (1980, 1, 1, 0, 0, 0)
"""Date of the files inside: the run's own stands in `about.json`, and the same run gives the same
bytes."""


@dataclass(frozen=True)
class Table:
    """One table of a run.

    Attributes:
        file: Its name in the archive.
        about: What it holds, in a sentence.
        rows: The table.
        columns: Column -> what it is called for people.
    """

    file: str
    about: str
    rows: pd.DataFrame
    columns: Mapping[str, str]


def archive(
    experiment: Anything, config: Config, view: View, record: Record[Any], link: str
) -> bytes:
    """Put all tables of a run into one file.

    Args:
        experiment: Whose run it is.
        config: Its settings.
        view: How its figures are drawn.
        record: Its result with its provenance.
        link: Leads to it.
    """
    found = list(tables(experiment, config, view, record))
    about = {**provenance(experiment, config, view, record, link), "files": list(map(_told, found))}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        text = json.dumps(about, indent=1, ensure_ascii=False, allow_nan=False)
        made.writestr(zipfile.ZipInfo("about.json", WHEN), text + "\n")
        for table in found:
            content = downloads.csv_bytes(table.rows, table.columns)
            made.writestr(zipfile.ZipInfo(table.file, WHEN), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def tables(
    experiment: Anything, config: Config, view: View, record: Record[Any]
) -> Iterator[Table]:
    """The headline numbers, the claims, and of every figure its table and the tables under it."""
    numbers = metrics(experiment.metrics(record.result))
    yield Table("numbers.csv", "The headline numbers.", numbers, {})
    if experiment.claims:
        rows = evidence.ledger(experiment, config, record.result)
        about = "What the literature says, and what this run says to it."
        yield Table("claims.csv", about, rows, {})
    for figure in experiment.figures:
        yield from _of_figure(experiment, figure, view, record)


def _of_figure(
    experiment: Anything, figure: Figure[Any, Any], view: View, record: Record[Any]
) -> Iterator[Table]:
    table, underlay = standalone.data(figure, record.result, view)
    if table.empty:
        return
    names = {"": table, **{f"-{key}": rows for key, rows in underlay.items()}}
    about = f"{figure.title}. {figure.caption(table, view)}"
    for name, rows in names.items():
        rows = _without_pictures(rows)
        if rows.shape[1]:
            spec = figures.specification(figure.chart, view)
            said = downloads.column_names(spec, rows.columns, experiment)
            what = about if not name else f"{figure.title}: {name[1:].replace('_', ' ')}."
            yield Table(f"{figure.name}{name}.csv", what, rows, said)


def metrics(found: Mapping[str, Estimate]) -> pd.DataFrame:
    """The headline numbers as a table."""
    return pd.DataFrame(
        [
            {
                "Number": label_of(name),
                "Mean": one.mean,
                "Lower end of the interval": one.low,
                "Upper end of the interval": one.high,
                "Unit": downloads.UNITS.get(one.unit, one.unit),
                "Repetitions": one.n,
                "Interval": one.kind if one.n > 1 else "",
            }
            for name, one in found.items()
        ]
    )


def provenance(
    experiment: Anything, config: Config, view: View, record: Record[Any], link: str
) -> dict[str, Any]:
    """What was run, with which settings and seeds, when, where, by which versions, and its cost."""
    return {
        "experiment": record.experiment,
        "title": experiment.title,
        "question": experiment.question,
        "finding": experiment.finding(record.result),
        "link": link,
        "version": record.version,
        "settings": _settings(config),
        "display": _settings(view),
        "seeds": list(config.seeds),
        "varies from seed to seed": experiment.varies,
        "provenance": asdict(record.provenance),
    }


def _settings(chosen: Any) -> dict[str, Any]:
    return {
        knob.name: {"label": knob.label, "value": getattr(chosen, knob.name), "unit": knob.unit}
        for knob in knobs(type(chosen))
    }


def _told(table: Table) -> dict[str, Any]:
    columns = {str(c): table.columns.get(c, str(c)) for c in table.rows.columns}
    return {"file": table.file, "about": table.about, "rows": len(table.rows), "columns": columns}


def _without_pictures(rows: pd.DataFrame) -> pd.DataFrame:
    pictures = [
        name
        for name in rows.columns
        if rows[name].map(lambda cell: isinstance(cell, str) and cell.startswith(PICTURE)).any()
    ]
    return rows.drop(columns=pictures)
