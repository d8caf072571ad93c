"""Is a text English? The share of its words that are known to be, small words counting most."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from influence.text.sentiment.lexicon import word_valence
from influence.text.sentiment.tokens import Encoded, words_of

if TYPE_CHECKING:
    from influence.text.sentiment.reader import Reader

SMALL_WORDS = frozenset(
    words_of(
        "the a an and or of to in is are was were be been it its it's this that these those for on with at by "
        "from as not no do does did have has had will would can could should i i'm i've you he she we they my "
        "your his her our their me him us them what which who when where why how all any some just so than "
        "then there here if but about out up down over after before again more most very too only own same "
        "don't can't won't didn't doesn't isn't get got go going went come came make made take want need know "
        "think see look use find give tell still now never ever always yes please thanks thank you're they're "
        "we're that's what's"
    )
)
FOREIGN = frozenset(
    words_of(
        "der die das und ist nicht ich ein eine mit für auf den dem von zu sehr aber wir sie es im auch nur "
        "le la les des un une est pas je et en pour avec sur très mais nous vous c'est du au qui que dans ce "
        "cette el los las y no me te nada verdad gusta "
        "una es muy por con para del pero yo lo mi su al como más está il di che non per "
        "sono è della un'altra gli molto anche o os as um uma é não com para muito eu do da em mas meu de het "
        "een en van ik niet dat met voor zijn op te maar ook heel och att det som jag är inte på av med för "
        "bir ve bu çok ama için değil ne da mi i w nie na się z że to jest jak saya yang dan ini itu tidak "
        "dengan untuk ada jamais nul nulle rien très trop merci bonjour plutôt déjà encore toujours nunca siempre "
        "gracias hola malo mala bueno buena servicio niemals nie immer wieder schlecht danke leider obrigado "
        "obrigada péssimo ótimo grazie mai sempre bedankt nooit altijd tack aldrig takk aldri"
    )
)


def english_share(encoded: Encoded, reader: Reader) -> np.ndarray:
    """Share of words (0-1) that English knows, 1 for texts without words (emoji speak for themselves).

    Small words of other languages count against it, unless they are English words as well.
    """
    weight = reader.language_weight()[encoded.ids]
    n, document = encoded.n_texts, encoded.document
    known = np.bincount(document, np.maximum(weight, 0), n)
    all_ = np.bincount(document, np.abs(weight), n)
    return np.where(all_ > 0, known / np.maximum(all_, 1e-9), 1.0)


def weight_of(word: str, known: bool) -> float:
    """How much a word says for (+) or against (-) English; 0 for marks, emoji and names."""
    if not word[0].isalpha() or (not word.isalpha() and "'" not in word):
        return 0.0
    if word in FOREIGN:
        return 0.0 if word in SMALL_WORDS or word in word_valence() else -1.5
    if word in SMALL_WORDS:
        return 1.5
    if not word.isascii():
        return -1.0
    return 1.0 if known else -0.5
