"""Files that visitors bring: they stay in memory, and belong to the session that brought them."""

from __future__ import annotations

from typing import Any

import streamlit as st
from streamlit.runtime.uploaded_file_manager import DeletedFile

from core.data.uploaded import MOST_BYTES
from core.ui import upload_limits

MEGABYTES = MOST_BYTES // 10**6
GONE = (
    "The file is no longer in memory: it was not used for a while, or the room was needed. "
    "Please choose it again."
)


def chosen(label: str, key: str, kinds: list[str], megabytes: int) -> Any:
    """Ask for one file.

    Args:
        label: What is asked for.
        key: Of the widget.
        kinds: Endings of the names.
        megabytes: Most that it may have.

    Returns:
        What `st.file_uploader` returns; None also where the file was let go, which is said.
    """
    upload_limits.install()
    file = st.file_uploader(label, type=kinds, key=key, max_upload_size=megabytes)
    if file is not None:
        upload_limits.used(file.file_id)
    elif isinstance(st.session_state.get(key), DeletedFile):
        st.info(GONE)
    return file
