"""Themes of a niche: its telling words that stand together in posts, and which posts are about which."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.sparse as sp

from influence.listening.aspects import LEAST_AUTHORS
from influence.text.index import TextIndex

MOST_WORDS = 400
MOST_COMMON = 1 / 3
"""Share of the niche's posts from which a word names the niche itself and no theme of it."""
LEAST_KEYNESS = 6.63
"""Log-likelihood ratio that chance exceeds once in a hundred words."""
LEAST_POSTS = 5
LEAST_TOGETHER = 3
LEAST_NEARNESS = 0.1
N_NAMED = 3
MOST_READ = 300
"""Posts of a theme that are read for how its words are written."""
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True)
class Themes:
    """Groups of words, and the posts of each.

    Attributes
    ----------
    words : tuple of tuple of str
        Stems of each theme, the most telling first.
    of_post : ndarray of int, shape (n_posts,)
        Theme of each post, -1 for none.
    """

    words: tuple[tuple[str, ...], ...]
    of_post: np.ndarray


def rows_of_posts(index: TextIndex, post_ids: Sequence[str]) -> np.ndarray:
    """Row of each post in the index."""
    posts = np.flatnonzero(~index.is_bio)
    place = pd.Series(posts, index=np.asarray(index.post_ids, dtype=object)[posts])
    return np.asarray(place.loc[list(post_ids)].to_numpy())


def themes_of(index: TextIndex, rows: np.ndarray, ours: np.ndarray, mine: np.ndarray) -> Themes:
    """Which themes do the posts at these rows have?

    Words that tell the niche's voices from other accounts (`keyness`), each in five posts by three of them and in no
    more than a third of all. Two are near by their normalised pointwise mutual information over posts; themes are the
    communities of that graph (modularity). A post is about the theme whose words weigh most in it, by inverse document
    frequency.

    Parameters
    ----------
    rows : ndarray of int, shape (n_posts,)
        Posts that are given a theme.
    ours : ndarray of bool, shape (n_accounts,)
        Voices of the niche, over `index.account_ids`.
    mine : ndarray of bool, shape (n_posts,)
        Posts at `rows` that are those voices' own: from them alone the themes come.

    References
    ----------
    Bouma, Normalized (pointwise) mutual information in collocation extraction, GSCL 2009; Blondel et al. 2008,
    doi:10.1088/1742-5468/2008/10/P10008.
    """
    says = (index.presence[rows] > 0).astype(np.float64).tocsc()
    n_posts, most = says.T @ mine.astype(np.float64), MOST_COMMON * mine.sum()
    told = [at for at in _telling(index, rows[mine], ours) if LEAST_POSTS <= n_posts[at] <= most]
    if not told:
        return Themes((), np.full(len(rows), -1))
    columns = np.array(told[:MOST_WORDS])
    says, n_posts = says[:, columns], n_posts[columns]
    groups = _groups(_nearness(says.tocsr()[mine].tocsc(), n_posts))
    weight = np.log1p(mine.sum() / n_posts)
    of_post = _assigned(says.tocsr(), groups, weight)
    terms = index.terms[columns]
    return Themes(tuple(tuple(str(terms[k]) for k in np.flatnonzero(part)) for part in groups.T), of_post)


def _telling(index: TextIndex, rows: np.ndarray, ours: np.ndarray) -> list[int]:
    """Columns of the words that tell the niche's voices from others, the most telling first."""
    visible = ~index.is_bio & ~ours[index.account_codes]
    visible[rows] = True
    used = (index.account_counts(visible) > 0).astype(np.float64)
    here, there = (np.asarray(used[part].sum(axis=0)).ravel() for part in (ours, ~ours))
    speaks = np.diff(used.indptr) > 0
    return telling(index.terms, here, int((speaks & ours).sum()), there, int((speaks & ~ours).sum()))


def telling(terms: np.ndarray, here: np.ndarray, n_here: int, there: np.ndarray, n_there: int) -> list[int]:
    """Places of the words whose `keyness` chance does not bring, the most telling first; numbers are none."""
    surprise = keyness(here, n_here, there, n_there)
    told = np.flatnonzero((here >= LEAST_AUTHORS) & (surprise > LEAST_KEYNESS))
    return [int(at) for at in told[np.lexsort((told, -surprise[told]))] if not str(terms[at]).isdigit()]


def keyness(here: np.ndarray, n_here: int, there: np.ndarray, n_there: int) -> np.ndarray:
    """How much more usual each word is here than there: the log-likelihood ratio of 2 x 2 counts, negative where less.

    Where nobody is there, every word is as telling as many use it.

    Parameters
    ----------
    here, there : ndarray
        Accounts that use each word, of `n_here` and `n_there`.

    References
    ----------
    Dunning, Accurate methods for the statistics of surprise and coincidence, Computational Linguistics 19 (1993) 61-74.
    """
    from scipy.special import xlogy

    if not n_there:
        return LEAST_KEYNESS + np.asarray(here, dtype=np.float64)
    share, a, b = (here + there) / (n_here + n_there), here / n_here, there / n_there

    def fit(k: np.ndarray, n: int, p: np.ndarray) -> np.ndarray:
        return np.asarray(xlogy(k, p) + xlogy(n - k, 1 - p))

    gain = (
        fit(here, n_here, a) + fit(there, n_there, b) - fit(here, n_here, share) - fit(there, n_there, share)
    )
    return np.asarray(np.sign(a - b) * 2 * gain)


def _nearness(says: sp.csc_array, n_posts: np.ndarray) -> sp.csr_array:
    """Normalised pointwise mutual information of words that stand together often enough, words x words."""
    together = sp.coo_array(sp.triu(says.T @ says, k=1))
    often = together.data >= LEAST_TOGETHER
    a, b, n = together.row[often], together.col[often], together.data[often]
    share = n / says.shape[0]
    near = np.log(n * says.shape[0] / (n_posts[a] * n_posts[b])) / np.maximum(-np.log(share), 1e-9)
    near[near < LEAST_NEARNESS] = 0.0
    found = sp.csr_array((near, (a, b)), shape=(len(n_posts), len(n_posts)))
    found.eliminate_zeros()
    return found


def _groups(near: sp.csr_array) -> np.ndarray:
    """Words x themes, 1 where a word is of a theme; a word alone is none."""
    from influence.graph.stats import communities

    labels = communities(near)
    n_words = np.bincount(labels)
    kept = [label for label in range(len(n_words)) if n_words[label] > 1]
    return np.asarray((labels[:, None] == np.array(kept, dtype=np.int64)[None, :]).astype(np.float64))


def _assigned(says: sp.csr_array, groups: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """The theme that weighs most in each post, the larger on a tie; -1 where no word of any stands."""
    if not groups.shape[1]:
        return np.full(says.shape[0], -1)
    weighs = np.round(np.asarray(says @ (groups * weight[:, None])), 9)
    return np.where(weighs.max(axis=1) > 0, weighs.argmax(axis=1), -1)


def spoken(words: Iterable[str], texts: Sequence[str]) -> dict[str, str]:
    """How texts write each stem most often: ``{"starter": "starters"}``; the stem where they never do."""
    from influence.text.tokens import Tokenizer

    tokenizer, wanted = Tokenizer(), set(words)
    seen: dict[str, Counter[str]] = {word: Counter() for word in wanted}
    for text in texts[:MOST_READ]:
        for written in _WORD.findall(text):
            terms = tokenizer.terms_of_stretch(written)
            if len(terms) == 1 and terms[0] in wanted:
                seen[terms[0]][written.lower()] += 1
    return {
        word: min(uses, key=lambda one, uses=uses: (-uses[one], one)) if uses else word  # type: ignore[misc]
        for word, uses in seen.items()
    }


def enough_voices(accounts: pd.Series) -> bool:
    """Whether a theme is more than one or two people's."""
    return bool(accounts.nunique() >= LEAST_AUTHORS)
