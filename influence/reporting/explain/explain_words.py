"""The sentences of an explanation: one signal, the figures behind it, one post, the peers, what would move it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from influence.ranking.naming import niche_words
from influence.ranking.reasons import reason_of
from influence.reporting.ranking.words import (
    as_of_words,
    baseline_sentence,
    heading,
    is_synthetic,
    is_unspoken,
)
from influence.writing.plain import (
    above,
    counted,
    decimal,
    figure,
    listed,
    long_day,
    ordinal,
    percent,
    rounded_to_sum,
    whole,
)

if TYPE_CHECKING:
    from influence.ranking.explain import EvidencePost, Explanation, SignalLine
    from influence.ranking.moves import Move


def _per_post(noun: str) -> Callable[[float], str]:
    return lambda value: f"{figure(value)} {noun if figure(value) == '1' else noun + 's'} a post"


def _seen(n_people: float) -> str:
    if not n_people:
        return "nobody follows it or reacted to it, in ties that are those of everybody"
    return f"{counted(n_people, 'account')} seen in its audience"


PARTS: Mapping[str, Callable[[float], str]] = {
    "text_fit": lambda value: f"its texts fit the niche {value * 100:.0f} of 100",
    "audience_share": lambda value: f"{percent(value)} of the attention it gets is the niche's",
    "closeness_to_examples": lambda value: f"{above(value, 'all accounts')} in closeness to the examples",
    "applause_rate": _per_post("like"),
    "conversation_rate": _per_post("comment"),
    "amplification_rate": _per_post("share"),
    "niche_people": lambda value: f"counts for {counted(value, 'reader')} wholly devoted to the niche",
    "audience_known": _seen,
    "counts_that_stand_in": lambda _: "nobody was seen following it or reacting, so counts stand in",
    "days_since_last_post": lambda value: f"last post {counted(value, 'day')} earlier",
    "follower_growth_30_days": lambda value: f"followers {math.expm1(value) * 100:+.1f}% in 30 days",
    "engagement_per_post": lambda value: f"{figure(value)} reactions of any kind a post",
    "engagement_rate_by_followers": lambda value: f"engagement rate {percent(value)} by followers",
    "engagement_rate_by_views": lambda value: f"{percent(value)} by views",
    "ratio_to_peers": lambda value: f"{figure(value)} times what is usual for its size",
    "unique_reactors": lambda value: f"{counted(value, 'account')} reacted by name",
    "linking_accounts": lambda value: f"linked from {counted(value, 'account')} within 180 days",
    "niche_share_of_reactions": lambda value: f"{percent(value)} of the named reactions are the niche's",
    "still_active": lambda value: f"posts again with a chance of {percent(value)}",
    "possibly_sponsored_share": lambda value: f"{percent(value)} of its posts are possibly paid for",
    "reaction_to_possibly_sponsored": lambda value: (
        f"these draw {figure(value)} times the reaction to its others"
    ),
}
"""How a figure behind a signal is said; one that is not listed is named as it is."""
FOR_EVERYONE = {
    "niche_people": lambda value: f"counts for {counted(value, 'person', 'people')} who surely see it",
}
"""How it is said where no niche is asked for."""


def standing(explanation: Explanation) -> str:
    """The finding, as a title: ``3rd of 1,234 accounts for vegan recipes, as of 1 July 2012``."""
    ranking = explanation.ranking
    near = "nearest to" if is_unspoken(ranking) else "for"
    subject = f" {near} {niche_words(ranking.niche)}" if ranking.niche else ""
    place = f"{ordinal(explanation.row.rank)} of {counted(explanation.n_candidates, 'account')}"
    subject += ", of which nobody clearly speaks" if is_unspoken(ranking) else ""
    made_up = " (synthetic data)" if is_synthetic(ranking) else ""
    return f"{place}{subject}, {as_of_words(ranking.provenance)}{made_up}"


def summary(explanation: Explanation) -> list[str]:
    """Reason, comparison with the plain ranking and with accounts of its size, and how sure its rank is."""
    row, ranking = explanation.row, explanation.ranking
    lines = [row.reason or reason_of(row, ranking)]
    lines.append(baseline_sentence(row, ranking.baseline, explanation.n_candidates))
    peers = explanation.peers
    share, n = peers.get("score_percentile"), peers.get("n")
    if share is not None and n:
        lines.append(f"It scores {above(share, _peers(explanation))}.")
    return [*lines, *_uncertainty(explanation)]


def signal_sentence(line: SignalLine, explanation: Explanation) -> str:
    """What was measured, on how much, and how that compares; one sentence."""
    if line.value is None:
        return "Unknown: the data do not say."
    said = PARTS if explanation.ranking.niche else {**PARTS, **FOR_EVERYONE}
    parts = [
        said[name](value) if name in said else f"{name.replace('_', ' ')} {figure(value)}"
        for name, value in line.parts.items()
        if not _untold(line.name, name)
    ]
    parts += _no_peers(line)
    seen = f"on {counted(line.support, 'observation')}" if line.support else "on no observation of its own"
    sentence = "; ".join([*parts, _compared(line, explanation)]) if parts else _compared(line, explanation)
    return f"{sentence[0].upper()}{sentence[1:]}; rests {seen}."


def shown_points(explanation: Explanation) -> list[tuple[SignalLine, float | None]]:
    """The signals of the score, each with its points as people read them: they add up to the score."""
    lines = [line for line in explanation.signals if line.max_points > 0]
    points = rounded_to_sum([line.points for line in lines], explanation.row.score)
    return list(zip(lines, points, strict=True))


def outside_score(explanation: Explanation) -> list[tuple[SignalLine, str]]:
    """The signals that bring no points to anybody, each with why."""
    off = explanation.ranking.switched_off
    return [
        (one, off.get(one.name) or "its weight is 0") for one in explanation.signals if one.max_points <= 0
    ]


def post_head(post: EvidencePost) -> str:
    """Day and reactions of a post: ``28 June 2012: 210 likes, 14 comments``."""
    counts = ((post.likes, "like"), (post.comments, "comment"), (post.shares, "share"))
    said = [counted(n, noun) for n, noun in counts if n is not None]
    return f"{long_day(post.day) if post.day else 'No date'}: {', '.join(said) or 'reactions unknown'}"


def terms_sentence(explanation: Explanation) -> str | None:
    """The words that the niche was read as, and why each counts; None where no text was read."""
    reasons: dict[str, list[str]] = {}
    for term, _, why in explanation.terms:
        reasons.setdefault(why, []).append(term)
    said = "; ".join(f"{', '.join(terms)} ({why})" for why, terms in reasons.items())
    return f"The niche was read as these word stems: {said}." if said else None


def doubts(explanation: Explanation) -> list[str]:
    """What counts against the account; says so where there is nothing."""
    return list(explanation.against) or ["Nothing was found in the data; that is not the same as nothing."]


def _untold(signal: str, part: str) -> bool:
    """Figures that are told elsewhere: those of a doubt with it, the number of peers only where there are none."""
    return part == "peers_seen" or (signal == "audience_quality" and part not in PARTS)


def _no_peers(line: SignalLine) -> list[str]:
    if (
        line.name != "peer_engagement"
        or line.parts.get("peers_seen") != 0
        or "ratio_to_peers" not in line.parts
    ):
        return []
    return ["what is usual is a published table's, because too few accounts here are comparable"]


def _compared(line: SignalLine, explanation: Explanation) -> str:
    if line.percentile is None:
        return "nobody to compare with"
    words = above(line.percentile, "all accounts")
    if line.peer_percentile is None:
        return words
    return f"{words}, {above(line.peer_percentile, 'those of its size')}"


def _peers(explanation: Explanation) -> str:
    peers = explanation.peers
    n, nearest = peers["n"], f"nearest to it in {peers.get('by', 'size')}"
    where = f" on {peers['platform']}" if peers.get("platform") else ""
    return f"the {whole(n)} accounts{where} {nearest}" if n != 1 else f"the account {nearest}"


LIKE = {
    "good peer": "a good account of its size (better than 90%)",
    "best": "the best of all",
    "median": "the median account",
}
AT_MOST = 3


def weight_sentence(line: SignalLine) -> str:
    """What a signal weighs, by the goal and by the evidence, and what the next better value would bring."""
    weight = (
        f"Weighs {decimal(line.max_points)} of 100, by the goal alone {decimal(line.asked_points)}: its evidence is "
        f"{percent(line.evidence)} of full."
    )
    move = line.next
    if move is None:
        return f"{weight} Nobody has a better value."
    if round(move.points, 1) == 0:
        return weight
    better = f"{_value(move.value, move.seen)}, the middle of those who have more,"
    return (
        f"{weight} With {better} it would gain {decimal(move.points)} points and stand {ordinal(move.rank)}."
    )


def move_sentences(explanation: Explanation) -> list[str]:
    """The next place and what it takes, then what would bring most, then what would cost most."""
    up = [move for move in explanation.moves if move.points > 0][:AT_MOST]
    down = [move for move in explanation.moves if move.points < 0][:AT_MOST]
    lines = [_target(explanation)] if explanation.target else []
    lines += [f"Up: {_sentence(move, 'gain')}" for move in up]
    return lines + [f"Down: {_sentence(move, 'lose')}" for move in down]


def _target(explanation: Explanation) -> str:
    target = explanation.target
    assert target is not None
    words = f"It is {decimal(target.points)} points short of {ordinal(target.rank)} place"
    ways = [f"{heading(move.signal).lower()} of {_value(move.value, move.seen)}" for move in target.ways]
    if not ways:
        return f"{words}; no single signal could make that up."
    return f"{words}; {listed(ways).replace(' and ', ' or ')} would do."


def _value(value: float, seen: float | None) -> str:
    """A figure with as many digits as tell it from the one that is."""
    if seen is not None and figure(value) == figure(seen) and value != seen:
        digits = max(1, 1 - math.floor(math.log10(abs(value - seen))))
        return f"{value:,.{min(digits, 6)}f}"
    return figure(value)


def _sentence(move: Move, verb: str) -> str:
    there = f"with {heading(move.signal).lower()} like {LIKE[move.like]}"
    seen = "unknown" if move.seen is None else figure(move.seen)
    values = f"({_value(move.value, move.seen)} instead of {seen})"
    points = decimal(abs(move.points))
    return f"{there} {values} it would {verb} {points} points and stand {ordinal(move.rank)}."


def _uncertainty(explanation: Explanation) -> list[str]:
    """Between which ranks it might stand; nothing where no draws were made."""
    low, high = explanation.row.rank_low, explanation.row.rank_high
    if low is None or high is None:
        return []
    between = f"between {ordinal(low)} and {ordinal(high)} of {counted(explanation.n_candidates, 'account')}"
    stand = f"still stand {ordinal(low)}" if low == high else f"stand {between} nine times in ten"
    return [f"Had single posts been luckier or less lucky, it would {stand}."]
