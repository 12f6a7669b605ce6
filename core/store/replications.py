"""In how many blocks of seeds, drawn at random, each claim came out how; kept with the defaults."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.lab.claims import Verdict
from core.lab.experiment import Experiment
from core.store.store import SHIPPED

PATH = SHIPPED / "replications.json"
LETTERS: Mapping[Verdict | None, str] = {
    "shown": "S", "not shown": "N", "contradicted": "C", None: "U",
}  # fmt: skip
NEARLY_ALWAYS = 0.9
"""Share of the blocks from which on a claim needs no word about the others."""
Anything = Experiment[Any, Any, Any]


@dataclass(frozen=True)
class Replication:
    """How one claim came out, block by block.

    Attributes:
        verdicts: One letter a block: S shown, N not shown, C contradicted, U unmeasured, where the
            run held nothing to measure the claim on.
    """

    verdicts: str

    @property
    def words(self) -> str:
        """`shown in 14 of 20 blocks of other seeds`; nothing where it nearly always is.

        Blocks with nothing to measure it on count for nothing: a claim about another kind of
        processor is not refuted here.
        """
        shown, unmeasured = self.verdicts.count("S"), self.verdicts.count("U")
        blocks = len(self.verdicts) - unmeasured
        if not blocks:
            return f"nothing to measure it on in {unmeasured} blocks of other seeds"
        if shown >= NEARLY_ALWAYS * blocks:
            return ""
        contradicted = self.verdicts.count("C")
        against = f", contradicted in {contradicted}" if contradicted else ""
        return f"shown in {shown} of {blocks} blocks of other seeds{against}"


def read() -> dict[str, Any]:
    """Everything on file, by experiment; nothing where there is no file."""
    found: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8")) if PATH.exists() else {}
    return found


def of(experiment: Anything) -> Mapping[str, Replication]:
    """How an experiment's claims came out, by name; none of another version counts."""
    entry = read().get(experiment.slug, {})
    if entry.get("version") != experiment.version:
        return {}
    return {name: Replication(letters) for name, letters in entry["verdicts"].items()}


def keep(
    experiment: Anything,
    first_seeds: Sequence[int],
    verdicts: Mapping[str, Sequence[Verdict | None]],
) -> None:
    """Write down how the claims of an experiment came out, in place of what was on file.

    Args:
        experiment: Whose claims.
        first_seeds: Of the blocks.
        verdicts: One verdict a block, by the claim's name; None where nothing was measured.

    Raises:
        OSError: If the folder cannot be written.
    """
    letters = {name: "".join(LETTERS[one] for one in given) for name, given in verdicts.items()}
    entry = {
        "version": experiment.version, "first_seeds": list(first_seeds), "verdicts": letters,
    }  # fmt: skip
    entries = {**read(), experiment.slug: entry}
    text = json.dumps(dict(sorted(entries.items())), indent=1, ensure_ascii=False)
    PATH.write_text(f"{text}\n", encoding="utf-8")
