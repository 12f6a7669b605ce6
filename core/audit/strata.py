"""Groups compared as if each were spread over the strata as everyone is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.audit.gaps import Section
from core.metrics import gap_intervals


@dataclass(frozen=True)
class Standardised(Section):
    """Directly standardised rates: means over strata, weighted by everyone's rows in each.

    Only strata count in which every compared group has the rate. With these weights `w` a rate
    counts as one of `1 / sum(w^2 / rows)` rows.

    Attributes:
        parts: The same groups within each stratum.
    """

    parts: Sequence[Section] = ()

    def rates(self) -> dict[str, gap_intervals.Rate]:
        """As in `Section`, standardised."""
        each = [part.rates() for part in self.parts]
        found = {}
        for name in self.names:
            value, rows = (np.stack([part[name][at] for part in each]) for at in (0, 1))
            weights = self._weights(rows)
            with np.errstate(divide="ignore", invalid="ignore"):
                mean = (weights * np.nan_to_num(value)).sum(axis=0)
                effective = 1 / (weights**2 / np.where(rows > 0, rows, np.inf)).sum(axis=0)
            known = (weights.sum(axis=0) > 0) & ((weights == 0) | (rows > 0)).all(axis=0)
            found[name] = np.where(known, mean, np.nan), np.where(known, effective, 0.0)
        return found

    def _weights(self, rows: np.ndarray) -> np.ndarray:
        """Share of each stratum, `(strata, events, 1)`, adding up to 1 where any stratum counts."""
        compared = rows if self.compared is None else rows[..., self.compared]
        total = np.where((compared > 0).all(axis=-1), rows.sum(axis=-1), 0.0)
        of_all = total.sum(axis=0)
        return np.asarray((total / np.where(of_all > 0, of_all, 1.0))[..., None])

    def lacks(self, rate: str) -> str:
        """Why a group has no standardised rate."""
        return "in no stratum every compared group has it"

    def pooled(self, name: str, event: int, others: np.ndarray) -> float:
        """Rate of several groups together: the mean of theirs, weighted by rows."""
        value, rows = (part[event][others] for part in self.rates()[name])
        return float(value @ rows / rows.sum())

    @property
    def covered(self) -> float:
        """Share of all rows that lie in strata which count for the rate of selection."""
        rows = np.stack([part.rates()["selection_rate"][1] for part in self.parts])
        used = self._weights(rows)[:, 0, 0] > 0
        return float(rows[used, 0].sum() / max(rows[:, 0].sum(), 1e-300))
