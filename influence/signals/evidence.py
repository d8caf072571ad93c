"""Everything the signals of one question stand on: the material, the niche, and who belongs to its audience."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from influence.errors import NicheError
from influence.graph.ties import HALF_LIFE_DAYS
from influence.signals.activity import still_active
from influence.signals.audience import NicheAudience, niche_audience
from influence.signals.closeness import closeness_to
from influence.signals.listed import may_be_ranked
from influence.signals.material import Material
from influence.signals.quality.humans import real_people
from influence.signals.reading import Posts
from influence.signals.shrinkage import decay
from influence.signals.subsets import of_some
from influence.text.niche import Niche
from influence.text.notes import FAINT

if TYPE_CHECKING:
    import pandas as pd

    from influence.store.base import Store
    from influence.text.relevance import Relevance

ALIKE = 1e-9
"""Memberships nearer to each other than this differ by rounding alone."""

T = TypeVar("T")


class Evidence:
    """What is known about the candidates of one niche.

    Parameters
    ----------
    material : Material
        The workspace as of a day.
    niche : Niche
        May be empty: then everything counts as the niche, and niche_fit is unknown.
    pool : ndarray of int, shape (n_candidates,)
        Positions of the candidates in ``material.account_ids``, ascending.
    brand : str or None
        For the signals about a brand.
    aliases, rivals : tuple of str
        Other names of the brand, and other brands.
    """

    def __init__(
        self,
        material: Material,
        niche: Niche,
        pool: np.ndarray,
        brand: str | None = None,
        aliases: tuple[str, ...] = (),
        rivals: tuple[str, ...] = (),
    ) -> None:
        self.material = material
        self.niche = niche
        self.pool = self.learned_of = pool
        self.brand = brand
        self.aliases = aliases
        self.rivals = rivals
        self.half_life_days = HALF_LIFE_DAYS
        self._once: dict[str, Any] = {}

    def among(self, pool: np.ndarray) -> Evidence:
        """The same evidence about other candidates; what does not depend on them is not worked out again.

        `learned_of` stays who it was: what is usual is no matter of who is left.
        """
        other = Evidence(self.material, self.niche, pool, self.brand, self.aliases, self.rivals)
        for name in vars(self).keys() & _OF_THE_NICHE:
            setattr(other, name, getattr(self, name))
        return other

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What `make` returns, made when first asked for `name`: for what the niche decides, whoever is ranked."""
        if name not in self._once:
            self._once[name] = make()
        found: T = self._once[name]
        return found

    @property
    def store(self) -> Store:
        """The engine, for signals that ask their own SQL."""
        return self.material.store

    @property
    def reference_day(self) -> int:
        """Day from which ages count."""
        return self.material.reference_day

    @property
    def n_candidates(self) -> int:
        """How many are ranked."""
        return len(self.pool)

    def of_all(self, name: str, make: Callable[[Evidence], T]) -> T:
        """What `make` tells of everybody, of the candidates: kept once, whatever the niche and whoever is ranked.

        `make` gives an array of shape (n_accounts,), or a dict of such arrays or dicts.
        """
        everybody = np.arange(len(self.material.account_ids), dtype=np.int32)
        found = self.material.kept(name, lambda: make(Evidence(self.material, Niche(), everybody)))
        mine: T = of_some(found, self.pool)
        return mine

    def of_listed(self, name: str, make: Callable[[Evidence], T]) -> T:
        """The same, judged among all who may be ranked: a filter leaves accounts out and changes no figure of the rest.

        What is no array, `make` tells of all of them. Candidates that no list would hold are judged beside these.
        """
        listed, at, others = self._listed

        def made() -> T:
            return make(Evidence(self.material, Niche(), listed))

        found = made() if others else self.material.kept(name, made)
        return found if len(at) == len(listed) else of_some(found, at)

    @cached_property
    def _listed(self) -> tuple[np.ndarray, np.ndarray, bool]:
        """Positions of all who may be ranked, places of the candidates among them, and are some of these others?"""
        may = may_be_ranked(self.material)
        others = not may[self.pool].all()
        if others:
            may = may.copy()
            may[self.pool] = True
        return np.flatnonzero(may).astype(np.int32), np.cumsum(may)[self.pool] - 1, others

    def column(self, name: str) -> np.ndarray:
        """A column of `Material.columns` for the candidates: numbers with NaN, text with None, flags -1, 0 or 1."""
        return np.asarray(self.material.column(name)[self.pool])

    @property
    def platform(self) -> np.ndarray:
        """A number for the platform of each candidate."""
        names = self.material.column("platform")
        codes = self.material.once("platforms", lambda: np.unique(names.astype(str), return_inverse=True)[1])
        return np.asarray(codes[self.pool])

    @cached_property
    def candidates(self) -> pd.DataFrame:
        """Rows of the candidates, ordered by `account_id`."""
        return self.material.accounts.iloc[self.pool].reset_index(drop=True)

    @property
    def posts(self) -> Posts:
        """Visible posts of everybody."""
        return self.material.posts

    @cached_property
    def post_weight(self) -> np.ndarray:
        """Recency of each post: 1 new, 0.5 after a half-life."""
        half_life = self.half_life_days
        return self.material.kept(f"recency-{half_life}", lambda: decay(self.posts.age_days, half_life))

    @property
    def n_posts(self) -> np.ndarray:
        """Posts of each candidate."""
        return self._counted["all"]

    @property
    def n_dated(self) -> np.ndarray:
        """Those with a date."""
        return self._counted["dated"]

    @property
    def n_recent(self) -> np.ndarray:
        """Posts of each candidate, each by its recency."""
        return self._counted["recent"]

    @property
    def n_in_communities(self) -> np.ndarray:
        """Those that reached a community."""
        return self._counted["in_communities"]

    @cached_property
    def _counted(self) -> dict[str, np.ndarray]:
        def counted(all: Evidence) -> dict[str, np.ndarray]:
            posts, recent = all.posts, all.post_weight
            counts = {"all": np.ones(len(posts)), "dated": np.isfinite(posts.age_days), "recent": recent}
            counts["in_communities"] = posts.community >= 0
            return {name: all.per_account(each) for name, each in counts.items()}

        return self.of_all("posts-of-accounts", counted)

    @cached_property
    def examples(self) -> np.ndarray:
        """Positions of the example accounts; those the data do not know are an error."""
        where = self.material.positions(list(self.niche.like))
        if (where < 0).any():
            missing = [name for name, at in zip(self.niche.like, where, strict=True) if at < 0]
            raise NicheError(
                "an example account is not in the data as of this day",
                seen=", ".join(missing[:5]),
                hint="see `influence describe`, or leave it out of --like",
            )
        return where

    @cached_property
    def relevance(self) -> Relevance | None:
        """Text relevance; None when there is no niche or no text, or no text knows the niche's words."""
        from influence.text.relevance import niche_relevance

        if not self.niche or self.material.text.n_docs == 0:
            return None
        try:
            found = niche_relevance(self.material.text, self.niche, as_of_day=self.material.cut)
        except NicheError:
            if self.niche.like:
                return None
            raise
        if not self.niche.model:
            return found
        from influence.text.encoder import reread

        return reread(found, self.niche, self.store)

    @cached_property
    def post_relevance(self) -> np.ndarray:
        """How surely each post is about the niche, 0-1, shape (n_posts,); without a niche every post is."""
        if not self.niche:
            return np.ones(len(self.posts))
        score = np.zeros(len(self.posts))
        if self.relevance is not None:
            at, _ = self.material.text_places
            score[at >= 0] = self.relevance.post_score[at[at >= 0]]
        return score

    @cached_property
    def text_fit(self) -> np.ndarray:
        """Fit of every account's texts, 0-1, shape (n_accounts,); NaN without text."""
        return self._text("account_fit")

    @cached_property
    def text_support(self) -> np.ndarray:
        """Texts behind `text_fit`, shape (n_accounts,)."""
        return np.asarray(np.nan_to_num(self._text("account_support")))

    @cached_property
    def text_words(self) -> np.ndarray:
        """Words of these texts, shape (n_accounts,)."""
        return np.asarray(np.nan_to_num(self._text("account_words")))

    def _text(self, field: str) -> np.ndarray:
        values = np.full(len(self.material.account_ids), np.nan)
        if self.relevance is not None:
            _, at = self.material.text_places
            values[at[at >= 0]] = getattr(self.relevance, field)[at >= 0]
        return values

    @cached_property
    def example_fit(self) -> np.ndarray:
        """Closeness to the examples through shared audiences, 0-1, NaN without any; shape (n_accounts,).

        See `influence.signals.closeness`.
        """
        n = len(self.material.account_ids)
        if not self.niche.like or self.material.graph.audience.nnz == 0:
            return np.full(n, np.nan)
        import pandas as pd

        graph = self.material.graph
        at = pd.Index(graph.id_array.to_pandas()).get_indexer(pd.Index(self.material.account_ids))
        examples, known = at[self.examples], at >= 0
        fit = np.full(n, np.nan)
        if (examples >= 0).any():
            told = self.material.n_following
            following = None if told is None else told[self.material.positions(graph.ids.tolist())]
            fit[known] = closeness_to(graph, examples[examples >= 0], at[known], following)
        return fit

    def niche_is_readable(self) -> bool:
        """Does anything in the data say who is near the niche: texts, or ties that lead to the examples?

        A bare name is no text that accounts could be compared by.
        """
        words = bool(self.niche.keywords or self.niche.brief) or bool(self.text_support[self.examples].any())
        return (self.relevance is not None and words) or bool(np.isfinite(self.example_fit).any())

    @cached_property
    def account_relevance(self) -> np.ndarray:
        """What following an account says about the follower: the better of text and closeness to examples."""
        relevance = np.fmax(self.text_fit, np.where(self.example_fit > 0.5, 2 * self.example_fit - 1, 0.0))
        if self.niche.like:
            relevance[self.examples] = 1.0
        return relevance if self.niche else np.ones(len(relevance))

    @property
    def in_communities(self) -> bool:
        """Is a niche asked for, and do posts reach communities of which some are the niche's?"""
        return bool(self.niche and (self.posts.community >= 0).any() and self.audience.community.any())

    @cached_property
    def audience(self) -> NicheAudience:
        """Membership of everyone who pays attention, as far as it is a person; without a niche every person is one."""
        n, n_communities = len(self.material.account_ids), len(self.material.community_names)
        found = NicheAudience(np.ones(n_communities), np.ones(n), np.ones(n))
        if self.niche:
            found = niche_audience(
                self.post_relevance,
                self.account_relevance,
                self.posts.community,
                n_communities,
                self.material.reaction_matrices[0],
                self.material.attention_to_accounts,
                self.spoken_of,
            )
        return replace(found, person=found.person * real_people(self.material))

    @property
    def audience_tells(self) -> bool:
        """Is anybody known to be of the niche? Where nobody is, nobody can be counted."""
        return bool(self.audience.person.any() or self.audience.community.any())

    @property
    def audience_differs(self) -> bool:
        """Is anybody more devoted to the niche than others? Where all are alike, who listens says nothing of fit."""
        attends = self.audience.person[self.audience.attention > 0]
        return any(np.ptp(told) > ALIKE for told in (attends, self.audience.community) if len(told))

    @cached_property
    def spoken_of(self) -> float:
        """How clearly anybody speaks of the niche, 0-1; examples stand for themselves."""
        if self.relevance is None or self.niche.like:
            return 1.0
        return min(1.0, float(self.relevance.post_score.max(initial=0.0)) / FAINT)

    @cached_property
    def post_membership(self) -> np.ndarray:
        """How much of the niche each post reached: membership of its community, or of those who reacted to it.

        Shape (n_posts,), 0-1; NaN where nobody is known to have seen the post.
        """
        to_posts, _ = self.material.reaction_matrices
        weight = self.material.kept("attention-to-posts", lambda: np.asarray(to_posts.sum(axis=0)).ravel())
        with np.errstate(invalid="ignore", divide="ignore"):
            readers = np.where(weight > 0, (to_posts.T @ self.audience.person) / weight, np.nan)
        if not len(self.audience.community):
            return readers
        return np.asarray(np.fmax(np.append(self.audience.community, np.nan)[self.posts.community], readers))

    @cached_property
    def days_silent(self) -> np.ndarray:
        """Days since each candidate's latest dated post; NaN without one."""
        return self.of_all("days-silent", lambda all: all._extreme_age(np.minimum, np.inf))

    @cached_property
    def days_since_first_post(self) -> np.ndarray:
        """Days since each candidate's earliest dated post; NaN without one."""
        return self.of_all("days-since-first-post", lambda all: all._extreme_age(np.maximum, -np.inf))

    @cached_property
    def alive(self) -> np.ndarray:
        """Chance that each candidate posts again, from how often it did and how long it has been silent."""

        def active(all: Evidence) -> np.ndarray:
            return still_active(all.n_dated, np.nan_to_num(all.days_since_first_post), all.days_silent)

        return self.of_listed("still-active", active)

    def _extreme_age(self, pick: np.ufunc, start: float) -> np.ndarray:
        ages = np.full(len(self.material.account_ids), start)
        dated = np.isfinite(self.posts.age_days)
        pick.at(ages, self.posts.account[dated], self.posts.age_days[dated])
        return np.asarray(np.where(np.isfinite(ages), ages, np.nan)[self.pool])

    def per_account(self, per_post: np.ndarray) -> np.ndarray:
        """Sum a per-post figure over the posts of each candidate."""
        return np.asarray(self.summed(per_post)[self.pool])

    def summed(self, per_post: np.ndarray) -> np.ndarray:
        """The same of everybody, shape (n_accounts,); most figures of a niche are 0 of most posts."""
        told = np.flatnonzero(per_post)
        n = len(self.material.account_ids)
        return np.bincount(self.posts.account[told], per_post[told], minlength=n)

    def of_niche(self, name: str, make: Callable[[], np.ndarray]) -> np.ndarray:
        """What `make` gives of everybody, of the candidates: made once a niche, whoever is ranked."""
        return np.asarray(self.once(name, make)[self.pool])

    def unknown(self) -> np.ndarray:
        """NaN for every candidate."""
        return np.full(self.n_candidates, np.nan)


_OF_THE_NICHE = (
    "_once", "learned_of", "examples", "relevance", "post_weight", "post_relevance", "text_fit", "text_support",
    "text_words", "example_fit", "account_relevance", "audience", "spoken_of", "post_membership",
)  # fmt: skip
"""What an evidence has worked out for everybody, whoever is ranked."""
