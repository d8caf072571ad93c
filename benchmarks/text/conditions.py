"""Are the hard conditions of a brief read as a person reads them, and does a ranking by them hold?

    python -m benchmarks.text.conditions

Sixty briefs of our own in seven languages (`benchmarks/conditions.toml`); odd ones were used while the patterns were
written. Read right: of the conditions in the briefs, those read with their value; wrong ones that were read count
against it too. Then each brief is asked of a world of 400 invented accounts of its own, whose attributes are known and
whose profiles tell only some of them; of the accounts that its checklist leaves, the first ten (unordered) are judged.
"""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from influence.ranking.checklist import narrowed
from influence.signals.material import Material
from influence.store.importing.transaction import import_tables
from influence.store.workspace import open_workspace
from influence.text.amounts import read_table
from influence.text.conditions import read_conditions

UNTIL, N_ACCOUNTS, SEED = date(2026, 7, 1), 400, 3
OTHERS = {
    "country": ("AU", "SE", "JP", "PL"), "language": ("pl", "ja", "nl"), "platform": ("facebook", "linkedin"),
    "kind": ("brand", "community"),
}  # fmt: skip
BRIEFS = Path(__file__).parents[1] / "conditions.toml"


def main() -> None:
    briefs = tomllib.loads(BRIEFS.read_text("utf-8"))["brief"]
    for half, some in (("odd, used while writing", briefs[::2]), ("even, kept apart", briefs[1::2])):
        right, told, read = np.sum([counts(brief) for brief in some], axis=0)
        print(f"{half:26s} {right} of {told} conditions read right ({right / told:.3f}); "
              f"{read - right} of {read} read were wrong")  # fmt: skip
        shares = [share for share in map(precision, some) if share is not None]
        print(
            f"{'':26s} first ten that meet all: {np.mean(shares):.3f} ({len(shares)} briefs that ten can meet)"
        )


def precision(brief: dict[str, Any]) -> float | None:
    """Of the first ten accounts that a brief's checklist leaves, the share that meets it; None where ten do not."""
    people, posts, meets = world(brief)
    if sum(meets.values()) < 10:
        return None
    workspace = open_workspace(":memory:")
    import_tables(workspace, {"accounts": pd.DataFrame(people), "posts": pd.DataFrame(posts)})
    material = Material(workspace.store, UNTIL.isoformat())
    pool = np.arange(len(material.account_ids), dtype=np.int32)
    left = narrowed(material, pool, read_conditions(brief["text"]).conditions).pool
    return float(np.mean([meets[name] for name in material.account_ids[left[:10]]]))


def world(brief: dict[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]], dict[str, bool]]:
    """Accounts, posts and who truly meets a brief; each thing that is asked for is right with three of four."""
    rng = np.random.default_rng([SEED, *brief["text"].encode()])
    places = read_table("places")
    people, posts, meets = [], [], {}
    for n in range(N_ACCOUNTS):
        low, high = brief.get("min_followers", 300), brief.get("max_followers", 900_000)
        right = {name: bool(rng.random() < 0.75) for name in brief}
        inside = right.get("min_followers", True) and right.get("max_followers", True)
        outside = high * 2 if "max_followers" in brief else low / 3
        pick = {
            name: str(rng.choice(brief[name])) if name in brief and right[name] else str(rng.choice(others))
            for name, others in OTHERS.items()
        }
        hide = {name: bool(rng.random() < 0.2) for name in ("country", "language", "followers")}
        city = str(
            rng.choice([place for place in places[pick["country"]]["place"] if place.isalpha()])
        ).title()
        address = "hello@example.org" if right.get("contact", rng.random() < 0.5) else ""
        name = f"{pick['platform']}:a{n:03d}"
        people.append(
            {
                "account_id": name, "handle": f"a{n:03d}", "platform": pick["platform"], "kind": pick["kind"],
                "bio": f"{city} {address}".strip(), "country": None if hide["country"] else pick["country"],
                "language": None if hide["language"] else pick["language"], "fetched_at": "2026-06-01",
                "followers": None if hide["followers"] else int(rng.uniform(low, high) if inside else outside),
            }
        )  # fmt: skip
        wanted = brief.get("posts_per_month", 1)
        monthly = wanted * 1.5 if right.get("posts_per_month", True) else wanted * 0.4
        brand = brief["conflict"][0] if "conflict" in brief and not right["conflict"] else "plants"
        for k in range(max(1, int(3 * monthly))):
            day = UNTIL - timedelta(days=1 + k * 89 / max(1, 3 * monthly))
            posts.append(
                {
                    "post_id": f"{name}-{k}",
                    "account_id": name,
                    "text": f"About {brand}",
                    "created_at": day.isoformat(),
                }
            )
        asked = [kind for kind in right if kind not in ("text", "size", "budget", "engagement")]
        chance = {kind: pick[kind] in brief[kind] for kind in OTHERS if kind in brief}
        meets[name] = all(chance.get(kind, right[kind]) for kind in asked)
    return people, posts, meets


def counts(brief: dict[str, Any]) -> tuple[int, int, int]:
    """Conditions read right, told and read of one brief."""
    truth = expected(brief)
    read = {one.name: _plain(one.value) for one in read_conditions(brief["text"]).conditions}
    return sum(read.get(name) == value for name, value in truth.items()), len(truth), len(read)


def expected(brief: dict[str, Any]) -> dict[str, Any]:
    """The conditions of a brief of the file."""
    return {name: _plain(value) for name, value in brief.items() if name != "text"}


def _plain(value: object) -> object:
    return frozenset(value) if isinstance(value, (list, tuple)) else float(str(value))


if __name__ == "__main__":
    main()
