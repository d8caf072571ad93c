"""``influence listen``, ``mentions``, ``triage``, ``community``, ``discovery``, ``topics``, ``channels``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from influence.cli.options import (
    FILE,
    READ_FILE,
    alias_option,
    as_of_option,
    brand_options,
    command,
    engine_options,
    opened_session,
    rival_option,
    told_day,
    workspace_option,
)
from influence.cli.output import Out, emit_text, output_options, table_width, tell
from influence.errors import UsageError
from influence.writing.book import Sheet

if TYPE_CHECKING:
    from influence.listening.queue import Item
    from influence.reporting.parts import Page
    from influence.session import Session


@command("listen", '--brand "Acme" --rival Nordly --niche "vegan baking" -o heard.html')
@workspace_option
@brand_options
@click.option("--niche", default="", metavar="WORDS", help="Tell members of this niche from passers-by.")
@click.option("--from", "first", metavar="DATE", help="First day; without it the 28 days up to the last.")
@click.option("--to", "last", metavar="DATE", help="Last day; without it the latest in the data.")
@click.option("--by", type=click.Choice(["day", "week", "month"]), help="What the series counts.")
@click.option("--aspects", type=FILE, help="A TOML of what people praise and complain about.")
@click.option("--labels", type=FILE, help="Labels that `influence sentiment label` wrote.")
@click.option("--model", type=FILE, help="A model that `influence sentiment train` wrote.")
@click.option(
    "--watch",
    "rules",
    is_flag=False,
    flag_value="",
    metavar="[RULES.toml]",
    help="Say only what has left the usual; exit code 3 where something has.",
)
@output_options("table", "html", "csv", "xlsx", "json")
def listen_command(
    workspace: str, aspects: str | None, labels: str | None, model: str | None, rules: str | None, out: Out,
    **asked: Any,
) -> int:  # fmt: skip
    """What is said about a brand and its rivals: how much, by whom, how it feels, about what, and what changed.

    Share of voice and reputation come with the intervals in which they are with 90% certainty. The rhythm of the
    week is taken out before a change is called one. With --watch it is an early warning for cron: it says why, how
    sure, since when, who and what to read first.
    """
    from influence.listening.aspects import aspects_from
    from influence.reporting.listening import listen_page as pages
    from influence.text.sentiment.labelling import labels_from
    from influence.text.sentiment.score import chosen_model

    asked |= {"aspects": aspects_from(aspects), "model": chosen_model(model)}
    with opened_session(workspace) as session:
        if rules is not None:
            return _watch(session, asked, rules, out)
        found = session.listen(asked.pop("brand"), labels=labels_from(labels), **asked)
    write_page(out, pages.listen_page, pages.listen_json, pages.listen_sheets, found)
    return 0


ALARMED = 3
"""Exit code where something has left the usual."""


def _watch(session: Session, asked: dict[str, Any], rules: str, out: Out) -> int:
    from influence.listening.watch_rules import rules_from
    from influence.reporting.listening import watch_page as pages

    names = ("aliases", "rivals", "niche", "last", "aspects", "model")
    found = session.watch(
        asked["brand"], rules=rules_from(rules or None), **{one: asked[one] for one in names}
    )
    write_page(out, pages.watch_page, pages.watch_json, pages.watch_sheets, found)
    return ALARMED if found.alarms else 0


def write_page(
    out: Out, page: Callable[..., Page], as_json: Callable[..., str] | None, sheets: Callable[..., list[Sheet]],
    *found: Any,
) -> None:  # fmt: skip
    """What was found as a page of text or HTML, or as tables; as JSON what `as_json` says, else the tables."""
    from influence.reporting.parts import page_html, page_text

    document = {"json": lambda _: as_json(*found)} if as_json else {}
    out.deliver(page(*found), lambda _: sheets(*found), table=page_text, html=page_html, **document)


@command("mentions", '--brand "Acme" --alias acmehq --rival Nordly')
@workspace_option
@engine_options
@brand_options
@as_of_option
@click.option("--labels", type=FILE, help="Labels that `influence sentiment label` wrote: right the shares.")
@click.option("--model", type=FILE, help="A model that `influence sentiment train` wrote.")
@output_options("table", "csv", "xlsx", "json")
def mentions_command(
    workspace: str,
    brand: str,
    as_of: str | None,
    model: str | None,
    labels: str | None,
    out: Out,
    **named: Any,
) -> None:
    """Find who names a brand, what the clause about it says, and how it feels.

    Names are found as words, #hashtags, @handles and possessives, never inside other words. The three
    probabilities are calibrated; sarcasm is often missed, and sentiment is not stance.
    """
    from influence.reporting.mentions_text import (
        mentions_json,
        mentions_sheets,
        mentions_summary,
        mentions_table,
    )
    from influence.store.workspace import to_day
    from influence.text.sentiment.labelling import labels_from
    from influence.text.sentiment.score import chosen_model

    judged, told = labels_from(labels), chosen_model(model) if model else None
    with opened_session(workspace) as session:
        found = session.mentions(brand, as_of_day=to_day(told_day(as_of)), model=told, **named)
    table = partial(mentions_table, width=table_width()) if len(found) else lambda _: ""
    out.deliver(found, mentions_sheets, table=table, json=mentions_json)
    tell(mentions_summary(found, brand, judged))


@command("triage", '--brand "Acme" --niche "vegan baking" -o queue.xlsx')
@workspace_option
@brand_options
@click.option("--niche", default="", metavar="WORDS", help="Reach counts the readers of this niche.")
@click.option(
    "--to", "last", metavar="DATE", help="Last day; its end is now. The latest in the data if not told."
)
@click.option("--days", type=click.IntRange(min=1), default=28, show_default=True, help="Days of mentions.")
@click.option("--rules", type=FILE, help="A TOML of kinds, desks, urgency and handling.")
@click.option("--feedback", type=FILE, help="The sheet as filled in: states, answers, corrections.")
@click.option("--undo", metavar="ID", help="Take back the latest step of this mention.")
@click.option("--for", "help_desk", metavar="TOOL", help="Write CSV for a help desk: hubspot, zoho-desk.")
@output_options("table", "html", "csv", "xlsx", "json")
def triage_command(
    workspace: str, rules: str | None, feedback: str | None, undo: str | None, help_desk: str | None, out: Out,
    **asked: Any,
) -> None:  # fmt: skip
    """Put every mention that needs a person into a queue: whose it is, how pressing, due when, and what to do.

    Kind and desk follow rules that you can read and change, and what your people corrected, from a hundred
    corrections on. Nothing is sent. Give the sheet back with --feedback and the service level is shown.
    """
    from influence.listening.desk_answers import read_feedback, service_of
    from influence.listening.sorting import triage_rules
    from influence.reporting.listening import triage_page as pages
    from influence.store.lists.triage_steps import add_steps, all_steps, undo_step

    asked["rules"] = triage_rules(rules)
    with opened_session(workspace) as session:
        queue = session.triage(**asked)
        if feedback:
            steps = read_feedback(feedback, queue, queue.now)
            tell(f"{session.change(lambda opened: add_steps(opened.store, steps)):,} new steps are kept.")
        if undo:
            found = session.change(lambda opened: undo_step(opened.store, undo))
            tell("Its latest step is taken back." if found else "This mention has no step to take back.")
        queue = session.triage(**asked) if feedback or undo else queue
        service = service_of(queue, session.ask(lambda opened: all_steps(opened.store)))
    if help_desk:
        _tickets(queue.items, help_desk, out.file)
        return
    write_page(out, pages.triage_page, pages.triage_json, pages.triage_sheets, queue, service)


def _tickets(items: Sequence[Item], help_desk: str, output: str | None) -> None:
    from influence.listening.desk_answers import tickets_of
    from influence.writing.data_text import csv_text

    head, rows = tickets_of(items, help_desk)
    emit_text(csv_text(head, rows, newline="\r\n" if output else "\n"), output)


@command("community", "vegan -o vegan.html")
@workspace_option
@click.argument("name", required=False)
@click.option("--all", "every", is_flag=True, help="All communities, the most alive first.")
@click.option("--from", "first", metavar="DATE", help="First day; without it the 28 days up to the last.")
@click.option("--to", "last", metavar="DATE", help="Last day; without it the latest in the data.")
@output_options("table", "html", "csv", "xlsx", "json")
def community_command(
    workspace: str, name: str | None, every: bool, first: str | None, last: str | None, out: Out
) -> None:
    """How a community fares: who comes and goes, what is done, how it feels, how it is tied, and who carries it.

    A community is what posts name as theirs: a forum, a group, a list. Health is told against its own past.
    """
    from influence.reporting.listening import community_page as pages

    if bool(name) == every:
        raise UsageError("say which community, or --all", expected="a name that posts give")
    with opened_session(workspace) as session:
        if name:
            found = session.community(name, first=first, last=last)
            write_page(out, pages.community_page, None, pages.community_sheets, found)
            return
        period, rows = session.communities(first=first, last=last)
    write_page(out, partial(pages.overview_page, period), pages.overview_json, pages.overview_sheets, rows)


@command("discovery", '--brand Acme --rival Nordly --niche "vegan baking" -o market.html')
@workspace_option
@brand_options
@click.option("--niche", required=True, metavar="WORDS", help="Whose market it is.")
@click.option("--pages", type=READ_FILE, help="The brand's sitemap.xml, or a list of its pages.")
@click.option("--site", default="", metavar="DOMAIN", help="The brand's domain, where --pages does not tell.")
@click.option("--cited", type=READ_FILE, help="What assistants cite: prompt, engine, cited_urls.")
@click.option("--from", "first", metavar="DATE", help="First day of posts and mentions.")
@click.option("--to", "last", metavar="DATE", help="Last day; without both, all of the data.")
@output_options("table", "html", "csv", "xlsx", "json")
def discovery_command(workspace: str, brand: str, niche: str, out: Out, **asked: Any) -> None:
    """The market before a campaign: who talks, what rivals do and with whom, who is found, a plan for a crisis.

    Only what is in the workspace and in files named here is read. It begins with a list of things to do; the plan
    for a crisis leaves brackets for what people must fill in.
    """
    from influence.reporting.listening import discovery_page as pages

    with opened_session(workspace) as session:
        found = session.discovery(brand, niche, **asked)
    write_page(out, pages.discovery_page, None, pages.discovery_sheets, found)


@command("topics", '--niche "vegan baking" --brand Acme -o topics.html')
@workspace_option
@click.option("--niche", required=True, metavar="WORDS", help="Whose themes.")
@click.option("--brand", default="", metavar="NAME", help="Say in which themes it is named.")
@alias_option
@rival_option
@click.option("--from", "first", metavar="DATE", help="First day; without it the half year up to the last.")
@click.option("--to", "last", metavar="DATE", help="Last day; without it the latest in the data.")
@output_options("table", "html", "csv", "xlsx", "json")
def topics_command(workspace: str, niche: str, out: Out, **asked: Any) -> None:
    """What a niche talks about: themes and their trends, who owns each, where a brand is heard, what to give, and when.

    Trends and owners are of the period; themes, and the calendar of what returns every year, rest on all posts
    before its end. The calendar needs two years of them.
    """
    from influence.reporting.listening import topics_page as pages

    with opened_session(workspace) as session:
        found = session.topics(niche, **asked)
    write_page(out, pages.topics_page, pages.topics_json, pages.topics_sheets, found)


@command("channels", "traffic.csv -o channels.html")
@workspace_option
@click.argument("files", nargs=-1, required=True, type=READ_FILE)
@output_options("table", "html", "csv", "xlsx", "json")
def channels_command(workspace: str, files: tuple[str, ...], out: Out) -> None:
    """By which channel visits and conversions came, and by whose codes and links.

    FILES are exports of Google Analytics (CSV with its comment lines), Matomo, Plausible (the files in its zip), or a
    CSV with channel or source, visits, conversions and revenue. Nothing of them is kept. Who came by a code that
    `influence desk codes` made is counted for that person, beside the orders that were imported; last touch, first
    touch and assisted stand apart.
    """
    from influence.reporting.listening import channels_page as pages

    with opened_session(workspace) as session:
        found = session.channels(files)
    write_page(out, pages.channels_page, pages.channels_json, pages.channels_sheets, found)
