"""Arguments of a question, declared to assistants as they are declared to the command line: in `influence.question`."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from pydantic import Field

from influence.question import Ask, all_asks

TYPES: dict[str, tuple[Any, Any]] = {
    "text": (str, ""), "texts": (list[str], []), "whole": (int | None, None), "day": (str, ""), "file": (str, ""),
    "table": (dict[str, float], {}),
}  # fmt: skip
"""Kind of a field -> its type and what stands for *not asked*."""
LEFT_OUT = ("embedding_model", "seed", "scales", "unknown", "top")
"""Of machines and of people who tune; an assistant gets the defaults."""
HELP = {
    "brief": "The text of a brief; its hard conditions (followers, place ...) are kept to, and told in the notes."
}


def takes_question(tool: Callable[..., Any]) -> Callable[..., Any]:
    """Give a function that ends in ``**asked`` one argument for each field of the question."""
    own = inspect.signature(tool, eval_str=True)
    named = [one for one in own.parameters.values() if one.kind is not inspect.Parameter.VAR_KEYWORD]
    offered = [ask for ask in all_asks().values() if ask.name not in LEFT_OUT and ask.kind in TYPES]
    more = [_argument(ask) for ask in offered if ask.name not in own.parameters]

    @functools.wraps(tool)
    def told(*given: Any, **asked: Any) -> Any:
        question = {name: value for name, value in asked.items() if value not in (None, "", [], {})}
        kept_to = {"conditions": "brief"} if "brief" in question else {}
        return tool(*given, **question, **kept_to)

    told.__signature__ = own.replace(parameters=[*named, *more])  # type: ignore[attr-defined]
    return told


def _argument(ask: Ask) -> inspect.Parameter:
    help = HELP.get(ask.name, ask.help)
    offered, untold = TYPES[ask.kind]
    default = Field(untold, description=help)
    return inspect.Parameter(ask.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=offered)
