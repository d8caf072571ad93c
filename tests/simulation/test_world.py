"""The generator keeps its promises: same bytes, whole references, labels, a truth that no table gives away."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.csv
import pyarrow.parquet
import pytest

from influence.errors import OutputError, UsageError
from influence.schema import TABLE_NAMES, table_of
from influence.simulation.niches import all_niches, choose_niches
from influence.simulation.world import WorldReport, simulate_world

NICHES = ["vegan baking", "sourdough bread", "home brewing"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> WorldReport:
    folder = tmp_path_factory.mktemp("world")
    return simulate_world(folder, n_accounts=2_400, seed=3, niches=NICHES, file_format="parquet")


@pytest.fixture(scope="module")
def tables(made: WorldReport) -> dict[str, pd.DataFrame]:
    return {Path(name).stem: pd.read_parquet(made.folder / name) for name in made.rows}


@pytest.fixture(scope="module")
def authors(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Niche truth beside what the tables show of the same accounts."""
    shown = tables["posts"].groupby("account_id")[["likes", "comments", "shares"]].mean().reset_index()
    truth = tables["niche_truth"].merge(tables["accounts"][["account_id", "followers", "following", "bio"]])
    return truth.merge(shown, how="left", on="account_id")


def _bytes(folder: Path) -> dict[str, str]:
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


@pytest.mark.parametrize("file_format", ["csv", "parquet"])
def test_the_same_seed_gives_the_same_bytes(tmp_path: Path, file_format: str) -> None:
    for name in ("one", "two"):
        simulate_world(tmp_path / name, n_accounts=600, seed=5, niches=2, file_format=file_format)  # type: ignore[arg-type]
    assert _bytes(tmp_path / "one") == _bytes(tmp_path / "two")


def test_another_seed_gives_another_world(tmp_path: Path) -> None:
    for seed in (1, 2):
        simulate_world(tmp_path / str(seed), n_accounts=600, seed=seed, niches=2)
    one, two = _bytes(tmp_path / "1"), _bytes(tmp_path / "2")
    assert one.keys() == two.keys()
    assert all(one[name] != two[name] for name in one)


def test_a_smaller_world_replaces_the_files_of_an_earlier_one(tmp_path: Path) -> None:
    simulate_world(tmp_path, n_accounts=3_100, seed=1, niches=1)
    simulate_world(tmp_path, n_accounts=600, seed=1, niches=1)
    stems = [path.name.split(".")[0] for path in tmp_path.iterdir() if path.is_file()]
    assert len(stems) == len(set(stems))
    assert not list(tmp_path.rglob("*.part"))


def test_every_file_is_a_table_of_the_contract_with_its_columns(made: WorldReport) -> None:
    files = [path for path in made.folder.iterdir() if path.suffix == ".parquet"]
    assert {path.stem for path in files} == set(TABLE_NAMES) - {
        "metrics",
        "orders",
        "coverage",
        "suppressions",
    }
    for path in files:
        names = pyarrow.parquet.read_schema(path).names
        assert set(names) <= {column.name for column in table_of(path.stem).all_columns}


def test_values_keep_the_rules_of_the_contract(tables: dict[str, pd.DataFrame]) -> None:
    for name in set(tables) & set(TABLE_NAMES):
        table = table_of(name)
        assert not tables[name].duplicated(list(table.key)).any()
        for column in table.columns:
            if column.name not in tables[name]:
                continue
            known = tables[name][column.name].dropna()
            assert not (column.required and len(known) < len(tables[name]))
            assert column.minimum is None or (known >= column.minimum).all()
            assert not column.choices or set(known) <= set(column.choices)


def test_every_reference_leads_to_a_row(tables: dict[str, pd.DataFrame]) -> None:
    ids = set(tables["accounts"]["account_id"])
    for name, columns in {
        "follows": ["follower_id", "followee_id"],
        "posts": ["account_id"],
        "interactions": ["actor_id", "target_id"],
        "snapshots": ["account_id"],
        "customers": ["account_id"],
        "contacts": ["account_id"],
        "outcomes": ["account_id"],
    }.items():
        for column in columns:
            assert set(tables[name][column].dropna()) <= ids, (name, column)
    assert set(tables["interactions"]["post_id"].dropna()) <= set(tables["posts"]["post_id"])
    assert (tables["follows"]["follower_id"] != tables["follows"]["followee_id"]).all()


def test_nothing_is_dated_after_the_last_day_or_reacts_before_the_post(
    tables: dict[str, pd.DataFrame], made: WorldReport
) -> None:
    end = pd.Timestamp(made.until) + pd.Timedelta(days=1)
    posts, reactions = tables["posts"], tables["interactions"]
    assert posts["created_at"].max() < end
    assert posts["created_at"].min() >= end - pd.Timedelta(days=made.days)
    assert reactions["created_at"].max() < end
    assert max(tables["follows"]["since"]) <= made.until
    assert max(tables["snapshots"]["day"]) == made.until
    both = reactions.merge(posts[["post_id", "created_at"]], on="post_id", suffixes=("", "_post"))
    assert (both["created_at"] >= both["created_at_post"]).all()


def test_the_platform_counts_at_least_the_reactions_that_are_listed(tables: dict[str, pd.DataFrame]) -> None:
    posts = tables["posts"].set_index("post_id")
    for kind, column in (("like", "likes"), ("comment", "comments"), ("share", "shares")):
        reactions = tables["interactions"]
        listed = reactions[reactions["kind"] == kind].groupby("post_id").size()
        assert (posts.loc[listed.index, column] >= listed).all()


def test_everything_says_that_it_is_synthetic(tables: dict[str, pd.DataFrame], made: WorldReport) -> None:
    for name, table in tables.items():
        assert table["source"].str.startswith("synthetic").all(), name
    accounts = tables["accounts"]
    assert accounts["name"].str.endswith("(synthetic)").all()
    assert accounts["account_id"].str.startswith("synthetic").all()
    assert accounts["url"].str.contains(".example/", regex=False).all()
    assert tables["contacts"]["email"].str.endswith(".example").all()
    assert (made.folder / "README.txt").read_text(encoding="utf-8").startswith("SYNTHETIC DATA")


def test_handles_are_unique_lower_case_and_match_their_ids(tables: dict[str, pd.DataFrame]) -> None:
    accounts = tables["accounts"]
    assert accounts["account_id"].is_unique
    assert (accounts["account_id"] == accounts["platform"] + ":" + accounts["handle"]).all()
    assert (accounts["account_id"] == accounts["account_id"].str.lower()).all()


def test_each_niche_has_its_planted_influencers(made: WorldReport, tables: dict[str, pd.DataFrame]) -> None:
    expected = round(0.024 * made.n_accounts / len(NICHES))
    assert set(made.planted) == set(NICHES)
    assert all(0.8 * expected <= count <= expected for count in made.planted.values())
    assert sum(made.roles.values()) == made.n_accounts
    assert made.roles["bot"] == round(0.04 * made.n_accounts)
    top = tables["niche_truth"].query("is_planted_top")
    assert set(top["role"]) == {"influencer"}
    assert (top["true_influence"] > 0).all()


def test_planted_influencers_truly_move_most_people_of_their_niche(authors: pd.DataFrame) -> None:
    for _, niche in authors.groupby("niche"):
        most = niche.nlargest(int(niche["is_planted_top"].sum()), "true_influence")
        assert most["is_planted_top"].mean() >= 0.85


@pytest.mark.parametrize("column", ["followers", "likes", "comments", "share_of_posts"])
def test_no_single_column_gives_the_influencers_away(authors: pd.DataFrame, column: str) -> None:
    shares = []
    for _, niche in authors.groupby("niche"):
        n_planted = int(niche["is_planted_top"].sum())
        shares.append(niche.nlargest(n_planted, column)["is_planted_top"].mean())
    assert np.mean(shares) < 0.6


def test_followers_rank_celebrities_and_bought_accounts_first(authors: pd.DataFrame) -> None:
    for _, niche in authors.groupby("niche"):
        first = niche.nlargest(int(niche["is_planted_top"].sum()), "followers")
        assert first["is_planted_top"].mean() < 0.4
        assert {"celebrity", "bought"} & set(first["role"])


def test_most_posts_of_an_influencer_do_not_say_the_niches_name(tables: dict[str, pd.DataFrame]) -> None:
    vegan = tables["niche_truth"].query("is_planted_top and niche == 'vegan baking'")["account_id"]
    text = tables["posts"][tables["posts"]["account_id"].isin(set(vegan))]["text"].str.lower()
    named = text.str.contains("vegan ?baking")
    assert 0.02 < named.mean() < 0.5


def test_bought_followers_arrive_in_a_burst(tables: dict[str, pd.DataFrame]) -> None:
    snapshots = tables["snapshots"].sort_values(["account_id", "day"])
    jump = snapshots.groupby("account_id")["followers"].agg(
        lambda counts: (counts.diff() / counts.iloc[-1]).max()
    )
    role = tables["account_truth"].set_index("account_id")["role"]
    bought = jump[role.loc[jump.index] == "bought"]
    ordinary = jump[role.loc[jump.index] == "regular"]
    assert bought.median() > 0.5
    assert ordinary.median() < 0.1


def test_pods_comment_on_one_another_with_empty_phrases(tables: dict[str, pd.DataFrame]) -> None:
    pod = tables["account_truth"].set_index("account_id")["pod"]
    comments = tables["interactions"].query("kind == 'comment'")
    actor, target = (
        pod.reindex(comments["actor_id"]).to_numpy(),
        pod.reindex(comments["target_id"]).to_numpy(),
    )
    to_pod = ~np.isnan(target)
    inside = to_pod & (actor == target)
    assert inside.sum() > 0.6 * to_pod.sum()
    assert comments[inside]["text"].nunique() < 0.2 * inside.sum()


def test_paid_posts_get_fewer_reactions_than_the_authors_own(tables: dict[str, pd.DataFrame]) -> None:
    role = tables["account_truth"].set_index("account_id")["role"]
    posts = tables["posts"]
    paid = posts[role.loc[posts["account_id"]].to_numpy() == "paid"]
    likes = paid.groupby("is_sponsored")["likes"].mean()
    assert paid["is_sponsored"].mean() > 0.25
    assert likes[True] < 0.8 * likes[False]


def test_the_dormant_have_fallen_silent_and_count_for_nothing(
    tables: dict[str, pd.DataFrame], made: WorldReport
) -> None:
    dormant = tables["niche_truth"].query("role == 'dormant'")
    last = tables["posts"].groupby("account_id")["created_at"].max()[dormant["account_id"].unique()]
    assert (last < pd.Timestamp(made.until) - pd.Timedelta(days=150)).all()
    assert (dormant["true_influence"] == 0).all()
    assert dormant["true_niche_reach"].median() > 20


def test_lovers_and_haters_of_the_brand_say_so(tables: dict[str, pd.DataFrame]) -> None:
    feeling = tables["account_truth"].set_index("account_id")["brand_feeling"]
    posts = tables["posts"][tables["posts"]["text"].str.contains("Tavilo")]
    felt = feeling.loc[posts["account_id"]].to_numpy()
    assert not np.isnan(felt).any()
    praise = posts["text"].str.contains("still impressed|so happy|can't fault").to_numpy()
    blame = posts["text"].str.contains("Never again|Not impressed|is a joke").to_numpy()
    assert (felt[praise] == 1).all()
    assert (felt[blame] == -1).all()
    assert praise.any()
    assert blame.any()


def test_some_customers_have_no_voice_and_what_is_unknown_is_null(tables: dict[str, pd.DataFrame]) -> None:
    customers = tables["customers"]
    assert 0.2 < customers["account_id"].isna().mean() < 0.5
    assert customers["nps"].isna().any()
    truth = tables["customer_truth"].set_index("customer_id")["true_account_id"]
    known = customers.dropna(subset="account_id")
    assert (truth.loc[known["customer_id"]].to_numpy() == known["account_id"].to_numpy()).all()
    assert tables["accounts"]["followers"].isna().any()


def test_csv_and_parquet_hold_the_same_world(tmp_path: Path) -> None:
    for file_format in ("csv", "parquet"):
        simulate_world(tmp_path / file_format, n_accounts=600, seed=5, niches=2, file_format=file_format)  # type: ignore[arg-type]
    for name in ("accounts", "posts", "follows"):
        text = pyarrow.csv.read_csv(next((tmp_path / "csv").glob(f"{name}.csv*")))
        typed = pyarrow.parquet.read_table(tmp_path / "parquet" / f"{name}.parquet")
        assert text.column_names == typed.column_names
        assert len(text) == len(typed)
        assert text.column(0).to_pylist() == typed.column(0).to_pylist()


def test_length_and_last_day_are_as_asked(tmp_path: Path) -> None:
    report = simulate_world(
        tmp_path, n_accounts=600, seed=1, niches=1, days=90, until=date(2020, 3, 1), file_format="parquet"
    )
    posts = pd.read_parquet(report.folder / "posts.parquet")
    assert posts["created_at"].min() >= pd.Timestamp("2019-12-03")
    assert posts["created_at"].max() < pd.Timestamp("2020-03-02")


def test_niches_can_be_named_by_key_or_name_or_counted() -> None:
    assert [niche.name for niche in choose_niches(["Sourdough Bread", "houseplants"])] == [
        "sourdough bread",
        "houseplants",
    ]
    assert len(choose_niches(3)) == 3
    assert choose_niches(None) == all_niches()


def test_neighbouring_niches_share_words() -> None:
    words = {niche.key: {*niche.things, *niche.gear, *niche.trouble} for niche in all_niches()}
    assert words["vegan-baking"] & words["sourdough"]
    assert all(set(niche.neighbours) <= set(words) for niche in all_niches())


@pytest.mark.parametrize(
    "wrong",
    [
        {"niches": ["vegan bakking"]},
        {"niches": 0},
        {"niches": 99},
        {"n_accounts": 10},
        {"days": 3},
        {"seed": -1},
    ],
)
def test_a_wrong_setting_is_refused_before_anything_is_written(
    tmp_path: Path, wrong: dict[str, object]
) -> None:
    with pytest.raises(UsageError):
        simulate_world(tmp_path / "world", **wrong)  # type: ignore[arg-type]
    assert not (tmp_path / "world").exists()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="cannot be written"):
        simulate_world(tmp_path / "file" / "world", n_accounts=600, niches=1)
