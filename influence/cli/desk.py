"""``influence desk``: a campaign after the mails: terms, what is due and found, sign-off, what waits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click

from influence.cli.options import READ_FILE, opened_workspace, told_day, workspace_option
from influence.cli.output import (
    answer,
    deliver,
    held_words,
    json_flag,
    output_options,
    say_json,
    tell,
    terminal_width,
)
from influence.clock import now


@click.group("desk", subcommand_metavar="COMMAND [ARGS]...")
def desk_command() -> None:
    """Keep a campaign on the desk: what is agreed, what came, what waits for whom."""


def _people(function: Callable[..., Any]) -> Callable[..., Any]:
    """The list and the people of it, and what was noted of them as JSON where asked for."""
    return click.argument("name")(
        click.argument("handles", nargs=-1, required=True)(workspace_option(json_flag(function)))
    )


def _noted(made: Sequence[Any], words: str, as_json: bool) -> None:
    """Tell whom a note is about; with ``--json`` what is noted now."""
    from influence.outreach.merging import dated

    tell(f"{words} {', '.join(one.account_id for one in made)}")
    if as_json:
        say_json(dated(made))


@desk_command.command("show", epilog="Example: influence desk show spring -o desk.xlsx")
@click.argument("name")
@workspace_option
@click.option("--as-of", metavar="DATE", help="Default: today.")
@output_options("table", "csv", "xlsx", "json")
def show_command(name: str, workspace: str, as_of: str | None, format: str, output: str | None) -> None:
    """Show where everybody of the saved shortlist NAME stands.

    The workbook may be edited and brought back with `influence desk merge`.
    """
    from influence.outreach.desk import desk_of
    from influence.outreach.desk_file import desk_sheets
    from influence.ranking.naming import holds_of_list
    from influence.reporting.outreach.desk_text import desk_text, headline

    with opened_workspace(workspace, read_only=True) as opened:
        desk = desk_of(opened, name, _day(as_of))
    texts = {"table": lambda: desk_text(desk, terminal_width())}
    deliver(format, output, lambda: desk_sheets(desk), texts, headline(desk), holds_of_list(desk.saved))
    if desk.n_hidden:
        tell(f"{desk.n_hidden:,} of the list asked not to be contacted and are not shown.")


@desk_command.command(
    "terms", epilog="Example: influence desk terms spring teapot --price 250 --currency EUR"
)
@_people
@click.option("--price", help="A number; '' for none.")
@click.option("--currency", help="EUR, GBP ...")
@click.option("--usage-rights", help="What may be done with the content.")
@click.option("--exclusivity", help="Towards whom, how long.")
@click.option("--whitelisting", help="Advertising from the account.")
@click.option("--duration", help="How long it holds.")
@click.option("--product", help="What is given.")
@click.option("--sent", "product_sent", metavar="DATE", help="Day on which the product went out.")
def terms_command(
    name: str, handles: tuple[str, ...], workspace: str, as_json: bool, **terms: str | None
) -> None:
    """Note price and terms of people (HANDLES) on the saved shortlist NAME."""
    from influence.outreach.desk_editing import set_terms

    changes = {field: text for field, text in terms.items() if text is not None}
    with opened_workspace(workspace, create=False) as opened:
        made = set_terms(opened, name, handles, changes, now=now())
    _noted(made, "Noted for", as_json)


@desk_command.command(
    "due", epilog="Example: influence desk due spring teapot leafy --what post --by 2026-05-01"
)
@_people
@click.option("--what", default="post", show_default=True, help="post, story 1, video ...")
@click.option("--by", "due", metavar="DATE", help="When it is due.")
@click.option("--url", default="", help="Its address, where the post is not in the data.")
def due_command(
    name: str, handles: tuple[str, ...], workspace: str, what: str, due: str | None, url: str,
    as_json: bool,
) -> None:  # fmt: skip
    """Note what people (HANDLES) of the saved shortlist NAME agreed to deliver."""
    from influence.outreach.desk_editing import agree_on

    with opened_workspace(workspace, create=False) as opened:
        made = agree_on(opened, name, handles, what, due, url, now=now())
    _noted(made, "Noted for", as_json)


@desk_command.command(
    "sign",
    epilog="Example: influence desk sign spring teapot --by client --refuse --reason rival",
)
@_people
@click.option("--by", "party", required=True, help="Who: client, legal, brand ...")
@click.option("--approve/--refuse", default=True, help="What they said.")
@click.option("--reason", default="", help="Why; a refusal needs one.")
def sign_command(
    name: str, handles: tuple[str, ...], workspace: str, party: str, approve: bool, reason: str, as_json: bool
) -> None:
    """Note what a party said of people (HANDLES) on the saved shortlist NAME."""
    from influence.outreach.desk_editing import sign_off

    verdict = "approved" if approve else "refused"
    with opened_workspace(workspace, create=False) as opened:
        made = sign_off(opened, name, handles, party, verdict, reason, now=now())
    _noted(made, f"{verdict.capitalize()} by {party}:", as_json)


@desk_command.command(
    "find",
    epilog='Example: influence desk find spring --tag "#acmeoats" --since 2026-03-01',
)
@click.argument("name")
@workspace_option
@click.option("--tag", "tags", multiple=True, help="A hashtag or @name; may be repeated, and is remembered.")
@click.option(
    "--link", "links", multiple=True, help="A domain or address; may be repeated, and is remembered."
)
@click.option("--since", metavar="DATE", help="First day on which such posts count.")
@output_options("table", "json")
def find_command(
    name: str, workspace: str, tags: tuple[str, ...], links: tuple[str, ...], since: str | None, format: str,
    output: str | None,
) -> None:  # fmt: skip
    """Find the posts of the saved shortlist NAME's campaign in the data, and look at their labels.

    By each person's own code and link, and by the campaign's tags and links. A post proves what its author agreed to
    that is due first. A label that is not in the text is only possibly missing: look at the post.
    """
    from influence.outreach.desk_editing import watch
    from influence.outreach.merging import dated
    from influence.outreach.proofs import find_posts
    from influence.reporting.outreach.desk_text import found_text

    with opened_workspace(workspace, create=False) as opened:
        watch(opened, name, {"tag": tags, "link": links}, since, now=now())
        found = find_posts(opened, name, now=now())
    answer(format, output, lambda: found_text(found), dated(found))
    if not found.new:
        tell(
            f"{held_words()}. Next: import or fetch newer posts, or say by what else they are known: --tag, --link."
        )


@desk_command.command(
    "codes", epilog="Example: influence desk codes spring --url https://shop.example/oats -o codes.csv"
)
@click.argument("name")
@click.argument("handles", nargs=-1)
@workspace_option
@click.option("--url", required=True, help="Page of the shop that the links lead to.")
@output_options("table", "csv", "xlsx", "json")
def codes_command(
    name: str, handles: tuple[str, ...], workspace: str, url: str, format: str, output: str | None
) -> None:
    """Make one code and one tagged link for each person of NAME (HANDLES, else who agreed) and thing agreed.

    Running it again makes only what is missing.
    """
    from influence.outreach.codes import codes_sheet, make_codes
    from influence.writing.grid import grid

    with opened_workspace(workspace, create=False) as opened:
        codes = make_codes(opened, name, url, handles, now=now())
    rows = [[one.account_id, one.what, one.code, one.link] for one in codes]
    texts = {"table": lambda: grid(["Account", "For", "Code", "Link"], rows, width=terminal_width())}
    holds = f"As of {now().date()}; made again, those that are there stay"
    deliver(format, output, lambda: [codes_sheet(codes)], texts, holds)


@desk_command.command(
    "results", epilog="Example: influence desk results spring && influence track --campaign spring"
)
@click.argument("name")
@workspace_option
@output_options("table", "json")
def results_command(name: str, workspace: str, format: str, output: str | None) -> None:
    """Join the imported orders to the people of NAME by their codes and links, into outcomes.

    The first code or link a customer came by decides whose their orders are; refunds are taken off. `influence track
    --campaign NAME` then says how it went, `influence plan --learned NAME` takes the rates over, and `influence
    incentives` looks at the referrals.
    """
    from influence.outreach.merging import dated
    from influence.planning.attribution import keep_results
    from influence.reporting.outreach.desk_text import results_rows, results_text

    with opened_workspace(workspace, create=False) as opened:
        found = keep_results(opened, name, now=now())
    document = {"people": results_rows(found), **dated(found)}
    answer(format, output, lambda: results_text(found), document)


@desk_command.command("merge", epilog="Example: influence desk merge spring desk-from-anna.xlsx")
@click.argument("name")
@click.argument("file", type=READ_FILE)
@workspace_option
@click.option("--take", type=click.Choice(["ours", "theirs"]), help="Who is right where both sides changed.")
@click.option("--dry-run", is_flag=True, help="Only look.")
@output_options("table", "json")
def merge_command(
    name: str, file: str, workspace: str, take: str | None, dry_run: bool, format: str, output: str | None
) -> int:
    """Bring the edited workbook FILE of `influence desk show NAME -o` back.

    A field that only the file changed is taken; one that changed on both sides is shown and left as it is, unless
    --take says who is right. The exit code is 1 while conflicts are open.
    """
    from influence.outreach.desk_file import merge_desk
    from influence.outreach.words import merge_text

    with opened_workspace(workspace, create=False) as opened:
        merged = merge_desk(opened, name, file, _day(None), take=take, dry_run=dry_run, now=now())
    answer(format, output, lambda: merge_text(merged, take), merged)
    return 1 if merged.conflicts and take is None else 0


def _day(told: str | None) -> int:
    """A day as a number; today where none is told."""
    from influence.store.workspace import EPOCH

    return ((told_day(told) or now().date()) - EPOCH).days
