"""The installed pytest and pytest-xdist keep a group of tests in one process."""

import subprocess
import sys

TESTS = """
import os, time, pytest

pytestmark = pytest.mark.xdist_group("together")

@pytest.mark.parametrize("k", range(6))
def test_one(k):
    time.sleep(0.1)
    with open("processes.txt", "a") as file:
        print(os.getpid(), file=file)
"""


def test_tests_of_one_group_run_in_one_process(tmp_path):
    """pytest 9.2 keeps the names of tests elsewhere than pytest-xdist 3.8 writes groups to."""
    (tmp_path / "test_six.py").write_text(TESTS)
    command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadgroup", "test_six.py"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    processes = (tmp_path / "processes.txt").read_text().split()
    assert len(processes) == 6
    assert len(set(processes)) == 1
