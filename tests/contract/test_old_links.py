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
from core.ui import links
from tests.runs import found, in_turn, turn
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
def test_everything_it_says_is_still_understood(old: dict[str, Any]) -> None:
    one, parameters = found(old["experiment"]), dict(parse_qsl(old["link"].lstrip("?")))
    prefix = links.key(one.slug, "")
    own = {name.removeprefix(prefix): text for name, text in parameters.items() if prefix in name}
    known = {knob.name: knob for knob in (*knobs(one.config), *knobs(one.view))}
    assert set(known) <= set(own) <= {*known, links.VERSION}
    for name, knob in known.items():
        assert links.value_of(knob, own[name]) in knob.options
    others = {name: text for name, text in parameters.items() if prefix not in name}
    challenge = one.slug.split("/")[0]
    assert others == {links.key(challenge, "experiment"): one.title}


@pytest.mark.parametrize(
    "slug", in_turn([old["experiment"] for old in OLD], turn()), ids=lambda slug: slug
)
def test_it_opens_the_same_experiment_with_the_same_settings(slug: str) -> None:
    (old,) = [old for old in OLD if old["experiment"] == slug]
    one, parameters = found(slug), dict(parse_qsl(old["link"].lstrip("?")))
    page = open_page(slug.split("/")[0], app="../../app.py", **parameters)
    assert not page.exception and not page.error
    told = [warning.value for warning in page.warning]
    if one.version == old["version"]:
        assert told == []
    assert one.question in "\n".join(element.value for element in page.markdown)
