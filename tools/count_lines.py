"""How large the house is: lines of code per room, files with one importer, file names that stand twice.

    python tools/count_lines.py [CHECKOUT]

A line counts if it holds code: blank lines, lines of comment alone and docstrings do not.
"""

from __future__ import annotations

import argparse
import ast
import io
import tokenize
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

SILENT = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}
ROOT = Path(__file__).parents[1]


def lines_of_code(text: str) -> int:
    """Lines on which a token of code stands."""
    lines = {
        line
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type not in SILENT
        for line in range(token.start[0], token.end[0] + 1)
    }
    return len(lines - _docstrings(text))


def _docstrings(text: str) -> set[int]:
    told_of = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    bodies = [node.body for node in ast.walk(ast.parse(text)) if isinstance(node, told_of)]
    firsts = [body[0] for body in bodies if body]
    told = [one for one in firsts if isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant)]
    return {line for one in told for line in range(one.lineno, (one.end_lineno or one.lineno) + 1)}


def imports_of(text: str) -> Iterator[str]:
    """Dotted names that a file imports, at the top and inside functions."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
            yield str(node.module)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def importers(texts: dict[str, str]) -> dict[str, list[str]]:
    """The files that import each file, by module name."""
    found: dict[str, list[str]] = {module: [] for module in texts}
    for module, text in texts.items():
        for other in set(imports_of(text)) & set(texts) - {module}:
            found[other].append(module)
    return found


def modules_of(checkout: Path) -> dict[str, str]:
    """Module name -> text, without the empty heads of packages."""
    files = [file for file in sorted((checkout / "influence").rglob("*.py")) if file.name != "__init__.py"]
    return {
        ".".join(file.relative_to(checkout).with_suffix("").parts): file.read_text("utf-8") for file in files
    }


def report(checkout: Path) -> str:
    """The figures, as text."""
    texts = modules_of(checkout)
    rooms, files = Counter[str](), Counter[str]()
    for module, text in texts.items():
        room = module.split(".")[1] if module.count(".") > 1 else "(ground)"
        rooms[room] += lines_of_code(text)
        files[room] += 1
    once = sum(len(by) == 1 for by in importers(texts).values())
    names = Counter(module.rsplit(".", 1)[1] for module in texts)
    twice = sum(count for count in names.values() if count > 1)
    rows = [f"{room:<14}{files[room]:>6}{rooms[room]:>8,}" for room in sorted(rooms)]
    return "\n".join([
        f"{'room':<14}{'files':>6}{'lines':>8}", *rows, f"{'all':<14}{files.total():>6}{rooms.total():>8,}", "",
        f"files with exactly one importer: {once}", f"files whose name stands twice or more: {twice}",
    ])  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "checkout", nargs="?", type=Path, default=ROOT, help="the tree to count; else this one"
    )
    print(report(parser.parse_args().checkout))


if __name__ == "__main__":
    main()
