"""Overlap, lookalikes and graph figures as plain tables."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from influence.writing.book import Sheet, pairs_of, sheet_of
from influence.writing.grid import WIDTH, aligned
from influence.writing.plain import whole
from influence.writing.safe import one_line

if TYPE_CHECKING:
    from influence.graph.overlap import Lookalike
    from influence.graph.stats import GraphStats
    from influence.ranking.audiences import AudienceOverlap, TextLookalike
    from influence.selection.seeding import Seeding


def overlap_text(overlap: AudienceOverlap) -> str:
    """What each account reaches, and what each pair shares."""
    told = overlap.to_dict()
    accounts = [
        [one["account_id"], f"{one['audience']:,}", f"{one['exclusive']:,}",
         _percent(one["exclusive"], one["audience"])]
        for one in told["accounts"]
    ]  # fmt: skip
    pairs = [
        [one["a"], one["b"], f"{one['shared']:,}", _share(one["share_of_smaller"]), _share(one["jaccard"])]
        for one in told["pairs"]
    ]
    total, unique = told["total_reach"], told["unique_reach"]
    words = f"Together they reach {unique:,} different accounts; {total - unique:,} of {total:,} contacts are repeats."
    merged = [
        f"{one_line(a)} counts with {', '.join(map(one_line, o))}." for a, o in told["channels"].items()
    ]
    tables = [
        _table(["account", "audience", "only here", "share"], accounts),
        _table(["account", "and", "shared", "of smaller", "of both"], pairs),
    ]
    return "\n".join([*tables, words, *merged, ""])


def spread_text(found: Seeding) -> str:
    """Whom to tell first, what plainer choices would reach, and how far all that depends on a guess."""
    seeds = [
        [one.account_id, f"{one.adds:,.0f}", f"{one.alone:,.0f}", f"{one.rank:,}", whole(one.followers)]
        for one in found
    ]
    choices = [[one.choice, f"{one.reached:,.0f}", f"{one.low:,.0f} to {one.high:,.0f}",
                _percent(one.reached, found.n_members)] for one in found.choices]  # fmt: skip
    half, double = (f"{found.shifted[times]:.0%}" for times in sorted(found.shifted))
    words = (
        f"At least {found.guarantee:.0%} of the best possible. How readily people pass things on is a guess: were it "
        f"half, {half} of this choice would stay, were it double, {double}. Compare the choices, not the counts: those "
        "are niche people in your data, by membership."
    )
    tell = _table(["tell", "adds", "alone", "rank by score", "followers"], seeds)
    heard = _table(["choice", "hear of it", "90%", "of the niche"], choices)
    return "\n".join([tell, heard, textwrap.fill(words, WIDTH), ""])


def lookalikes_text(name: str, rows: Sequence[Lookalike | TextLookalike]) -> str:
    """Accounts like `name`, best first."""
    from influence.graph.overlap import Lookalike

    if not rows:
        return f"No account is known to be like {one_line(name)}.\n"
    head, body = ["account", "similarity"], [[str(row.account_id), f"{row.similarity:.2f}"] for row in rows]
    if isinstance(rows[0], Lookalike):
        head += ["shared", "audience", "of smaller", "against chance"]
        more = [[f"{row.shared:,}", f"{row.audience:,}", _share(row.share), f"{row.lift:,.1f} x"]
                for row in rows if isinstance(row, Lookalike)]  # fmt: skip
        body = [[*one, *other] for one, other in zip(body, more, strict=True)]
    return _table(head, body) + "\n"


def stats_text(stats: GraphStats) -> str:
    """The figures of a graph as lines."""
    lines = [
        ["accounts", f"{stats.accounts:,}"],
        ["ties", f"{stats.ties:,}"],
        ["nobody pays them attention", _of(stats.unheard, stats.accounts)],
        ["pay no attention", _of(stats.silent, stats.accounts)],
        ["without any tie", _of(stats.alone, stats.accounts)],
        ["ties that are returned", "unknown" if stats.returned is None else f"{stats.returned:.1%}"],
        ["median audience", f"{stats.median_audience:,.0f}"],
        ["ties to the largest 1 % of accounts", f"{stats.share_of_largest:.1%}"],
        ["separate pieces", f"{stats.components:,}"],
        ["accounts in the largest piece", _of(stats.largest_component, stats.accounts)],
        ["deepest core", f"{stats.in_deepest_core:,} accounts with {stats.deepest_core:,} neighbours each"],
        ["ties that PageRank iterates on", _of(stats.core_ties, stats.ties)],
    ]
    lines += [[f"largest audience {i}", f"{one_line(str(name))}: {size:,}"]
              for i, (name, size) in enumerate(stats.largest_audiences, 1)]  # fmt: skip
    width = max(len(label) for label, _ in lines)
    return "\n".join(f"{label:<{width}}  {value}" for label, value in lines) + "\n"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns of text; names to the left, figures to the right."""
    right = [at for at, title in enumerate(head) if title not in ("account", "and")]
    return "\n".join([*aligned([head, *rows], right), ""])


def _of(part: int, whole: int) -> str:
    return f"{part:,} ({part / whole:.1%})" if whole else f"{part:,}"


def _percent(part: float, whole: float) -> str:
    return f"{part / whole:.1%}" if whole else "unknown"


def _share(value: float | None) -> str:
    return "unknown" if value is None or value != value else f"{value:.1%}"


def overlap_sheets(found: AudienceOverlap) -> list[Sheet]:
    """Pairs, then the accounts for themselves."""
    told = found.to_dict()
    return [
        sheet_of("Pairs", told["pairs"], ["a", "b", "shared", "share_of_smaller", "jaccard"]),
        sheet_of("Accounts", told["accounts"], ["account_id", "audience", "exclusive"]),
    ]


def spread_sheets(found: Seeding) -> list[Sheet]:
    """Whom to tell first, then what plainer choices would reach."""
    return [
        sheet_of("Tell first", list(found), ["account_id", "adds", "alone", "rank", "followers"]),
        sheet_of("Choices", found.choices, ["choice", "reached", "low", "high"]),
    ]


def lookalikes_sheets(rows: Sequence[object]) -> list[Sheet]:
    """One row an account."""
    return [sheet_of("Lookalikes", rows, ["account_id", "similarity"])]


def stats_sheets(found: GraphStats) -> list[Sheet]:
    """One row a figure."""
    figures = {key: value for key, value in found.to_dict().items() if key != "largest_audiences"}
    largest = [{"account_id": str(name), "audience": size} for name, size in found.largest_audiences]
    return [
        sheet_of("Figures", pairs_of(figures, "figure"), ["figure", "value"]),
        sheet_of("Largest audiences", largest, ["account_id", "audience"]),
    ]
