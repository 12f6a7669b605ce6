"""L-BFGS on functions whose minimum is known."""

from __future__ import annotations

import numpy as np
from scipy.optimize import rosen, rosen_der

from core.engine.lbfgs import Lbfgs


def test_the_search_finds_the_valley_of_rosenbrock() -> None:
    search = Lbfgs(lambda x: (rosen(x), rosen_der(x)), np.array([-1.2, 1.0]))
    for _ in range(100):
        search.step()
    np.testing.assert_allclose(search.x, [1, 1], atol=1e-6)


def test_the_search_ends_below_its_goal() -> None:
    search = Lbfgs(lambda x: (float(x @ x), 2 * x), np.array([3.0, 4.0]), goal=5.0)
    values = []
    for _ in range(20):
        search.step()
        values.append(search.value)
    assert values[-1] < 5.0
    assert len({value for value in values if value < 5.0}) == 1
