"""``influence spark``: Parquet tables beyond one machine."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from influence.cli.import_files import column_option, confirm_guesses, print_report
from influence.cli.options import FILE, command, opened_workspace, stacked
from influence.cli.output import ENGINE, json_flag, say_either, tell
from influence.cli.peoples_rights import agreed_erasure, erasure_options, tell_suppressed
from influence.cli.rank_options import rank_options, ranking_from
from influence.clock import now
from influence.errors import UnknownAccountError
from influence.writing.plain import counted

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


tables_options = stacked(
    click.option("--tables", metavar="FOLDER", required=True, help="Folder of the Parquet tables."),
    click.option("--spark-master", metavar="URL", help="A cluster: spark://HOST:7077. Without either: here."),
    click.option("--spark-remote", metavar="URL", help="A Spark Connect server: sc://HOST:15002."),
)


def session_of(at: dict[str, str | None]) -> SparkSession:
    """A session of Spark that ends with its block; takes what `tables_options` told of it out of `at`."""
    from influence.spark.connect import connect

    return connect(at.pop("spark_remote"), at.pop("spark_master"))


@click.group("spark")
def spark_command() -> None:
    """Tables larger than one machine: Parquet, on Apache Spark.

    `influence rank --engine spark --tables FOLDER` ranks them; these commands fill them, bring a part home, and give
    people their rights there. See docs/spark.md.
    """


@command("import", "exports/ --tables /data/tables --yes", spark_command)
@click.argument("paths", nargs=-1, required=True, type=click.Path())
@tables_options
@click.option("--map", "mapping", type=FILE, help="Mapping file (TOML), as of `influence import`.")
@column_option
@click.option("--platform", help="Platform of handles that name none: instagram, web ...")
@click.option("--date-format", help="Local dates: dmy, mdy, ymd, unix, unix_ms, or a pattern (%d.%m.%Y).")
@click.option("--owner", help="Whose download the files are, where they do not say it themselves.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask when columns were guessed.")
@json_flag
def import_command(
    paths: tuple[str, ...], tables: str, mapping: str | None, columns: tuple[tuple[str, str], ...],
    platform: str | None, date_format: str | None, owner: str | None, yes: bool, as_json: bool,
    **at: Any,
) -> int:  # fmt: skip
    """Bring files into Parquet tables by the rules of `influence import`, all or nothing.

    Large files (CSV, JSON Lines, Parquet) are read in parts by all workers, which see them under the same path. What
    was refused is in the table `rejects`. Importing a file twice changes nothing; an import that was cut short goes on
    where it stopped.
    """
    from influence.sources.base import ReadOptions
    from influence.spark.importing import import_into
    from influence.store.importing.transaction import plan_import

    planned = plan_import(paths, mapping, ReadOptions(columns=columns, owner=owner))
    if not (yes or mapping):
        confirm_guesses(planned.plans)
    with session_of(at) as spark:
        report = import_into(spark, tables, planned, platform=platform, date_format=date_format, now=now())
    print_report(report, tables, f"Next: `influence rank --engine spark --tables {tables}`.", as_json)
    return 0 if report.n_accepted or report.n_left_out else 1


@command("export", '--tables TABLES --niche "vegan baking" --top 500 -w desk.duckdb', spark_command)
@tables_options
@rank_options
@click.option("--top", type=click.IntRange(1), default=500, show_default=True, help="Accounts, best first.")
@json_flag
def export_command(tables: str, top: int, as_json: bool, **options: Any) -> None:
    """Bring the best of a niche and their audience into a workspace, so that work goes on at the desk.

    Of the accounts comes all that is known; of their audience the accounts and the ties to them. Nobody who is
    suppressed comes along.
    """
    from influence.spark.slicing import bring_home
    from influence.spark.store import SparkStore

    told = {name: options[name] for name in ("spark_master", "spark_remote")}
    click.get_current_context().meta[ENGINE] = {"engine": "spark", "tables": tables, **told}
    with session_of(options) as spark:
        ranking = ranking_from(options, top)
        chosen = [row.account_id for row in ranking.rows]
        with opened_workspace(options["workspace"]) as workspace:
            found = bring_home(SparkStore(tables, lambda: spark), chosen, workspace)
    say_either(as_json, found, [f"{name:<14}{n:>12,}" for name, n in found.n_rows.items()])
    tell(
        f"{counted(len(chosen), 'account')} and an audience of {found.n_audience:,} in {options['workspace']}."
    )
    if not found.keeps_out:
        tell(
            "The workspace has suppressions of its own: those of the tables did not come along, only stayed out."
        )


@command("suppress", "anna@example.org --tables /data/tables", spark_command)
@click.argument("targets", nargs=-1, required=True)
@tables_options
@click.option("--reason", default="asked", show_default=True, help="Why; without names, it is kept.")
@click.option("--lift", "lifted", is_flag=True, help="Undo it for these targets.")
@json_flag
def suppress_command(
    targets: tuple[str, ...], tables: str, reason: str, lifted: bool, as_json: bool, **at: Any
) -> None:
    """Never list or import TARGETS again: handles, e-mail addresses or domains."""
    from influence.spark.rights import suppress_in

    with session_of(at) as spark:
        done = suppress_in(spark, tables, targets, reason=reason, now=now(), lifted=lifted)
    tell_suppressed(done, as_json)
    tell(
        f"{done.n_known:,} suppressions lifted"
        if lifted
        else f"{len(done.things):,} suppressed; {done.n_known:,} were before"
    )


@command("forget", "instagram:anna --tables /data/tables -o receipt.txt", spark_command)
@click.argument("target")
@tables_options
@erasure_options
def forget_command(target: str, tables: str, also: tuple[str, ...], **asked: Any) -> None:
    """Erase TARGET from every table; only files that hold the person are written anew, the old ones are deleted.

    Only salted hashes stay, so that a later import does not bring the person back.
    """
    from influence.spark.manifest import read_manifest
    from influence.spark.rights import forget_in

    pending = bool(read_manifest(tables).gone)
    with session_of(asked) as spark:
        try:
            agreed_erasure(partial(forget_in, spark, tables, target, also=also), tables, **asked)
        except UnknownAccountError:
            if not pending:
                raise
            tell(
                "Nobody of this name is there any more; files that an earlier change replaced are deleted now."
            )
