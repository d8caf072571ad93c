"""What a set reaches does not hang on the machine."""

from __future__ import annotations

import os
import subprocess
import sys

REACHED = """
import numpy as np, scipy.sparse as sp
from influence.selection.exposure import Audiences, Exposure
rng = np.random.default_rng(1)
chance = sp.csr_array(sp.random(3, 200_000, density=0.6, random_state=1))
exposure = Exposure(Audiences(chance, rng.random(200_000)), [0])
print(exposure.gain(1).hex(), exposure.new_people(2).hex(), exposure.reached.hex(), exposure.value.hex())
"""


def test_the_last_digit_of_reach_is_the_same_on_any_number_of_cores() -> None:
    def told(cores: str) -> str:
        environment = {**os.environ, "OMP_NUM_THREADS": cores, "OPENBLAS_NUM_THREADS": cores}
        return subprocess.run(
            [sys.executable, "-c", REACHED], env=environment, check=True, capture_output=True, text=True
        ).stdout

    assert told("1") == told("4")
