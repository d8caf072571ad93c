"""independence: words of disclosure, and what they say of an account."""

import numpy as np
import pytest

from influence.signals.independence import disclosure_words, independence_kernel


@pytest.mark.parametrize(
    "text",
    [
        "New boots #ad", "#Sponsored trip to Rome", "Anzeige | mein neuer Mixer", "#werbung tolle Schuhe",
        "Nouveau sac #publi", "Che scarpe! #adv", "Ny väska #reklam", "Paid partnership with @acme",
        "In collaborazione con @acme", "[Anzeige] neue Rezepte", "in samenwerking met Acme", "신상 #광고",
        "współpraca reklamowa z @acme", "#publicidad nuevos zapatos",
    ],
)  # fmt: skip
def test_words_of_disclosure_are_found_in_many_languages(text):
    assert disclosure_words(text)


@pytest.mark.parametrize(
    "text",
    [
        "#adventure awaits", "we had a bad day", "#publishing my first book", "#advice for runners",
        "#reader of books",
        "addicted to coffee", "the #publican poured", "an ad I saw yesterday",
        "https://x.com/#ad", "my partner is great",
    ],
)  # fmt: skip
def test_words_inside_other_words_are_no_disclosure(text):
    assert disclosure_words(text) is None


def test_more_possibly_sponsored_posts_mean_less_independence_and_few_posts_are_shrunk():
    account = np.repeat([0, 1, 2], [40, 40, 1])
    sponsored = np.zeros(81, dtype=bool)
    sponsored[:30] = sponsored[80] = True
    found = independence_kernel(account, sponsored, np.ones(81), np.full(81, np.nan), 4)
    assert found.value[1] > found.value[2] > found.value[0]
    assert found.share[:3].tolist() == [0.75, 0.0, 1.0]
    assert np.isnan(found.value[3])
    assert np.isnan(found.reaction_ratio).all()


def test_reactions_to_possibly_sponsored_posts_are_compared_with_its_own():
    account = np.zeros(6, dtype=int)
    sponsored = np.array([1, 1, 0, 0, 0, 0], dtype=bool)
    found = independence_kernel(account, sponsored, np.zeros(6), np.array([4.0, 4, 9, 9, 9, np.nan]), 1)
    assert found.reaction_ratio[0] == pytest.approx(0.5)


def test_brands_are_counted_in_possibly_sponsored_posts_only():
    found = independence_kernel(
        np.zeros(3, dtype=int), np.array([True, True, False]), np.array([1.0, 3, 9]), np.zeros(3), 1
    )
    assert found.brands_per_post[0] == 2.0
