"""``influence accounts``: who is there, who is one person, and two accounts made one."""

from __future__ import annotations

import click

from influence.cli.options import READ_FILE, command, opened_workspace, workspace_option
from influence.cli.output import Out, output_options, table_width, tell
from influence.writing.book import sheet_of


class ListsByDefault(click.Group):
    """``influence accounts TEXT`` is ``influence accounts list TEXT``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = ["list", *args]
        return super().parse_args(ctx, args)


@click.group("accounts", cls=ListsByDefault, epilog="Example: influence accounts bakery --platform instagram")
def accounts_command() -> None:
    """List and search accounts; join two that are one; see which accounts are one person's.

    `influence accounts TEXT` searches handles, names, addresses and what accounts say about themselves.
    """


@command("list", '"amy" -o amy.xlsx', accounts_command)
@click.argument("text", required=False, default="")
@workspace_option
@click.option("--platform", help="Only this platform.")
@click.option("--top", default=50, show_default=True, type=click.IntRange(0), help="How many; 0 lists all.")
@output_options("table", "csv", "xlsx", "json")
def list_accounts(text: str, workspace: str, platform: str | None, top: int, out: Out) -> None:
    """List the accounts that TEXT finds, the most followed first."""
    from influence.store.people.joining import search_accounts

    with opened_workspace(workspace, read_only=True) as opened:
        rows, n = search_accounts(opened.store, text, platform=platform, top=top or None)
    _deliver("Accounts", rows, out)
    if not rows:
        tell("Nobody is found; every account is listed without TEXT.")
    elif n > len(rows):
        tell(f"{len(rows):,} of {n:,}; --top 0 lists all.")


@command("merge", "web:crumb.example web:crumbs", accounts_command)
@click.argument("account")
@click.argument("others", nargs=-1, required=True)
@workspace_option
def merge(account: str, others: tuple[str, ...], workspace: str) -> None:
    """Join OTHERS with ACCOUNT, which stays; `influence accounts split` takes them apart again."""
    from influence.store.people.joining import merge_accounts
    from influence.store.people.resolving import resolve_account

    with opened_workspace(workspace, create=False) as opened:
        kept, *gone = (resolve_account(opened.store, name) for name in (account, *others))
        done = merge_accounts(opened, kept, gone)
    rows = ", ".join(f"{n:,} in {table}" for table, n in done.rows.items()) or "no rows"
    tell(f"{', '.join(done.others)} joined with {done.account_id}: {rows}.")
    tell(f"Undo it with `influence accounts split {done.others[0]}`.")


@command("split", "web:crumbs", accounts_command)
@click.argument("other")
@workspace_option
def split(other: str, workspace: str) -> None:
    """Undo a join: OTHER gets the rows back that it had."""
    from influence.store.people.handles import account_of
    from influence.store.people.joining import split_account

    account = account_of(other)
    with opened_workspace(workspace, create=False) as opened:
        done = split_account(opened, account.account_id if account else other)
    rows = ", ".join(f"{n:,} in {table}" for table, n in done.rows.items()) or "no rows"
    tell(f"{done.others[0]} is an account of its own again, apart from {done.account_id}: {rows}.")


@command("persons", "--same instagram:amy youtube:amy_bakes", accounts_command)
@workspace_option
@click.option("--same", nargs=2, multiple=True, metavar="A B", help="Say that A and B are one person's.")
@click.option("--not-same", nargs=2, multiple=True, metavar="A B", help="Say that they are not.")
@click.option("--undo", nargs=2, multiple=True, metavar="A B", help="Take back what was said.")
@click.option("--pairs", type=READ_FILE, help="A file with two columns of accounts.")
@output_options("table", "csv", "xlsx", "json")
def persons(workspace: str, pairs: str | None, out: Out, **said: tuple[tuple[str, str], ...]) -> None:
    """Show which accounts are one person's, how sure that is, and why.

    From 90% on they count as one person: forgotten, suppressed and listed as one. Below that they are proposed only.
    """
    from influence.store.people.joining import read_pairs
    from influence.store.people.persons import find_persons, tell_pair
    from influence.store.people.resolving import resolve_account

    meant = {"same": True, "not_same": False, "undo": None}
    told = [(pair, is_same) for name, is_same in meant.items() for pair in said[name]]
    told += [(pair, True) for pair in (read_pairs(pairs) if pairs else ())]
    with opened_workspace(workspace, read_only=not told, create=False) as opened:
        for pair, is_same in told:
            a, b = (resolve_account(opened.store, name) for name in pair)
            tell_pair(opened.store, a, b, is_same, pairs or "by hand")
        found = find_persons(opened.store)
    rows: list[dict[str, object]] = [
        {"account": s.account_id, "other": s.other_id, "sure": f"{s.confidence:.0%}", "evidence": s.evidence}
        for s in found.signs
    ]
    _deliver("Persons", rows, out)
    n = len(found.groups)
    tell(f"{n:,} person{'s have' if n != 1 else ' has'} several accounts.")


def _without_address(
    head: list[str], cells: list[list[str]], width: int | None
) -> tuple[list[str], list[list[str]]]:
    """Columns without the address where a terminal has no room for it; files have it always."""
    from rich.cells import cell_len

    room = sum(2 + max(cell_len(row[at]) for row in [head, *cells]) for at in range(len(head)))
    if width is None or room <= width or "url" not in head:
        return head, cells
    at = head.index("url")
    return [*head[:at], *head[at + 1 :]], [[*row[:at], *row[at + 1 :]] for row in cells]


def _deliver(name: str, rows: list[dict[str, object]], out: Out) -> None:
    from influence.writing.grid import grid

    def table(rows: list[dict[str, object]]) -> str:
        head = [key for key in rows[0] if any(row[key] is not None for row in rows)] if rows else ["account"]
        cells = [["" if row[key] is None else f"{row[key]:,}" if isinstance(row[key], int) else str(row[key])
                  for key in head] for row in rows]  # fmt: skip
        return grid(*_without_address(head, cells, table_width()), width=table_width())

    out.deliver(rows, lambda rows: [sheet_of(name, rows)], table=table)
