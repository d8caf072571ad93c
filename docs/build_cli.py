"""Write docs/cli.md from the commands' own help: ``python docs/build.py``."""

from __future__ import annotations

from pathlib import Path

import click

from influence.cli.app import COMMANDS, cli, command_named

PAGE = Path(__file__).with_name("cli.md")
INTRODUCTION = """<!-- Made by docs/build_cli.py from the commands' help; change it there. -->
# Commands

Data go to stdout, words and progress to stderr. Exit codes: 0 well, 1 the data have no answer, 2 wrong usage,
3 somebody must look, 130 interrupted.
"""


def build_page() -> str:
    """The page as Markdown: every command and sub-command with its help at 100 columns."""
    parent = click.Context(cli, info_name="influence", terminal_width=100)
    parts = [INTRODUCTION]
    for name in COMMANDS:
        parts.extend(_sections(command_named(name), name, parent))
    return "\n".join(parts)


def _sections(command: click.Command, name: str, parent: click.Context) -> list[str]:
    context = click.Context(command, info_name=name, parent=parent, terminal_width=100)
    found = [f"## {context.command_path}\n\n```text\n{command.get_help(context)}\n```\n"]
    if isinstance(command, click.Group):
        for child in command.list_commands(context):
            inner = command.get_command(context, child)
            if inner is not None:
                found.extend(_sections(inner, child, context))
    return found
