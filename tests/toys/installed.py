"""Puts the toy challenge among the real ones, for this process."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from core import challenges  # noqa: E402
from core.ui import navigation  # noqa: E402

PAGES = navigation.PAGES


def install():
    if str(HERE / "challenges") not in challenges.__path__:
        challenges.__path__.append(str(HERE / "challenges"))
        challenges.challenges.cache_clear()
    navigation.PAGES = HERE / "pages"


def remove():
    if str(HERE / "challenges") in challenges.__path__:
        challenges.__path__.remove(str(HERE / "challenges"))
        challenges.challenges.cache_clear()
    navigation.PAGES = PAGES
