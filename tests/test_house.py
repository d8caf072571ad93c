"""The house: data flows one way, and looking for help costs nothing."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "influence"
FLOW = (
    "recognition", "sources", "store", "spark", "graph", "text", "signals", "ranking", "selection", "outreach",
    "planning", "listening", "networks", "reporting", "session", "assistants", "app", "cli",
)  # fmt: skip
SHARED = {
    "clock", "disclosure", "schema", "errors", "findings", "question", "settings", "toml_files", "writing", "_version",
}  # fmt: skip
HEAVY = {
    "numpy", "pandas", "scipy", "sklearn", "duckdb", "pyarrow", "networkx", "rich", "xlsxwriter", "numba",
    "python_calamine", "defusedxml", "jinja2", "altair", "pptx", "httpx", "lxml", "feedparser", "mcp", "pydantic",
    "pyspark", "sqlglot", "grpc",
}  # fmt: skip


MODULES = {
    ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): file
    for file in sorted(PACKAGE.rglob("*.py"))
}


def imports_of(module: str) -> set[str]:
    """Modules of ours that a module imports, at the top, inside functions and for types alike."""
    found = set()
    for node in ast.walk(ast.parse(MODULES[module].read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "influence":
            whole = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= (whole & set(MODULES)) or ({str(node.module)} & set(MODULES))
    return found - {module, "influence"}


def room_of(module: str) -> str:
    return module.split(".")[1]


@pytest.mark.parametrize("room", FLOW)
def test_a_room_imports_only_from_rooms_before_it_also_inside_functions(room: str) -> None:
    allowed = set(FLOW[: FLOW.index(room) + 1]) | SHARED
    allowed -= {"graph": {"text"}, "planning": {"outreach"}}.get(room, set())
    if room == "cli":
        allowed = set(FLOW) | SHARED | {"simulation", "demonstration"}
    for module in (one for one in MODULES if "." in one and room_of(one) == room):
        assert {room_of(one) for one in imports_of(module)} <= allowed, module


def test_no_two_files_import_each_other_however_hidden() -> None:
    import networkx as nx

    graph = nx.DiGraph(
        (module, other) for module in MODULES if module != "influence" for other in imports_of(module)
    )
    circles = {frozenset(part) for part in nx.strongly_connected_components(graph) if len(part) > 1}
    assert not circles


def test_every_class_has_a_name_of_its_own() -> None:
    """An assistant's answer bears the name of what it tells."""
    named = Counter(
        node.name
        for module, file in MODULES.items()
        if not module.startswith("influence.assistants")
        for node in ast.parse(file.read_text("utf-8")).body
        if isinstance(node, ast.ClassDef)
    )
    assert [name for name, n in named.items() if n > 1] == []


def test_writing_is_ground_and_uses_no_room() -> None:
    for module in (one for one in MODULES if one.startswith("influence.writing")):
        assert {room_of(one) for one in imports_of(module)} <= {"errors", "findings", "schema", "writing"}, (
            module
        )


def test_there_is_one_reader_of_toml() -> None:
    assert [file.name for file in PACKAGE.rglob("*.py") if "import tomllib" in file.read_text("utf-8")] == [
        "toml_files.py"
    ]


def test_only_one_place_writes_to_the_terminal() -> None:
    """`say`, `tell` and `on_screen` keep foreign text from steering it."""
    writers = {
        file.name for file in (PACKAGE / "cli").glob("*.py") if "click.echo" in file.read_text("utf-8")
    }
    assert writers == {"output.py"}


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
    from influence.cli.app import COMMANDS, command_named

    for name, (_, _, line) in COMMANDS.items():
        command = command_named(name)
        assert command.help or command.callback.__doc__
        assert line.endswith(".")
