"""A shortlist as a set, from wishes to what every pick and near miss says of itself."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from influence.errors import UnknownAccountError, UsageError
from influence.ranking.asking import question_of
from influence.ranking.assess import assess
from influence.ranking.results import RankedAccount
from influence.reporting.ranking.set_words import chosen_sentence
from influence.selection.bare import BareRows
from influence.selection.candidates import Candidates
from influence.selection.choosing import InfeasibleError, choose
from influence.selection.costs import Costs, RateCard
from influence.selection.exposure import Audiences
from influence.selection.feasible import SetRules, can_complete, find_clash
from influence.selection.reached import NicheReach, niche_reach
from influence.selection.sets import bare_rows, shortlist_set
from influence.selection.shortlist import BEST_FIRST, Shortlist
from influence.selection.wishes import Quota, Wishes, parse_quotas
from influence.store.importing.transaction import import_tables
from influence.store.workspace import open_workspace

CARD = RateCard((("nano", 0, 10.0), ("micro", 1000, 40.0)), 10.0, currency="EUR", source="a test")
# Three copies of one crowd with high scores, and two others with crowds of their own.
CROWDS = {
    "copy0": range(20),
    "copy1": range(20),
    "copy2": range(19),
    "north": range(20, 38),
    "south": range(38, 56),
}
LIKES = {"copy0": 30, "copy1": 29, "copy2": 28, "north": 24, "south": 23}


def tables() -> dict[str, list[dict[str, Any]]]:
    """The blogs and their crowds; shops that all lovers of tea follow; and another niche with readers of its own."""
    shops = {f"shop{j}": range(56) for j in range(3)}
    trucks = {f"truck{j}": range(56, 96) for j in range(3)}
    tea, lorries = "green tea brewing leaves", "engine gearbox diesel trailer"
    spoken = [*((name, tea) for name in (*CROWDS, *shops)), *((name, lorries) for name in trucks)]
    return {
        "accounts": [
            {"account_id": f"web:{name}", "kind": "blog" if name in CROWDS else "brand",
             "language": "de" if name == "south" else "en", "followers": 2000 if name == "north" else 100}
            for name, _ in spoken
        ] + [{"account_id": f"web:reader{k}", "kind": "person"} for k in range(96)],
        "posts": [
            {"post_id": f"{name}-{k}", "account_id": f"web:{name}", "created_at": f"2024-05-{k + 1:02d}",
             "text": text, "likes": LIKES.get(name, 5)}
            for name, text in spoken for k in range(6)
        ],
        "follows": [
            {"follower_id": f"web:reader{k}", "followee_id": f"web:{name}"}
            for name, crowd in (CROWDS | shops | trucks).items() for k in crowd
        ],
    }  # fmt: skip


@pytest.fixture(scope="module")
def chosen() -> Iterator[Callable[..., Shortlist]]:
    workspace = open_workspace(":memory:")
    import_tables(workspace, {name: pd.DataFrame(rows) for name, rows in tables().items()})
    found = assess(workspace, question_of("green tea", kind="blog", weights={"reach": 1.0}))

    def make(**wishes: Any) -> Shortlist:
        by_score = wishes.pop("by_score", False)
        n, least = wishes.pop("n_alternatives", 0), wishes.pop("least_gain", 0.0)
        return shortlist_set(
            workspace,
            found,
            Wishes(**wishes),
            card=CARD,
            n_alternatives=n,
            by_score=by_score,
            least_gain=least,
        )

    yield make
    workspace.close()


def names(picks: Shortlist) -> list[str]:
    return [pick.account.handle for pick in picks.picks]


def test_a_set_does_not_take_the_same_readers_three_times(chosen: Callable[..., Shortlist]) -> None:
    plain, together = chosen(size=3, by_score=True), chosen(size=3, budget=100, quality=0.25)
    assert sum(name.startswith("copy") for name in names(plain)) >= 2
    assert sum(name.startswith("copy") for name in names(together)) == 1
    assert together.plan is not None
    assert plain.plan is not None
    assert together.plan.reached > 1.15 * plain.plan.reached


def test_a_set_that_nobody_asked_for_is_taken_only_where_it_is_worth_it(
    chosen: Callable[..., Shortlist],
) -> None:
    wishes = {"size": 3, "budget": 100, "quality": 0.25}
    asked, plain = chosen(**wishes), chosen(**wishes, by_score=True)
    assert asked.plan is not None
    assert plain.plan is not None
    gain = asked.plan.reached / plain.plan.reached - 1
    worth = chosen(**wishes, least_gain=gain - 0.01)
    assert names(worth) == names(asked)
    assert worth.plan is not None
    assert not worth.plan.by_score
    not_worth = chosen(**wishes, least_gain=gain + 0.01)
    assert names(not_worth) == names(plain)
    assert not_worth.plan is not None
    assert not_worth.plan.by_score
    assert not_worth.plan.set_gain == pytest.approx(gain)
    assert not_worth.rule == BEST_FIRST
    assert "(--set takes it all the same)" in chosen_sentence(not_worth.plan)


def test_nobody_is_picked_for_reach_who_is_surely_not_among_the_best() -> None:
    """Three alike and one that adds much; whether it may be among the best two is what decides."""
    chance = sp.csr_array(np.array([[1, 1, 0, 0], [1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 1]]) * 0.9)
    reach = NicheReach(Audiences(chance, np.ones(4)), "people", np.arange(4), (frozenset(),) * 4)
    rows = [
        RankedAccount(k, f"web:{k}", str(k), None, 60 - 9.0 * k, {}, {}, {}, None, None) for k in (1, 2, 3, 4)
    ]
    costs = Costs(np.ones(4), ("quote",) * 4, ("nano",) * 4, "", "")
    for best_rank, expected in (([1, 1, 2, 3], [0, 1]), ([1, 1, 2, 2], [0, 3])):
        made = choose(
            Candidates(BareRows.of(rows), reach, costs, {}, np.zeros(4), np.array(best_rank)), Wishes(size=2)
        )
        assert [int(made.open[row]) for row in made.solution.chosen] == expected


def test_figures_of_the_picks_add_up_to_the_reach(chosen: Callable[..., Shortlist]) -> None:
    plan = chosen(size=4, budget=100).plan
    assert plan is not None
    assert sum(pick.new_people for pick in plan.picks) == pytest.approx(plan.reached)
    assert sum(pick.cost for pick in plan.picks) == plan.cost <= 100
    assert plan.picks[0].overlap is None
    assert all(pick.overlap is not None and 0 <= pick.overlap <= 1 for pick in plan.picks[1:])
    assert plan.by_size[0].points[len(plan.picks)].reached == pytest.approx(plan.reached)


def test_without_a_budget_the_set_costs_no_more_than_the_best_by_score(
    chosen: Callable[..., Shortlist],
) -> None:
    for size in (1, 2, 3, 4):
        plain, together = chosen(size=size, by_score=True).plan, chosen(size=size).plan
        assert plain is not None
        assert together is not None
        assert together.cost <= plain.cost
        assert together.reached >= plain.reached - 1e-9


def test_a_near_miss_says_who_reaches_its_readers_already(chosen: Callable[..., Shortlist]) -> None:
    picks = chosen(size=3, budget=100, quality=0.25)
    assert picks.plan is not None
    (taken,) = [name for name in names(picks) if name.startswith("copy")]
    lost = {miss.handle: miss.why for miss in picks.plan.misses}
    assert lost
    for handle, why in lost.items():
        assert handle.startswith("copy")
        assert "reached already" in why
        assert f"by {taken}" in why


def test_must_never_overlap_and_quota_are_kept(chosen: Callable[..., Shortlist]) -> None:
    quotas = parse_quotas(["language:de>=1", "tier:micro<=0"])
    picks = chosen(size=3, must=("copy2",), never=("web:copy0",), max_overlap=0.5, quotas=quotas, budget=100)
    assert names(picks)[0] == "copy2"
    assert set(names(picks)) == {"copy2", "south"}
    assert picks.plan is not None
    why = {miss.handle: miss.why for miss in picks.plan.misses}
    assert "--never" in why["copy0"]
    assert "more than --max-overlap" in why["copy1"]
    assert "tier:micro<=0" in why["north"]


def test_a_pick_that_declines_has_stand_ins_within_the_wishes(chosen: Callable[..., Shortlist]) -> None:
    picks = chosen(size=3, budget=60, n_alternatives=2, quality=0.25)
    assert picks.plan is not None
    (taken,) = [name for name in names(picks) if name.startswith("copy")]
    others = picks.plan.alternatives[f"web:{taken}"]
    assert {other.handle for other in others} <= {"copy0", "copy1", "copy2"} - {taken}
    assert others
    assert all(other.cost <= 60 for other in others)


def test_figures_reach_tables_and_files(chosen: Callable[..., Shortlist]) -> None:
    frame = chosen(size=2, budget=100).to_pandas()
    assert {"new_people", "alone", "cost", "cost_per_new", "overlap"} <= set(frame.columns)
    assert frame["cost"].notna().all()


@pytest.mark.parametrize(
    ("wishes", "words"),
    [
        ({"size": 2, "quotas": ["language:de>=1", "kind:blog<=0"]}, "kind:blog<=1"),
        ({"size": 1, "quotas": ["language:de>=1", "tier:micro>=1"]}, "--size 2"),
        ({"size": 3, "budget": 30, "quotas": ["tier:micro>=1"]}, "--budget 40"),
        ({"size": 3, "quotas": ["language:fr>=2"]}, "0 candidates are language:fr"),
        ({"size": 1, "must": ["north", "south"]}, "--size 2"),
        ({"size": 3, "budget": 20, "must": ["north"]}, "--budget 40"),
        ({"size": 3, "must": ["north"], "never": ["north"]}, "wanted and ruled out"),
        ({"size": 3, "must": ["copy0", "copy1"], "max_overlap": 0.3}, "--max-overlap 1.00"),
    ],
)
def test_wishes_that_clash_are_named_with_the_nearest_that_works(
    chosen: Callable[..., Shortlist], wishes: dict[str, Any], words: str
) -> None:
    told = {key: parse_quotas(value) if key == "quotas" else value for key, value in wishes.items()}
    with pytest.raises(InfeasibleError) as caught:
        chosen(**told)
    assert words in str(caught.value)


def test_a_must_have_that_filters_left_out_is_an_error(chosen: Callable[..., Shortlist]) -> None:
    with pytest.raises(UnknownAccountError, match="left out of the ranking"):
        chosen(must=("reader1",))


@pytest.mark.parametrize("text", ["tier:nano", "tier>=5", "colour:red>=2", "tier:nano>=many"])
def test_a_quota_that_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_quotas([text])


def test_quotas_are_read_in_every_form() -> None:
    assert parse_quotas(["tier:Nano>=5, language=de<=2", "country:GB=3"]) == (
        Quota("tier", "nano", True, 5), Quota("language", "de", False, 2),
        Quota("country", "gb", True, 3), Quota("country", "gb", False, 3),
    )  # fmt: skip


def test_a_clash_names_no_wish_that_has_no_part_in_it() -> None:
    members = np.array([[True, True, False, False], [False, False, True, True], [True, False, False, False]])
    quotas = (Quota("tier", "a", True, 2), Quota("tier", "b", True, 2), Quota("kind", "c", False, 3))
    rules = SetRules(3, np.inf, np.ones(4), quotas, members)
    clash = find_clash(rules, [])
    assert clash is not None
    assert set(clash.wishes) == {"size", "tier:a>=2", "tier:b>=2"}
    assert clash.nearest == {"size": 4, "tier:a>=2": 1, "tier:b>=2": 1}
    assert not can_complete(rules, [0])
    assert can_complete(SetRules(4, np.inf, np.ones(4), quotas, members), [0])


def test_communities_stand_in_where_no_audience_is_known(workspace_of: Callable[..., Any]) -> None:
    workspace = workspace_of(
        posts=[
            {"post_id": f"{name}-{k}", "account_id": f"web:{name}", "created_at": f"2024-05-{k + 1:02d}",
             "text": "green tea brewing leaves", "likes": likes, "community": community}
            for name, likes, community in (("a", 40, "r/tea"), ("b", 39, "r/tea"), ("c", 38, "r/matcha"))
            for k in range(6)
        ]
    )  # fmt: skip
    picks = shortlist_set(workspace, assess(workspace, question_of("green tea")), Wishes(size=2), card=CARD)
    assert picks.plan is not None
    assert picks.plan.unit == "readers"
    assert "stand in" in picks.plan.notes[0]


def test_topics_stand_in_where_nobody_reacts(workspace_of: Callable[..., Any]) -> None:
    texts = {
        "a": "green tea oolong brewing",
        "b": "green tea oolong brewing",
        "c": "green tea ceremony matcha whisk",
    }
    workspace = workspace_of(
        posts=[
            {"post_id": f"{name}-{k}", "account_id": f"web:{name}", "created_at": f"2024-05-{k + 1:02d}", "text": text}
            for name, text in texts.items() for k in range(6)
        ]
    )  # fmt: skip
    picks = shortlist_set(
        workspace, assess(workspace, question_of("green tea")), Wishes(size=2, budget=100), card=CARD
    )
    assert picks.plan is not None
    assert picks.plan.unit == "topics"
    assert "c" in names(picks)
    assert "not people" in picks.plan.notes[0]


def test_a_bare_list_is_picked_by_score_and_says_so(workspace_of: Callable[..., Any]) -> None:
    workspace = workspace_of(accounts=[{"account_id": f"web:{k}", "followers": 10 * k} for k in range(5)])
    found = assess(workspace, question_of(""))
    picks = shortlist_set(workspace, found, Wishes(size=2, budget=100), card=CARD)
    assert picks.plan is not None
    assert picks.plan.unit == "nothing"
    assert [pick.account.rank for pick in picks.picks] == [1, 2]


def test_a_quota_needs_no_sign_that_a_shell_takes_for_a_file() -> None:
    assert parse_quotas(["tier:nano=5..", "language:de=..2", "country:GB=1..3"]) == (
        Quota("tier", "nano", True, 5),
        Quota("language", "de", False, 2),
        Quota("country", "gb", True, 1),
        Quota("country", "gb", False, 3),
    )
    with pytest.raises(UsageError, match="takes > for a file"):
        parse_quotas(["tier:nano"])


def test_a_person_with_two_accounts_is_picked_once_with_all_her_channels(
    workspace_of: Callable[..., Any],
) -> None:
    accounts = [
        {
            "platform": "instagram",
            "handle": "amy",
            "bio": "vegan bread, youtube.com/@amy_tv",
            "followers": 300,
        },
        {
            "platform": "youtube",
            "handle": "amy_tv",
            "bio": "vegan bread, instagram.com/amy",
            "followers": 200,
        },
        {"platform": "instagram", "handle": "ben", "bio": "vegan bread", "followers": 100},
    ]
    workspace = workspace_of(accounts=accounts)
    found = assess(workspace, question_of("vegan bread"))
    made = shortlist_set(workspace, found, Wishes(size=3), card=CARD, by_score=True)
    ids = {pick.account.account_id for pick in made.picks}
    assert len(ids) == 2
    assert "instagram:ben" in ids
    assert made.plan is not None
    assert any("is also" in note for note in made.plan.notes)
    both = Wishes(size=3, must=("instagram:amy", "youtube:amy_tv"))
    assert len(shortlist_set(workspace, found, both, card=CARD, by_score=True).picks) == 3


def test_a_person_reaches_whom_any_of_her_accounts_reaches(workspace_of: Callable[..., Any]) -> None:
    accounts = [
        {
            "platform": "instagram",
            "handle": "amy",
            "bio": "vegan bread, youtube.com/@amy_tv",
            "followers": 300,
        },
        {
            "platform": "youtube",
            "handle": "amy_tv",
            "bio": "vegan bread, instagram.com/amy",
            "followers": 200,
        },
        {"platform": "instagram", "handle": "ben", "bio": "vegan bread", "followers": 100},
    ]
    accounts += [{"platform": "instagram", "handle": "dan", "bio": "diesel engines", "followers": 100}]
    readers = [{"account_id": f"web:r{k}"} for k in range(80)]
    crowds = {"instagram:amy": range(20), "youtube:amy_tv": range(10, 40), "instagram:ben": range(0, 40, 2)}
    crowds["instagram:dan"] = range(40, 80)
    follows = [
        {"follower_id": f"web:r{k}", "followee_id": who} for who, crowd in crowds.items() for k in crowd
    ]
    workspace = workspace_of(accounts=[*accounts, *readers], follows=follows)
    found = assess(workspace, question_of("vegan bread"))
    reach = niche_reach(found.evidence, found.order)
    places = {account_id: place for place, account_id in enumerate(bare_rows(found).account_ids)}
    first, other = places["instagram:amy"], places["youtube:amy_tv"]
    chance = reach.audiences.chance.toarray()
    joined = reach.joined({other: first}).audiences.chance.toarray()
    assert joined[first] == pytest.approx(1 - (1 - chance[first]) * (1 - chance[other]))
    rest = [place for place in range(len(chance)) if place != first]
    assert joined[rest] == pytest.approx(chance[rest])
    picks = shortlist_set(workspace, found, Wishes(size=2), card=CARD, by_score=True).picks
    alone = max(pick.added["alone"] or 0.0 for pick in picks)
    assert alone == pytest.approx(joined[first] @ reach.audiences.people)
    assert alone > max(reach.audiences.alone()[[first, other]])
