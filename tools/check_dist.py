"""Check what would be uploaded, after a build: ``python tools/check_dist.py dist``; ends with 1 and the reasons."""

from __future__ import annotations

import sys
import tarfile
import zipfile
from pathlib import Path

MOST_BYTES = 20_000_000
ROOT = Path(__file__).parents[1]
NOT_SHIPPED = ("tests/", "benchmarks/", "findings/")
"""Of a wheel."""
LEFT_LYING = (".venv", ".cache", "demo/", "site/", "man/", "shared/")
"""What builds and tries leave in a checkout; no source archive should hold it."""


def faults(folder: Path) -> list[str]:
    """What is wrong with the one wheel and the one source archive of a folder."""
    wheels, sources = sorted(folder.glob("*.whl")), sorted(folder.glob("*.tar.gz"))
    if (len(wheels), len(sources)) != (1, 1):
        return [
            f"{folder}: expected one wheel and one source archive, found {len(wheels)} and {len(sources)}"
        ]
    found = [f"{file.name}: {file.stat().st_size:,} bytes, at most {MOST_BYTES:,}"
             for file in (*wheels, *sources) if file.stat().st_size > MOST_BYTES]  # fmt: skip
    with zipfile.ZipFile(wheels[0]) as wheel:
        found += _missing(set(wheel.namelist()), wheels[0].name)
    with tarfile.open(sources[0]) as source:
        names = {name.partition("/")[2] for name in source.getnames()}
    left = sorted(name for name in names if name.startswith(LEFT_LYING))
    return found + [f"{sources[0].name}: {name} does not belong there" for name in left[:5]]


def _missing(names: set[str], wheel: str) -> list[str]:
    """Files of the package, sample data included, that the wheel lacks; and what it should not have."""
    package = [file.relative_to(ROOT).as_posix() for file in (ROOT / "influence").rglob("*")
               if file.is_file() and "__pycache__" not in file.parts]  # fmt: skip
    samples = [f"influence/samples/{file.relative_to(ROOT / 'data/samples').as_posix()}"
               for file in (ROOT / "data/samples").rglob("*") if file.is_file()]  # fmt: skip
    lacks = [f"{wheel}: lacks {name}" for name in sorted({*package, *samples} - names)]
    return lacks + [
        f"{wheel}: {name} does not belong there" for name in names if name.startswith(NOT_SHIPPED)
    ]


if __name__ == "__main__":
    wrong = faults(Path(sys.argv[1]))
    print("\n".join(wrong) or "the archives hold what they should")
    sys.exit(bool(wrong))
