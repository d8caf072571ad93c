"""The script that counts the house, on a small one."""

from __future__ import annotations

import importlib.util
from pathlib import Path

SCRIPT = Path(__file__).parents[1] / "tools" / "count_lines.py"
CODE = (
    '"""What it is.\n\nMore of it."""\n\n# why\nX = """two\nlines"""\n'
    '\n\ndef f():\n    """Said."""\n    return X  # here\n'
)


def test_it_counts_code_alone_and_finds_files_with_one_importer_and_names_that_stand_twice(
    tmp_path: Path,
) -> None:
    spec = importlib.util.spec_from_file_location("count_lines", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    counting = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(counting)
    files = {
        "clock.py": CODE,
        "store/__init__.py": "",
        "store/base.py": "from influence.clock import X\n",
        "cli/base.py": "def f():\n    from influence.store import base\n    import influence.clock\n",
    }
    for name, text in files.items():
        file = tmp_path / "influence" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    assert [line.split() for line in counting.report(tmp_path).splitlines()] == [
        ["room", "files", "lines"], ["(ground)", "1", "4"], ["cli", "1", "3"], ["store", "1", "1"],
        ["all", "3", "8"], [],
        ["files", "with", "exactly", "one", "importer:", "1"],
        ["files", "whose", "name", "stands", "twice", "or", "more:", "2"],
    ]  # fmt: skip
