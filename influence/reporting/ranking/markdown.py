"""A ranking as Markdown: a table for a page or a ticket, with what a reader must know below it."""

from __future__ import annotations

from influence.ranking.results import RankedAccount, Ranking
from influence.reporting.ranking.columns import ListColumn, baseline_column, cell, has_intervals
from influence.reporting.ranking.words import (
    as_of_words,
    has_chances,
    notes_of,
    rank_range,
    title_of,
    uncertainty_of,
    weights_words,
)
from influence.writing.plain import decimal, figure, known, percent, whole
from influence.writing.safe import for_markdown, web_address


def ranking_markdown(ranking: Ranking, added: tuple[ListColumn, ...] = ()) -> str:
    """Title, table, make-up of the score, notes and provenance; a row's reason is its last column."""
    headings = ["#", "Account", "Score", baseline_column(ranking).heading, "Followers", "Posts"]
    chance = [f"In top {uncertainty_of(ranking, 'top', 30):.0f}"] if has_chances(ranking) else []
    headings[3:3] = ["Rank range", *chance] if has_intervals(ranking) else []
    headings += [column.heading for column in added]
    lines = [
        f"# {for_markdown(title_of(ranking))}",
        "",
        _line([*headings, "Why"]),
        _line(["--:", "---", *["--:"] * (len(headings) - 2), "---"]),
        *(
            _line([*_cells(row, added, _range(ranking, at)), for_markdown(row.reason)])
            for at, row in enumerate(ranking.rows)
        ),
        "",
        *_footer(ranking),
    ]
    return "\n".join(lines) + "\n"


def _range(ranking: Ranking, at: int) -> list[str]:
    if not has_intervals(ranking):
        return []
    row, above = ranking.rows[at], ranking.rows[at - 1] if at else None
    return [for_markdown(rank_range(row, above)), *([percent(row.p_top)] if has_chances(ranking) else [])]


def _cells(row: RankedAccount, added: tuple[ListColumn, ...], between: list[str]) -> list[str]:
    fixed = [
        str(row.rank),
        _account(row),
        decimal(row.score),
        *between,
        whole(row.baseline_rank),
        whole(row.followers),
        whole(row.posts),
    ]
    return fixed + [_added(cell(column, row)) for column in added]


def _added(value: object) -> str:
    if isinstance(value, (int, float)):
        return figure(value)
    return for_markdown(str(value)) if known(value) else "unknown"


def _account(row: RankedAccount) -> str:
    words = for_markdown(row.handle)
    return f"[{words}]({row.url})" if web_address(row.url) else words


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _footer(ranking: Ranking) -> list[str]:
    made = ranking.provenance
    lines = [f"- {for_markdown(note)}" for note in notes_of(ranking)]
    if ranking.weights:
        lines.insert(0, f"- Score, 0 to 100: {for_markdown(weights_words(ranking.weights))}.")
    lines.append(
        f"- Made by influence {for_markdown(made.version)} {as_of_words(made)}, "
        f"settings {for_markdown(made.settings_hash)}, seed {made.seed}."
    )
    return lines
