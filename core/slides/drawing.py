"""Pictures for slides: one at a time over the whole server, in a program beside it.

Nothing of it is imported or started before somebody asks for a picture, and nothing of it is left
when the picture is there.
"""

from __future__ import annotations

import base64
import threading
from collections.abc import Mapping
from typing import Any

from core.lab.beside import Company
from core.lab.run import CannotRunError, complete

PROGRAM = "core.slides.drawer"
MOST_WAITING = 3
"""Pictures that are waited for or drawn at once; who comes then is asked to try again."""
SECONDS_WAITED = 40.0
"""For the turn. A picture takes a second or two where nobody else computes."""
INSTEAD = "take its data as CSV, which is there at once"
BUSY = f"Others are having pictures drawn: try again in a moment, or {INSTEAD}."
FAILED = f"The server could not draw this picture: try again, or {INSTEAD}."
_turn, _count = threading.Lock(), threading.Lock()
_asking = 0


def drawn(order: Mapping[str, Any]) -> bytes:
    """Have a picture drawn.

    Args:
        order: What `core.slides.drawer.picture` takes.

    Returns:
        The file.

    Raises:
        CannotRunError: If it cannot be drawn here, or not now; with a sentence for the visitor.
    """
    global _asking
    with _count:
        if _asking >= MOST_WAITING:
            raise CannotRunError(BUSY)
        _asking += 1
    try:
        return _in_turn(order)
    finally:
        with _count:
            _asking -= 1


def places_left() -> int:
    """How many more pictures may be asked for now."""
    return MOST_WAITING - _asking


def _in_turn(order: Mapping[str, Any]) -> bytes:
    if not _turn.acquire(timeout=SECONDS_WAITED):
        raise CannotRunError(BUSY)
    try:
        return _asked(order)
    finally:
        _turn.release()


def _asked(order: Mapping[str, Any]) -> bytes:
    try:
        with Company(PROGRAM, [[]]) as company:
            (answer,) = complete(company.asked([order]))
    except CannotRunError as error:
        raise CannotRunError(FAILED) from error
    return base64.b64decode(answer)
