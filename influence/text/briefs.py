"""What a brief says: which words and sentences of it count, and how much."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

import numpy as np

from influence.text.conditions import without_terms
from influence.text.negation import negated_parts, without_negated
from influence.text.tokens import Tokenizer, joins_words

BALLAST = frozenset(
    word
    for line in (
        "budget euro pound dollar fee pay paid payment price cost free sample parcel kit voucher discount give away",
        "deliverable campaign activation launch relaunch release client customer brand company maker publisher agency",
        "product range shop online partner ambassador voice author writer influencer creator blogger blog blogs reader",
        "audience people target looking look seek need want wanted welcome prefer preferred please shortlist list post",
        "posts text texts copy link review honest disclosure disclose marked kpi click reach sign-ups traffic",
        "trust conversion licence affiliate tone travel ticket small large week month quarter year spring autumn",
        "winter january february march april may june july august september october november december monday tuesday",
        "honorar kampagne beitrag beiträge kunde kunden marke produkt produkte zielgruppe reichweite blogger bloggerin",
        "bloggerinnen gesucht suchen sucht kennzeichnung anzeige werbung kooperation agentur gutschein gratis",
        "januar februar märz mai juni juli oktober dezember montag dienstag mittwoch donnerstag freitag herbst",
        "presupuesto honorarios campaña clienta marca producto productos",
        "publicación publicaciones colaboración agencia orçamento cachê campanha parceria agência procuramos",
        "bloguero bloguera blogueros blogueras buscamos busca seguidores alcance publicidad descuento cupones precio",
        "campagne cliente marque produits publication publications",
        "blogueur blogueuse blogueurs blogueuses abonnés portée publicité réduction rémunération prix gratuit gratuite",
        "bilancio compenso campagna marchio prodotto prodotti collaborazione agenzia cerchiamo cerca pubblicità",
        "produto produtos honoraires clients cherchons cherche agence",
        "sconto buget onorariu campanie brand produs produse colaborare agenție căutăm caută bloggeri urmăritori",
        "publicitate reducere plată lansare vergoeding campagne merk samenwerking bureau zoeken gezocht advertentie",
        "予算 広告 企画 謝礼 掲載 募集 投稿 発売 商品 宣伝 無料",
        "summer awareness wednesday thursday friday saturday sunday ten twelve fifteen twenty thirty fifty",
    )
    for word in line.split()
)
"""What briefs say whatever they are about, in nine languages; such words weigh less (`query.brief_terms`)."""
_SOUGHT = re.compile(
    r"\b(?:blog\w*|writers?|authors?|voices?|creators?|influencers?|people|those|whom?|fans|reviewers?|developers?|"
    r"cooks|readers|topics?|themes?|about|autor\w*|stimmen|menschen|wer|themen|thema|personas|quien(?:es)?|voces|temas?|"
    r"auteur\w*|personnes|qui|ceux|celles|voix|thèmes?|sujets?|persone|chi|voci|temi|pessoas|quem|vozes|oameni|cine|"
    r"voci|teme|scriitor\w*|mensen|wie|stemmen|onderwerp\w*)\b|人|方|テーマ",
    re.IGNORECASE,
)
"""Words of a sentence that says who is sought, or what about; the others tell of the client and the terms."""
_SENTENCE = re.compile(r"(?<=\w\w\w[.!?])\s+|(?<=[。！？])|\n\s*\n")
BALLAST_WEIGHT, ASIDE_WEIGHT = 0.3, 0.5
"""Weight of the trade's usual words, and of a sentence that does not tell who is sought where another does."""
WITHOUT_WEIGHT = 0.3
"""Weight of what somebody does without (*no eggs*): it names the subject too, but less."""


def said_in(brief: str) -> dict[str, float]:
    """What a brief says, each term by how often and how much it tells."""
    tokenizer = Tokenizer()
    counts: Counter[str] = Counter()
    most: dict[str, float] = {}
    for sentence, weight in weighed_sentences(without_negated(without_terms(brief))):
        terms = [term for term in tokenizer.terms(sentence) if not joins_words(term)]
        counts.update(terms)
        most |= {term: max(weight, most.get(term, 0.0)) for term in terms}
    said = {term: most[term] * (1 + float(np.log(n))) for term, n in counts.items()}
    for part in negated_parts(brief):
        for term in [] if part.refused or part.begins else tokenizer.terms(part.words):
            said.setdefault(term, WITHOUT_WEIGHT)
    return {term: n * BALLAST_WEIGHT if is_ballast(term) else n for term, n in said.items()}


def is_ballast(term: str) -> bool:
    """Whether briefs say the term whatever they are about."""
    return term in _ballast_terms()


@lru_cache(maxsize=1)
def _ballast_terms() -> frozenset[str]:
    tokenizer = Tokenizer()
    return frozenset(term for word in BALLAST for term in tokenizer.terms(word))


def weighed_sentences(brief: str) -> list[tuple[str, float]]:
    """The sentences of a brief, and how much what they say counts.

    Examples
    --------
    >>> weighed_sentences("A brewery opens. Bloggers who taste stouts and porters.")
    [('A brewery opens.', 0.5), ('Bloggers who taste stouts and porters.', 1.0)]
    """
    said = [part for part in map(str.strip, _SENTENCE.split(brief)) if part]
    telling = [bool(_SOUGHT.search(part)) for part in said]
    return [
        (part, 1.0 if tells or not any(telling) else ASIDE_WEIGHT)
        for part, tells in zip(said, telling, strict=True)
    ]


def sought_in(brief: str) -> str:
    """What a brief says of whom it seeks, without what it does not want: what a sentence model is asked.

    Examples
    --------
    >>> sought_in("A brewery opens. Bloggers who taste stouts, no lagers.")
    'Bloggers who taste stouts,  .'
    """
    said = weighed_sentences(without_negated(without_terms(brief)))
    return " ".join(part for part, weight in said if weight == 1.0)
