"""Links and keys as they were before the code was moved: they still mean what they meant.

`old_links.json` was written down once and is never renewed: an experiment whose version rises keeps
its link, which then says so, and loses its keys here.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from core.lab.settings import knobs
from core.store.store import shipped_store
from tests.runs import found
from tests.ui.pages import open_page

OLD = json.loads(Path(__file__).with_name("old_links.json").read_text(encoding="utf-8"))
every_link = pytest.mark.parametrize("old", OLD, ids=lambda old: old["experiment"])


def test_a_dozen_links_were_written_down() -> None:
    assert len(OLD) >= 12 and len({old["experiment"] for old in OLD}) == len(OLD)


@every_link
def test_its_results_are_found_under_the_same_keys(old: dict[str, Any]) -> None:
    one = found(old["experiment"])
    if one.version != old["version"]:
        pytest.skip("another version: other numbers, other keys")
    assert one.key(one.config()) == old["default_key"]
    assert one.key(one.config(**old["config"])) == old["key"]
    assert shipped_store().get(old["default_key"], one.result) is not None


@every_link
def test_it_opens_the_same_experiment_with_the_same_settings(old: dict[str, Any]) -> None:
    one, parameters = found(old["experiment"]), dict(parse_qsl(old["link"].lstrip("?")))
    page = open_page(old["experiment"].split("/")[0], app="../../app.py", **parameters)
    assert not page.exception and not page.error
    told = [warning.value for warning in page.warning]
    if one.version == old["version"]:
        assert told == []
    named = {knob.name for knob in (*knobs(one.config), *knobs(one.view))}
    prefix = f"{one.slug.replace('/', '.')}."
    said = {name.removeprefix(prefix) for name in parameters if name.startswith(prefix)}
    assert named - {"version"} <= said
    assert one.question in "\n".join(element.value for element in page.markdown)
