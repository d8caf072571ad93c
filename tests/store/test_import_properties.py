"""Laws of the import: the spelling of a file changes nothing about its rows."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from influence.schema import TABLES, table_of
from influence.store.importing.transaction import import_files, import_tables
from influence.store.workspace import memory_workspace

PEOPLE = (
    ("anna", "Anna Oats", 12345, 321, "Bakes vegan bread with oats every day"),
    ("ben.crust", "Ben Crust", 1200, 15, "Rye, spelt and nothing else at all"),
    ("cleo_b", "Cleo B", 998877, 4000, "Cakes from a very small kitchen in Leeds"),
    ("dan", "Dan Rye", 7000, 88, "Writes about flour, mills and ovens"),
)
HEADERS = {
    "handle": ("username", "Handle", "screen_name", "userName", "Benutzername", "Nom d'utilisateur",
               "Nombre de usuario",
               "Nome utente", "Gebruikersnaam", "Nazwa użytkownika", "Kullanıcı adı", "ownerUsername",
               "author.username"),
    "name": ("Full name", "display_name", "fullName", "Vor- und Nachname", "Nom complet", "Nombre completo",
             "Imię i nazwisko", "Ad Soyad"),
    "followers": ("followers", "Follower Count", "followersCount", "Number of followers", "Abonnenten", "Abonnés",
                  "Seguidores", "Volgers", "Obserwujący", "Takipçi sayısı", "public_metrics.followers_count",
                  "Subscribers"),
    "posts_total": ("posts", "Number of posts", "postsCount", "media_count", "Beiträge", "Publicaciones"),
    "bio": ("bio", "Biography", "description", "Beschreibung", "Descripción", "Opis", "profile description"),
}  # fmt: skip
NUMBERS: dict[str, Callable[[int], str]] = {
    "plain": str,
    "commas": lambda n: f"{n:,}",
    "points": lambda n: f"{n:,}".replace(",", "."),
    "spaces": lambda n: f"{n:,}".replace(",", "\u202f"),
    "apostrophes": lambda n: f"{n:,}".replace(",", "'"),
    "float": lambda n: f"{n}.0",
    "thousands": lambda n: f"{n / 1000:.3f}k",
    "followers": lambda n: f"{n} followers",
}
"""Ways in which people and tools write a count."""

QUESTION = "select handle, name, followers, posts_total, bio from accounts order by handle"


def rows_of(text: str, encoding: str) -> list[tuple[Any, ...]]:
    with tempfile.TemporaryDirectory() as folder, memory_workspace() as workspace:
        path = Path(folder) / "list.csv"
        path.write_bytes(text.encode(encoding))
        import_files(workspace, path, platform="instagram")
        return [tuple(row.values()) for row in workspace.store.query(QUESTION).to_pylist()]


@given(
    headers=st.fixed_dictionaries({target: st.sampled_from(names) for target, names in HEADERS.items()}),
    order=st.permutations(list(HEADERS)),
    number=st.sampled_from(sorted(NUMBERS)),
    delimiter=st.sampled_from([",", ";", "\t"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    people=st.permutations(PEOPLE),
)
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
def test_aliases_order_and_number_forms_change_no_row(
    headers: dict[str, str],
    order: list[str],
    number: str,
    delimiter: str,
    encoding: str,
    people: list[tuple[str, str, int, int, str]],
) -> None:
    written = io.StringIO()
    out = csv.writer(written, delimiter=delimiter)
    out.writerow([headers[target] for target in order])
    for person in people:
        told = dict(zip(HEADERS, person, strict=True))
        cells = {k: NUMBERS[number](v) if isinstance(v, int) else v for k, v in told.items()}
        out.writerow([cells[target] for target in order])
    assert rows_of(written.getvalue(), encoding) == sorted(PEOPLE)


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=30)
NAMES = st.from_regex(r"[a-z][a-z0-9_]{2,12}", fullmatch=True).filter(
    lambda name: name not in ("null", "none", "nan")
)
ACCOUNTS = st.lists(
    st.fixed_dictionaries(
        {
            "handle": NAMES,
            "platform": st.sampled_from(["instagram", "web", "tiktok"]),
            "bio": st.none() | TEXTS,
            "followers": st.none() | st.integers(0, 10**9),
            "created_at": st.none() | st.sampled_from(["2020-01-02 03:04:05", "2024-12-31 23:59:59"]),
        }
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda row: (row["platform"], row["handle"]),
)


def everything(workspace: Any) -> dict[str, list[tuple[Any, ...]]]:
    found = {}
    for table in TABLES:
        columns = ", ".join(column.name for column in table.columns)
        rows = workspace.store.query(f"select {columns} from {table.name} order by all").to_pylist()
        found[table.name] = [tuple(row.values()) for row in rows]
    return found


@given(
    accounts=ACCOUNTS,
    texts=st.lists(TEXTS, min_size=1, max_size=5),
    ties=st.lists(st.tuples(NAMES, NAMES), max_size=4),
)
@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
def test_tables_written_out_and_imported_again_are_the_same(
    accounts: list[dict[str, Any]], texts: list[str], ties: list[tuple[str, str]]
) -> None:
    author = accounts[0]
    posts = [
        {
            "post_id": f"p{n}",
            "account_id": f"{author['platform']}:{author['handle']}",
            "text": text,
            "likes": n,
        }
        for n, text in enumerate(texts)
    ]
    follows = [{"follower_id": f"web:{a}", "followee_id": f"web:{b}"} for a, b in ties]
    given_rows = {"accounts": accounts, "posts": posts, "follows": follows}
    with (
        memory_workspace() as workspace,
        memory_workspace() as again,
        tempfile.TemporaryDirectory() as folder,
    ):
        import_tables(workspace, {name: _columns(rows) for name, rows in given_rows.items() if rows})
        for name in given_rows:
            columns = ", ".join(column.name for column in table_of(name).all_columns)
            table = workspace.store.query(f"select {columns} from {name}")
            if table.num_rows:
                _write(Path(folder) / f"{name}.csv", table.to_pylist())
        import_files(again, folder)
        assert everything(again) == everything(workspace)


def _columns(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    return {name: [row[name] for row in rows] for name in rows[0]}


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.DictWriter(file, rows[0])
        out.writeheader()
        out.writerows(rows)
