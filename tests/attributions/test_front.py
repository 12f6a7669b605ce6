"""Captum's methods are captum's, imported without what its front brings besides."""

from __future__ import annotations

import subprocess
import sys

FRESH = """
import sys
import core.attributions
from captum.attr import DeepLift, LayerGradCam, Saliency
from captum.metrics import infidelity
light = "matplotlib" not in sys.modules
from captum.attr._core.saliency import Saliency as own
same = Saliency is own
from captum.attr import visualization  # By a name of the front: a module.
drawn = callable(visualization.visualize_image_attr)
import captum.attr
hasattr(captum.attr, "nothing_of_this_name")  # Runs the front, as Python would have.
print(light, same, drawn, type(captum.attr).__name__, captum.attr.DeepLift is DeepLift)
"""


def test_parts_come_one_by_one_and_what_they_are_not_made_of_with_the_whole_front() -> None:
    done = subprocess.run([sys.executable, "-c", FRESH], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True", "True", "module", "True"]
