"""A ranking as a table in memory: one row an account, plain columns, nullable whole numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from influence.ranking.results import Ranking
from influence.reporting.columns import Column, account_columns, cell
from influence.reporting.reasons import with_reasons

if TYPE_CHECKING:
    import pandas as pd

_DTYPES = {"count": "Int64", "score": "float64", "figure": "float64"}


def ranking_frame(ranking: Ranking, added: tuple[Column, ...] = ()) -> pd.DataFrame:
    """One row an account, best first.

    Parameters
    ----------
    ranking : Ranking
    added : tuple of Column
        Further columns, put last.

    Returns
    -------
    DataFrame, shape (n_rows, n_columns)
        ``rank, account_id, handle, name, score``, then ``points_*`` (they add up to ``score``),
        ``value_*`` in natural units, ``support_*``, followers, posts and the rest. Unknown is ``<NA>`` in
        counts and text, NaN in figures.
    """
    import pandas as pd

    ranking = with_reasons(ranking)
    columns = (*account_columns(ranking), *added)
    return pd.DataFrame(
        {
            column.key: pd.array(
                [cell(column, row) for row in ranking.rows], dtype=_DTYPES.get(column.kind, "string")
            )
            for column in columns
        }
    )
