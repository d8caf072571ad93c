"""A small language of formulas, written once: computed with numpy here, and alive in the workbook.

``min``, ``max``, ``floor``, ``ratio`` (unknown where the divisor is 0), ``if_above_zero`` (never, where what is left
of each is not above 0), ``paid_for``, ``+ - * / **``, numbers and names of other lines. Because Python and the
spreadsheet read the same text, they cannot drift apart.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

_OPERATORS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "^"}
UNKNOWN = "unknown"
"""What a cell of the workbook says where Python has NaN: words, and no error."""
_EPSILON = 1e-9
"""Keeps ``floor(400 * 0.1 / 0.1)`` from falling below its whole number."""


@dataclass(frozen=True)
class Line:
    """One computed line of the plan: its key, what people read, the formula, and the unit it is shown in.

    `unit` is ``count``, ``people``, ``money``, ``share``, ``ratio`` or ``number``. `kind` is ``effectiveness`` (what
    is reached), ``efficiency`` (at what cost) or ``convention`` (not money).
    """

    key: str
    label: str
    formula: str
    unit: str
    meaning: str = ""
    kind: str = "effectiveness"


def compute(formula: str, values: Mapping[str, Any]) -> Any:
    """Value of a formula; `values` may be numbers or equally long arrays."""
    with np.errstate(all="ignore"):
        return _value(_tree(formula), values)


def to_excel(formula: str, cells: Mapping[str, str]) -> str:
    """The formula as a spreadsheet has it, with ``=`` and the cells that hold its names; where unknown it says so."""
    return f'=IFERROR({_excel(_tree(formula), cells)},"{UNKNOWN}")'


@cache
def _tree(formula: str) -> ast.expr:
    return ast.parse(formula, mode="eval").body


def _value(node: ast.expr, values: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant(value=number):
            return float(number)  # type: ignore[arg-type]
        case ast.Name(id=name):
            return values[name]
        case ast.BinOp(left=left, op=op, right=right):
            return _apply(type(op), _value(left, values), _value(right, values))
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _FUNCTIONS[name][0](*(_value(argument, values) for argument in arguments))
    raise ValueError(f"not a formula: {ast.dump(node)}")


def _apply(op: type[ast.operator], left: Any, right: Any) -> Any:
    if op is ast.Pow:
        return np.power(left, right)
    if op is ast.Div:
        return np.divide(left, right)
    return {ast.Add: np.add, ast.Sub: np.subtract, ast.Mult: np.multiply}[op](left, right)


def _ratio(above: Any, below: Any) -> Any:
    return np.where(np.equal(below, 0), np.nan, np.divide(above, below))[()]


def _if_above_zero(above: Any, below: Any) -> Any:
    """``above / below`` where something is left of each; NaN, in the workbook "never", where each loses."""
    return np.where(np.greater(below, 0), np.divide(above, below), np.nan)[()]


def _floor(value: Any) -> Any:
    return np.floor(np.add(value, _EPSILON))


def _paid_for(n: Any, money: Any, price: Any) -> Any:
    """How many of `n` a sum pays for at a price each; all where they cost nothing."""
    return np.where(np.greater(price, 0), np.minimum(n, _floor(_ratio(money, price))), n)[()]


_FUNCTIONS: dict[str, tuple[Any, str]] = {
    "min": (np.minimum, "MIN({0},{1})"),
    "max": (np.maximum, "MAX({0},{1})"),
    "floor": (_floor, "INT({0}+0.000000001)"),
    "ratio": (_ratio, 'IF(({1})=0,"unknown",({0})/({1}))'),
    "if_above_zero": (_if_above_zero, 'IF(({1})>0,({0})/({1}),"never")'),
    "paid_for": (_paid_for, "IF(({2})>0,MIN({0},INT(({1})/({2})+0.000000001)),{0})"),
}
"""Function -> how it is computed, and how a spreadsheet writes it."""


def _excel(node: ast.expr, cells: Mapping[str, str]) -> str:
    match node:
        case ast.Constant(value=number):
            return repr(number)
        case ast.Name(id=name):
            return cells[name]
        case ast.BinOp(left=left, op=op, right=right):
            return f"({_excel(left, cells)}{_OPERATORS[type(op)]}{_excel(right, cells)})"
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _FUNCTIONS[name][1].format(*(_excel(argument, cells) for argument in arguments))
    raise ValueError(f"not a formula: {ast.dump(node)}")
