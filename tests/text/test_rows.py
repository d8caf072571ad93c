"""Texts cut together hold the terms that each holds by itself."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from influence.text.term_rows import MAX_TERMS, TermRows, rows_of_profiles, rows_of_texts
from influence.text.tokens import Tokenizer

PIECES = [
    *("vegan", "#TrailRunning", "&amp;", "R&B;", "日本料理", "the", "c++", "it's", "@ann", "🏔", "&#32;"),
    *(" ", "  ", "\t", "\n", "\x1c", "\x85", "\xa0", "\u2028", "\u3000", "\u200b", "&", ";", "."),
]
TEXTS = st.lists(st.lists(st.sampled_from(PIECES), max_size=12).map("".join), min_size=1, max_size=6)
LONG = " ".join("".join(chr(97 + int(digit)) for digit in f"{at:04}") + "x" for at in range(MAX_TERMS + 20))


def held(rows: TermRows) -> list[set[str]]:
    """The terms of every row."""
    presence = rows.presence
    assert set(presence.data.tolist()) <= {1.0}
    return [
        set(rows.terms[presence.indices[presence.indptr[at] : presence.indptr[at + 1]]].tolist())
        for at in range(presence.shape[0])
    ]


@given(TEXTS)
def test_each_text_holds_the_terms_that_it_has_by_itself(texts: list[str]) -> None:
    found = rows_of_texts(pa.chunked_array([texts], pa.string()), Tokenizer())
    assert held(found) == [set(Tokenizer().terms(text)) for text in texts]
    assert found.terms.tolist() == sorted({term for terms in held(found) for term in terms})


def test_a_long_text_counts_its_first_terms_and_the_others_are_no_terms() -> None:
    found = rows_of_texts(pa.chunked_array([[LONG, "vegan"]]), Tokenizer())
    assert held(found) == [set(Tokenizer().terms(LONG)[:MAX_TERMS]), {"vegan"}]
    assert len(found.terms) == MAX_TERMS + 1


@given(TEXTS, TEXTS)
def test_a_profile_holds_the_terms_of_name_bio_and_handle(names: list[str], bios: list[str]) -> None:
    n = min(len(names), len(bios))
    accounts = pa.table({"handle": ["thebeejournal"] * n, "name": names[:n], "bio": bios[:n]})
    said = [set(Tokenizer().terms(f"{name} . {bio}")) for name, bio in zip(names, bios, strict=False)]
    assert held(rows_of_profiles(accounts, Tokenizer())) == [terms | {"bee", "journal"} for terms in said]


def test_a_handle_adds_to_a_long_bio_only_what_that_has_not_said() -> None:
    words = LONG.split()
    bio = " ".join(words[: MAX_TERMS - 1])
    accounts = pa.table({"handle": [f"{words[0]} beekeeper", None], "name": ["", None], "bio": [bio, None]})
    both, nothing = held(rows_of_profiles(accounts, Tokenizer()))
    assert both == {*Tokenizer().terms(bio), Tokenizer().handle_terms("beekeeper")[0]}
    assert nothing == set()
