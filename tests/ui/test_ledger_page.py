"""The ledger: the command's rows, what a visitor leaves of them, and a check that trains."""

import csv
import io
import json
from dataclasses import replace

import pytest

from core.cli.main import main
from core.running import watching
from core.store import ledger, store
from core.ui import downloads, every_claim, evidence, links, navigation
from core.ui import ledger as page_of
from tests.pace import within
from tests.runs import SLUGS, found, shipped
from tests.ui.pages import installed, open_page, words


@pytest.fixture(autouse=True)
def _own_store(tmp_path, monkeypatch):
    monkeypatch.setenv("LAB_STORE", str(tmp_path))


@pytest.fixture(scope="module")
def rows():
    installed.remove()
    return [row for slug in SLUGS for row in every_claim.read(found(slug))]


def test_the_rows_are_those_of_the_command_which_trains_nothing(rows, monkeypatch, capsys):
    monkeypatch.setattr(watching, "run_here", lambda *_: pytest.fail("it trains"))
    assert main(["claims", "--json"]) == 0
    command = json.loads(capsys.readouterr().out)
    assert len(every_claim.table(rows)) == len(command) == claims_of(SLUGS)
    ours = every_claim.plain(rows)
    assert list(ours.columns) == list(command[0])
    mine = [row.plain() for row in rows]
    assert [(r["challenge"], r["experiment"], r["claim"]) for r in mine] == [
        (r["challenge"], r["experiment"], r["claim"]) for r in command
    ]
    assert json.loads(json.dumps(mine)) == command
    assert all(row.run for row in rows), "python -m core warm --missing"


def claims_of(slugs):
    """How many claims experiments state, counted where they state them."""
    return sum(len(found(slug).claims) for slug in slugs)


def test_a_row_says_what_its_run_says(rows):
    for row in rows:
        stored = store.find(row.experiment, row.config)
        assert stored is not None
        assert row.claim.applies(row.config)
        assert row.value == row.claim.measure(stored.record.result)
        assert row.seconds == stored.record.provenance.seconds
        assert every_claim.verdict(row) == (row.verdict or "not measured")
        assert (row.verdict is None) == (row.value is None)


def test_rows_are_read_again_only_when_another_result_is_stored(monkeypatch):
    one = found("overfitting/remedies")
    before = every_claim.read(one)
    monkeypatch.setattr(store, "find", lambda *_: pytest.fail("read again"))
    assert every_claim.read(one) is before
    monkeypatch.undo()
    record = shipped(one)
    later = replace(record, provenance=replace(record.provenance, seconds=77.0))
    store.local_store().put(one.key(one.config()), later)
    after = every_claim.read(one)
    assert [row.seconds == 77.0 for row in after] == [row.config == one.config() for row in after]
    assert len({row.config for row in after}) > 1, "no claim is about other settings any more"


def test_rows_read_by_a_listing_are_the_same_and_no_key_is_made_twice(monkeypatch):
    one = found("overfitting/remedies")
    before = every_claim.read(one)
    first = every_claim.table(before)
    monkeypatch.setattr(ledger, "configs", lambda _: pytest.fail("its keys are at hand"))
    monkeypatch.setattr(every_claim, "_cells", lambda _: pytest.fail("its cells are at hand"))
    assert every_claim.read(one, store.listing()) is before
    assert every_claim.table(before).equals(first)


def test_all_rows_at_hand_are_a_table_in_no_time(rows):
    with within(0.5):
        again = [row for slug in SLUGS for row in every_claim.read(found(slug))]
        table = every_claim.table(again)
    assert len(table) == len(rows)


def test_filters_leave_what_was_asked_for(rows):
    every = every_claim.chosen(rows, "", "", " ")
    assert every == rows
    for name in every_claim.SIGNS:
        kept = every_claim.chosen(rows, "", name, "")
        assert {every_claim.verdict(row) for row in kept} == {name}
    parts = [every_claim.chosen(rows, "", name, "") for name in every_claim.SIGNS]
    assert sum(map(len, parts)) == len(rows)
    private = every_claim.chosen(rows, "privacy", "", "")
    assert {row.experiment.slug.split("/")[0] for row in private} == {"privacy"}
    told = every_claim.chosen(rows, "", "", "DROPOUT srivastava")
    assert told
    assert all("Srivastava" in row.claim.source for row in told)
    assert len(every_claim.chosen(rows, "overfitting", "", "srivastava")) <= len(told)
    assert every_claim.chosen(rows, "", "", "no such words here") == []
    assert page_of.counted([]) == "No claim is about that."
    assert page_of.counted(private).startswith(f"**{len(private)} claims**: ")


def test_every_row_leads_to_its_experiment_at_its_settings(rows):
    for row, address in zip(rows, every_claim.table(rows)["Experiment"], strict=True):
        slug = row.experiment.slug.split("/")[0]
        assert (navigation.PAGES / f"{slug}.py").exists()
        assert address.startswith(f"{slug}?")
        asked = every_claim.parameters(row)
        for name, value in row.claim.settings.items():
            knob = evidence.knob_of(row.experiment.config, name)
            assert links.value_of(knob, asked[links.key(row.experiment.slug, name)]) == value
    assert len({row.name for row in rows}) == len(rows)


def test_the_file_is_the_command_s_rows(rows):
    text = downloads.csv_bytes(every_claim.plain(rows)).decode()
    read = list(csv.DictReader(io.StringIO(text)))
    assert len(read) == len(rows)
    for row, line in zip(rows, read, strict=True):
        assert line["claim"].removeprefix("'") == row.claim.sentence
        assert (line["value"] == "") == (row.value is None)


def open_ledger(**query):
    page = open_page("ledger", **query)
    assert not page.exception
    assert not page.error
    return page


def settled(page):
    """Filters and table of a page, whatever else it holds."""
    return page.dataframe[0].value


@pytest.mark.usefixtures("toys")
def test_a_visit_trains_nothing_and_filters_by_its_address(monkeypatch):
    monkeypatch.setattr(watching, "stream", lambda *_, **__: pytest.fail("it trains"))
    page = open_ledger()
    assert page.title[0].value == "Ledger"
    whole = settled(page)
    assert len(whole) == sum(len(one.claims) for one in every_claim.experiments())
    assert len(whole) > claims_of(SLUGS) > 200
    assert f"**{len(whole)} claims**" in words(page)
    assert "Choose a row" in words(page)
    page.text_input(key="ledger.words").set_value("taller than").run()
    assert list(settled(page)["Claim"]) == [
        "The wave is taller than one metre.", "A wave of ten metres is taller than five.",
    ] * 5  # fmt: skip
    assert "10 claims" in words(page)
    page.selectbox(key="ledger.challenge").set_value("Privacy").run()
    assert len(page.dataframe) == 0
    assert "No claim is about that." in words(page)
    page = open_ledger(**{"ledger.verdict": "Shown", "ledger.challenge": "Data quality"})
    assert set(settled(page)["Verdict"]) == {"● Shown"}
    assert set(settled(page)["Challenge"]) == {"Data quality"}


@pytest.mark.usefixtures("toys")
def test_one_claim_has_a_link_and_is_checked_on_fresh_seeds(monkeypatch):
    page = open_ledger(claim="toy.wave.high")
    said = words(page)
    assert "A wave of ten metres is taller than five." in said
    assert "Nobody has run the settings" in said
    assert page.button(key="ledger-check").label == "Measure it"
    page.button(key="ledger-check").click().run()
    assert "Nobody has run" not in words(page)
    assert "5 seeds from 0, in" in words(page)
    row = settled(page)[settled(page)["Claim"].str.startswith("A wave of ten")].iloc[0]
    assert row["Verdict"] == "● Shown"
    monkeypatch.setattr(ledger, "fresh_block", lambda: 4700)
    page = open_ledger(claim="toy.wave.high")
    assert page.button(key="ledger-check").label == "Check this one on fresh seeds"
    page.button(key="ledger-check").click().run()
    said = words(page)
    assert not page.exception
    assert "on fresh seeds: Measured: " in said
    assert "5 seeds from 4700" in said
    assert "Against the table: within the interval." in said or "different." in said
    assert store.whose(found_toy().key(found_toy().config(height=10).from_seed(4700))) == "local"


def found_toy():
    from core.challenges import experiment

    return experiment("toy", "wave")


@pytest.mark.usefixtures("toys")
def test_a_check_that_breaks_says_so_in_one_sentence():
    page = open_ledger(claim="toy.broken.tall")
    page.button(key="ledger-check").click().run()
    assert not page.exception
    said = words(page)
    assert "Something went wrong inside" in said
    assert "secret" not in said


@pytest.mark.usefixtures("toys")
@pytest.mark.parametrize("name", ["nothing", "<script>", ["toy.wave.high", "toy.wave.tall"]])
def test_a_link_to_no_claim_says_so(name):
    page = open_ledger(claim=name)
    assert "The link names no claim of this lab." in words(page)
    assert "script" not in words(page)
