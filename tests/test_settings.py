"""Profiles: what they say, what wins, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence.errors import SourceError, UsageError
from influence.settings import Profile, dump_profile, environment_profile, load_profile, profile_of

SIGNALS = ("niche_fit", "reach")

TOML = """\
goal = "awareness"
niche = "vegan baking"
like = ["a", "b"]
brief = "brief.md"
seed = 7
[weights]
reach = 0
[scales]
reach = "percentile"
[unknown]
niche_fit = "excluded"
[filters]
max_followers = 20000
language = "en"
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "profile.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_profile_is_read_as_it_was_written(tmp_path: Path) -> None:
    profile = load_profile(written(tmp_path, TOML), SIGNALS)
    assert (profile.goal, profile.niche, profile.like, profile.seed) == (
        "awareness",
        "vegan baking",
        ("a", "b"),
        7,
    )
    assert profile.weights == {"reach": 0.0}
    assert profile.scales == {"reach": "percentile"}
    assert profile.unknown == {"niche_fit": "excluded"}
    assert profile.filters == {"max_followers": 20000, "language": ("en",)}
    assert profile.brief == str(tmp_path / "brief.md")


@pytest.mark.parametrize(
    ("text", "seen", "hint"),
    [
        ('gaol = "awareness"', "gaol", "did you mean 'goal'?"),
        ("[weights]\nniche_fitt = 1", "niche_fitt", "did you mean 'niche_fit'?"),
        ("[filters]\nmax_follower = 1", "max_follower", "did you mean 'max_followers'?"),
        ('[scales]\nreach = "percentle"', "percentle", "did you mean 'percentile'?"),
        ('[unknown]\nreach = "exclude"', "exclude", "did you mean 'excluded'?"),
    ],
)
def test_an_unknown_key_or_word_gets_a_suggestion(tmp_path: Path, text: str, seen: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        load_profile(written(tmp_path, text), SIGNALS)
    assert (caught.value.seen, caught.value.hint) == (seen, hint)
    assert str(tmp_path) in str(caught.value.where)


@pytest.mark.parametrize(
    "text",
    [
        "seed = 1.5", "seed = true", "goal = 3", "like = [1]", "weights = 3", "[weights]\nreach = -1",
        "[weights]\nreach = nan", "[weights]\nreach = true", '[weights]\nreach = "2"', "[filters]\nmax_followers = -1",
        "[filters]\nmax_followers = 2.5", "[filters]\nkind = 3", "[scales]\nreach = 3",
    ],
)  # fmt: skip
def test_a_value_of_the_wrong_kind_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError):
        load_profile(written(tmp_path, text), SIGNALS)


@pytest.mark.parametrize("data", [b"goal = ", b"\xff\xfe\x00", b"goal = 'a'\ngoal = 'b'"])
def test_what_is_no_toml_is_refused_without_a_traceback(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "profile.toml"
    file.write_bytes(data)
    with pytest.raises(SourceError, match="not valid TOML"):
        load_profile(file)
    with pytest.raises(SourceError, match="no such profile"):
        load_profile(tmp_path)


def test_the_later_wins_and_weights_are_merged_signal_by_signal() -> None:
    file = Profile(
        goal="awareness",
        seed=1,
        like=("a",),
        weights={"reach": 1, "niche_fit": 5},
        filters={"kind": ("blog",)},
    )
    environment = environment_profile({"INFLUENCE_WEIGHTS": "reach=2", "INFLUENCE_SEED": "2"}, SIGNALS)
    command = Profile(weights={"reach": 3}, filters={"max_followers": 9})
    merged = command.over(environment.over(file))
    assert merged.weights == {"reach": 3, "niche_fit": 5}
    assert (merged.goal, merged.seed, merged.like) == ("awareness", 2, ("a",))
    assert merged.filters == {"kind": ("blog",), "max_followers": 9}


def test_a_seed_of_zero_is_said_and_nothing_is_not() -> None:
    assert Profile(seed=0).over(Profile(seed=5)).seed == 0
    assert Profile().over(Profile(seed=5)).seed == 5


def test_the_environment_speaks_every_key_and_minds_its_own_business() -> None:
    given_ = {
        "INFLUENCE_MAX_FOLLOWERS": "500", "INFLUENCE_LANGUAGE": "en, de", "INFLUENCE_UNKNOWN": "reach=worst",
        "INFLUENCE_LIKE": "a,b", "INFLUENCE_WORKSPACE": "x.duckdb", "INFLUENCE_SOMETHING_ELSE": "1", "PATH": "/bin",
        "INFLUENCE_GOAL": "",
    }  # fmt: skip
    profile = environment_profile(given_, SIGNALS)
    assert profile.filters == {"max_followers": 500, "language": ("en", "de")}
    assert (profile.like, profile.unknown, profile.goal) == (("a", "b"), {"reach": "worst"}, None)


@pytest.mark.parametrize(
    "variable", [{"INFLUENCE_MAXFOLLOWERS": "5"}, {"INFLUENCE_SEED": "x"}, {"INFLUENCE_WEIGHTS": "reach"}]
)
def test_a_wrong_variable_is_named(variable: dict[str, str]) -> None:
    with pytest.raises(UsageError) as caught:
        environment_profile(variable, SIGNALS)
    assert next(iter(variable)) in str(caught.value.where)


texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
profiles = st.builds(
    Profile,
    goal=st.none() | texts,
    niche=st.none() | texts,
    brand=st.none() | texts,
    like=st.lists(texts, max_size=3).map(tuple),
    seed=st.none() | st.integers(0, 2**31),
    weights=st.dictionaries(st.sampled_from(SIGNALS), st.floats(0, 1e6)),
    scales=st.dictionaries(st.sampled_from(SIGNALS), st.sampled_from(["share", "percentile", "saturating"])),
    filters=st.fixed_dictionaries(
        {}, optional={"max_followers": st.integers(0, 10**9), "kind": st.just(("blog",))}
    ),
)


@given(profiles)
def test_what_is_dumped_is_read_back(profile: Profile) -> None:
    import tomllib

    text = dump_profile(profile, {"goal": "a\nnote", "weights.reach": "another"})
    assert profile_of(tomllib.loads(text), "", SIGNALS).to_dict() == profile.to_dict()


def test_every_key_of_the_question_is_hashed(tmp_path: Path) -> None:
    from influence.ranking.asking import question_of

    changes: list[dict[str, Any]] = [
        {}, {"goal": "awareness"}, {"weights": {"reach": 9.0}}, {"scales": {"reach": "percentile"}},
        {"unknown": {"reach": "worst"}, }, {"brand": "Acme"}, {"seed": 3}, {"max_followers": 5},
    ]  # fmt: skip
    assert len({question_of("x", **change).hash() for change in changes}) == len(changes)
