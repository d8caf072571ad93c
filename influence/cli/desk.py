"""``influence desk``: a campaign after the mails: terms, what is due and found, sign-off, what waits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial, wraps
from typing import TYPE_CHECKING, Any

import click

from influence.cli.options import READ_FILE, command, opened_workspace, told_day, workspace_option
from influence.cli.output import (
    Out,
    held_words,
    json_flag,
    output_options,
    say_json,
    tell,
    terminal_width,
)
from influence.clock import now
from influence.ranking.naming import holds_of_list

if TYPE_CHECKING:
    from influence.store.workspace import Workspace


@click.group("desk", subcommand_metavar="COMMAND [ARGS]...")
def desk_command() -> None:
    """Keep a campaign on the desk: what is agreed, what came, what waits for whom."""


def _people(function: Callable[..., tuple[str, Sequence[Any]]]) -> Callable[..., None]:
    """The list and people of it: what the function notes of them, as words, and as JSON where asked for."""

    @click.argument("name")
    @click.argument("handles", nargs=-1, required=True)
    @workspace_option
    @json_flag
    @wraps(function)
    def noted(name: str, handles: tuple[str, ...], workspace: str, as_json: bool, **told: Any) -> None:
        from influence.outreach.merging import dated

        with opened_workspace(workspace, create=False) as opened:
            words, made = function(opened, name, handles, **told)
        tell(f"{words} {', '.join(one.account_id for one in made)}")
        if as_json:
            say_json(dated(made))

    return noted


@command("show", "spring -o desk.xlsx", desk_command)
@click.argument("name")
@workspace_option
@click.option("--as-of", metavar="DATE", help="Default: today.")
@output_options("table", "csv", "xlsx", "json")
def show_command(name: str, workspace: str, as_of: str | None, out: Out) -> None:
    """Show where everybody of the saved shortlist NAME stands.

    The workbook may be edited and brought back with `influence desk merge`.
    """
    from influence.outreach.campaign_desk import desk_of
    from influence.outreach.desk_file import desk_sheets
    from influence.reporting.outreach.desk_text import desk_text, headline

    with opened_workspace(workspace, read_only=True) as opened:
        desk = desk_of(opened, name, _day(as_of))
    table = partial(desk_text, width=terminal_width())
    out.deliver(desk, desk_sheets, headline(desk), holds_of_list(desk.saved), table=table)
    if desk.n_hidden:
        tell(f"{desk.n_hidden:,} of the list asked not to be contacted and are not shown.")


@command("terms", "spring teapot --price 250 --currency EUR", desk_command)
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
    opened: Workspace, name: str, handles: tuple[str, ...], **terms: str | None
) -> tuple[str, Sequence[Any]]:
    """Note price and terms of people (HANDLES) on the saved shortlist NAME."""
    from influence.outreach.campaign_desk import set_terms

    changes = {field: text for field, text in terms.items() if text is not None}
    return "Noted for", set_terms(opened, name, handles, changes, now=now())


@command("due", "spring teapot leafy --what post --by 2026-05-01", desk_command)
@_people
@click.option("--what", default="post", show_default=True, help="post, story 1, video ...")
@click.option("--by", "due", metavar="DATE", help="When it is due.")
@click.option("--url", default="", help="Its address, where the post is not in the data.")
def due_command(
    opened: Workspace, name: str, handles: tuple[str, ...], what: str, due: str | None, url: str
) -> tuple[str, Sequence[Any]]:
    """Note what people (HANDLES) of the saved shortlist NAME agreed to deliver."""
    from influence.outreach.campaign_desk import agree_on

    return "Noted for", agree_on(opened, name, handles, what, due, url, now=now())


@command("sign", "spring teapot --by client --refuse --reason rival", desk_command)
@_people
@click.option("--by", "party", required=True, help="Who: client, legal, brand ...")
@click.option("--approve/--refuse", default=True, help="What they said.")
@click.option("--reason", default="", help="Why; a refusal needs one.")
def sign_command(
    opened: Workspace, name: str, handles: tuple[str, ...], party: str, approve: bool, reason: str
) -> tuple[str, Sequence[Any]]:
    """Note what a party said of people (HANDLES) on the saved shortlist NAME."""
    from influence.outreach.campaign_desk import sign_off

    verdict = "approved" if approve else "refused"
    made = sign_off(opened, name, handles, party, verdict, reason, now=now())
    return f"{verdict.capitalize()} by {party}:", made


@command("find", 'spring --tag "#acmeoats" --since 2026-03-01', desk_command)
@click.argument("name")
@workspace_option
@click.option("--tag", "tags", multiple=True, help="A hashtag or @name; may be repeated, and is remembered.")
@click.option(
    "--link", "links", multiple=True, help="A domain or address; may be repeated, and is remembered."
)
@click.option("--since", metavar="DATE", help="First day on which such posts count.")
@output_options("table", "json")
def find_command(
    name: str, workspace: str, tags: tuple[str, ...], links: tuple[str, ...], since: str | None, out: Out
) -> None:
    """Find the posts of the saved shortlist NAME's campaign in the data, and look at their labels.

    By each person's own code and link, and by the campaign's tags and links. A post proves what its author agreed to
    that is due first. A label that is not in the text is only possibly missing: look at the post.
    """
    from influence.outreach.campaign_desk import watch
    from influence.outreach.merging import dated
    from influence.outreach.proofs import find_posts
    from influence.reporting.outreach.desk_text import found_text

    with opened_workspace(workspace, create=False) as opened:
        watch(opened, name, {"tag": tags, "link": links}, since, now=now())
        found = find_posts(opened, name, now=now())
    out.answer(lambda: found_text(found), dated(found))
    if not found.new:
        tell(
            f"{held_words()}. Next: import or fetch newer posts, or say by what else they are known: --tag, --link."
        )


@command("codes", "spring --url https://shop.example/oats -o codes.csv", desk_command)
@click.argument("name")
@click.argument("handles", nargs=-1)
@workspace_option
@click.option("--url", required=True, help="Page of the shop that the links lead to.")
@output_options("table", "csv", "xlsx", "json")
def codes_command(name: str, handles: tuple[str, ...], workspace: str, url: str, out: Out) -> None:
    """Make one code and one tagged link for each person of NAME (HANDLES, else who agreed) and thing agreed.

    Running it again makes only what is missing.
    """
    from influence.outreach.codes import codes_sheet, make_codes
    from influence.writing.grid import grid

    with opened_workspace(workspace, create=False) as opened:
        codes = make_codes(opened, name, url, handles, now=now())
    rows = [[one.account_id, one.what, one.code, one.link] for one in codes]
    table = partial(grid, ["Account", "For", "Code", "Link"], width=terminal_width())
    holds = f"As of {now().date()}; made again, those that are there stay"
    out.deliver(rows, lambda _: [codes_sheet(codes)], holds, table=table)


@command("results", "spring && influence track --campaign spring", desk_command)
@click.argument("name")
@workspace_option
@output_options("table", "json")
def results_command(name: str, workspace: str, out: Out) -> None:
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
    out.answer(lambda: results_text(found), document)


@command("merge", "spring desk-from-anna.xlsx", desk_command)
@click.argument("name")
@click.argument("file", type=READ_FILE)
@workspace_option
@click.option("--take", type=click.Choice(["ours", "theirs"]), help="Who is right where both sides changed.")
@click.option("--dry-run", is_flag=True, help="Only look.")
@output_options("table", "json")
def merge_command(name: str, file: str, workspace: str, take: str | None, dry_run: bool, out: Out) -> int:
    """Bring the edited workbook FILE of `influence desk show NAME -o` back.

    A field that only the file changed is taken; one that changed on both sides is shown and left as it is, unless
    --take says who is right. The exit code is 1 while conflicts are open.
    """
    from influence.outreach.desk_file import merge_desk
    from influence.outreach.lists_text import merge_text

    with opened_workspace(workspace, create=False) as opened:
        merged = merge_desk(opened, name, file, _day(None), take=take, dry_run=dry_run, now=now())
    out.answer(lambda: merge_text(merged, take), merged)
    return 1 if merged.conflicts and take is None else 0


def _day(told: str | None) -> int:
    """A day as a number; today where none is told."""
    from influence.store.workspace import EPOCH

    return ((told_day(told) or now().date()) - EPOCH).days
