"""Which code and which libraries would compute a result: two machines have to agree on them."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from pathlib import Path

CORE = Path(__file__).resolve().parents[1]
LIBRARIES = ("torch", "numpy", "pandas", "scipy", "scikit-learn")
"""What results are computed with; patches of Python itself do not move numbers."""


@cache
def versions() -> dict[str, str]:
    """The Python, the libraries and a digest of this project's code, by name."""
    python = ".".join(platform.python_version_tuple()[:2])
    return {
        "Python": python,
        **{name: metadata.version(name).split("+")[0] for name in LIBRARIES},
        "code": digest(CORE),
    }


def digest(folder: Path) -> str:
    """Twelve hexadecimal digits of all Python files below a folder, and of what they read there."""
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        found.update(path.relative_to(folder).as_posix().encode())
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()[:12]


def difference(wanted: Mapping[str, str], here: Mapping[str, str]) -> str:
    """Say how two sets of versions differ; empty when they do not."""
    return "; ".join(
        f"its {name} is {here.get(name, 'missing')}, that of the sweep {version}"
        for name, version in wanted.items()
        if here.get(name) != version
    )
