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


def kept(label: str, key: str, kinds: list[str], megabytes: int) -> Brought | None:
    """Ask for one file, and keep it for the session: it is there when its page is drawn again.

    Once there is a file, its name and a way to another one take the place of the asking, so that
    an upload that fails has no older answer below it.

    Arguments and what is returned are those of `chosen`.
    """
    place = f"{key}-kept"
    known: tuple[str, str] | None = st.session_state.get(place)
    if known is not None:
        data = upload_limits.held(known[0])
        if data is not None:
            row = st.container(horizontal=True, vertical_alignment="center")
            row.text(f"{known[1]} ({len(data) / 1000:,.0f} kB)", width="content")
            row.button("Another file", key=f"{key}-other", icon=":material/upload_file:",
                       type="tertiary", on_click=_forget, args=(place,))  # fmt: skip
            return Brought(known[0], data)
        _forget(place)
        st.info(GONE)
    upload_limits.install()
    st.file_uploader(
        label, type=kinds, key=key, max_upload_size=megabytes, on_change=_take, args=(key, place)
    )
    return None


def _take(key: str, place: str) -> None:
    """Remember which file came; its bytes stay where they are counted."""
    file = st.session_state.get(key)
    if file is None or isinstance(file, DeletedFile):
        return
    st.session_state[place] = (file.file_id, file.name)
    if upload_limits.used(file.file_id):
        file.close()


def _forget(place: str) -> None:
    st.session_state.pop(place, None)


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
