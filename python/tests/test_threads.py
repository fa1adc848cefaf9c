import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent.parent
VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")

SEEN = """
import os, threadpoolctl
def seen():
    pools = threadpoolctl.threadpool_info()
    return sorted({p["num_threads"] for p in pools if p["user_api"] == "blas"})
"""


def run(code, **environment):
    """Run code in a child with these variables and no others of the kind."""
    pytest.importorskip("numpy")
    pytest.importorskip("threadpoolctl")
    env = {k: v for k, v in os.environ.items() if k not in VARIABLES} | environment
    child = subprocess.run(
        [sys.executable, "-c", "from snakepit_bridge import _threads\n" + SEEN + code],
        capture_output=True,
        text=True,
        cwd=HERE,
        env=env,
        timeout=120,
        check=False,
    )
    assert child.returncode == 0, child.stderr
    return child.stdout.split("\n")[:-1]


def test_libraries_that_are_loaded_later():
    # One: OpenBLAS takes no more than there are processors from the environment.
    assert run("print(_threads.limit(1)); import numpy; print(seen())") == ["1", "[1]"]


def test_libraries_that_are_loaded():
    code = "import numpy\nfor n in (1, 3, 2):\n    print(_threads.limit(n), seen())"
    assert run(code) == ["1 [1]", "3 [3]", "2 [2]"]


def test_scipy_has_a_library_of_its_own():
    pytest.importorskip("scipy")
    code = """
import numpy, scipy.linalg
print(len(threadpoolctl.threadpool_info()) > 1)
_threads.limit(1); print(seen())
"""
    assert run(code) == ["True", "[1]"]


def test_what_the_user_set_stands():
    code = "import numpy; print(_threads.limit(2), seen())"
    assert run(code, OMP_NUM_THREADS="1") == ["1 [1]"]
    assert run(code, OMP_NUM_THREADS="1,2") == ["0 [1]"]
    assert run(code, OPENBLAS_NUM_THREADS="1") == ["2 [1]"]
    changed = "_threads.limit(1); os.environ['OMP_NUM_THREADS'] = '4'; print(_threads.limit(2))"
    assert run(changed) == ["4"]


def test_other_variables_are_ours_while_one_is_the_users():
    code = "_threads.limit(1); print(os.environ['OMP_NUM_THREADS'], os.environ['MKL_NUM_THREADS'])"
    assert run(code, MKL_NUM_THREADS="5") == ["1 5"]
