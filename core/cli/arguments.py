"""What may stand on the command line. An experiment's flags are derived from its knobs."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from core.challenges import challenge, experiment
from core.cli import audit_flags, audit_settings, sweep_flags
from core.lab.settings import Knob, Value, knobs, option_text, plain_unit, value_from_text
from core.lab.wording import capital

AnyExperiment = Any
EXPERIMENT = "CHALLENGE/EXPERIMENT"
SUMMARIES = {
    "list": "List the experiments.",
    "run": "Run one experiment, or show its stored result.",
    "sweep": "Run one experiment over a grid of settings, here or on a cluster.",
    "claims": "Check every claim against a measurement.",
    "bench": "Measure the trainer against its peers, side by side.",
    "audit": "Audit a table of decisions (CSV) for gaps between groups.",
    "warm": "Rebuild the stored results that come with the app (assets/results).",
}


class Parser(argparse.ArgumentParser):
    """Answers a bad command line with one sentence on standard error and exit code 2."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, without the usage that argparse prints before it."""
        text = message.removeprefix("argument ").removeprefix(f"{EXPERIMENT}: ").strip().rstrip(".")
        self.exit(2, f"{capital(text)}.\n")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read a command line.

    Returns:
        `command`, `json` and the command's own options. For `run`: `experiment` (the
        `Experiment`) and one attribute per knob that was given.

    Raises:
        SystemExit: With code 2 on a bad command line, 0 after `--help`.
    """
    parser = Parser(prog="python -m core", description=__doc__, allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    added = {name: _add(commands, name, text) for name, text in SUMMARIES.items()}
    _run_options(added["run"], arguments)
    added["sweep"].add_argument(
        "experiment", type=_reader(_experiment), metavar=EXPERIMENT, help="As `list` names it."
    )
    sweep_flags.add_flags(added["sweep"])
    for name in ("claims", "warm"):
        added[name].add_argument(
            "--challenge", type=_reader(challenge), metavar="SLUG", help="Only this challenge."
        )
    _claims_options(added["claims"])
    added["warm"].add_argument("--missing", action="store_true", help="Only what is not there.")
    added["bench"].add_argument("--quick", action="store_true", help="Fewer cases and repetitions.")
    _audit_options(added["audit"])
    parsed, rest = parser.parse_known_args(arguments)
    if rest:
        also = "; columns of groups are separated by commas" if parsed.command == "audit" else ""
        parser.error(f"unrecognized arguments: {' '.join(rest)}{also}")
    if parsed.command == "audit":
        _check_audit(added["audit"], parsed)
    if parsed.command == "sweep":
        sweep_flags.check(added["sweep"], parsed)
    return parsed


def _add(commands: Any, name: str, summary: str) -> Parser:
    parser: Parser = commands.add_parser(
        name, help=summary, description=summary, allow_abbrev=False
    )
    parser.add_argument(
        "--json", action="store_true", help="Answer in JSON; nothing else on standard output."
    )
    return parser


def _claims_options(parser: Parser) -> None:
    seeds = parser.add_mutually_exclusive_group()
    seeds.add_argument(
        "--fresh",
        action="store_true",
        help="Measure on a block of seeds drawn at random, which nobody can have looked at.",
    )
    seeds.add_argument(
        "--first-seed",
        type=_whole(0),
        metavar="N",
        help="Measure on seeds from N: repeats what --fresh said.",
    )
    seeds.add_argument(
        "--blocks",
        type=_whole(2),
        metavar="N",
        help="Measure on N such blocks, and keep with the app in how many each claim is shown.",
    )


def _whole(least: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isdecimal() or not least <= int(text) < 10**6:
            raise argparse.ArgumentTypeError(f"not a whole number from {least} to 999999")
        return int(text)

    return read


def _audit_options(parser: Parser) -> None:
    parser.add_argument(
        "file",
        metavar="FILE",
        type=Path,
        nargs="?",
        help="Table with a line of names: .csv, .tsv, .txt, .gz, .zip, .xlsx or .parquet.",
    )
    parser.add_argument(
        "--dataset",
        choices=("compas", "adult"),
        help="Instead of a file: COMPAS, rebuilt from published counts, or Adult, downloaded from "
        "openml.org. The other flags are optional then.",
    )
    _audit_columns(parser)
    audit_flags.add_reading(parser)
    audit_settings.add_flags(parser)


def _audit_columns(parser: Parser) -> None:
    """Add the flags that say which column is what."""
    parser.add_argument("--y-true", metavar="COL", help="Column of what was true.")
    decided = parser.add_mutually_exclusive_group()
    decided.add_argument("--y-pred", metavar="COL", help="Column of what was decided.")
    decided.add_argument("--y-score", metavar="COL", help="Column of scores, with --threshold.")
    parser.add_argument(
        "--threshold",
        type=audit_flags.threshold,
        metavar="T",
        help="From here on a score counts as positive.",
    )
    parser.add_argument(
        "--positive",
        metavar="VALUE",
        help="Which of two classes counts as positive; guessed, and said, without it.",
    )
    parser.add_argument(
        "--groups", action="append", metavar="COL[,COL]",
        help="Columns that name the groups; may be repeated.",
    )  # fmt: skip


def _check_audit(parser: Parser, parsed: argparse.Namespace) -> None:
    """A file needs to be told what its columns are; a known table does not."""
    if (parsed.file is None) == (parsed.dataset is None):
        parser.error("either FILE or --dataset is needed")
    if parsed.dataset is not None or parsed.preview:
        return
    missing = ["groups"] if parsed.groups is None else []
    if parsed.y_pred is None and parsed.y_score is None:
        missing.insert(0, "y_pred or --y_score")
    if missing:
        flags = ", ".join("--" + name.replace("_", "-") for name in missing)
        parser.error(f"a file needs {flags}")


def _run_options(parser: Parser, arguments: Sequence[str]) -> None:
    """Add the experiment and, when the command line names one, a flag for each of its knobs."""
    parser.add_argument(
        "experiment",
        type=_reader(_experiment),
        metavar=EXPERIMENT,
        help="As `list` names it; followed by --help it explains its knobs.",
    )
    # No knob has an option with a slash, so the first word that has one is the experiment.
    named = [word for word in arguments if "/" in word and not word.startswith("-")]
    if arguments[:1] != ["run"] or not named:
        return
    try:
        found = _experiment(named[0])
    except KeyError:
        return  # The parser meets the same name and says so.
    parser.description = f"{found.title}. {found.question}"
    for knob in knobs(found.config):
        _add_flag(parser, knob)


def _add_flag(parser: Parser, knob: Knob) -> None:
    flag = "--" + knob.name.replace("_", "-")
    spelled = ", ".join(option_text(option) for option in knob.options)
    text = f"{knob.help} One of {spelled} {plain_unit(knob)}".rstrip()
    text += f" (default {option_text(knob.default)})."
    reader = _reader(lambda written: value_from_text(knob, written))
    common: dict[str, Any] = {"dest": knob.name, "type": reader, "default": argparse.SUPPRESS}
    parser.add_argument(flag, metavar="VALUE", help=text.replace("%", "%%"), **common)
    if "_" in knob.name:
        parser.add_argument("--" + knob.name, help=argparse.SUPPRESS, **common)


def _experiment(slug: str) -> AnyExperiment:
    name, slash, part = slug.partition("/")
    if not slash:
        raise KeyError(f"an experiment is named challenge/experiment, not {slug[:40]!r}")
    return experiment(name, part)


def _reader(read: Callable[[str], Any]) -> Callable[[str], Any]:
    """Turn the errors of `read` into what argparse reports in one sentence."""

    def reader(text: str) -> Value | AnyExperiment:
        try:
            return read(text)
        except (KeyError, ValueError) as error:
            shown = text if len(text) <= 40 else text[:40] + "..."
            told = "" if isinstance(error, KeyError) else f"{shown!r} is "
            raise argparse.ArgumentTypeError(told + str(error.args[0])) from error

    return reader
