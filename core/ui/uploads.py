"""Files that visitors bring: they stay in memory, and belong to the session that brought them."""

from __future__ import annotations

import importlib

from core.audit.reading import MOST_BYTES

MEGABYTES = MOST_BYTES // 10**6


def keep_in_memory() -> None:
    """Keep the server from writing large parts of an upload to a temporary file.

    The parser of Streamlit's server rolls a part over to disk from 1 MB on. It reads this limit
    anew for every part, and Streamlit bounds the size of the whole before.
    """
    parsers = importlib.import_module("starlette.formparsers")
    parsers.MultiPartParser.spool_max_size = 2 * MOST_BYTES
