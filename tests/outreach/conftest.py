"""A workspace with a saved list of people hard on files: Arabic, Chinese, emoji, quotes, line breaks, formulas."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from influence.store.importing.transaction import import_tables
from influence.store.lists.saved import SavedList, SavedPick, save_list
from influence.store.workspace import Workspace, open_workspace

NOW = datetime(2026, 3, 1, 9)
HARD = (
    # handle, name, email, reason
    ("sara", "سارة العلي", "sara@one.example", "تكتب عن الشاي"),
    ("xiaoming", "王小明", "ming@two.example", "写关于茶的文章"),
    ("emoji", "Zoë 👩🏽‍🍳 O'Neil", "zoe@three.example", 'Says "hello", then\nleaves; 100% 🍵'),
    (
        '=HYPERLINK("http://evil.example","x")',
        '=HYPERLINK("http://evil.example","x")',
        "eve@four.example",
        "+1 for tea",
    ),
    ("@at", "-Minus, Dash", "dash@five.example", "a,b;c\td"),
)


@pytest.fixture
def hard(tmp_path: Path) -> Workspace:
    """The hard people on the saved list ``spring``; contacts have a lawful basis."""
    accounts = [
        {"account_id": f"web:p{k}", "handle": handle, "name": name, "url": f"https://p{k}.example", "kind": "person",
         "followers": 100 + k, "country": "GB"}
        for k, (handle, name, _, _) in enumerate(HARD)
    ]  # fmt: skip
    contacts = [
        {"account_id": f"web:p{k}", "email": email, "name": name, "lawful_basis": "consent",
         "subscriber_type": "individual", "role": "editor"}
        for k, (_, name, email, _) in enumerate(HARD)
    ]  # fmt: skip
    workspace = open_workspace(tmp_path / "w.duckdb")
    import_tables(
        workspace, {"accounts": pd.DataFrame(accounts), "contacts": pd.DataFrame(contacts)}, now=NOW
    )
    picks = tuple(SavedPick(f"web:p{k}", k + 1, 90.0 - k, reason) for k, (_, _, _, reason) in enumerate(HARD))
    save_list(
        workspace,
        SavedList("spring", "green tea", "long-tail", "Best first.", {}, "2026-02-01", picks),
        now=NOW,
    )
    yield workspace
    workspace.close()


@pytest.fixture
def people() -> Callable[..., list[Any]]:
    """Addressees from keyword values: ``people({"email": "a@b.c"}, ...)``, ids ``web:p0``, ``web:p1`` ..."""
    from influence.outreach.addressees import Addressee

    def make(*rows: dict[str, Any]) -> list[Addressee]:
        made = []
        for k, row in enumerate(rows):
            pick = SavedPick(f"web:p{k}", k + 1, status=row.pop("status", "idea"))
            flags = row.pop("flags", ())
            n = row.pop("n_addresses", 1)
            base = {"account_id": pick.account_id, "handle": f"p{k}", "lawful_basis": "consent"}
            made.append(Addressee(pick, {key: v for key, v in {**base, **row}.items() if v}, n, flags))
        return made

    return make
