"""The words of every table and file: headings, titles, notes, provenance; reasons are in `reasons`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import PurePath

from influence.ranking.naming import filter_words, niche_words, says, signal_words
from influence.ranking.results import Provenance, RankedAccount, Ranking
from influence.text.notes import NOBODY
from influence.writing.plain import as_date, counted, listed, long_day, ordinal, percent, whole
from influence.writing.safe import one_line

NARROW: Mapping[str, str] = {
    "peer_engagement": "Reac- tions", "reach": "Reach", "momentum": "Acti- vity", "advocacy": "Advo- cacy",
    "audience_quality": "Audi- ence", "independence": "Inde- pend.",
}  # fmt: skip
"""Signal -> the heading of a narrow column, where it is another than its name."""
MOST_NAMED = 30
"""Rows of a list up to which those are named whom nothing ties to the niche."""


def heading(signal: str, *, narrow: bool = False) -> str:
    """What a column about `signal` is called where people read it."""
    return (NARROW.get(signal) if narrow else None) or signal_words(signal)


def as_of_words(provenance: Provenance) -> str:
    """The day of a result: ``as of 1 July 2012``; data without any date have none."""
    if provenance.data_until is None:
        return "from data without dates"
    return f"as of {long_day(provenance.as_of)}"


def title_of(ranking: Ranking, n_rows: int | None = None) -> str:
    """One line over a list: niche, how many of how many, as of when."""
    n = len(ranking.rows) if n_rows is None else n_rows
    nearest = "nobody clearly speaks of it; the nearest" if is_unspoken(ranking) else "top"
    shown = f"{nearest} {whole(n)} of {counted(ranking.n_candidates, 'account')}"
    made_up = " (synthetic data)" if is_synthetic(ranking) else ""
    asked = any(ranking.provenance.settings.get(name) for name in ("keywords", "brief", "like"))
    subject = "for everyone (the niche could not be read)" if asked and not ranking.niche else None
    return f"{subject or niche_words(ranking.niche)}: {shown}, {as_of_words(ranking.provenance)}{made_up}"


def is_unspoken(ranking: Ranking) -> bool:
    """True where no text clearly speaks of the niche: the list shows who comes nearest, and its title says so."""
    return any(note.startswith(NOBODY) for note in ranking.notes)


def is_synthetic(ranking: Ranking) -> bool:
    """True where accounts come from `influence simulate`, which marks their platform; results must say so."""
    return any(row.account_id.startswith("synthetic") for row in ranking.rows)


def baseline_sentence(row: RankedAccount, baseline: str, n_candidates: int | None = None) -> str:
    """What a ranking by followers (or total likes) would have said of this account."""
    if row.baseline_rank is None:
        return f"A ranking by {baseline} could not place it: its {baseline} are unknown."
    of = f" of {whole(n_candidates)}" if n_candidates else ""
    there, here = ordinal(row.baseline_rank), ordinal(row.rank)
    return f"A ranking by {baseline} would put it {there}{of}; this one puts it {here}."


def notes_of(ranking: Ranking) -> list[str]:
    """What a reader must know before trusting the list: switched off, left out, notes; one sentence each."""
    lines = ["Synthetic data: these accounts do not exist."] if is_synthetic(ranking) else []
    lines += [one_line(note) for note in ranking.notes]
    for signal, why in ranking.switched_off.items():
        lines.append(f"{not_in_score(signal)}: {one_line(why).rstrip('.')}.")
    gone = [f"{counted(n, 'account')} ({one_line(why)})" for why, n in ranking.left_out.items() if n]
    if gone:
        lines.append(f"Left out: {listed(gone)}.")
    lines += [line for line in (silent_note(ranking), uncertainty_note(ranking)) if line]
    overlap = baseline_overlap(ranking)
    if overlap:
        lines.append(overlap)
    if ranking.rows and not has_baseline(ranking):
        lines.append("Neither followers nor likes are known, so there is no plain ranking to compare with.")
    return lines


def silent_note(ranking: Ranking) -> str | None:
    """Whom of a list, but for the long ones, nothing in the data ties to the niche; None where there is nobody."""
    weighs = ranking.weights.get("niche_fit", 0.0) > 0  # what is the same for all gives nobody points
    fits = {row.handle: row.contributions.get("niche_fit") for row in ranking.rows if weighs}
    silent = [handle for handle, fit in fits.items() if fit is not None and fit < 0.05]
    if not silent or len(fits) > MOST_NAMED or is_unspoken(ranking):
        return None
    return f"Nothing in the data ties {listed(silent)} to the niche."


def not_in_score(signal: str) -> str:
    """``Reach in the niche is not in the score``, ``Reactions are not in the score``."""
    return f"{says(heading(signal), 'is', 'are')} not in the score"


def has_baseline(ranking: Ranking) -> bool:
    """True where a ranking by followers (or total likes) can place at least one of the accounts."""
    return any(row.baseline_rank is not None for row in ranking.rows)


def baseline_overlap(ranking: Ranking) -> str | None:
    """How much of the list a ranking by followers (or total likes) would have found; None if unknown."""
    n = len(ranking.rows)
    if n == 0 or n >= ranking.n_candidates or not has_baseline(ranking):
        return None
    same = sum(1 for row in ranking.rows if row.baseline_rank is not None and row.baseline_rank <= n)
    found = whole(same) if same > 1 else "One" if same else "None"
    verb = "are" if same > 1 else "is"
    return f"{found} of these {whole(n)} {verb} also in the top {whole(n)} by {ranking.baseline}."


def rank_range(row: RankedAccount, above: RankedAccount | None = None) -> str:
    """Between which ranks the account might stand: ``3-9``; ``~3-9`` where that overlaps with the account `above`."""
    if row.rank_low is None or row.rank_high is None:
        return "unknown"
    words = f"{row.rank_low}" if row.rank_low == row.rank_high else f"{row.rank_low}-{row.rank_high}"
    return f"~{words}" if above is not None and ranges_overlap(row, above) else words


def ranges_overlap(row: RankedAccount, other: RankedAccount) -> bool:
    """True where two accounts' rank intervals share a place: the data do not settle which of them stands first."""
    ends = (row.rank_low, row.rank_high, other.rank_low, other.rank_high)
    return None not in ends and ends[0] <= ends[3] and ends[2] <= ends[1]  # type: ignore[operator]


def uncertainty_of(ranking: Ranking, name: str, default: float) -> float:
    """``top``, ``level`` or ``n_draws`` of the rank intervals."""
    told = ranking.extra.get("uncertainty")
    return float(told.get(name, default)) if isinstance(told, Mapping) else default


def has_chances(ranking: Ranking) -> bool:
    """True where the chance of a top place tells people something: not everybody has one, and the top is good."""
    drawn = any(row.p_top is not None for row in ranking.rows)
    return drawn and ranking.n_candidates > uncertainty_of(ranking, "top", 30) and not is_unspoken(ranking)


RANGE = "Rank range: between which places it would stand nine times in ten, had single posts been luckier or less lucky"
"""What a range of ranks says, wherever people meet one."""


def uncertainty_note(ranking: Ranking) -> str | None:
    """What the columns of uncertainty mean, and how many accounts cannot be told apart from the first; else None."""
    if not ranking.rows or ranking.rows[0].rank_low is None:
        return None
    first = ranking.rows[0]
    same = sum(ranges_overlap(row, first) for row in ranking.rows)
    n = int(uncertainty_of(ranking, "top", 30))
    chance = f"In top {n} (where there is room for it): the chance of a place among the first {n}. "
    nobody = "Nobody's range overlaps with that of the first."
    among = f"The ranges of {whole(same)} accounts, the first included, overlap with that of the first."
    return (
        f"{RANGE}; ~ says that it overlaps with the row above, so which of the two is first is not sure. "
        f"{chance if has_chances(ranking) else ''}"
        f"{nobody if same == 1 else among}"
    )


def weights_words(weights: Mapping[str, float]) -> str:
    """The score's make-up: ``40% niche fit, 30% reactions``; what rounds to 0% is no part of it."""
    return ", ".join(f"{percent(share)} {heading(name).lower()}" for name, share in counting(weights).items())


def counting(weights: Mapping[str, float]) -> dict[str, float]:
    """Weights of at least half a hundredth, which are not shown as 0%."""
    return {name: share for name, share in weights.items() if share >= 0.005}


def provenance_pairs(provenance: Provenance) -> list[tuple[str, object]]:
    """What must be known to make the result again, as (label, value); days are dates."""
    pairs: list[tuple[str, object]] = [
        ("Made by", f"influence {provenance.version}"),
        ("Workspace", PurePath(provenance.workspace).name),  # a client needs no folder of ours
        ("As of", (as_date(provenance.as_of) or provenance.as_of) if provenance.data_until else None),
        ("Data until", as_date(provenance.data_until) or provenance.data_until),
        ("Settings hash", provenance.settings_hash),
        ("Seed", provenance.seed),
    ]
    pairs += [(f"Rows read: {table}", n) for table, n in provenance.rows_read.items()]
    pairs += [(f"Setting: {name}", _setting(value)) for name, value in provenance.settings.items()]
    return pairs


def _setting(value: object) -> object:
    if value is None or isinstance(value, (bool, int, float, date)):
        return value if not isinstance(value, bool) else ("yes" if value else "no")
    if isinstance(value, Mapping):
        return ", ".join(f"{key}={_setting(item)}" for key, item in value.items())
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(str(_setting(item)) for item in value)
    return str(value)


GRADED_ROWS = 10


def condition_lines(ranking: Ranking) -> list[str]:
    """How the first rows stand to the conditions of the brief, a line each; none where there were none."""
    told = [(row, conditions_words(ranking, row.account_id)) for row in ranking.rows[:GRADED_ROWS]]
    return [f"{one_line(row.handle)}: {words}" for row, words in told if words]


def conditions_words(ranking: Ranking, account_id: str) -> str:
    """How an account stands to the conditions of the brief; empty where there were none."""
    graded = ranking.extra.get("conditions")
    grades = graded.get(account_id) if isinstance(graded, Mapping) else None
    return _graded(grades) if grades else ""


def _graded(grades: list[Mapping[str, str]]) -> str:
    """*all 5 conditions met*, or which are not and what shows it."""
    open_ones = [one for one in grades if one["state"] != "met"]
    told = "; ".join(f"{one['state']}: {one['condition']} ({one_line(one['evidence'])})" for one in open_ones)
    n_met = f"{len(grades) - len(open_ones)} of {len(grades)} conditions met"
    return f"{n_met}; {told}" if told else f"all {counted(len(grades), 'condition')} met"


def holds_words(ranking: Ranking) -> str:
    """``as of 1 July 2012; niche: tea; filters: language en; of 1,203 accounts`` on one line."""
    niche = f"niche: {niche_words(ranking.niche)}" if ranking.niche else "no niche"
    day = as_of_words(ranking.provenance)
    told = [
        day[:1].upper() + day[1:],
        niche,
        filters_words(ranking),
        f"of {counted(ranking.n_candidates, 'account')}",
    ]
    return one_line("; ".join(told))


def filters_words(ranking: Ranking) -> str:
    """Which accounts were left in, see `influence.ranking.naming.filter_words`."""
    return filter_words(ranking.provenance.settings)
