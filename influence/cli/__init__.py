"""The command line: each command parses, calls one library function, prints."""

from influence.cli.app import main

__all__ = ["main"]
