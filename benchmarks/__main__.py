"""``python -m benchmarks``: every benchmark that ends within minutes, one after the other."""

from __future__ import annotations

import subprocess
import sys

RUNS = (
    ("real blogs, niches not used for tuning", ["benchmarks.blogs", "--split", "test"]),
    ("imports beside DuckDB alone", ["benchmarks.importing"]),
    ("planted truth", ["benchmarks.planted", "--seeds", "1"]),
    ("polblogs by five examples", ["benchmarks.graph.polblogs"]),
    ("niche text", ["benchmarks.text.niche"]),
    ("sentiment", ["benchmarks.text.sentiment"]),
    ("graph engine, 1 million ties", ["benchmarks.graph.run", "--size", "1m"]),
)


def main() -> int:
    """Run them all; the exit code counts those that failed."""
    failed = 0
    for title, (module, *arguments) in RUNS:
        print(f"\n== {title}: python -m {' '.join([module, *arguments])}", flush=True)
        failed += subprocess.run([sys.executable, "-m", module, *arguments]).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
