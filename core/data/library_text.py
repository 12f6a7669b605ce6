"""The text of the standard library of the Python that runs, and how its signs follow each other.

Another Python brings another text: `digest` tells texts apart.
"""

from __future__ import annotations

import hashlib
import platform
import string
import sys
import sysconfig
from collections.abc import Generator
from functools import cache
from pathlib import Path

import numpy as np

from core.data.two_back import SIGNS, Language, language_of_counts
from core.lab.run import CannotRunError
from core.lab.seeding import numpy_generator

FREQUENT = " etsrnaiol\nfdcp_umh.)(,g\"'=b:yw"
"""The most frequent signs, letters without case; all others are one sign, the last."""
SHARE = 0.5
"""Of the modules, that one text is made of."""


def _table() -> bytes:
    """Byte -> number of its sign."""
    codes = bytearray([SIGNS - 1]) * 256
    for place, sign in enumerate(FREQUENT):
        codes[ord(sign)] = place
    for letter in string.ascii_lowercase:
        codes[ord(letter.upper())] = codes[ord(letter)]
    return bytes(codes)


@cache
def modules() -> tuple[Path, ...]:
    """The modules of the library that are a single file, in alphabetical order."""
    folder = Path(sysconfig.get_path("stdlib"))
    named = (folder / f"{name}.py" for name in sorted(sys.stdlib_module_names))
    return tuple(path for path in named if path.is_file())


@cache
def _signs(module: Path) -> bytes:
    """The signs of a module, each a byte."""
    return module.read_bytes().translate(_table())


@cache
def digest() -> str:
    """16 hex digits of all signs, module by module: what numbers about this text depend on."""
    found = hashlib.sha256()
    for module in modules():
        found.update(f"{module.name} {len(_signs(module))}\n".encode())
        found.update(_signs(module))
    return found.hexdigest()[:16]


def title() -> str:
    """Whose library it is: `Python 3.11.7`."""
    return f"Python {platform.python_version()}"


def read_half(seed: int) -> Generator[None, None, Language]:
    """Count how often which sign follows two others in a random half of the modules.

    Args:
        seed: Of the half.

    Yields:
        After each module.

    Raises:
        CannotRunError: If this Python comes without the text of its library.
    """
    if not modules():
        raise CannotRunError(
            "This Python comes without the text of its standard library; choose the made-up "
            "language instead."
        )
    order = numpy_generator(seed, "library", "half").permutation(len(modules()))
    counts = np.zeros(SIGNS**3)
    for place in sorted(order[: max(1, round(SHARE * len(order)))]):
        signs = np.frombuffer(_signs(modules()[place]), np.uint8).astype(np.int64)
        triples = (signs[:-2] * SIGNS + signs[1:-1]) * SIGNS + signs[2:]
        counts += np.bincount(triples, minlength=SIGNS**3)
        yield
    return language_of_counts(counts.reshape((SIGNS,) * 3))
