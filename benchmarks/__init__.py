"""Measured comparisons of the engine with its peers: `python -m core bench`."""

from benchmarks.measure import measure

__all__ = ["measure"]
