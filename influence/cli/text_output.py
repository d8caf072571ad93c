"""Text that is ready, to stdout or to a file."""

from __future__ import annotations

import click


def write_out(text: str, output: str | None) -> None:
    """Print `text`, or write it to `output` whole or not at all."""
    if output is None:
        click.echo(text, nl=False)
        return
    from influence.reporting.files import write_text

    click.echo(f"Wrote {write_text(output, text)}", err=True)
