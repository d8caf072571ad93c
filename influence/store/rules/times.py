"""Rules about dates: in the future, before there were blogs, or missing."""

from __future__ import annotations

from influence.findings import Finding, Severity
from influence.schema import TABLES, Table, Type
from influence.store.rules.base import Frame, RowRule, Rule
from influence.store.workspace import from_day, to_day

OLDEST_DAY = to_day("1990-01-01")
"""No post, account or customer relation that a person would rank by is older than the web."""


def day_columns(table: Table) -> list[str]:
    """Integer day columns of what the rows tell (not of when they were fetched)."""
    found = []
    for column in table.columns:
        if column.type is Type.DAY:
            found.append(column.name)
        elif column.day_column:
            found.append(column.day_column)
    return found


def future_dates(frame: Frame) -> list[Finding]:
    """Dates after `as_of`, or after the day on which the row was fetched."""
    limit = "fetched_day" if frame.as_of_day is None else str(int(frame.as_of_day))
    until = "the day they were fetched" if frame.as_of_day is None else str(from_day(frame.as_of_day))
    hint = (
        "these dates are read as the day of fetching; see whether day and month are swapped, or the "
        "times are not UTC"
    )
    return _where_days(frame, "future-dates", f"> {limit}", f"a date later than {until}", hint)


def old_dates(frame: Frame) -> list[Finding]:
    """Dates before 1990."""
    hint = "0 or 1 in a date column often means unknown: leave such cells empty and import again"
    return _where_days(frame, "dates-before-1990", f"< {OLDEST_DAY}", "a date before 1990", hint)


def _where_days(frame: Frame, code: str, condition: str, what: str, hint: str) -> list[Finding]:
    """What is found where a day column of a table fits a condition."""
    rules = [
        RowRule(Severity.WARNING, code, table.name, f"{column} {condition}", f"{{of}} have {what}", hint,
                _day_example(table, column))
        for table in TABLES
        for column in day_columns(table)
    ]  # fmt: skip
    return [found for rule in rules for found in rule(frame)]


def _day_example(table: Table, column: str) -> str:
    """Key and date; days beyond the calendar are shown as its ends (years 1 and 9999)."""
    return f"{table.key[0]} || ' ' || cast(date '1970-01-01' + greatest(least({column}, 2932896), -719162) as varchar)"


UNDATED: tuple[Rule, ...] = tuple(
    RowRule(
        Severity.NOTE,
        f"undated-{table}",
        table,
        f"{column} is null",
        "{of} have no date; they count as old as the day they were fetched",
        hint,
        example,
    )
    for table, column, example, hint in (
        ("posts", "created_day", "post_id", "activity needs dates; map the column that holds them"),
        (
            "follows",
            "since_day",
            "follower_id || ' -> ' || followee_id",
            "most exports have none; that is fine",
        ),
        (
            "interactions",
            "created_day",
            "actor_id || ' -> ' || target_id",
            "recent reactions count more if dated",
        ),
    )
)

POSTS_BEFORE_ACCOUNT = RowRule(
    Severity.NOTE,
    "posts-before-account",
    "posts",
    "created_day < opened_day",
    "{of} are older than the account that wrote them",
    "the account's date may be the day it was added to a list, or a handle has changed hands",
    "account_id",
    source="(select posts.*, accounts.created_day as opened_day from posts join accounts "
    "on accounts.account_id = posts.account_id) as dated",
)

ORDERS_BACKWARDS = RowRule(
    Severity.WARNING,
    "last-order-before-first",
    "customers",
    "last_order < first_order",
    "{of} have a last order before the first",
    "the two columns may be swapped in the mapping",
    "customer_id",
)

RULES: tuple[Rule, ...] = (future_dates, old_dates, *UNDATED, POSTS_BEFORE_ACCOUNT, ORDERS_BACKWARDS)
