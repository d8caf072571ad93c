"""The plan: cases worked by hand, laws, Monte Carlo against closed forms, the workbook against Python."""

from __future__ import annotations

import ast
import shutil
import subprocess
import tomllib
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence.errors import InfluenceError, SourceError, UsageError
from influence.planning.brief import parse_brief
from influence.planning.business_case import Plan, make_plan
from influence.planning.inputs import INPUTS, Input, defaults
from influence.planning.model import LINE_KEYS, LINES, evaluate_at
from influence.planning.scenarios import SCENARIOS, draw_pert, goal_seek, simulate, tornado
from influence.reporting.plan.plan_page import plan_html, plan_json, plan_markdown, plan_text
from influence.reporting.plan.plan_words import sections_of
from influence.reporting.plan.plan_workbook import write_plan_workbook

BRIEF: dict[str, Any] = {
    "name": "Spring kit",
    "market": {"market_size": 200_000, "market_orders": 50_000},
    "audience": {"voices": 20, "followers": 160_000, "unique_audience": 90_000, "niche_share": 0.4},
    "money": {"order_value": 60, "margin_share": 0.4, "saved_per_customer": 20},
    "response": {"click_rate": {"value": 0.03, "low": 0.02, "high": 0.05}},
    "budget": {"concept": 200, "technology": 100, "staff": 300, "programme": 600, "cost_per_voice": 30,
               "reward_per_order": 5},
    "targets": {"orders": 100},
}  # fmt: skip


def brief_with(**sections: dict[str, Any]) -> dict[str, Any]:
    return BRIEF | {name: BRIEF.get(name, {}) | changes for name, changes in sections.items()}


def certain(**values: float) -> dict[str, Input]:
    """Inputs without ranges."""
    told = {"voices": 1, "followers": 1000, "unique_audience": 1000, "order_value": 10} | values
    return {entry.key: entry.with_value(told.get(entry.key, entry.value)) for entry in INPUTS}


@pytest.fixture(scope="module")
def plan() -> Plan:
    return make_plan(parse_brief(BRIEF))


def test_break_even_is_fixed_cost_over_contribution_margin() -> None:
    # The textbook formula (Farris et al., Marketing Metrics), numbers ours: 40,000 / (20 - 12) = 5,000 units
    found = evaluate_at(
        certain(order_value=20, margin_share=0.4, anyway_share=0, budget_staff=40_000, reward_per_order=0)
    )
    assert found["break_even_orders"] == pytest.approx(5_000)


def test_textbook_break_even_of_a_product_for_ten_dollars() -> None:
    # Richardson, witiger.com/marketing/breakevenanalysis.htm: price 10, variable cost 4.50, fixed 7,700: a loss of
    # 2,200 at 1,000 units; 7,700 / 5.50 = 1,400 units break even
    inputs = certain(followers=10_000, unique_audience=10_000, real_share=1, view_share=1, posts_each=1,
                     click_rate=0.1, purchase_rate=1, anyway_share=0, order_value=10, margin_share=0.55,
                     budget_staff=7_700)  # fmt: skip
    found = evaluate_at(inputs)
    assert found["orders"] == pytest.approx(1_000)
    assert found["profit"] == pytest.approx(-2_200)
    assert found["break_even_orders"] == pytest.approx(1_400)


def test_roi_is_incremental_margin_less_cost_over_cost() -> None:
    # (incremental margin - cost) / cost (Lenskold, Marketing ROI), numbers ours: 150,000 from 100,000 is 50 %
    inputs = certain(followers=1_000_000, unique_audience=1_000_000, real_share=1, view_share=0.5, posts_each=1,
                     click_rate=0.1, purchase_rate=0.1, anyway_share=0, order_value=60, margin_share=0.5,
                     budget_staff=100_000)  # fmt: skip
    found = evaluate_at(inputs)
    assert found["orders"] == pytest.approx(5_000)
    assert found["roi"] == pytest.approx(0.5)


def test_two_posts_at_random_reach_by_sainsburys_formula() -> None:
    found = evaluate_at(certain(real_share=1, view_share=0.3, posts_each=2))
    assert found["reach"] == pytest.approx(1000 * (1 - 0.7 * 0.7))
    assert found["frequency"] == pytest.approx(600 / 510)


def test_leads_and_orders_are_both_shares_of_visits() -> None:
    few, many = (evaluate_at(certain(lead_rate=rate)) for rate in (0.01, 0.5))
    assert few["orders"] == many["orders"]
    assert few["visits"] == many["visits"]


def test_engagement_is_no_step_on_the_way_to_a_visit() -> None:
    few, many = (evaluate_at(certain(engagement_rate=rate)) for rate in (0.001, 0.1))
    assert few["visits"] == many["visits"]


def test_earned_media_value_enters_no_result() -> None:
    cheap, dear = (evaluate_at(certain(emv_cpm=price)) for price in (1, 50))
    assert dear["emv"] > cheap["emv"]
    others = [key for key in LINE_KEYS if key != "emv"]
    np.testing.assert_array_equal([cheap[key] for key in others], [dear[key] for key in others])


def test_rates_that_share_a_denominator_are_never_multiplied() -> None:
    inputs = {entry.key: entry for entry in INPUTS}
    formulas = {line.key: line.formula for line in LINES}

    def factors(node: ast.expr) -> list[str]:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
            return factors(node.left) + factors(node.right)
        name = node.id if isinstance(node, ast.Name) else ""
        return factors(ast.parse(formulas[name], mode="eval").body) if name in formulas else [name]

    for key, formula in formulas.items():
        of = [inputs[name].of for name in factors(ast.parse(formula, mode="eval").body) if name in inputs]
        shared = [name for name in of if name and of.count(name) > 1]
        assert not shared, f"{key} multiplies several shares of {shared[0]}"


def test_bots_make_an_audience_smaller_and_leave_views_as_they_were_counted() -> None:
    real, half = (
        evaluate_at(certain(real_share=share, view_share=0.3, posts_each=2)) for share in (1.0, 0.5)
    )
    assert half["impressions"] == real["impressions"]
    assert half["visits"] == real["visits"]
    assert half["reach"] == pytest.approx(500 * (1 - 0.4 * 0.4)), (
        "500 people, each sees a post with 0.3 / 0.5"
    )
    assert half["frequency"] > real["frequency"]


def test_zero_conversion_gives_no_revenue() -> None:
    found = evaluate_at(certain(purchase_rate=0))
    assert found["revenue"] == found["long_revenue"] == found["savings"] == 0
    assert np.isnan(found["cost_per_acquisition"])


amounts = st.floats(0, 1e6)
shares = st.floats(0, 1)


@given(amounts, amounts, st.floats(0, 1e4), st.integers(1, 500))
def test_more_budget_never_reaches_fewer(first: float, second: float, price: float, voices: int) -> None:
    low, high = sorted((first, second))
    poor, rich = (
        evaluate_at(certain(budget_programme=money, cost_per_voice=price, voices=voices))
        for money in (low, high)
    )
    assert poor["reach"] <= rich["reach"]
    assert rich["reach"] <= 1000


@given(shares, shares, shares, st.floats(0, 20))
def test_counts_shrink_along_the_funnel(view: float, click: float, buy: float, posts: float) -> None:
    found = evaluate_at(certain(view_share=view, click_rate=click, purchase_rate=buy, posts_each=posts))
    assert 0 <= found["new_orders"] <= found["orders"] <= found["visits"] <= found["impressions"]
    assert found["reach"] <= found["audience"] + 1e-9


@given(st.floats(0.001, 0.05), st.floats(0, 0.04), st.floats(0, 0.04), st.floats(5, 200), shares)
def test_scenarios_keep_their_order(rate: float, down: float, up: float, value: float, margin: float) -> None:
    told = brief_with(
        response={"purchase_rate": {"value": rate, "low": max(rate - down, 0), "high": rate + up}},
        money={"order_value": value, "margin_share": margin},
        budget={"reward_per_order": 0},
    )
    inputs = parse_brief(told).inputs
    profits = [evaluate_at(inputs, name)["profit"] for name in SCENARIOS]
    assert profits[0] <= profits[1] + 1e-9
    assert profits[1] <= profits[2] + 1e-9


def test_monte_carlo_mean_is_within_its_error_of_the_closed_form() -> None:
    # expected visits are a product of independent inputs, so the mean is the product of PERT means
    inputs = certain(real_share=1, budget_programme=0, followers=10_000, unique_audience=10_000)
    for key, low, value, high in (("click_rate", 0.01, 0.02, 0.05), ("view_share", 0.1, 0.4, 0.5)):
        inputs[key] = inputs[key].with_value(value, low, high)
    found = simulate(inputs, seed=7)
    means = [(low + 4 * value + high) / 6 for low, value, high in ((0.01, 0.02, 0.05), (0.1, 0.4, 0.5))]
    exact = 10_000 * inputs["posts_each"].value * means[0] * means[1]
    assert found.mean["visits"] == pytest.approx(exact, abs=4 * found.standard_error["visits"])
    assert found.standard_error["visits"] < 0.01 * exact


def test_pert_draws_stay_inside_and_have_their_mean() -> None:
    entry = certain()["click_rate"].with_value(0.02, 0.01, 0.05)
    drawn = draw_pert(entry, 50_000, np.random.default_rng(0))
    assert drawn.min() >= 0.01
    assert drawn.max() <= 0.05
    assert drawn.mean() == pytest.approx((0.01 + 0.08 + 0.05) / 6, rel=0.01)


def test_simulation_is_repeated_by_its_seed(plan: Plan) -> None:
    assert simulate(plan.brief.inputs, seed=3) == simulate(plan.brief.inputs, seed=3)
    assert simulate(plan.brief.inputs, seed=3) != simulate(plan.brief.inputs, seed=4)


def test_goal_seek_finds_the_value_that_breaks_even(plan: Plan) -> None:
    goal = goal_seek(plan.brief.inputs, "order_value")
    assert goal.value is not None
    assert evaluate_at(plan.brief.inputs, changes={"order_value": goal.value})["profit"] == pytest.approx(
        0, abs=1e-6
    )


def test_goal_seek_says_when_no_value_will_do() -> None:
    hopeless = certain(budget_staff=1e9)
    assert goal_seek(hopeless, "purchase_rate").value is None


def test_tornado_is_sorted_and_names_only_what_is_uncertain(plan: Plan) -> None:
    swings = tornado(plan.brief.inputs)
    assert [swing.size for swing in swings] == sorted((swing.size for swing in swings), reverse=True)
    assert {swing.key for swing in swings} == {k for k, e in plan.brief.inputs.items() if e.high > e.low}


def test_budget_has_four_parts_that_add_up(plan: Plan) -> None:
    assert len(plan.budget) == 4
    assert sum(plan.budget.values()) == pytest.approx(plan.expected["cost"])


def test_every_default_cites_a_source_a_date_and_a_unit() -> None:
    for entry in defaults().values():
        assert entry.cite, entry.key
        assert entry.date, entry.key
        assert entry.unit, entry.key
        assert entry.kind in ("published", "convention", "judgement")
        assert entry.low <= entry.value <= entry.high


@pytest.mark.parametrize(
    ("sections", "words"),
    [
        ({"response": {"clickrate": 0.1}}, "click_rate"),
        ({"response": {"click_rate": 1.5}}, "out of its range"),
        ({"response": {"purchase_rate": {"value": 0.1, "of": "leads"}}}, "denominator"),
        ({"response": {"click_rate": {"value": 0.1, "low": 0.2}}}, "out of its range"),
        ({"response": {"click_rate": "often"}}, "must be a number"),
        ({"money": {"order_value": float("nan")}}, "must be a number"),
        ({"money": {"order_value": float("inf")}}, "must be a number"),
        ({"money": {"order_value": 1e308}}, "must be a number"),
        ({"audience": {"unique_audience": 200_000}}, "more different people"),
        ({"audience": {"unique_audience": 0}}, "leaves out"),
        ({"targets": {"sales": 3}}, "no such key"),
        ({"pilot": {"by": "luck"}}, "scope"),
    ],
)
def test_a_wrong_brief_is_refused_in_plain_words(sections: dict[str, Any], words: str) -> None:
    with pytest.raises(InfluenceError, match=words):
        make_plan(parse_brief(brief_with(**sections)))


def test_a_list_without_a_workspace_is_not_added_up(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("account_id\nx:a\nx:b\n", "utf-8")
    told = brief_with(source={"list": "list.csv"}, audience={"followers": 0, "unique_audience": 0})
    with pytest.raises(UsageError, match="workspace"):
        parse_brief(told, folder=tmp_path)


def test_the_page_fits_people_who_sign(plan: Plan) -> None:
    page = plan_markdown(plan)
    for words in (
        "1. Budget",
        "2. From market",
        "3. What if",
        "4. Business case",
        "Pilot",
        "Approved",
        "a convention",
    ):
        assert words in page
    assert len(page.splitlines()) < 100
    assert "<script" not in plan_html(plan)
    assert '"loss_probability"' in plan_json(plan)
    assert "nan" not in plan_text(plan).lower().replace("finance", "")


CHANGES: dict[str, dict[str, float]] = {
    "ten": {
        "market_size": 150_000.0, "voices": 33.0, "followers": 210_500.0, "unique_audience": 88_001.0,
        "view_share": 0.29, "click_rate": 0.041, "purchase_rate": 0.0333, "order_value": 73.5,
        "budget_programme": 777.0, "cost_per_voice": 31.0, "reward_per_order": 6.25,
    },
    "zero": {entry.key: 0.0 for entry in INPUTS},
    "loss on every order": {"reward_per_order": 99.0},
    "no market": {"market_size": 0.0, "market_orders": 0.0},
    "nobody buys": {"purchase_rate": 0.0},
    "huge": {entry.key: 1.0 if entry.unit == "share" else 1e9 for entry in INPUTS},
}  # fmt: skip


def test_the_page_for_a_terminal_fits_eighty_columns(plan: Plan) -> None:
    assert max(map(len, plan_text(plan).splitlines())) <= 80


def test_no_part_of_a_purchase_is_counted_and_nothing_is_certain() -> None:
    hopeless = brief_with(response={"click_rate": 0.00001})
    text = plan_text(make_plan(parse_brief(hopeless)))
    assert "less than one purchase" in text
    assert "chance of a loss over 99%" in " ".join(text.split())
    assert "nan" not in text
    assert "-0.00" not in text


def test_html_is_a_page_of_its_own_without_scripts_and_with_escaped_names() -> None:
    page = plan_html(make_plan(parse_brief(brief_with() | {"name": "<script>alert(1)</script>"})))
    assert page.startswith("<!doctype html>")
    assert page.count("<h1>") == 1
    assert "<script" not in page
    assert "default-src 'none'" in page


def test_a_what_if_may_multiply_and_has_a_range(plan: Plan) -> None:
    told = brief_with() | {
        "what_if": {"twice": {"click_rate": "x2"}, "a fifth less": {"order_value": "-20%"}}
    }
    found = make_plan(parse_brief(told)).what_ifs
    assert found["twice"].values["visits"] == pytest.approx(2 * plan.expected["visits"])
    low, _, high = found["twice"].simulation.quantiles["visits"]
    assert low < found["twice"].values["visits"] < high
    assert found["a fifth less"].values["revenue"] == pytest.approx(0.8 * plan.expected["revenue"])
    with pytest.raises(SourceError, match="no change"):
        parse_brief(brief_with() | {"what_if": {"odd": {"click_rate": "lots"}}})


def test_rewards_of_both_sides_are_what_an_order_costs() -> None:
    told = {key: part for key, part in BRIEF.items() if key != "budget"} | {
        "reward": {"advocate": 4, "friend": 3}
    }
    assert parse_brief(told).inputs["reward_per_order"].value == 7
    clash = make_plan(parse_brief(brief_with(reward={"advocate": 4, "friend": 3})))
    assert any("promises 7" in warning for warning in clash.warnings)


def test_a_reward_for_praise_stops_the_plan() -> None:
    with pytest.raises(InfluenceError, match=r"16 CFR 465\.4"):
        make_plan(parse_brief(brief_with(reward={"advocate": 5, "condition": "a five-star review"})))


def test_a_country_without_a_text_does_not_stop_the_plan() -> None:
    told = brief_with(reward={"advocate": 2, "friend": 3, "country": "fr"})
    assert "no text is kept for fr" in " ".join(plan_text(make_plan(parse_brief(told))).split())


def test_what_is_not_said_about_margin_is_said_to_be_assumed() -> None:
    told = BRIEF | {"money": {"order_value": 60}}
    assert any("contribution margin" in warning for warning in make_plan(parse_brief(told)).warnings)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_recalculated_workbook_equals_python_to_the_cent_in_all_scenarios(plan: Plan, tmp_path: Path) -> None:
    import openpyxl

    base = write_plan_workbook(plan, tmp_path / "plan.xlsx")
    columns = dict(zip(SCENARIOS, (3, 4, 5), strict=True))
    rows = {key: row for row, key in enumerate(plan.brief.inputs, start=5)}
    for name, changes in CHANGES.items():
        book = openpyxl.load_workbook(base)
        for (key, value), (scenario, column) in product(changes.items(), columns.items()):
            cell = book["Inputs"].cell(rows[key], column)
            assert cell.fill.start_color.rgb == "FFFFF2CC", "the cells to change are yellow"
            cell.value = value * FACTORS[scenario]
        book.save(tmp_path / f"{name}.xlsx")
    _recalculate([tmp_path / f"{name}.xlsx" for name in CHANGES], tmp_path)
    for name, (scenario, column) in product(CHANGES, columns.items()):
        changes = {key: value * FACTORS[scenario] for key, value in CHANGES[name].items()}
        expected = evaluate_at(plan.brief.inputs, scenario, changes)
        book = openpyxl.load_workbook(tmp_path / "out" / f"{name}.xlsx", data_only=True)
        shown = {line.key: book["Plan"].cell(at, column).value for at, line in enumerate(LINES, start=5)}
        wrong = {key: cell for key, cell in shown.items() if not _same(cell, expected[key])}
        assert not wrong, (name, scenario, wrong)
        total = book["Budget"].cell(9, column).value
        assert _same(total, expected["cost"])


FACTORS = {"pessimistic": 0.9, "expected": 1.0, "optimistic": 0.95}


def _recalculate(files: list[Path], folder: Path) -> None:
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML",
               "--outdir", str(folder / "out"), *map(str, files)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=120)


def _same(cell: object, expected: float) -> bool:
    """A number to the cent; words where Python knows no number."""
    if isinstance(cell, int | float):
        return abs(cell - expected) <= max(0.005, 1e-12 * abs(expected))
    return cell in ("unknown", "never") and not np.isfinite(expected)


def test_workbook_without_recalculation_already_shows_python_s_numbers(plan: Plan, tmp_path: Path) -> None:
    import openpyxl

    path = write_plan_workbook(plan, tmp_path / "plan.xlsx")
    sheet = openpyxl.load_workbook(path, data_only=True)["Plan"]
    shown = [sheet.cell(row, 4).value for row in range(5, 5 + len(LINES))]
    assert shown == pytest.approx([plan.expected[line.key] for line in LINES])


def test_what_decides_stands_first_and_template_numbers_are_called_so() -> None:
    from importlib import resources

    text = resources.files("influence.planning").joinpath("brief_example.toml").read_text("utf-8")
    example = tomllib.loads(text)
    example.pop("source")
    example["audience"] |= {"voices": 10, "followers": 60_000, "unique_audience": 45_000}
    made = make_plan(parse_brief({**example, "reward": {**example["reward"], "advocate": 400}}))
    first = sections_of(made)[0]
    assert first.title == "What decides"
    assert "Every order loses money" in first.words[0]
    assert "those of the template" in first.words[-1]
    assert "money per order" in first.words[-1]


def test_a_plan_of_ones_own_numbers_decides_nothing() -> None:
    own = brief_with(
        market={"market_size": 180_000, "market_orders": 41_000}, audience={"niche_share": 0.3},
        money={"order_value": 450, "margin_share": 0.5, "saved_per_customer": 12},
    )  # fmt: skip
    assert sections_of(make_plan(parse_brief(own)))[0].title == "1. Budget"


def test_a_loss_that_cannot_be_helped_stands_first_and_in_the_workbook_s_first_lines(tmp_path: Path) -> None:
    import openpyxl

    plan = make_plan(parse_brief(brief_with(money={"order_value": 20}, budget={"reward_per_order": 0})))
    assert "loses money" in plan.deciding[0] or "cannot break even" in plan.deciding[0]
    assert sections_of(plan)[0].words == plan.deciding
    book = openpyxl.load_workbook(write_plan_workbook(plan, tmp_path / "plan.xlsx"))
    assert plan.deciding[0] in book["Inputs"]["A2"].value
