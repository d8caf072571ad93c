"""Words of other languages stand where English words of their meaning stand."""

from __future__ import annotations

import numpy as np
import pytest

from influence.text.niche import Niche
from influence.text.relevance import niche_relevance
from influence.text.tokens import Tokenizer
from influence.text.vectors import shipped_vectors
from tests.text.test_niche import fits, index_of

POSTS = {
    "musik": ["Musik von einer jungen Sängerin", "Neue Lieder und ein Konzert"],
    "kino": ["Una película sobre la guerra", "Los mejores actores del cine"],
    "sport": ["Athlètes et médailles aux jeux olympiques", "Une équipe de football gagne"],
    "sante": ["Vaccins et maladies: le médecin répond", "Le virus et la santé des enfants"],
    "ryokou": ["京都への旅行と温泉", "飛行機とホテルの予約"],
}


@pytest.mark.parametrize(
    ("foreign", "english"),
    [("Schule", "school"), ("película", "film"), ("saúde", "health"), ("Gesundheit", "health"), ("viaggio", "travel"),
     ("旅行", "travel"), ("音楽", "music")],
)  # fmt: skip
def test_a_word_stands_near_the_english_word_of_its_meaning(foreign: str, english: str) -> None:
    vectors, tokenizer = shipped_vectors(), Tokenizer()
    one, other = (vectors.mean(dict.fromkeys(tokenizer.terms(word), 1.0)) for word in (foreign, english))
    assert float(one @ other) > 0.6


@pytest.mark.parametrize(
    ("niche", "who"),
    [("music concert", "musik"), ("film actors", "kino"), ("football medals", "sport"), ("vaccines disease", "sante"),
     ("travel airplane", "ryokou"), ("Musik", "musik"), ("pelicula cine", "kino")],
)  # fmt: skip
def test_a_niche_finds_posts_in_other_languages(niche: str, who: str) -> None:
    fit = fits(niche_relevance(index_of(POSTS), Niche(niche)))
    assert max(fit, key=lambda name: fit[name]) == who


def test_a_brief_finds_posts_in_another_language() -> None:
    brief = "Bloggers who write about diseases, doctors, vaccines, viruses and the health of children."
    fit = fits(niche_relevance(index_of(POSTS), Niche(brief=brief)))
    assert max(fit, key=lambda name: fit[name]) == "sante"


def test_what_is_known_from_english_texts_is_told_apart() -> None:
    vectors = shipped_vectors()
    assert vectors.is_english("music")
    assert not vectors.is_english("gesundheit")
    assert "gesundheit" in vectors
    assert not vectors.is_english("xqzzy")
    assert (np.sort(vectors.terms) == vectors.terms).all()


def test_a_compound_that_the_table_lacks_means_what_its_two_words_mean() -> None:
    vectors = shipped_vectors()
    terms = np.array(["zzqx", "alkoholkonsum", "bread", "betriebsstunden"], dtype=object)
    known, table = vectors.aligned(terms)
    assert known.tolist() == [2, 1, 3]
    both = [vectors.mean({"alkohol": 1.0, "konsum": 1.0}), vectors.mean({"betrieb": 1.0, "stunden": 1.0})]
    for meant, row in zip(both, table[1:], strict=True):
        assert row @ meant / np.linalg.norm(row) > 0.9


def test_of_two_english_words_no_compound_is_made() -> None:
    assert "bluebread" not in shipped_vectors()
    known, _ = shipped_vectors().aligned(np.array(["bluebread"], dtype=object))
    assert not len(known)
