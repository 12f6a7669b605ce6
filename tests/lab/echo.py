"""A program that says what it was told, for the tests of `core.lab.beside`."""

import os
import sys
import time
from typing import Any

from core.lab.beside import serve


def carry_out(order: Any) -> Any:
    """Say it; `end` and `nothing` are done."""
    print("what a library prints")
    if order["say"] == "end":
        os._exit(1)
    if order["say"] == "nothing":
        time.sleep(3600)
    return {"said": [sys.argv[1], order["say"]], "pid": os.getpid()}


if __name__ == "__main__":
    serve(carry_out)
