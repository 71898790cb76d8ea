"""The rules notice what is damaged: a fixed sample of the damages of the example (benchmarks/mutate.py)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_most_damages_are_reported():
    command = [sys.executable, str(ROOT / "benchmarks" / "mutate.py"), "--sample", "400", "--json"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = json.loads(done.stdout)
    assert found["undamaged"] == 0
    assert found["named"] > 200
    assert found["reported"] / found["named"] >= 0.95  # of all 12,497: 96.7 %
