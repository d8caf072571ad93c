"""What a draft can speak of: the post that fits best, and the angle, from the ranking the list was picked from."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from influence.disclosure import disclosure_for
from influence.errors import InfluenceError
from influence.findings import Finding, Severity, about_people
from influence.outreach.addressees import Addressee
from influence.outreach.claims import ClaimSource
from influence.outreach.proofs import disclosure_seen
from influence.ranking.asking import question_from_settings
from influence.ranking.assess import Assessment, assess
from influence.ranking.explain import EvidencePost, evidence_posts
from influence.store.lists.saved import SavedList
from influence.store.workspace import from_day
from influence.text.negation import without_negated
from influence.text.niche_terms import ASKED, IN_THE_BRIEF
from influence.text.spelling import written
from influence.text.tokens import fold, stem_word
from influence.writing.plain import counted, shorten
from influence.writing.safe import for_mail, web_address

if TYPE_CHECKING:
    from influence.store.workspace import Workspace

POST_WIDTH = 90
LEAST_RELEVANCE = 0.1
"""Relevance (the best post has 1) from which a post is about the niche enough to write because of it."""
RECENT_DAYS = 365
"""Age of a post up to which it is a reason to write; an older one, whose day the draft tells, where there is none."""
N_LOOKED_AT = 20
"""Posts of an account among which the reason is chosen, best fit first."""
LEAST_WEIGHT = 0.2
"""Weight (the strongest word of the niche has 1) from which a word is worth naming in a mail."""
FIELDS_OF_EVIDENCE = {"post", "post_id", "post_url", "post_day", "angle"}


@dataclass(frozen=True)
class Backing:
    """Evidence for the people of a list, and why there is none where there is none."""

    sources: Mapping[str, ClaimSource]
    angles: Mapping[str, str]
    note: str | None = None


def backing_of(workspace: Workspace, saved: SavedList, account_ids: Sequence[str]) -> Backing:
    """Ask the list's question again and gather the evidence for these accounts."""
    try:
        found = assess(workspace, question_from_settings(saved.settings))
        posts = evidence_posts(found, account_ids, N_LOOKED_AT)
    except (InfluenceError, TypeError, ValueError) as error:
        why = error.what if isinstance(error, InfluenceError) else "its question was saved by another version"
        return Backing({}, {}, f"No evidence for the drafts: {why}.")
    best = {account: post for account, rows in posts.items() if (post := _best(found, rows))}
    angles = {account: angle_of(found, post.text or "") for account, post in best.items()}
    sources = {
        account: ClaimSource(
            post.post_id, post.day or "", first_words(post.text or ""), web_address(post.url) or ""
        )
        for account, post in best.items()
    }
    return Backing(sources, angles)


def with_backing(people: Sequence[Addressee], backing: Backing) -> list[Addressee]:
    """The people with the post a draft may speak of, its angle, and how to disclose."""
    made = []
    for person in people:
        source = backing.sources.get(person.account_id)
        told = _values(source) if source else {}
        told |= {"angle": backing.angles.get(person.account_id, "")}
        told |= {"disclosure": disclosure_for(person.get("country"))}
        values = {**person.values, **{name: value for name, value in told.items() if value}}
        made.append(replace(person, values=values, source=source))
    return made


def old_posts(people: Sequence[Addressee], day: date) -> list[Finding]:
    """A warning where a mail of this day would give a post for its reason that is over a year old."""
    last = (day - timedelta(days=RECENT_DAYS)).isoformat()
    old = [one for one in people if one.source and one.source.day and one.source.day < last]
    if not old:
        return []
    newest = max(one.source.day for one in old if one.source)
    words = f"{counted(len(old), 'draft speaks', 'drafts speak')} of a post over a year old, the latest of {newest}"
    hint = "import or fetch newer posts first, or leave the post out in a template of your own"
    return [about_people(Severity.WARNING, "old-post", words, [one.account_id for one in old], hint)]


def _best(found: Assessment, posts: Sequence[EvidencePost]) -> EvidencePost | None:
    """The post that fits best: of the last year before an older one, then one that names the niche in its own words.

    No advertisement is one: nobody wants to be told that they were found by what another brand paid for.
    """
    speaking = [
        post
        for post in posts
        if post.text
        and post.relevance >= LEAST_RELEVANCE
        and first_words(post.text)
        and not is_advertisement(post.text)
    ]
    since = from_day(found.evidence.material.reference_day - RECENT_DAYS).isoformat()
    return min(
        speaking,
        key=lambda post: ((post.day or "") < since, not angle_of(found, post.text or ""), -post.relevance),
        default=None,
    )


def _values(source: ClaimSource) -> dict[str, str]:
    words = re.sub('["“”„«»]', "'", for_mail(source.quote))
    return {"post": words, "post_id": source.post_id, "post_url": source.url, "post_day": source.day}


def is_advertisement(text: str) -> bool:
    """Whether a post bears a clear label of being paid for.

    >>> is_advertisement("#ad Oats!"), is_advertisement("Oats!")
    (True, False)
    """
    return disclosure_seen({"text": text, "is_sponsored": None}, False).startswith("label")


def first_words(text: str) -> str:
    """How a post begins: its first line, without the tags and addresses at its end, short enough for a sentence.

    What leads to them (*via*, a bracket) goes with them, and so does a full stop.

    >>> first_words("Oat bread, at last! (via @oats) #vegan https://a.example/1")
    'Oat bread, at last!'
    """
    line = next((line for line in map(str.strip, text.splitlines()) if line), "")
    return shorten(re.sub(r"(?<!\.)\.$", "", _TAIL.sub("", line)), POST_WIDTH)


_TAIL = re.compile(
    r"(?:\s+[(\[]?(?:(?:via|by|cc|from|par|von|por|h/t)\b:?\s*)?[(\[]?(?:[#@]\S+|https?://\S+))+\s*$",
    re.IGNORECASE,
)


def angle_of(found: Assessment, text: str) -> str:
    """The weightiest words of the niche that a post uses, neighbours together, as they stand there.

    At least one of them is a word that was asked for: a word that the niche's texts merely share says too little alone.
    A word that stands alone is told as it was asked for, where it was: *economics*, where a post says *economic*.
    A tag of words grown together stays a tag (*#believeinfilm*). Words that the post denies (*no eggs, no dairy*) are
    not what its author is for.
    """
    relevance = found.evidence.relevance
    if relevance is None:
        return ""
    terms = [term for term in relevance.terms if term.weight >= LEAST_WEIGHT]
    weights = {term.term: float(term.weight) for term in terms}
    asked = {term.term for term in terms if term.why in (ASKED, IN_THE_BRIEF)}
    runs: dict[str, float] = {}
    for run in _runs(without_negated(text), weights):
        stems = {stem_word(fold(word.lstrip("#"))) for word in run}
        if stems & (asked or weights.keys()):
            alone = [*written(found.question.keywords, stems), *run][:1]
            words = [word.lstrip("#") for word in run] if len(run) > 1 else alone
            runs[" ".join(words).lower()] = sum(weights[stem] for stem in stems)
    return min(runs, key=lambda words: (-runs[words], words), default="")


def _runs(text: str, weights: Mapping[str, float]) -> list[list[str]]:
    """Stretches of neighbouring words of the niche, of at most three."""
    runs: list[list[str]] = []
    end = -1
    for found in re.finditer(r"#?[^\W\d_][\w'’-]*", text):
        if stem_word(fold(found[0].lstrip("#"))) in weights:
            joined = runs and text[end : found.start()] == " " and len(runs[-1]) < 3
            if joined:
                runs[-1].append(found[0])
            else:
                runs.append([found[0]])
            end = found.end()
    return runs
