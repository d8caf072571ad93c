"""The language of formulas: by hand at its edges, and the same in Python and in a workbook."""

from __future__ import annotations

import math

import numpy as np
import pytest

from influence.planning.formulas import compute, to_excel


@pytest.mark.parametrize(
    ("formula", "b", "by_hand"),
    [
        ("ratio(a, b)", 0.5, 6.0),
        ("ratio(a, b)", 1, 3.0),
        ("ratio(a, b)", 0, math.nan),
        ("if_above_zero(a, b)", 0.5, 6.0),
        ("if_above_zero(a, b)", 0, math.nan),
        ("if_above_zero(a, b)", -2, math.nan),
        ("paid_for(a, 1, b)", 0.5, 2.0),  # one buys two at .50
        ("paid_for(a, 1, b)", 0.6, 1.0),  # and one at .60
        ("paid_for(a, 1, b)", 0.1, 3.0),  # of ten that it would pay for there are three
        ("paid_for(a, 1, b)", 0, 3.0),
        ("floor(400 * b / b)", 0.1, 400.0),
        ("10 ** (a * 100 * b)", 2.0, math.inf),
        ("10 ** (a * 100 * b) - 10 ** (a * 100 * b)", 2.0, math.nan),
    ],
)
def test_formulas_at_their_edges_by_hand(formula: str, b: float, by_hand: float) -> None:
    assert compute(formula, {"a": 3.0, "b": b}) == pytest.approx(by_hand, nan_ok=True)
    assert compute(formula, {"a": 3.0, "b": np.array([b])}) == pytest.approx([by_hand], nan_ok=True)


def test_what_is_no_formula_is_named() -> None:
    for read in (
        lambda: compute("a if a else 1", {"a": 1.0}),
        lambda: to_excel("a if a else 1", {"a": "B1"}),
    ):
        with pytest.raises(ValueError, match="not a formula: IfExp"):
            read()


def test_a_formula_is_the_same_in_python_and_as_text() -> None:
    assert compute("min(a, 2) * (1 - b) ** 2", {"a": 3.0, "b": 0.5}) == 0.5
    assert to_excel("ratio(a, b)", {"a": "A1", "b": "B1"}) == (
        '=IFERROR(IF((B1)=0,"unknown",(A1)/(B1)),"unknown")'
    )


def test_every_operator_and_function_is_the_same_in_a_workbook() -> None:
    cells = {"a": "A1", "b": "B1"}
    written = {
        "a + 2 - b": "((A1+2)-B1)",
        "a * b / 4 ** 0.5": "((A1*B1)/(4^0.5))",
        "max(a, min(b, 1))": "MAX(A1,MIN(B1,1))",
        "floor(a)": "INT(A1+0.000000001)",
        "if_above_zero(a, b)": 'IF((B1)>0,(A1)/(B1),"never")',
        "paid_for(a, 10, b)": "IF((B1)>0,MIN(A1,INT((10)/(B1)+0.000000001)),A1)",
    }
    for formula, said in written.items():
        assert to_excel(formula, cells) == f'=IFERROR({said},"unknown")'
    computed = [compute(formula, {"a": 6.5, "b": 3.0}) for formula in written]
    assert computed == [5.5, 9.75, 6.5, 6.0, 6.5 / 3, 3.0]
