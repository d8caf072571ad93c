"""independence: is its voice possibly for sale? Never an accusation: an undisclosed gift leaves no trace here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from influence.signals.base import Signal, SignalValues
from influence.signals.shrinkage import shrunk_share
from influence.store.base import gathered
from influence.store.visibility import visible
from influence.text.sentiment.lexicon import words_of

if TYPE_CHECKING:
    import pyarrow as pa

    from influence.signals.evidence import Evidence
    from influence.store.base import Store

PRIOR_POSTS = 8.0
"""Posts that the pool's share of possibly sponsored posts counts for."""
LEAST_FOR_REACTION = 2
"""Posts of either sort needed before reactions to them are compared."""

DISCLOSURE_TAGS = words_of(
    "ad ads advert advertisement advertising advertorial spon sponsored sponsor sponsorship sponsoredpost "
    "sponsoredby paid paidad paidpartnership paidpromotion paidpromo partnership brandpartner "
    "brandambassador ambassador gifted giftedproduct prsample prproduct affiliate affiliatelink "
    "affiliatelinks collab collaboration promo anzeige werbung bezahltewerbung unbezahltewerbung "
    "kooperation gesponsert reklame publi publicite publicité pub sponsorise sponsorisé partenariat "
    "partenariatremunere collaborationcommerciale collabcommerciale produitoffert adv pubblicita "
    "pubblicità sponsorizzato inserzione gifted_by suppliedby publicidad patrocinado patrocinada "
    "colaboracion colaboración colaboracionpagada anuncio publicidade publipost parceriapaga parceria "
    "reklam reklam_ isbirligi işbirliği betaltsamarbete annonse annons betaltpartnerskap samarbeid "
    "samarbete advertentie samenwerking betaaldepartnerschap gesponsord reklama wspolpraca współpraca "
    "wspolpracareklamowa materialsponsorowany sponzorovano spoluprace spolupráce реклама "
    "партнерскийматериал iklan endorse paidpromote 広告 pr タイアップ 협찬 광고 유료광고 広告です 广告 推广"
)
"""Hashtags by which posts in many languages are marked as paid; whole tags only."""

DISCLOSURE_PHRASES = (
    "sponsored by", "in paid partnership", "paid partnership", "paid promotion", "paid advertisement", "this is an ad",
    "in collaboration with", "in partnership with", "gifted by", "was gifted", "pr sample", "affiliate link",
    "contains affiliate links", "advertisement feature", "advertorial", "thanks to our sponsor",
    "bezahlte partnerschaft", "bezahlte werbung", "unbezahlte werbung", "enthält werbung", "in kooperation mit",
    "gesponsert von", "dieser beitrag enthält werbung", "partenariat rémunéré", "collaboration commerciale",
    "sponsorisé par", "en partenariat avec", "produit offert", "publicidad pagada", "colaboración pagada",
    "patrocinado por", "en colaboración con", "parceria paga", "em parceria com", "publicidade paga",
    "in collaborazione con", "contenuto sponsorizzato", "offerto da", "betaald partnerschap", "in samenwerking met",
    "betalt samarbeid", "betalt partnerskap", "reklam för", "i samarbete med", "annonse for", "reklamlenke",
    "współpraca reklamowa", "materiał sponsorowany", "ücretli ortaklık", "iş birliği", "на правах рекламы",
    "提供でお送り", "유료 광고 포함", "소정의 원고료",
)  # fmt: skip
"""Words of disclosure in running text."""

_TAGS = "|".join(sorted({re.escape(tag) for tag in DISCLOSURE_TAGS}, key=lambda t: (-len(t), t)))
_PHRASES = "|".join(re.escape(p) for p in sorted(DISCLOSURE_PHRASES, key=lambda p: (-len(p), p)))
_OPENING = (
    r"^\s*[\[(*]?\s*(?:anzeige|werbung|reklame?|annonse|publi|pub|adv?|publicidad|sponsored)\s*[\])*|:]"
)
DISCLOSURE = re.compile(
    rf"(?<![\w#&/])[#＃](?:{_TAGS})(?!\w)|(?<!\w)(?:{_PHRASES})(?!\w)|{_OPENING}", re.IGNORECASE
)
ROUGHLY = rf"[#＃](?:{_TAGS})|{_PHRASES}|{_OPENING}"
"""What every disclosure matches, and some other texts: for engines without look-around."""
_HANDLE = re.compile(r"(?<![\w.@/])@(\w[\w.]*\w|\w)")


def disclosure_words(text: str) -> str | None:
    """The words by which a text says that it is possibly paid for, else None; never a part of a word.

    Examples
    --------
    >>> disclosure_words("New boots! #ad")
    '#ad'
    >>> disclosure_words("#adventure is out there") is None
    True
    """
    found = DISCLOSURE.search(text)
    return found.group().strip().lower() if found else None


def independence_kernel(
    account: np.ndarray, sponsored: np.ndarray, brands: np.ndarray, reactions: np.ndarray, n_accounts: int
) -> dict[str, np.ndarray]:
    """How much of what an account publishes is possibly paid for?

    Parameters
    ----------
    account : ndarray of int, shape (n_posts,)
        Position of the author; -1 for somebody else (counts towards the pool only).
    sponsored : ndarray of bool, shape (n_posts,)
    brands : ndarray, shape (n_posts,)
        Handles named in the post.
    reactions : ndarray, shape (n_posts,)
        NaN where unknown.
    n_accounts : int

    Returns
    -------
    dict of str to ndarray, shape (n_accounts,), NaN where unknown
        ``value`` is one minus the shrunk share of possibly sponsored posts, ``possibly_sponsored_share`` the bare one,
        ``brands_per_possibly_sponsored_post`` the handles named in one, ``reaction_to_possibly_sponsored`` the median
        reaction to those over that to its own, and ``n_posts``.

    Notes
    -----
    ``value = 1 - (hits + 8 * pool share) / (posts + 8)``; NaN without posts.
    """
    base = float(sponsored.mean()) if len(sponsored) else 0.0
    mine = account >= 0
    account, sponsored, brands, reactions = account[mine], sponsored[mine], brands[mine], reactions[mine]
    n_posts = np.bincount(account, minlength=n_accounts).astype(float)
    hits = np.bincount(account, sponsored, n_accounts)
    named = np.bincount(account, brands * sponsored, n_accounts)
    known = np.where(n_posts > 0, 1.0, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = hits / n_posts
        per_post = np.where(hits > 0, named / hits, np.nan)
    return {
        "value": (1 - shrunk_share(hits, n_posts, base, PRIOR_POSTS)) * known,
        "n_posts": n_posts,
        "possibly_sponsored_share": share,
        "brands_per_possibly_sponsored_post": per_post,
        "reaction_to_possibly_sponsored": reaction_ratio(account, sponsored, reactions, n_accounts),
    }


def reaction_ratio(
    account: np.ndarray, sponsored: np.ndarray, reactions: np.ndarray, n_accounts: int
) -> np.ndarray:
    """Median reaction to possibly sponsored posts over that to the others, one added to both; NaN with too few."""
    import pandas as pd

    frame = pd.DataFrame(
        {"account": account, "sponsored": sponsored.astype(bool), "reactions": reactions}
    ).dropna()
    groups = frame.groupby(["account", "sponsored"])["reactions"]
    both = groups.median().unstack().reindex(columns=[False, True])
    size = groups.size().unstack().reindex(columns=[False, True]).fillna(0)
    ratio = ((both[True] + 1) / (both[False] + 1)).where((size >= LEAST_FOR_REACTION).all(axis=1))
    found = np.full(n_accounts, np.nan)
    if len(ratio):
        found[ratio.index.to_numpy()] = ratio.to_numpy()
    return found


def _told() -> pa.Schema:
    import pyarrow as pa

    return pa.schema(
        {"post_id": pa.string(), "sponsored": pa.bool_(), "brands": pa.float64(), "told": pa.bool_()}
    )


def disclosures(store: Store, cut: int | None) -> dict[str, np.ndarray]:
    """Per visible post, by id: `sponsored`, possibly; `brands`, handles it then names; `told`, is anything known of it.

    The same for every niche, so it is worked out once for a `Material`; texts are read where they are.
    """
    sql = f"select post_id, text, is_sponsored from posts where {visible('posts', cut)}"
    found = gathered(store.mapped(sql, (), _disclosed, _told()), _told(), "post_id")
    return {name: found[name].to_numpy() for name in _told().names[1:]}


def _disclosed(rows: pa.Table) -> pa.Table:
    """A fast regular expression without boundaries leaves few texts for the exact one."""
    import pyarrow as pa
    import pyarrow.compute as pc

    text = rows["text"].combine_chunks()
    possible = pc.fill_null(pc.match_substring_regex(text, ROUGHLY, ignore_case=True), False)
    said = possible.to_numpy(zero_copy_only=False).copy()
    for row in np.flatnonzero(said).tolist():
        said[row] = disclosure_words(str(text[row])) is not None
    sponsored = said | rows["is_sponsored"].fill_null(False).to_numpy()
    brands = np.zeros(len(sponsored))
    for row in np.flatnonzero(sponsored).tolist():
        brands[row] = len(set(_HANDLE.findall(text[row].as_py() or "")))
    told = sponsored | text.is_valid().to_numpy(zero_copy_only=False)
    return pa.table([rows["post_id"], sponsored, brands, told], schema=_told())


def compute(evidence: Evidence) -> SignalValues:
    """Independence from flags and words of disclosure in the visible posts."""
    figures = evidence.of_all("possibly-paid", _possibly_paid)
    return SignalValues(figures.pop("value"), figures.pop("n_posts"), figures)


def _possibly_paid(evidence: Evidence) -> dict[str, np.ndarray]:
    found = evidence.material.kept("disclosures", lambda: disclosures(evidence.store, evidence.material.cut))
    posts, told = evidence.posts, found["told"]
    columns = (posts.account, found["sponsored"], found["brands"], posts.reactions)
    account, sponsored, brands, reactions = (column[told] for column in columns)
    return independence_kernel(account, sponsored, brands, reactions, evidence.n_candidates)


INDEPENDENCE = Signal(
    name="independence",
    question="How much of its voice is possibly paid for?",
    unit="1 - share of possibly sponsored posts, shrunk (0-1)",
    needs=("texts of posts, or the platform's flag for paid posts",),
    scale="share",
    unknown="neutral",
    reference="disclosure: 16 CFR 255.5, CAP code 2.1; credibility: Lou 2019, doi:10.1080/15252019.2018.1533501",
    compute=compute,
    of_niche=False,
)
