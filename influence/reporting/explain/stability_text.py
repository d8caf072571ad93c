"""How much a list depends on the weights, as a table for people and as JSON."""

from __future__ import annotations

from influence.ranking.stability import SURE, Stability
from influence.reporting.ranking.words import heading, weights_words
from influence.writing.data_text import json_text
from influence.writing.grid import grid
from influence.writing.plain import counted, listed, percent


def stability_table(result: Stability, width: int | None = None) -> str:
    """Picks with the share of drawn weights that keep them, and the signals they cannot do without."""
    rows = [
        [str(pick.rank), pick.handle, percent(pick.share_in_top), f"{pick.rank_low}-{pick.rank_high}",
         ", ".join(heading(name).lower() for name in pick.depends_on)]
        for pick in result.picks
    ]  # fmt: skip
    head = ["#", "Account", f"In top {len(result.picks)}", "Ranks (90%)", "Not without"]
    return f"{verdict_of(result)}\n\n{grid(head, rows, width=width)}\n" + "".join(
        f"{line}\n" for line in _footer(result)
    )


def verdict_of(result: Stability) -> str:
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
            "verdict": verdict_of(result),
            "weights": result.weights,
            "spread": result.spread,
            "n_draws": result.n_draws,
            "n_candidates": result.n_candidates,
            "overlap_without": result.overlap_without,
            "waiting": [{"handle": handle, "share_in_top": share} for handle, share in result.waiting],
            "rows": [
                {name: getattr(pick, name) for name in (*pick.__dataclass_fields__, "stable")}
                for pick in result.picks
            ],
        }
    )
