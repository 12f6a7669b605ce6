"""Pages driven without a browser: opened as a link does, read as a visitor does."""

import sys
from pathlib import Path

from streamlit.testing.v1 import AppTest

TOYS = Path(__file__).parents[1] / "toys"
sys.path.insert(0, str(TOYS))
import installed  # noqa: E402

ROOT = installed.ROOT

PLACES = ("See", "More figures", "How sure", "Take it with you")
SHOWN_AT_ONCE = {"guess": "0"}
"""Parameters of a visit that is past the question before a result."""


def open_page(page, app="app.py", **query):
    test = AppTest.from_file(str(TOYS / app), default_timeout=30)
    test.switch_page(f"pages/{page}.py")
    for name, value in query.items():
        test.query_params[name] = value
    return test.run()


def toy(**query):
    """The toy page; `wave__height=5` stands for the parameter `toy.wave.height=5`."""
    return open_page("toy", **{f"toy.{n.replace('__', '.')}": v for n, v in query.items()})


def texts(page):
    kinds = (page.markdown, page.caption, page.warning, page.error, page.code, page.title)
    return [element.value for kind in kinds for element in kind]


def words(page):
    return "\n".join(texts(page))


def at(page, place):
    """Open one of the places under the first figure."""
    (key,) = [tab for tab in page.session_state if str(tab).endswith("-place")]
    page.session_state[key] = place
    return page.run()


def link_of(page):
    """The link with every setting; the place that was open is opened again."""
    found = at(page, "Take it with you").code[1].value
    at(page, "See")
    return found


def whole(page):
    """The page was drawn to its end, nothing apologised, and no reserved place is left grey."""
    drawn = PLACES[-1] in [tab.label for tab in page.tabs]
    return drawn and not page.exception and not page.error and not page.get("skeleton")


HOSTILE = {
    "off the ladder": "7",
    "negative": "-2",
    "not a number": "enormous",
    "nan": "nan",
    "infinite": "inf",
    "overflowing": "1e999",
    "empty": "",
    "blank": " ",
    "thousands of digits": "9" * 5000,
    "a list": "[2, 5]",
    "a pair": "2,5",
    "other digits": "\u0665\u0665",
    "markup": "<script>alert(1)</script>",
    "markdown image": "![x](http://evil.example/x.png)",
    "directive": ":red[:material/bug_report:]",
    "control characters": "2\x00\x1b[31m",
    "path": "../../etc/passwd",
    "right to left": "\u202e5",
    "repeated": ["5", "10"],
    "repeated the same": ["5", "5"],
    "repeated many times": ["5"] * 300,
}
