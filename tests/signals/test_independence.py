"""independence: words of disclosure, and what they say of an account."""

from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest

from influence.signals.independence import (
    _disclosed,
    compute,
    disclosure_words,
    disclosures,
    independence_kernel,
    reaction_ratio,
)
from influence.store.workspace import to_day


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
    assert found["value"][1] > found["value"][2] > found["value"][0]
    assert found["possibly_sponsored_share"][:3].tolist() == [0.75, 0.0, 1.0]
    assert np.isnan(found["value"][3])
    assert np.isnan(found["reaction_to_possibly_sponsored"]).all()


def test_reactions_to_possibly_sponsored_posts_are_compared_with_its_own():
    account = np.zeros(6, dtype=int)
    sponsored = np.array([1, 1, 0, 0, 0, 0], dtype=bool)
    found = independence_kernel(account, sponsored, np.zeros(6), np.array([4.0, 4, 9, 9, 9, np.nan]), 1)
    assert found["reaction_to_possibly_sponsored"][0] == pytest.approx(0.5)


def test_brands_are_counted_in_possibly_sponsored_posts_only():
    found = independence_kernel(
        np.zeros(3, dtype=int), np.array([True, True, False]), np.array([1.0, 3, 9]), np.zeros(3), 1
    )
    assert found["brands_per_possibly_sponsored_post"][0] == 2.0


def test_independence_is_one_less_the_share_pulled_by_eight_posts_of_the_pool():
    account, sponsored = np.array([0, 0, 1, -1]), np.array([True, False, False, True])
    found = independence_kernel(account, sponsored, np.array([3.0, 5.0, 7.0, 9.0]), np.full(4, 1.0), 3)
    # half of all four posts, the stranger's too, may be paid for
    np.testing.assert_allclose(found["value"], [1 - (1 + 4) / (2 + 8), 1 - 4 / (1 + 8), np.nan])
    np.testing.assert_allclose(found["possibly_sponsored_share"], [0.5, 0.0, np.nan])
    np.testing.assert_allclose(found["brands_per_possibly_sponsored_post"], [3.0, np.nan, np.nan])
    assert found["n_posts"].tolist() == [2.0, 1.0, 0.0]
    nothing = np.zeros(0)
    none = independence_kernel(nothing.astype(int), nothing.astype(bool), nothing, nothing, 2)
    assert np.isnan(none["value"]).all()


def test_reactions_are_compared_where_there_are_two_posts_of_either_sort():
    account = np.array([0] * 4 + [1] * 4 + [2] * 3 + [3] * 4)
    sponsored = np.array([1, 1, 0, 0, 1, 1, 1, 0, 1, 0, 0, 0, 0, 1, 1], dtype=bool)
    reactions = np.array([2.0, 6, 1, 1, 9, 9, 9, 9, 9, 9, 9, 3, 5, 0, np.nan])
    found = reaction_ratio(account, sponsored, reactions, 5)
    np.testing.assert_allclose(found, [(4 + 1) / (1 + 1), np.nan, np.nan, np.nan, np.nan])
    assert np.isnan(reaction_ratio(account[:0], sponsored[:0], reactions[:0], 2)).tolist() == [True, True]


def test_flags_and_words_tell_and_handles_are_counted_once_where_they_do():
    rows = pa.table(
        {
            "post_id": ["1", "2", "3", "4", "5"],
            "text": ["#ad @Acme and @acme.b, @Acme again", "#adventure with @acme", None, None, "plain @x"],
            "is_sponsored": [None, None, True, False, True],
        }
    )
    told = _disclosed(rows).to_pydict()
    assert told == {
        "post_id": ["1", "2", "3", "4", "5"],
        "sponsored": [True, False, True, False, True],
        "brands": [2.0, 0.0, 0.0, 0.0, 1.0],
        "told": [True, True, True, False, True],
    }


def test_posts_of_which_nothing_is_known_count_nowhere():
    said = {
        "sponsored": np.array([True, False, False]),
        "brands": np.array([2.0, 0.0, 0.0]),
        "told": np.array([True, True, False]),
    }
    posts = SimpleNamespace(account=np.array([0, 1, 1]), reactions=np.array([5.0, 6.0, 7.0]))
    told = SimpleNamespace(
        posts=posts, n_candidates=2, material=SimpleNamespace(kept=lambda name, make: said),
        of_all=lambda name, make: make(told),
    )  # fmt: skip
    found = compute(told)
    np.testing.assert_allclose(found.value, [1 - (1 + 4) / 9, 1 - 4 / 9])
    assert found.support.tolist() == [1.0, 1.0]
    assert found.parts["possibly_sponsored_share"].tolist() == [1.0, 0.0]
    assert found.parts["brands_per_possibly_sponsored_post"][0] == 2.0
    assert np.isnan(found.parts["reaction_to_possibly_sponsored"]).all()


def test_disclosures_are_those_of_posts_that_were_there(workspace_of):
    posts = [
        {"post_id": name, "account_id": "web:a", "created_at": day, "text": text}
        for name, day, text in (
            ("2", "2024-01-01", "#ad @x"),
            ("1", "2024-01-02", "plain"),
            ("3", "2024-01-03", None),
        )
    ]
    store = workspace_of(posts=posts).store
    found = disclosures(store, None)
    assert {name: values.tolist() for name, values in found.items()} == {
        "sponsored": [False, True, False],
        "brands": [0.0, 1.0, 0.0],
        "told": [True, True, False],
    }
    assert disclosures(store, to_day("2024-01-02"))["sponsored"].tolist() == [True]
