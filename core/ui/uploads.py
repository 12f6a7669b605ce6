"""Files that visitors bring: they stay in memory, and belong to the session that brought them."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from streamlit.runtime.uploaded_file_manager import DeletedFile

from core.audit.reading import MOST_BYTES
from core.ui import upload_limits

MEGABYTES = MOST_BYTES // 10**6
GONE = (
    "The file is no longer in memory: it was not used for a while, or the room was needed. "
    "Please choose it again."
)


@dataclass(frozen=True)
class Brought:
    """A file.

    Attributes:
        file_id: Tells it from others.
        data: What is in it.
    """

    file_id: str
    data: bytes


def chosen(label: str, key: str, kinds: list[str], megabytes: int) -> Brought | None:
    """Ask for one file.

    Args:
        label: What is asked for.
        key: Of the widget.
        kinds: Endings of the names.
        megabytes: Most that it may have.

    Returns:
        The file; None also where it was let go, which is said.
    """
    upload_limits.install()
    file = st.file_uploader(label, type=kinds, key=key, max_upload_size=megabytes)
    kept = st.session_state.get(key)
    if file is None:
        if isinstance(kept, DeletedFile):
            st.info(GONE)
        return None
    data = file.getvalue()
    if upload_limits.used(file.file_id) and kept is not None:
        # The session keeps its object, also when the visitor has left. Closed, it holds no bytes:
        # only the server's store does, which is counted and bounded, and has them for the next run.
        kept.close()
    return Brought(file.file_id, data)
