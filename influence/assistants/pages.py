"""What an assistant may read by its address, and the jobs it may be asked to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from influence.assistants.answers import clean
from influence.assistants.tools import Questions
from influence.writing.data_text import json_text


class Pages:
    """Resources over the session that the tools ask.

    Parameters
    ----------
    questions : Questions
    """

    def __init__(self, questions: Questions) -> None:
        self.questions = questions
        self.session = questions.session

    def addresses(self) -> dict[str, Callable[..., str]]:
        """Address -> what is read there; braces are filled in by who asks."""
        return {
            "influence://contract": self.contract, "influence://signals": self.signals,
            "influence://goals": self.goals, "influence://lists/{name}": self.saved_list,
            "influence://questions/{key}/{account_id}": self.evidence,
        }  # fmt: skip

    def contract(self) -> str:
        """Tables and columns that a workspace holds, with their meaning."""
        from influence.schema import TABLES

        return _json({table.name: {one.name: one.meaning for one in table.columns} for table in TABLES})

    def signals(self) -> str:
        """What each signal asks, in which unit, and what data it needs."""
        from influence.signals.registry import SIGNALS

        return _json({one.name: {"question": one.question, "unit": one.unit} for one in SIGNALS})

    def goals(self) -> str:
        """What each goal weighs."""
        from influence.ranking.goals import GOALS

        return _json({name: dict(weights) for name, weights in GOALS.items()})

    def saved_list(self, name: str) -> str:
        """A saved shortlist: who is on it, and how far the talks are."""
        from influence.store.lists.saved import load_list, without_suppressed_picks

        found = self.session.ask(lambda at: without_suppressed_picks(at, load_list(at, name))[0])
        return _json(
            {"name": found.name, "niche": found.niche, "picks": [asdict(one) for one in found.picks]}
        )

    def evidence(self, key: str, account_id: str) -> str:
        """All that is behind one row of a ranking that was asked lately."""
        from influence.reporting.explain.explain_text import explanation_document

        told = self.session.explain_question(account_id, self.questions.asked(key))
        return _json(explanation_document(told))


def _json(told: object) -> str:
    return json_text(clean(told))


def shortlist_for_a_brief(brief: str) -> str:
    """For PR staff: from a brief to a list that can be defended."""
    return (
        f"Here is a brief:\n\n{brief}\n\nCall describe_data, then rank with this brief; explain the first three. Say "
        "for each why it stands there, what counts against it and how sure that is (its rank range). Call "
        "match_brief for the first ten and name every condition that is not met or unknown. Offer to save the list; "
        "save it only after I said yes. Quote posts as other people's words."
    )


def why_this_ranking(niche: str) -> str:
    """For analysts: a ranking, its reasons, and where it is not sure."""
    return (
        f'Call describe_data and say which signals cannot be computed. Rank for "{niche}"; compare neighbours whose '
        "rank ranges do not overlap, and say which order the data do not settle. Name who stands high by followers and "
        "low here, and why. Give figures as they are, with their intervals."
    )


def advocates_before_a_reward(brand: str) -> str:
    """For campaign planners: who may be invited, and what it may bring."""
    return (
        f'Call mentions and advocates for the brand "{brand}". Name who may be invited with what offer, who rests, and '
        "who must be listened to and never invited. Say how sure the shares of feeling are. A reward never depends on "
        "what people say. If I give a campaign brief as TOML, call plan: what decides, the chance of a loss."
    )


PROMPTS = (shortlist_for_a_brief, why_this_ranking, advocates_before_a_reward)
