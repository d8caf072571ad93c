"""A backtest, what hangs on the weights, and what was learned: as text for people and as JSON."""

from __future__ import annotations

from collections.abc import Sequence

from influence.ranking.backtest import Backtest, MethodComparison, verdict_of
from influence.ranking.learn import OWN_SCALES, Learned, column_shares
from influence.ranking.marks import Mark
from influence.ranking.measures import MEASURES
from influence.ranking.records import Records
from influence.ranking.stability import SURE, Stability
from influence.reporting.ranking.words import heading, weights_words
from influence.writing.book import Sheet, sheet_of
from influence.writing.data_text import json_text, named
from influence.writing.grid import grid
from influence.writing.plain import counted, listed, percent, whole

HEADINGS = {"ndcg_at_10": "nDCG@10", "precision_at_10": "P@10", "spearman": "Spearman", "kendall": "Kendall"}


def backtest_table(result: Backtest, width: int | None = None) -> str:
    """One table a cut, then the verdict, and what could not be compared."""
    label = result.question.keywords or "all accounts"
    parts = []
    for cut in dict.fromkeys(row.cut for row in result.rows):
        rows = [row for row in result.rows if row.cut == cut]
        title = (
            f"{label}: ranked as of {cut}, marked by later {result.outcome} of {rows[0].n_with_outcome:,} "
            f"of {rows[0].n_candidates:,} accounts"
        )
        cells = [[row.method, *(_between(*row.marks[name]) for name in MEASURES)] for row in rows]
        body = grid(["Method", *HEADINGS.values()], cells, width=width)
        parts.append(f"{title}\n\n{body}")
    parts.append(verdict_of(result) + "\n")
    notes = [f"Not compared: {method} ({why})." for method, why in result.skipped.items()] + list(
        result.notes
    )
    return "\n".join([*parts, "".join(f"{note}\n" for note in notes)] if notes else parts)


def _between(value: float, low: float, high: float) -> str:
    return "unknown" if value != value else f"{value:.3f} [{low:.3f}, {high:.3f}]"


def backtest_json(result: Backtest) -> str:
    """``rows`` (one a method and cut), ``comparisons``, ``verdict``, ``skipped``, ``notes``."""
    return json_text(
        {
            "niche": result.question.keywords,
            "goal": result.question.goal,
            "outcome": result.outcome,
            "settings_hash": result.question.hash(),
            "rows": [row.to_dict() for row in result.rows],
            "comparisons": _comparisons(result.comparisons),
            "comparisons_spearman": _comparisons(result.whole),
            "verdict": verdict_of(result),
            **named(result, "skipped", "notes"),
        }
    )


def _comparisons(found: Sequence[MethodComparison]) -> list[dict[str, object]]:
    return [{**vars(one), "verdict": one.verdict} for one in found]


def learned_verdict(result: Learned) -> str:
    """Whether the learned weights are worth more than the preset, and no more than the data show."""
    gain = result.gain["preset"]
    if gain.low > 0:
        first = f"The learned weights tell people never seen apart better than the preset: {_gain(gain)}."
    elif gain.high < 0:
        first = f"The learned weights do worse than the preset on people never seen: {_gain(gain)}. Keep the preset."
    else:
        first = f"These pairs do not show that the learned weights are better than the preset: {_gain(gain)}."
    rest = (
        _scale_words(result.gain[OWN_SCALES]),
        _profile_words(result.profile_gain),
        _record_words(result.records),
    )
    return " ".join([first, *filter(None, rest)])


def _record_words(records: Records | None) -> str:
    """What the own record of people adds who were compared before; nothing where hardly anybody was."""
    if records is None:
        return ""
    of_them = f"Of people compared before ({whole(records.n_tested)} pairs held back)"
    told = f"AUC {_mark(records.figures)} by figures, {_gain(records.gain)} with their own record"
    used = "which chances use" if records.used else "which is not shown to be better and not used"
    return f"{of_them}: {told}, {used}."


def _scale_words(behind: Mark) -> str:
    """Whether scales of its own (each part bent at its thirds) are worth more than those declared."""
    ahead = Mark(-behind.value, -behind.high, -behind.low)
    if ahead.low > 0:
        return f"Scales of its own tell more than those declared, {_gain(ahead)}, and are used for chances."
    return f"Scales of its own are not shown to be better: {_gain(ahead)}."


def _profile_words(gain: Mark) -> str:
    if gain.low > 0:
        return f"Of that a profile, which weighs signals only, keeps {_gain(gain)}."
    return f"A profile, which weighs signals only, is not shown to be better than the preset: {_gain(gain)}."


def _gain(mark: Mark) -> str:
    return f"AUC {mark.value:+.3f} [{mark.low:+.3f}, {mark.high:+.3f}]"


def learned_text(result: Learned, width: int | None = None) -> str:
    """Verdict, AUC by method, and what the learned score is made of."""
    marks = [
        [name, _mark(mark), "" if name == "learned" else _mark(result.gain[name], "+")]
        for name, mark in result.auc.items()
    ]
    shares = [[name if name.startswith("log ") else heading(name), f"{share:+.0%}"]
              for name, share in column_shares(result.model, result.features)]  # fmt: skip
    weights = [[heading(name), f"{weight:.1f}%"] for name, weight in result.profile_weights.items()]
    parts = [
        learned_verdict(result) + "\n",
        f"From {whole(result.n_pairs)} pairs ({result.source}) of {whole(result.n_people)} accounts; "
        f"{whole(result.n_tested)} pairs tested on accounts that were in no training pair.\n",
        grid(["Method", "AUC (95%)", "Learned is ahead by"], marks, width=width),
        grid(["Learned score: part", "Share"], shares, width=width),
        grid(["Profile: signal", "Weight"], weights, width=width),
        *(f"{note}\n" for note in result.notes),
    ]
    return "\n".join(parts)


def _mark(mark: Mark, sign: str = "") -> str:
    return f"{mark.value:{sign}.3f} [{mark.low:{sign}.3f}, {mark.high:{sign}.3f}]"


def learned_json(result: Learned) -> str:
    """``verdict``, ``auc``, ``gain``, weights of the model and of the profile."""
    return json_text(
        {
            "verdict": learned_verdict(result),
            "source": result.source,
            "goal": result.question.goal,
            "settings_hash": result.question.hash(),
            **named(result, "n_pairs", "n_tested", "n_people", "auc", "gain", "profile_gain"),
            "compared_before": named(result.records, *COMPARED) if result.records else None,
            "weights": dict(zip(result.model.names, result.model.weights.tolist(), strict=True)),
            "shares": dict(column_shares(result.model, result.features)),
            "penalty": result.model.penalty,
            **named(result, "profile_weights", "notes"),
        }
    )


COMPARED = ("figures", "own", "gain", "n_tested", "used")
"""What is told of the own record of people who were compared before."""


def learned_profile(result: Learned) -> str:
    """A TOML profile with the weights of the signals, what they are worth written above them."""
    from influence.settings import Profile, dump_profile

    profile = Profile(goal=result.question.goal, weights=result.profile_weights)
    about = [
        f"Learned from {result.n_pairs} pairs ({result.source}) of {result.n_people} accounts.",
        f"On accounts never seen, over the preset: {_gain(result.profile_gain)}.",
    ]
    return "".join(f"# {line}\n" for line in about) + dump_profile(profile)


def stability_table(result: Stability, width: int | None = None) -> str:
    """Picks with the share of drawn weights that keep them, and the signals they cannot do without."""
    rows = [
        [str(pick.rank), pick.handle, percent(pick.share_in_top), f"{pick.rank_low}-{pick.rank_high}",
         ", ".join(heading(name).lower() for name in pick.depends_on)]
        for pick in result.picks
    ]  # fmt: skip
    head = ["#", "Account", f"In top {len(result.picks)}", "Ranks (90%)", "Not without"]
    return f"{stability_verdict(result)}\n\n{grid(head, rows, width=width)}\n" + "".join(
        f"{line}\n" for line in _footer(result)
    )


def stability_verdict(result: Stability) -> str:
    """How many picks stay whatever the weights, in one sentence."""
    n, stable = len(result.picks), sum(pick.stable for pick in result.picks)
    if stable == n:
        return f"None of the {counted(n, 'pick')} depends on a choice of weight."
    loose = sum(pick.share_in_top < SURE for pick in result.picks)
    lost = sum(bool(pick.depends_on) for pick in result.picks)
    return (
        f"{n - stable} of {counted(n, 'pick')} depend on a choice of weight: {loose} leave the list under more than "
        f"{percent(1 - SURE)} of the weights tried, {lost} when one signal is left out."
    )


def _footer(result: Stability) -> list[str]:
    lines = [
        f"In top {len(result.picks)}: under what share of the weights tried it stays on the list. Ranks (90%): the "
        "places it takes under nine in ten of them. Not without: left out, this signal takes it off the list.",
        f"Weights asked for: {weights_words(result.weights)}; {result.n_draws:,} others drawn around them "
        f"(spread {result.spread:g}).",
    ]
    if result.overlap_without:
        kept = [f"{heading(name).lower()} {percent(share)}" for name, share in result.overlap_without.items()]
        lines.append(f"Of the list remains without: {listed(kept)}.")
    if result.waiting:
        near = [f"{handle} ({percent(share)})" for handle, share in result.waiting]
        lines.append(f"Outside the list, brought in by other weights most often: {listed(near)}.")
    return lines


def stability_json(result: Stability) -> str:
    """``verdict``, ``rows`` (one a pick), weights, what remains without each signal, and who waits."""
    return json_text(
        {
            "niche": result.question.keywords,
            "goal": result.question.goal,
            "settings_hash": result.question.hash(),
            "verdict": stability_verdict(result),
            **named(result, "weights", "spread", "n_draws", "n_candidates", "overlap_without"),
            "waiting": [{"handle": handle, "share_in_top": share} for handle, share in result.waiting],
            "rows": [{**vars(pick), "stable": pick.stable} for pick in result.picks],
        }
    )


def stability_sheets(found: Stability) -> list[Sheet]:
    """One row a pick."""
    return [
        sheet_of("Picks", [{**vars(pick), "stable": pick.stable} for pick in found.picks], ["rank", "handle"])
    ]


def backtest_sheets(found: Backtest) -> list[Sheet]:
    """One row a method and cut; and how far the ranking is ahead of each."""
    measured = (("ndcg_at_10", found.comparisons), ("spearman", found.whole))
    ahead = [
        {**vars(one), "verdict": one.verdict, "measure": name} for name, rows in measured for one in rows
    ]
    return [
        sheet_of("Backtest", [row.to_dict() for row in found.rows], ["method", "cut"]),
        sheet_of("Ahead", ahead, ["method", "difference", "low", "high", "verdict"]),
    ]
