"""The code to take home: a script and a notebook that run the very settings on the page.

Both are made from the experiment's settings alone and use the lab's own interface from a copy of
the project; nothing is written for any one experiment.
"""

from __future__ import annotations

import json
import textwrap
from typing import Any

from core.lab.experiment import Experiment
from core.lab.settings import Config, Settings, View, knobs

Anything = Experiment[Any, Any, Any]
IMPORTS = """\
from core.challenges import experiment
from core.charts.standalone import charts
from core.lab.run import complete
from core.lab.wording import with_interval
from core.running.threads import use_one_thread
"""
NUMBERS = """\
print({name}.finding(result))
for label, number in {name}.metrics(result).items():
    print(f"{{label}}: {{with_interval(number)}}")
"""
FIGURES = """\
for figure in {name}.figures:
    for place, chart in enumerate(charts(figure, result, view)):
        {draw}
"""
SAVED = 'chart.save(f"{figure.name}-{place}.html")'
WHERE = (
    "Save it in the folder of the Deep Learning Challenges Lab, which it imports, and run it there "
    "with what requirements.txt lists; it needs no server."
)


def script(experiment: Anything, config: Config, view: View) -> str:
    """Write a program that runs these settings, prints the numbers and saves the figures.

    Args:
        experiment: What is run.
        config: With which settings, all of which are written down.
        view: How it is drawn.
    """
    name = experiment.slug.split("/")[1]
    file = file_name(experiment, "py")
    head = f'"""{experiment.title}. {experiment.question}\n\n{textwrap.fill(WHERE, 99)}\n'
    head += f"Then: python {file}\nEach figure becomes an HTML file, drawn by a library from the "
    head += 'net.\n"""\n'
    figures = FIGURES.format(name=name, draw=SAVED)
    parts = (head, IMPORTS, _run(experiment, config, view), NUMBERS.format(name=name), figures)
    return "\n".join(parts)


def notebook(experiment: Anything, config: Config, view: View) -> str:
    """Write the same as a Jupyter notebook (nbformat 4.5), which draws the figures in place."""
    name = experiment.slug.split("/")[1]
    cells = [
        _cell(0, f"# {experiment.title}\n\n{experiment.question}\n\n{WHERE}"),
        _cell(1, IMPORTS, code=True),
        _cell(2, _run(experiment, config, view), code=True),
        _cell(3, NUMBERS.format(name=name), code=True),
        _cell(4, FIGURES.format(name=name, draw="display(chart)"), code=True),
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    made = {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


def file_name(experiment: Anything, ending: str) -> str:
    """Name of the file, which no module of Python or of the lab has."""
    return f"run_{experiment.slug.replace('/', '_')}.{ending}"


def _run(experiment: Anything, config: Config, view: View) -> str:
    challenge, name = experiment.slug.split("/")
    lines = [
        f'{name} = experiment("{challenge}", "{name}")',
        *_settings(f"config = {name}.config(", config),
        *_settings(f"view = {name}.view(", view),
        "use_one_thread()",
        f"result = complete({name}.run(config))",
    ]
    return "\n".join([*lines, ""])


def _settings(start: str, chosen: Settings) -> list[str]:
    """A call with every setting, one a line."""
    found = knobs(type(chosen))
    if not found:
        return [f"{start})"]
    values = chosen.model_dump()
    return [start, *(f"    {knob.name}={values[knob.name]!r}," for knob in found), ")"]


def _cell(place: int, source: str, code: bool = False) -> dict[str, Any]:
    lines = source.strip().splitlines(keepends=True)
    cell: dict[str, Any] = {
        "cell_type": "code" if code else "markdown",
        "id": f"cell-{place}",
        "metadata": {},
        "source": lines,
    }
    return {**cell, "execution_count": None, "outputs": []} if code else cell
