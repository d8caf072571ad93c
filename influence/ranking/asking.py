"""A question put together from what a person says, with the weights of the goal and the words of the brief."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from influence.question import Question, filters_from, put_together
from influence.ranking.goals import weights_for
from influence.settings import profile_of
from influence.signals.registry import SIGNAL_NAMES
from influence.text.conditions import conditions_from, read_conditions
from influence.text.niche import Niche


def question_of(niche: str | Niche = "", **asked: Any) -> Question:
    """Put a question together from the arguments of `rank`.

    Raises
    ------
    UsageError
        An argument that no question has, an unknown goal, signal, scale, a number below zero.
    """
    told = {name: value for name, value in asked.items() if value is not None}
    if isinstance(niche, Niche):
        told["brief"] = told.get("brief") or niche.brief
        told["like"] = (*niche.like, *told.get("like", ()))
        told["embedding_model"] = told.get("embedding_model") or niche.model
        told["sense"] = told.get("sense") or niche.sense
        niche = niche.keywords
    if told.get("conditions") == "brief":
        told["conditions"] = read_conditions(told.get("brief", "")).conditions
    told["conditions"] = tuple(told.get("conditions", ()))
    told["weights"] = weights_for(told.get("goal", "long-tail"), told.get("weights"))
    names = ("scales", "unknown")
    profile = profile_of({name: told.get(name) or {} for name in names}, "the question", SIGNAL_NAMES)
    return put_together({"niche": niche, **told, **{name: dict(getattr(profile, name)) for name in names}})


def question_from_settings(settings: Mapping[str, Any]) -> Question:
    """The question a list or ranking was made with; unknown keys of other versions are ignored."""
    data = dict(settings)
    filters = filters_from(data.pop("filters", None) or {})
    known = {key: value for key, value in data.items() if key in Question.__dataclass_fields__}
    if "like" in known:
        known["like"] = tuple(known["like"])
    known["conditions"] = conditions_from(known.get("conditions", ()))
    return Question(**{**known, "filters": filters, "top": 0})
