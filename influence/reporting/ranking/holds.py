"""What holds for a chart or table: which day, which filters, of how many; said beside each that leaves the house."""

from __future__ import annotations

from influence.ranking.naming import filter_words, niche_words
from influence.ranking.results import Ranking
from influence.reporting.ranking.words import as_of_words
from influence.writing.plain import counted
from influence.writing.safe import one_line


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
