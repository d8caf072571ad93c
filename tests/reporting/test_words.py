"""The sentences: specific, in natural units, and silent about what is unknown."""

from dataclasses import replace

import pytest

from influence.ranking.facts import account_facts
from influence.ranking.naming import niche_words
from influence.ranking.reasons import doubts_of, reason_line, with_reasons
from influence.reporting.ranking.words import (
    baseline_overlap,
    baseline_sentence,
    notes_of,
    provenance_pairs,
    title_of,
)
from influence.text.niche import Niche

NICHE = Niche("vegan recipes")
FULL = {
    "posts": 20,
    "niche_posts": 14,
    "likes_per_niche_post": 21.0,
    "peer_ratio": 2.0,
    "audience": 3100,
    "niche_audience": 1204,
    "audience_unit": "readers",
    "last_post_day": "2012-06-28",
    "posts_per_month": 4.2,
}


def test_a_reason_says_subject_reactions_readers_and_activity(make_account) -> None:
    assert reason_line(make_account(1, "a.example"), FULL, niche=NICHE, as_of="2012-07-01") == (
        "Writes about vegan recipes in 14 of 20 posts; its posts there drew a median of 21 likes, about twice the "
        "median of all posts in the data; 1,204 of its 3,100 readers seen give the niche more of their attention "
        "than the average reader; "
        "4 posts a month, the last 3 days before 1 July 2012."
    )


@pytest.mark.parametrize("missing", list(FULL))
def test_a_missing_fact_is_left_out_and_never_shown_as_a_number(make_account, missing: str) -> None:
    row = make_account(1, "a.example")
    without = {name: value for name, value in FULL.items() if name != missing}
    line = reason_line(row, without, niche=NICHE, as_of="2012-07-01")
    for unknown in (None, float("nan")):
        assert reason_line(row, without | {missing: unknown}, niche=NICHE, as_of="2012-07-01") == line
    assert "nan" not in line
    assert "None" not in line
    assert "unknown" not in line
    assert line != reason_line(row, FULL, niche=NICHE, as_of="2012-07-01") or missing == "audience_unit"


def test_without_any_fact_the_reason_gives_the_places_and_nothing_more(make_account) -> None:
    row = make_account(2, "a.example", followers=1)
    assert reason_line(row, {}, niche=NICHE, n_candidates=123) == (
        "Stands 2nd of 123 accounts, has 1 follower and would stand 98th by followers alone."
    )


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"posts": 1, "niche_posts": 1}, "Wrote about vegan recipes in the only post seen"),
        ({"posts": 3, "niche_posts": 3}, "Writes about vegan recipes in all 3 posts"),
        ({"niche_posts": 1}, "Wrote 1 post about vegan recipes"),
    ],
)
def test_small_numbers_are_said_plainly(make_account, facts: dict[str, int], words: str) -> None:
    assert reason_line(make_account(1, "a"), facts, niche=NICHE).startswith(words)


def test_one_post_has_no_median(make_account) -> None:
    facts = {"posts": 9, "niche_posts": 1, "likes_per_niche_post": 1.0, "peer_ratio": 0.5}
    line = reason_line(make_account(1, "a"), facts, niche=NICHE)
    assert line == "Writes about vegan recipes in 1 of 9 posts; that post drew 1 like."


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2012-07-01", "Last post on 1 July 2012 itself"),
        ("2012-06-30", "Last post 1 day before 1 July 2012"),
    ],
)
def test_the_last_post_is_dated_from_the_day_of_the_ranking(make_account, day: str, words: str) -> None:
    assert reason_line(make_account(1, "a"), {"last_post_day": day}, as_of="2012-07-01").startswith(words)


@pytest.mark.parametrize(
    ("kind", "ties", "links", "words"),
    [
        ("blog", 3, 4, "Is linked from 3 of the 5 example accounts and shares readers with 1 more"),
        ("person", 4, 4, "Is followed by 4 of the 5 example accounts"),
        ("person", 0, 4, "Shares readers with 4 of the 5 example accounts"),
        ("person", 5, 5, "Is followed by all 5 example accounts"),
    ],
)
def test_examples_make_a_reason_where_there_is_no_text(
    make_account, kind: str, ties: int, links: int, words: str
) -> None:
    row = make_account(1, "a.example", kind=kind)
    facts = {"like_ties": ties, "like_links": links, "like_total": 5, "audience": 50}
    assert reason_line(row, facts, niche=Niche(like=("web:b",))).startswith(f"{words};")
    mixed = reason_line(row, {**facts, "like_reactions": True}, niche=Niche(like=("web:b",)))
    assert ("followed or reacted to by" in mixed) == (kind == "person" and ties > 0)


def test_a_niche_with_line_breaks_stays_on_one_line(make_account) -> None:
    line = reason_line(make_account(1, "a"), FULL, niche=Niche("vegan\n\x1b[31mrecipes"), as_of="2012-07-01")
    assert "\n" not in line
    assert "\x1b" not in line


def test_every_fact_of_the_example_is_declared() -> None:
    assert all(f"``{name}``" in str(account_facts.__doc__) for name in FULL)


def test_facts_of_a_ranking_become_reasons_and_given_reasons_stay(make_account, make_ranking) -> None:
    rows = (make_account(1, "a", reason=""), make_account(2, "b", reason="Because."))
    ranking = with_reasons(make_ranking(*rows, extra={"facts": {"web:a": {"posts": 4, "niche_posts": 2}}}))
    assert ranking.rows[0].reason.startswith("Writes about vegan recipes in 2 of 4 posts")
    assert ranking.rows[1].reason == "Because."


def test_the_plain_ranking_is_named_beside_ours(make_account) -> None:
    row = make_account(1, "a")
    assert baseline_sentence(row, "followers", 123) == (
        "A ranking by followers would put it 99th of 123; this one puts it 1st."
    )
    unknown = make_account(1, "a", baseline_rank=None)
    assert "unknown" in baseline_sentence(unknown, "followers", 123)


def test_overlap_with_the_plain_ranking_counts_accounts_within_the_same_places(
    make_account, make_ranking
) -> None:
    rows = [make_account(n, f"a{n}", baseline_rank=place) for n, place in ((1, 2), (2, 3), (3, None))]
    assert baseline_overlap(make_ranking(*rows)) == "2 of these 3 are also in the top 3 by followers."
    assert baseline_overlap(make_ranking(*rows[:1])) == "None of these 1 is also in the top 1 by followers."
    assert baseline_overlap(make_ranking(rows[2])) is None


def test_notes_name_what_was_switched_off_and_who_was_left_out(make_account, make_ranking) -> None:
    notes = notes_of(make_ranking(make_account(1, "a"), switched_off={"momentum": "posts have no dates"}))
    assert "Activity is not in the score: posts have no dates." in notes
    assert "Left out: 2 accounts (private) and 1 account (the examples themselves)." in notes


def test_synthetic_accounts_are_called_synthetic(make_account, make_ranking) -> None:
    made_up = make_ranking(make_account(1, "a", account_id="synthetic_blog:a"))
    assert title_of(made_up).endswith("(synthetic data)")
    assert notes_of(made_up)[0] == "Synthetic data: these accounts do not exist."
    real = make_ranking(make_account(1, "a"))
    assert "ynthetic" not in title_of(real) + " ".join(notes_of(real))


def test_a_file_for_others_names_the_workspace_without_its_folder(make_account, make_ranking) -> None:
    ranking = make_ranking(make_account(1, "a"))
    kept = replace(ranking, provenance=replace(ranking.provenance, workspace="/home/kim/clients/w.duckdb"))
    assert ("Workspace", "w.duckdb") in provenance_pairs(kept.provenance)


def test_data_without_dates_have_no_day(make_account, make_ranking) -> None:
    ranking = make_ranking(make_account(1, "a"))
    undated = replace(ranking, provenance=replace(ranking.provenance, as_of="1970-01-01", data_until=None))
    assert title_of(undated) == "vegan recipes: top 1 of 123 accounts, from data without dates"
    assert ("As of", None) in provenance_pairs(undated.provenance)


def test_examples_are_named_without_their_platform() -> None:
    assert niche_words(Niche(like=("web:a.example",))) == "accounts like a.example"
    assert niche_words(Niche(like=("web:a", "web:b", "web:c"))) == "accounts like a, b and c"
    assert niche_words(Niche(like=("web:a", "web:b", "web:c", "web:d"))) == "accounts like a, b and 2 more"


def test_where_nothing_plain_is_known_the_notes_say_so(make_account, make_ranking) -> None:
    ranking = make_ranking(make_account(1, "a", baseline_rank=None), baseline="total likes")
    assert any("no plain ranking" in note for note in notes_of(ranking))


def test_silence_few_posts_and_few_likes_are_doubts_and_no_reasons(make_account, make_ranking) -> None:
    facts = {"posts": 2, "likes_per_post": 3.0, "peer_ratio": 0.5, "last_post_day": "2012-01-31"}
    ranking = make_ranking(make_account(1, "a", reason=""), extra={"facts": {"web:a": facts}})
    row = with_reasons(ranking).rows[0]
    assert row.notes == (
        "Its likes are about half of the median of all posts in the data.",
        "No post seen since 31 January 2012.",
        "Only 2 posts seen.",
    )
    assert "half" not in row.reason
    assert "2012" not in row.reason
    assert with_reasons(with_reasons(ranking)).rows[0] == row


def test_a_good_record_brings_no_doubt() -> None:
    assert doubts_of(FULL, "2012-07-01") == ()
    assert doubts_of(None) == ()


def test_communities_of_the_niche_are_named(make_account) -> None:
    line = reason_line(make_account(1, "a"), {"communities": (("r/vegan", 5), ("r/food", 1))}, niche=NICHE)
    assert line.startswith("Reached r/vegan with 5 posts and r/food with 1;")


def test_those_whom_nothing_ties_to_the_niche_are_named(make_account, make_ranking) -> None:
    rows = (
        make_account(1, "a", contributions={"niche_fit": 9.0}),
        make_account(2, "pub", contributions={"niche_fit": 0.0, "reach": 5.0}),
    )
    assert "Nothing in the data ties pub to the niche." in notes_of(make_ranking(*rows))
