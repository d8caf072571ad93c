"""The house: data flows one way, and looking for help costs nothing."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "influence"
FLOW = (
    "recognition", "sources", "store", "graph", "text", "signals", "ranking", "selection", "outreach", "planning",
    "reporting", "session", "cli",
)  # fmt: skip
SHARED = {"schema", "errors", "findings", "settings", "writing", "_version"}
HEAVY = {
    "numpy", "pandas", "scipy", "sklearn", "duckdb", "pyarrow", "networkx", "rich", "xlsxwriter", "numba",
    "python_calamine", "defusedxml", "jinja2", "altair", "httpx", "lxml", "feedparser",
}  # fmt: skip


def imports_at_top(file: Path) -> set[str]:
    """Rooms that a module imports when it is loaded; imports inside functions and for types do not count."""
    found = set()
    for node in ast.parse(file.read_text("utf-8")).body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("influence."):
            found.add(str(node.module).split(".")[1])
    return found


def imports_anywhere(file: Path) -> set[str]:
    """The same with imports inside functions and for types."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("influence."):
            found.add(str(node.module).split(".")[1])
    return found


@pytest.mark.parametrize("room", ["ranking", "selection", "outreach", "planning", "reporting"])
def test_nothing_runs_against_the_flow_even_inside_functions(room: str) -> None:
    """A result does not know who writes it: what people read is made to the right of what is known."""
    later = set(FLOW[FLOW.index(room) + 1 :])
    for file in (PACKAGE / room).rglob("*.py"):
        assert not imports_anywhere(file) & later, file


@pytest.mark.parametrize("room", FLOW)
def test_a_room_imports_only_from_rooms_before_it(room: str) -> None:
    allowed = set(FLOW[: FLOW.index(room) + 1]) | SHARED
    if room == "graph":
        allowed -= {"text"}
    if room == "cli":
        allowed = set(FLOW) | SHARED | {"simulation", "samples"}
    files = [PACKAGE / f"{room}.py"] if room == "session" else (PACKAGE / room).rglob("*.py")
    for file in files:
        assert imports_at_top(file) <= allowed, file


def test_writing_is_ground_and_uses_no_room() -> None:
    for file in (PACKAGE / "writing").rglob("*.py"):
        assert imports_at_top(file) <= {"errors", "findings", "schema", "writing"}, file


def test_only_one_place_writes_to_the_terminal() -> None:
    """`say` and `tell` keep foreign text from steering it; a progress line is the only other."""
    writers = {
        file.name for file in (PACKAGE / "cli").glob("*.py") if "click.echo" in file.read_text("utf-8")
    }
    assert writers <= {"output.py", "discover.py", "fetch.py"}


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from influence.cli.app import run; run(['--help']); "
        "print(*sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in done.stderr.split()}
    assert "click" in loaded
    assert not loaded & HEAVY


def test_importing_the_package_loads_nothing_but_itself() -> None:
    code = (
        "import sys; before = set(sys.modules); import influence; print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    ours = {name for name in done.stdout.split() if name.split(".")[0] == "influence"}
    assert ours == {"influence", "influence._version"}
    assert not {name.split(".")[0] for name in done.stdout.split()} & HEAVY


def test_every_public_name_can_be_loaded() -> None:
    import influence

    for name in influence.__all__:
        assert getattr(influence, name) is not None


def test_every_command_has_a_module_with_a_help_text() -> None:
    import importlib

    from influence.cli.app import COMMANDS

    for module, _, line in COMMANDS.values():
        command = importlib.import_module(f"influence.cli.{module}").command
        assert command.help or command.callback.__doc__
        assert line.endswith(".")
