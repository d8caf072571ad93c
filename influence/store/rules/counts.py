"""Rules about counts that cannot be, or that are too even to be true."""

from __future__ import annotations

from influence.findings import Finding, Severity
from influence.schema import TABLES, Table, Type
from influence.store.rules.base import Frame, RowRule, Rule, plural

LEAST_KNOWN = 20
"""Known values before a column of zeros is called suspicious."""

ENGAGEMENT_OVER_VIEWS = RowRule(
    Severity.WARNING,
    "engagement-over-views",
    "posts",
    "views is not null and coalesce(likes, 0) + coalesce(comments, 0) + coalesce(shares, 0) > views",
    "{of} have more reactions than views",
    "views may be counted over another period, or 0 stands for unknown: leave such cells empty",
    "post_id",
)

LIKES_OVER_FOLLOWERS = RowRule(
    Severity.NOTE,
    "likes-over-followers",
    "posts",
    "likes > 1000 and likes > followers * 100",
    "{of} have more than 100 times as many likes as the account has followers",
    "bought likes, a follower count that is too old, or a post that truly travelled: look at them",
    "post_id",
    source="(select posts.*, accounts.followers from posts join accounts "
    "on accounts.account_id = posts.account_id) as sized",
)

FOLLOWS_MANY = RowRule(
    Severity.NOTE,
    "follows-many",
    "accounts",
    "following > 5000 and following > followers * 2",
    "{of} follow more than 5,000 others and more than twice as many as follow them",
    "mass following is how follow-back audiences are made",
    "account_id",
)

IDENTICAL_LIKES = RowRule(
    Severity.NOTE,
    "identical-counts",
    "posts",
    "n_same >= 10 and n_same >= 0.9 * n_posts",
    "{n} accounts have the same number of likes (10 or more) on nine of ten posts or more",
    "averages may have been written into every row, or the likes are bought in packs",
    "account_id",
    source="(select account_id, max(n) as n_same, sum(n) as n_posts from (select account_id, likes, "
    "case when likes >= 10 then count(*) else 0 end as n from posts where likes is not null "
    "group by account_id, likes) as counted group by account_id) as evened",
)

SAME_POST_TWICE = RowRule(
    Severity.WARNING,
    "same-post-twice",
    "posts",
    "n > 1",
    "{n} posts are in the workspace under several ids (same account, time and text)",
    "two exports may number posts differently; keep one of them",
    "example",
    source="(select min(post_id) as example, count(*) as n from posts where text is not null "
    "and created_at is not null group by account_id, created_at, hash(text)) as grouped",
)

BURSTS = RowRule(
    Severity.WARNING,
    "follower-bursts",
    "snapshots",
    "followers - before >= 1000 and followers > before * 1.5 and day - day_before <= 7",
    "{n} times an account gained half its followers again, and 1,000 or more, within a week",
    "read the days around it: press, a viral post, or bought followers",
    "account_id",
    source="(select account_id, day, followers, "
    "lag(followers) over (partition by account_id order by day) as before, "
    "lag(day) over (partition by account_id order by day) as day_before "
    "from snapshots where followers is not null) as steps",
)

RECOMMENDS_OVER_TEN = RowRule(
    Severity.WARNING,
    "nps-over-10",
    "customers",
    "nps > 10",
    "{of} would recommend with more than 10 of 10",
    "nps is each customer's answer from 0 to 10, not the net score of all",
    "customer_id",
)

MARGIN_OVER_ONE = RowRule(
    Severity.WARNING,
    "margin-over-one",
    "customers",
    "margin_share > 1",
    "{of} have a margin above the whole revenue",
    "margin_share is a share from 0 to 1; parse percentages as such",
    "customer_id",
)


def only_zeros(frame: Frame) -> list[Finding]:
    """Count columns in which every known value is 0: exports write 0 for unknown."""
    found: list[Finding] = []
    for table in TABLES:
        if frame.counts[table.name] >= LEAST_KNOWN:
            found += [_zeros(table, name, n) for name, n in _zero_columns(frame, table)]
    return found


def _zero_columns(frame: Frame, table: Table) -> list[tuple[str, int]]:
    names = [column.name for column in table.columns if column.type is Type.INTEGER and column.minimum == 0]
    if not names:
        return []
    asked = ", ".join(f"count({name}) as n_{name}, max({name}) as max_{name}" for name in names)
    row = frame.store.query(f"select {asked} from {table.name}").to_pylist()[0]
    return [
        (name, row[f"n_{name}"])
        for name in names
        if row[f"max_{name}"] == 0 and row[f"n_{name}"] >= LEAST_KNOWN
    ]


def _zeros(table: Table, column: str, n: int) -> Finding:
    return Finding(
        Severity.WARNING,
        "only-zeros",
        f"all {plural(n, 'known value')} of {table.name}.{column} are 0",
        table.name,
        n,
        hint="where 0 means unknown, leave the column out of the mapping: unknown and none are not the same",
    )


RULES: tuple[Rule, ...] = (
    ENGAGEMENT_OVER_VIEWS, LIKES_OVER_FOLLOWERS, FOLLOWS_MANY, IDENTICAL_LIKES, SAME_POST_TWICE, BURSTS,
    RECOMMENDS_OVER_TEN, MARGIN_OVER_ONE, only_zeros,
)  # fmt: skip
