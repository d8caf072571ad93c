"""The columns of a list, declared once: CSV, data frame, workbook and its explanations come from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from influence.ranking.results import RankedAccount, Ranking
from influence.reporting.ranking.words import conditions_words, has_chances, heading, uncertainty_of
from influence.selection.shortlist import Shortlist
from influence.toml_files import shipped
from influence.writing.book import Field
from influence.writing.plain import known


@dataclass(frozen=True)
class ListColumn(Field):
    """A column of a list, and how to get it from a row."""

    get: Callable[[RankedAccount], object] = field(kw_only=True)


def cell(column: ListColumn, row: RankedAccount) -> object:
    """The value of `column` in `row`: None where unknown, whole numbers as int, joined text for tuples."""
    value: Any = column.get(row)
    if not known(value) or value == "":
        return None
    if column.kind == "count":
        return int(value) if float(value).is_integer() else float(value)
    return float(value) if column.kind in ("score", "figure") else str(value)


def signals_of(ranking: Ranking) -> tuple[str, ...]:
    """Signals in the score, in the order of the weights; those of the rows where no weights are told."""
    if ranking.weights:
        return tuple(ranking.weights)
    return tuple(dict.fromkeys(name for row in ranking.rows for name in row.contributions))


def measured_of(ranking: Ranking) -> tuple[str, ...]:
    """Signals with values in the rows, those of the score first; one without weight is still measured."""
    names = [*signals_of(ranking), *(name for row in ranking.rows for name in row.values)]
    return tuple(dict.fromkeys(names))


def account_columns(ranking: Ranking) -> tuple[ListColumn, ...]:
    """Columns in the order of JSON: rank to score, points, values, support, counts, then the rest."""
    return (
        *_held("rank", "account_id", "handle", "name", "score"), *points_columns(ranking), *value_columns(ranking),
        *support_columns(ranking), *_held("followers", "posts", "kind", "platform", "url", "likes"),
        baseline_column(ranking), *uncertainty_columns(ranking), *condition_columns(ranking), _OWN["reason"], _NOTES,
    )  # fmt: skip


def people_columns(
    ranking: Ranking, added: Iterable[ListColumn] = (), contact: Iterable[ListColumn] = ()
) -> tuple[ListColumn, ...]:
    """Columns of the first sheet: what a person acts on (who, why, how to reach them, what it costs)."""
    told = (_OWN["followers"], *(column for column in added if column.key == "cost"))
    return (
        _place_column(ranking),
        _OWN["handle"],
        *([_OWN["name"]] if any(row.name not in (None, "", row.handle) for row in ranking.rows) else []),
        _OWN["reason"],
        *contact,
        *(column for column in told if _anything(column, ranking)),
        _OWN["score"],
        *condition_columns(ranking),
        *(column for column in (_NOTES,) if _anything(column, ranking)),
    )


def _place_column(ranking: Ranking) -> ListColumn:
    """Where somebody stands on this list, from 1 on; the rank among all is on the sheet of details."""
    places = {row.account_id: place for place, row in enumerate(ranking.rows, 1)}
    return ListColumn("place", "#", "Place on this list.", "count", 5, get=lambda row: places[row.account_id])


def condition_columns(ranking: Ranking) -> tuple[ListColumn, ...]:
    """How each account stands to the conditions of the brief; none where it had none."""
    meaning = "How many conditions of the brief are met; those not met or not known, with what shows it."
    column = ListColumn("conditions", "Conditions of the brief", meaning, "long", 40,
                        get=lambda row: conditions_words(ranking, row.account_id))  # fmt: skip
    return (column,) if ranking.extra.get("conditions") else ()


def added_columns(picks: Shortlist) -> tuple[ListColumn, ...]:
    """Columns for what each pick of a shortlist added."""
    added = {pick.account.account_id: pick.added for pick in picks.picks}

    return tuple(
        ListColumn(one.key, one.heading, one.meaning, "figure",
                   get=lambda row, key=one.key: added[row.account_id].get(key))  # type: ignore[misc]
        for one in picks.figures
    )  # fmt: skip


def contact_columns(told: Mapping[str, Mapping[str, str]]) -> tuple[ListColumn, ...]:
    """How people are reached and how far the talks are; `told` is what is known of each account."""

    def column(name: str, heading: str, meaning: str, width: float) -> ListColumn:
        return ListColumn(name, heading, meaning, "text", width,
                          get=lambda row: told.get(row.account_id, {}).get(name))  # fmt: skip

    email = column(
        "email", "E-mail", "Address to write to, as imported; check the basis before you write.", 24
    )
    city = column("city", "City", "Town of the account, as imported.", 14)
    country = column("country", "Country", "Country of the account, ISO code.", 9)
    status = ListColumn("status", "Status", "Yours to keep: idea, contacted, replied, agreed or declined.", "text", 11,
                        get=lambda _: "idea")  # fmt: skip
    known_of = [one for one in (email, city, country) if any(one.key in values for values in told.values())]
    return (*known_of, status)


def detail_columns(ranking: Ranking, added: Iterable[ListColumn] = ()) -> tuple[ListColumn, ...]:
    """Columns of the second sheet: how the score is made, how sure it is, beside what, and what a pick added."""
    counts = (_OWN["posts"], *([_OWN["likes"]] if "likes" in ranking.baseline else []))
    return (
        *_held("rank", "handle", "score"),
        *(one for one in uncertainty_columns(ranking) if one.key != "p_top" or has_chances(ranking)),
        baseline_column(ranking),
        *(column for column in counts if _anything(column, ranking)),
        *points_columns(ranking),
        *(column for column in added if column.key != "cost"),
    )


def figure_columns(ranking: Ranking) -> tuple[ListColumn, ...]:
    """The columns of the second sheet: ids, and each signal's value with what it rests on."""
    pairs = zip(value_columns(ranking), support_columns(ranking), strict=True)
    figures = [column for pair in pairs for column in pair]
    return (*_held("rank", "account_id", "handle", "platform", "kind", "likes"), *figures, _OWN["url"])


def points_columns(ranking: Ranking) -> tuple[ListColumn, ...]:
    """Points a signal adds to the score, one column each."""
    means = "Points that {} adds to the score{}. The points of a row add up to its score.".format
    return tuple(
        ListColumn(f"points_{name}", f"{heading(name)} (points)",
                   means(heading(name).lower(), _at_most(ranking.weights.get(name))), "score", 11,
                   get=_item("contributions", name))
        for name in signals_of(ranking)
    )  # fmt: skip


def value_columns(ranking: Ranking) -> tuple[ListColumn, ...]:
    """Each signal's value in its natural unit."""
    return tuple(
        ListColumn(f"value_{name}", f"{heading(name)}: value",
                   f"{question} Measured in {unit or 'its own unit'}; empty where unknown.".strip(), "figure",
                   get=_item("values", name))
        for name, (question, unit) in signal_words(ranking).items()
    )  # fmt: skip


def support_columns(ranking: Ranking) -> tuple[ListColumn, ...]:
    """On how many observations each value rests."""
    return tuple(
        ListColumn(f"support_{name}", f"{heading(name)}: seen",
                   f"How many observations {heading(name).lower()} rests on; the fewer, the less sure it is.", "figure",
                   get=_item("support", name))
        for name in measured_of(ranking)
    )  # fmt: skip


def baseline_column(ranking: Ranking) -> ListColumn:
    """Where a ranking by followers (or total likes) would have put the account."""
    by = ranking.baseline
    meaning = (
        f"Where a plain ranking by {by} would have put the account among all that were ranked; empty where its {by} "
        "are unknown."
    )
    return _own("baseline_rank", f"Rank by {by}", meaning, "count", 10)


def uncertainty_columns(ranking: Ranking) -> tuple[ListColumn, ...]:
    """Between which ranks the account might stand, and its chance of a top place; none where they were not drawn."""
    if not has_intervals(ranking):
        return ()
    level, n = f"{uncertainty_of(ranking, 'level', 0.9) * 100:.0f}%", int(uncertainty_of(ranking, "top", 30))
    sure = f"With {level} certainty it would not stand"
    luck = "had single posts and reactions been luckier or less lucky"
    same = "Accounts whose ranges overlap cannot be told apart for sure."
    return (
        _own("rank_low", "Rank at best", f"{sure} higher, {luck}. {same}", "count", 8),
        _own("rank_high", "Rank at worst", f"{sure} lower, {luck}. {same}", "count", 8),
        _own("p_top", f"Chance of the top {n}", f"How likely (0 to 1) it is among the first {n}, {luck}.", "figure", 9),
    )  # fmt: skip


def has_intervals(ranking: Ranking) -> bool:
    """True where any row says between which ranks it might stand."""
    return any(row.rank_low is not None for row in ranking.rows)


def signal_words(ranking: Ranking) -> Mapping[str, tuple[str, str]]:
    """(question, unit) of each signal, from the declarations; empty words for one not declared."""
    from influence.signals.registry import SIGNALS

    declared = {signal.name: (signal.question, signal.unit) for signal in SIGNALS}
    return {name: declared.get(name, ("", "")) for name in measured_of(ranking)}


def _item(field: str, name: str) -> Callable[[RankedAccount], object]:
    return lambda row: getattr(row, field).get(name)


def _at_most(share: float | None) -> str:
    return "" if share is None else f", at most {share * 100:.1f}".removesuffix(".0")


def _anything(column: ListColumn, ranking: Ranking) -> bool:
    return any(cell(column, row) is not None for row in ranking.rows)


def _own(key: str, heading: str, meaning: str, kind: str, width: float) -> ListColumn:
    """A column of what a row holds under the same name."""
    return ListColumn(key, heading, meaning, kind, width, get=attrgetter(key))


_OWN = {
    key: _own(key, **told) for key, told in shipped("influence.reporting.ranking", "columns.toml").items()
}


def _held(*names: str) -> list[ListColumn]:
    return [_OWN[name] for name in names]


_NOTES = ListColumn("notes", "To bear in mind", "What counts against the account or is not known about it.", "long", 30,
                    get=lambda row: " ".join(row.notes))  # fmt: skip
