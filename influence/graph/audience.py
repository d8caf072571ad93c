"""`AudienceGraph`: who pays attention to whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import scipy.sparse as sp

from influence.errors import GraphError
from influence.graph import build
from influence.graph.fast import make_solver
from influence.graph.solver import PageRankResult, Solver, check_settings
from influence.writing.atomic import atomic_path
from influence.writing.safe import for_xml

if TYPE_CHECKING:
    import networkx as nx
    import pyarrow as pa

    from influence.store.workspace import Workspace

Teleport = Mapping[Any, float] | Sequence[float] | np.ndarray | None
Normalise = Literal["degree", "global"] | None

PSEUDO_TIES = 3.0
"""Ties of average weight and no preference that are lent to everyone, so that one lucky tie does not win."""

SEED_POWER = 0.5
"""Well connected examples say more about a niche: they count by their strength to this power."""

DAMPING = 0.95
"""Longer walks than PageRank's custom of 0.85: five examples reach a whole side (measured on polblogs)."""


class AudienceGraph:
    """Who pays attention to whom, weighted; immutable by convention.

    Make one with `from_edges`, `from_workspace` or `from_networkx`.

    Parameters
    ----------
    id_array : pyarrow.Array
        Account ids, distinct, sorted ascending: text or int64.
    audience : csr_array, shape (n, n)
        Row i holds who pays attention to account i: sorted int32 columns, non-negative weights.

    Examples
    --------
    >>> graph = AudienceGraph.from_edges(["ann", "bob", "cat"], ["bob", "cat", "bob"])
    >>> list(graph.ids)
    ['ann', 'bob', 'cat']
    >>> graph.pagerank().round(3).tolist()
    [0.05, 0.486, 0.464]
    """

    def __init__(self, id_array: pa.Array, audience: sp.csr_array) -> None:
        self.id_array = id_array
        self.audience = audience

    @classmethod
    def from_edges(cls, source: Any, target: Any, weight: Any = None, ids: Any = None) -> AudienceGraph:
        """Build the graph from ties; repeated ties add up.

        Parameters
        ----------
        source, target : array-like of str or int, shape (n_ties,)
            `source` pays attention, `target` receives it.
        weight : array-like of float, shape (n_ties,), optional
            Finite and at least 0; 1 each when not given.
        ids : array-like of str or int, optional
            All accounts, also those without ties. With it, whole numbers in `source` and `target` are
            positions in `ids` as given, text is looked up. Without it the accounts are those that occur.

        Raises
        ------
        GraphError
            Lengths that differ, a weight that is negative, infinite or NaN, an account out of range or
            unknown.
        """
        if len(source) != len(target):
            raise GraphError("ties must have two ends", seen=f"{len(source)} sources, {len(target)} targets")
        weights = build.check_weights(weight, len(source))
        if ids is None:
            id_array, rows, columns = build.infer_ids(source, target)
        else:
            id_array, moved = build.sorted_ids(ids)
            rows = build.positions_of(source, id_array, moved, "source")
            columns = build.positions_of(target, id_array, moved, "target")
        return cls(id_array, build.audience_matrix(rows, columns, weights, len(id_array)))

    @classmethod
    def from_workspace(
        cls,
        workspace: Workspace,
        *,
        as_of: date | str | None = None,
        half_life_days: float | None = None,
        kind_weights: Mapping[str, float] | None = None,
        all_accounts: bool = True,
        keep: bool = True,
    ) -> AudienceGraph:
        """Build the graph from follows, interactions and the communities of posts.

        Parameters
        ----------
        as_of : date or ISO text, optional
            Only rows of earlier days are visible. Without it everything is. See `influence.graph.ties`.
        half_life_days : float, optional
            180 when not given; ``inf`` never ages.
        kind_weights : mapping, optional
            Changes to `influence.graph.ties.KIND_WEIGHTS`.
        all_accounts : bool
            Accounts without a tie are nodes, too.
        keep : bool
            Keep the graph beside the workspace file, and use the one kept there while the data are the same.
        """
        from influence.graph.kept_graph import GraphSettings, store_parts
        from influence.graph.ties import HALF_LIFE_DAYS, day_of

        half_life = HALF_LIFE_DAYS if half_life_days is None else half_life_days
        settings = GraphSettings(day_of(as_of), half_life, kind_weights, all_accounts)
        return cls(*store_parts(workspace.store, settings, keep))

    @classmethod
    def from_file(
        cls,
        path: str | Path,
        follower: str = "follower_id",
        followee: str = "followee_id",
        weight: str | None = None,
    ) -> AudienceGraph:
        """Build the graph from one CSV or Parquet file of ties, streamed, without a workspace."""
        from influence.graph.kept_graph import file_parts

        return cls(*file_parts(path, follower, followee, weight))

    @classmethod
    def from_networkx(cls, graph: nx.Graph, weight: str | None = "weight") -> AudienceGraph:
        """Take over a networkx graph; an undirected edge becomes two ties. Nodes are named by their text."""
        edges = [
            (str(u), str(v), 1.0 if weight is None else w)
            for u, v, w in graph.edges.data(weight or "weight", 1.0)
        ]
        if not graph.is_directed():
            edges += [(v, u, w) for u, v, w in edges if u != v]
        source, target, weights = zip(*edges, strict=True) if edges else ((), (), ())
        told = np.array(weights, dtype=np.float64)
        return cls.from_edges(source, target, told, [str(node) for node in graph])

    @property
    def n_accounts(self) -> int:
        """Number of accounts."""
        return len(self.id_array)

    @property
    def n_ties(self) -> int:
        """Number of distinct ties."""
        return int(self.audience.nnz)

    @cached_property
    def ids(self) -> np.ndarray:
        """Account ids, sorted ascending, as a numpy array (of Python text, or int64)."""
        return np.asarray(self.id_array.to_numpy(zero_copy_only=False))

    @cached_property
    def attention(self) -> sp.csr_array:
        """CSR matrix, int32 indices: rows pay attention, columns receive it."""
        return sp.csr_array(self.audience.T.tocsr())

    @cached_property
    def solver(self) -> Solver:
        """What PageRank prepares once for the graph."""
        return make_solver(self.audience)

    @cached_property
    def symmetric_solver(self) -> Solver:
        """As `solver`, on ties taken both ways."""
        return make_solver(sp.csr_array(self.audience + self.audience.T.tocsr()))

    @property
    def out_strength(self) -> np.ndarray:
        """Weight of the attention each account pays, shape (n_accounts,), float64."""
        return self.solver.out_strength

    @cached_property
    def in_degree(self) -> np.ndarray:
        """Number of accounts that pay attention to each, shape (n_accounts,)."""
        return np.diff(self.audience.indptr)

    @cached_property
    def out_degree(self) -> np.ndarray:
        """Number of accounts each pays attention to, shape (n_accounts,)."""
        return np.bincount(self.audience.indices, minlength=self.n_accounts)

    def positions(self, ids: Any) -> np.ndarray:
        """Positions of account `ids` (text or Arrow array), int32; GraphError names one that is missing."""
        return build.lookup(build.as_arrow(ids), self.id_array, "ids")

    def audience_of(self, account_id: Any) -> np.ndarray:
        """Positions of the accounts that pay attention to `account_id`, ascending."""
        row = int(self.positions([account_id])[0])
        return np.asarray(self.audience.indices[self.audience.indptr[row] : self.audience.indptr[row + 1]])

    def pagerank(self, teleport: Teleport = None, damping: float = 0.85, tol: float = 1e-8) -> np.ndarray:
        """Where does attention end up that keeps coming back to the niche?

        Parameters
        ----------
        teleport : None, array of shape (n_accounts,) or mapping of id to weight
            The niche: where attention starts over, non-negative. None is everybody alike. Attention that
            reaches an account that pays none starts over there, too, as in networkx.
        damping : float
            Chance of following a tie rather than starting over.
        tol : float
            Bound on the summed absolute error.

        Returns
        -------
        ndarray of float64, shape (n_accounts,)
            Adds up to one.

        Raises
        ------
        GraphError
            A teleport of another shape, negative, not finite, all zero (an empty niche), or unknown ids.
        ConvergenceError

        References
        ----------
        Haveliwala (2003), Topic-sensitive PageRank, doi:10.1109/TKDE.2003.1208999
        """
        return self.pagerank_result(teleport, damping, tol).scores

    def pagerank_result(
        self, teleport: Teleport = None, damping: float = 0.85, tol: float = 1e-8
    ) -> PageRankResult:
        """As `pagerank`, with sweeps and error bound."""
        check_settings(damping, tol)
        return self.solver.solve(teleport_vector(teleport, self.id_array), damping, tol)

    def proximity(
        self,
        seeds: Any,
        *,
        normalise: Normalise = "degree",
        damping: float = DAMPING,
        pseudo_ties: float = PSEUDO_TIES,
        seed_power: float = SEED_POWER,
        tol: float = 1e-8,
    ) -> np.ndarray:
        """How close is each account to the examples, not counting how famous it is?

        With ``p`` the topical PageRank, ``s`` the strength of an account (weight of its ties), ``S`` that of all and
        ``c`` the weight of `pseudo_ties` average ties, the default is the shrunk lift ``(p * S + c) / (s + c)``: how
        many times more often than its strength explains the walk from the examples meets the account.

        Parameters
        ----------
        seeds : sequence of ids, mapping of id to weight, or float array of shape (n_accounts,)
            The example accounts.
        normalise : {"degree", "global"} or None
            Against the strength of the account (Andersen, Chung and Lang 2006, shrunk), against its global PageRank,
            or not at all: the last finds the famous, and the audience segments most like the examples'.
        damping : float
            Chance of walking on rather than starting over at an example.
        pseudo_ties : float
            Strength of the shrinkage, in average ties; for "degree" only.
        seed_power : float
            An example counts by its strength to this power; 0 counts all alike.

        Returns
        -------
        ndarray of float64, shape (n_accounts,)
            Larger is nearer; 0 where no chain of ties leads. With "degree", 1 is what chance gives.

        References
        ----------
        Andersen, Chung and Lang (2006), Local graph partitioning using PageRank vectors, doi:10.1109/FOCS.2006.44
        """
        check_settings(damping, tol)
        if normalise not in ("degree", "global", None):
            raise GraphError("unknown way to normalise", seen=normalise, expected="degree, global or None")
        solver = self.symmetric_solver
        strength = solver.audience.sum(axis=1, dtype=np.float64)
        teleport = weighted_seeds(seed_vector(seeds, self.id_array), strength, seed_power)
        scores = solver.solve(teleport, damping, tol).scores
        if normalise == "degree":
            lift = shrunk_lift(scores, strength, pseudo_ties, solver.audience.nnz)
            return np.where(scores > 0, lift, 0.0)
        if normalise == "global":
            everybody = np.full(self.n_accounts, 1 / self.n_accounts)
            return np.asarray(scores / solver.solve(everybody, damping, tol).scores)
        return scores

    def to_networkx(self) -> nx.DiGraph:
        """A networkx digraph with `weight` on the ties, for an analysis of your own."""
        import networkx as nx

        ids, ties = self.ids.tolist(), self.attention.tocoo()
        ends, weights = (ties.row.tolist(), ties.col.tolist()), ties.data.astype(float).tolist()
        result = nx.DiGraph()
        result.add_nodes_from(ids)
        result.add_weighted_edges_from((ids[r], ids[c], w) for r, c, w in zip(*ends, weights, strict=True))
        return result

    def to_gexf(self, path: str | Path) -> Path:
        """Write GEXF for Gephi; atomic."""
        return write_graph(self.to_networkx(), path, "gexf")

    def to_graphml(self, path: str | Path) -> Path:
        """Write GraphML; atomic."""
        return write_graph(self.to_networkx(), path, "graphml")

    def __repr__(self) -> str:
        return f"AudienceGraph({self.n_accounts:,} accounts, {self.n_ties:,} ties)"


def teleport_vector(teleport: Any, ids: pa.Array) -> np.ndarray:
    """Turn None, an array or a mapping of id to weight into float64 probabilities, shape (n_accounts,)."""
    n = len(ids)
    if n == 0:
        raise GraphError("the graph has no accounts", hint="import follows, interactions or posts first")
    if teleport is None:
        return np.full(n, 1.0 / n)
    if isinstance(teleport, Mapping):
        vector = np.zeros(n)
        if teleport:
            weights = np.fromiter(teleport.values(), dtype=np.float64, count=len(teleport))
            vector[build.lookup(build.as_arrow(list(teleport)), ids, "teleport")] = weights
    else:
        vector = np.asarray(teleport, dtype=np.float64)
    return normalised(vector, n)


def normalised(vector: np.ndarray, n: int) -> np.ndarray:
    """Check a teleport vector and divide it by its sum."""
    if vector.shape != (n,):
        raise GraphError(
            "the teleport has another length than the graph", seen=vector.shape, expected=f"({n},)"
        )
    if not np.isfinite(vector).all() or (vector < 0).any():
        raise GraphError("a teleport weight is negative, infinite or not a number", where="teleport")
    total = vector.sum()
    if not total > 0:
        raise GraphError(
            "the niche is empty: no account carries any weight",
            where="teleport",
            hint="name at least one account, or None for everybody alike",
        )
    return np.asarray(vector / total)


def seed_vector(seeds: Any, ids: pa.Array) -> np.ndarray:
    """As `teleport_vector`, but a sequence of text is a list of example accounts that count alike."""
    if isinstance(seeds, str):
        seeds = [seeds]
    if seeds is None or (hasattr(seeds, "__len__") and len(seeds) == 0):
        raise GraphError("there are no example accounts", where="seeds", hint="name at least one account")
    if isinstance(seeds, Mapping) or (isinstance(seeds, np.ndarray) and seeds.dtype.kind in "fiub"):
        return teleport_vector(seeds, ids)
    vector = np.zeros(len(ids))
    vector[build.lookup(build.as_arrow(seeds), ids, "seeds")] = 1.0
    return normalised(vector, len(ids))


def weighted_seeds(seeds: np.ndarray, strength: np.ndarray, power: float) -> np.ndarray:
    """Count each seed by its strength to `power`; as they are when none has a tie."""
    weighted = seeds * strength**power
    total = weighted.sum()
    return weighted / total if total > 0 else seeds


def shrunk_lift(scores: np.ndarray, strength: np.ndarray, pseudo_ties: float, n_ties: int) -> np.ndarray:
    """``(scores * S + c) / (strength + c)``, ``S`` the sum of `strength`, ``c`` the weight of `pseudo_ties` ties."""
    total = strength.sum()
    lent = pseudo_ties * total / max(n_ties, 1)
    weight = strength + lent
    return np.asarray(np.divide(scores * total + lent, weight, out=np.ones_like(scores), where=weight > 0))


def write_graph(network: nx.DiGraph, path: str | Path, format: Literal["gexf", "graphml"]) -> Path:
    """Write `network` to `path` as a whole, or not at all."""
    import networkx as nx

    writers: dict[str, Callable[..., None]] = {"gexf": nx.write_gexf, "graphml": nx.write_graphml_xml}
    with atomic_path(path) as temporary:
        writers[format](nx.relabel_nodes(network, for_xml), str(temporary))
    return Path(path)
