"""What a draft can speak of: the post that fits best, and the angle, from the ranking the list was picked from."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from influence.errors import InfluenceError
from influence.outreach.addressees import Addressee
from influence.outreach.disclosure import disclosure_for
from influence.question import Filters, Question
from influence.ranking.assess import Assessment, assess
from influence.ranking.explain import EvidencePost, evidence_posts
from influence.store.saved import SavedList
from influence.text.conditions import conditions_from
from influence.text.negation import without_negated
from influence.text.tokens import fold, stem_word
from influence.writing.plain import long_day, shorten
from influence.writing.safe import for_mail, web_address

if TYPE_CHECKING:
    from influence.store.workspace import Workspace

POST_WIDTH = 90
N_ANGLE = 3
LEAST_WEIGHT = 0.2
"""Weight (the strongest word of the niche has 1) from which a word is worth naming in a mail."""
FIELDS_OF_EVIDENCE = {"post", "post_url", "post_day", "angle"}


@dataclass(frozen=True)
class Backing:
    """Evidence for the people of a list, and why there is none where there is none."""

    values: Mapping[str, Mapping[str, str]]
    note: str | None = None


def question_from_settings(settings: str) -> Question:
    """The question a list was picked with, from its JSON; unknown keys of other versions are ignored."""
    data: dict[str, Any] = json.loads(settings or "{}")
    filters: dict[str, Any] = {
        key: tuple(v) if isinstance(v, list) else v for key, v in (data.pop("filters", None) or {}).items()
    }
    known = {key: value for key, value in data.items() if key in Question.__dataclass_fields__}
    if "like" in known:
        known["like"] = tuple(known["like"])
    known["conditions"] = conditions_from(known.get("conditions", ()))
    return Question(**{**known, "filters": Filters(**filters), "top": 0})


def backing_of(workspace: Workspace, saved: SavedList, account_ids: Sequence[str]) -> Backing:
    """Ask the list's question again and gather the evidence for these accounts."""
    try:
        found = assess(workspace, question_from_settings(saved.settings))
        posts = evidence_posts(found, account_ids)
    except (InfluenceError, TypeError, ValueError) as error:
        why = error.what if isinstance(error, InfluenceError) else "its question was saved by another version"
        return Backing({}, f"No evidence for the drafts: {why}.")
    return Backing({account: _values(found, rows) for account, rows in posts.items()})


def with_backing(people: Sequence[Addressee], backing: Backing) -> list[Addressee]:
    """The people with their post, angle and disclosure."""
    made = []
    for person in people:
        values = {**person.values, **backing.values.get(person.account_id, {})}
        values["disclosure"] = disclosure_for(person.get("country"))
        made.append(replace(person, values=values))
    return made


def _values(found: Assessment, posts: Sequence[EvidencePost]) -> dict[str, str]:
    best = next((post for post in posts if post.text and post.relevance > 0), None)
    values = {"angle": angle_of(found, [post.text for post in posts if post.text])}
    if best is not None and best.text:
        words = for_mail(shorten(best.text, POST_WIDTH)).replace('"', "'").replace("“", "'").replace("”", "'")
        values |= {
            "post": words,
            "post_url": web_address(best.url) or "",
            "post_day": long_day(best.day) if best.day else "",
        }
    return {name: value for name, value in values.items() if value}


def angle_of(found: Assessment, texts: Sequence[str]) -> str:
    """The words of the niche that these texts use, the weightiest first, as they are written there.

    Words that a text denies (*no eggs, no dairy*) are not what its author is for.
    """
    relevance = found.evidence.relevance
    if relevance is None:
        return ""
    weights = {term.term: float(term.weight) for term in relevance.terms if term.weight >= LEAST_WEIGHT}
    seen: dict[str, Counter[str]] = {}
    for text in map(without_negated, texts):
        for word in re.findall(r"[^\W\d_][\w'’-]+", text.lower()):
            stem = stem_word(fold(word))
            if stem in weights:
                seen.setdefault(stem, Counter())[word] += 1
    best = sorted(seen, key=lambda stem: (-weights[stem] * sum(seen[stem].values()) ** 0.5, stem))[:N_ANGLE]
    return ", ".join(min(seen[stem], key=lambda word: (-seen[stem][word], word)) for stem in best)
