"""All tables of a run in one file, with headers that explain themselves and their provenance."""

import csv
import io
import json
import zipfile

import pandas as pd

from core.lab.intervals import SHARE
from core.lab.settings import knobs
from core.store.store import Record
from core.ui import bundle, downloads
from tests.runs import ORIGIN, every_trained, found, smallest

LINK = "http://lab/page?x=1"


def opened(slug):
    one = found(slug)
    config = one.smallest
    record = Record(
        smallest(slug).result, ORIGIN, config.model_dump(mode="json"), slug, one.version
    )
    made = bundle.archive(one, config, one.view(), record, LINK)
    return one, config, made, zipfile.ZipFile(io.BytesIO(made))


@every_trained
def test_every_run_fits_into_one_file_that_explains_itself(slug):
    one, config, _, archive = opened(slug)
    about = json.loads(archive.read("about.json"))
    assert (about["experiment"], about["version"], about["link"]) == (slug, one.version, LINK)
    assert about["seeds"] == list(config.seeds)
    assert about["provenance"]["machine"] == ORIGIN.machine
    assert set(about["settings"]) == {knob.name for knob in knobs(one.config)}
    assert [f["file"] for f in about["files"]] == archive.namelist()[1:]
    assert {f.name for f in one.figures} & {n.removesuffix(".csv") for n in archive.namelist()}
    for told in about["files"]:
        text = archive.read(told["file"]).decode()
        header, *rows = list(csv.reader(io.StringIO(text)))
        assert header == list(told["columns"].values()), told["file"]
        assert len(rows) == told["rows"] and len(set(header)) == len(header)
        assert told["about"] and "data:image" not in text
        assert all("_" not in name for name in header), f"{told['file']}: {header}"
        assert not {"mean", "low", "high", "n", "value"} & set(header)


def test_the_same_run_gives_the_same_bytes():
    assert opened("overfitting/capacity")[2] == opened("overfitting/capacity")[2]


def test_a_knobs_column_has_its_label_and_unit():
    by_name = {knob.name: knob for knob in knobs(found("overfitting/capacity").config)}
    assert downloads.knob_name(by_name["width"]) == "Width (units)"
    assert downloads.knob_name(by_name["label_noise"]) == "Wrong labels (1 is 100%)"
    assert by_name["label_noise"].unit == SHARE


def test_the_numbers_are_numbers():
    *_, archive = opened("overfitting/capacity")
    numbers = pd.read_csv(io.BytesIO(archive.read("numbers.csv")))
    assert numbers["Mean"].dtype == float and len(numbers) > 1
    assert "1 is 100%" in set(numbers["Unit"])
