"""A reader of an explanation sees which words were added to the niche, and why."""

from __future__ import annotations

from pathlib import Path

import influence
from influence.reporting.explain.explain_words import terms_sentence


def test_an_explanation_says_which_words_were_added_and_why(tmp_path: Path) -> None:
    texts = {
        "baker": ["Vegan baking with aquafaba", "Vegan brownies"],
        "cook": ["Vegetarian curry", "Vegan baking, aquafaba meringue"],
        "third": ["Vegan baking"],
        "rider": ["Motorbike tours"],
    }
    rows = [f"{who}{n},web:{who},{text!r}" for who, some in texts.items() for n, text in enumerate(some)]
    (tmp_path / "posts.csv").write_text("post_id,account_id,text\n" + "\n".join(rows).replace("'", '"'))
    with influence.open_workspace(tmp_path / "w.duckdb") as workspace:
        influence.import_files(workspace, [tmp_path / "posts.csv"])
        said = terms_sentence(influence.explain(workspace, "web:baker", "vegan baking")) or ""
    assert said.startswith("The niche was read as these word stems: ")
    parts = said.removeprefix("The niche was read as these word stems: ").removesuffix(".").split("; ")
    words = {part.split(" (")[1].removesuffix(")"): part.split(" (")[0].split(", ") for part in parts}
    assert sorted(words["asked"]) == ["bake", "vegan"]
    assert "vegetarian" in words["means nearly vegan"]
    assert "aquafaba" in words["used by the accounts that fit best"]
    assert any(why.startswith("used in the community") for why in words)
