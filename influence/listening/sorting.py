"""What kind of mention a text is and which desk must answer: rules that a person can read, and what labels teach."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from influence.errors import SourceError, check_keys
from influence.listening.gathering import FEELINGS
from influence.listening.questions import asks
from influence.text.sentiment.clauses import name_pattern
from influence.toml_files import read_toml, shipped

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

KINDS = ("question", "complaint", "praise", "lead", "idea", "risk", "press", "spam")
DESKS = ("care", "pr", "product", "sales", "legal")
REMARK = "remark"
"""How a mention is handled of which nothing says its kind."""
STRONG, WEAK = 3.0, 1.0
MOST_HITS = 3
"""Phrases of one list beyond which more say nothing new."""
FEEL = ("asks", "negative", "positive", "links", "tags", "others")
LEAST_LABELS = 100
_LINK = re.compile(
    r"https?://\S+|www\.\S+|\b[\w-]+\.(?:com|net|org|top|xyz|shop|click|info|example|ru|me|ly)\b"
)


@dataclass(frozen=True)
class Phrases:
    """Strong and weak phrases of one kind, desk or of urgency."""

    strong: re.Pattern[str] | None
    weak: re.Pattern[str] | None

    def points(self, text: str) -> float:
        """3 for each strong phrase, 1 for each weak one, each found once, at most `MOST_HITS` of each."""
        return STRONG * _n_found(self.strong, text) + WEAK * _n_found(self.weak, text)

    def found(self, text: str) -> list[str]:
        """The phrases that are in a text, strong ones first."""
        both = [p for p in (self.strong, self.weak) if p]
        return list(dict.fromkeys(hit.group().strip().lower() for p in both for hit in p.finditer(text)))


def _n_found(pattern: re.Pattern[str] | None, text: str) -> int:
    hits = {hit.group().strip().lower() for hit in pattern.finditer(text)} if pattern else set()
    return min(len(hits), MOST_HITS)


@dataclass(frozen=True)
class TriageRules:
    """The rules of `triage.toml`, or of a person's file over them."""

    kinds: Mapping[str, Mapping[str, Any]]
    desks: Mapping[str, Mapping[str, Any]]
    urgency: Mapping[str, Any]
    handling: Mapping[str, Mapping[str, Any]]

    @cached_property
    def phrases(self) -> Mapping[str, Phrases]:
        """Compiled phrases by kind, desk (``desk care``) and ``urgency``."""
        named = {
            **self.kinds,
            **{f"desk {name}": told for name, told in self.desks.items()},
            "urgency": self.urgency,
        }
        return {
            name: Phrases(_compiled(told.get("strong", [])), _compiled(told.get("weak", [])))
            for name, told in named.items()
        }


def triage_rules(path: str | Path | None = None) -> TriageRules:
    """The rules that ship, a person's sections over them.

    Raises
    ------
    SourceError
        A section, kind, desk or key that there is not.
    """
    usual = shipped("influence.listening", "triage.toml")
    told: dict[str, Any] = read_toml(path, "rules of the triage", SourceError) if path else {}
    where = str(path)
    check_keys(told, tuple(usual), where, "triage", SourceError)
    for section, names in (("kinds", KINDS), ("desks", DESKS), ("handling", (*KINDS, REMARK))):
        check_keys(told.get(section, {}), names, f"{where}, {section}", section, SourceError)
        known = {key for part in usual[section].values() for key in part}
        for name, part in told.get(section, {}).items():
            check_keys(part, tuple(sorted(known)), f"{where}, [{section}.{name}]", section, SourceError)
    merged = {
        section: {
            name: {**part, **told.get(section, {}).get(name, {})} for name, part in usual[section].items()
        }
        for section in ("kinds", "desks", "handling")
    }
    return TriageRules(**merged, urgency={**usual["urgency"], **told.get("urgency", {})})


def _compiled(phrases: Sequence[str]) -> re.Pattern[str] | None:
    """A pattern of phrases as words; ``*`` is the rest of a word, or a word of its own."""
    parts = [
        r"\s+".join(re.escape(word).replace(r"\*", r"\w*") for word in phrase.split())
        for phrase in sorted(phrases, key=len, reverse=True)
    ]
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)", re.IGNORECASE) if parts else None


@dataclass(frozen=True)
class Sorted:
    """Kind and desk of a text, how surely (0-1), the phrases that decided, and points of urgency.

    `is_remark`: it asks, blames, praises and offers nothing that the rules know, so that its kind is a guess.
    """

    kind: str
    desk: str
    p_kind: float
    because: tuple[str, ...]
    urgency: float
    is_remark: bool = False


class Sorter:
    """Sorts texts by rules, or by rules and labels together.

    Parameters
    ----------
    rules : TriageRules
    names : sequence of str
        The brand's names, which say nothing about kind or desk.
    """

    def __init__(self, rules: TriageRules, names: Sequence[str]) -> None:
        self.rules, self.names = rules, name_pattern(names)
        self._learnt: dict[str, Pipeline] = {}

    def sort(self, texts: Sequence[str], chances: np.ndarray) -> list[Sorted]:
        """Sort texts.

        Parameters
        ----------
        texts : sequence of str
        chances : ndarray, shape (n, 3)
            Probabilities of negative, neutral, positive; NaN unknown.
        """
        if not len(texts):
            return []
        points = self.points(texts, chances)
        kinds = self._chances("kind", KINDS, points[:, : len(KINDS)], texts, points)
        desks = points[:, len(KINDS) :] + self._kind_points(kinds)
        desks = self._chances("desk", DESKS, desks, texts, points)
        return [
            self._sorted(text, kinds[row], desks[row], np.nan_to_num(chances[row]))
            for row, text in enumerate(texts)
        ]

    def points(self, texts: Sequence[str], chances: np.ndarray) -> np.ndarray:
        """Points of every kind, then of every desk by phrases alone, shape (n, 13)."""
        return np.array(
            [self._points(text, chance) for text, chance in zip(texts, np.nan_to_num(chances), strict=True)]
        )

    def _points(self, text: str, chance: np.ndarray) -> list[float]:
        bare, phrases = self.names.sub(" ", text), self.rules.phrases
        feel = self._feel(text, bare, chance)
        found = []
        for kind in KINDS:
            told = self.rules.kinds[kind]
            weights = told.get("feel", {})
            felt = sum(weights.get(name, 0.0) * feel[name] for name in FEEL)
            found.append(told.get("start", 0.0) + phrases[kind].points(bare) + felt)
        return [*found, *(phrases[f"desk {desk}"].points(bare) for desk in DESKS)]

    def _feel(self, text: str, bare: str, chance: np.ndarray) -> dict[str, float]:
        counts = (len(_LINK.findall(text)), bare.count("#"), bare.count("@"))
        links, tags, others = (float(min(n, MOST_HITS)) for n in counts)
        return {"asks": float(asks(text, self.names) or text.rstrip().endswith("?")), "negative": float(chance[0]),
                "positive": float(chance[2]), "links": links, "tags": tags, "others": others}  # fmt: skip

    def _kind_points(self, kinds: np.ndarray) -> np.ndarray:
        """What the kinds say for each desk, by how likely each kind is."""
        weights = [
            [self.rules.desks[desk].get("kinds", {}).get(kind, 0.0) for desk in DESKS] for kind in KINDS
        ]
        return np.asarray(kinds @ np.array(weights))

    def _chances(
        self, what: str, names: Sequence[str], points: np.ndarray, texts: Sequence[str], every: np.ndarray
    ) -> np.ndarray:
        by_rules = np.exp(points - points.max(axis=1, keepdims=True))
        by_rules /= by_rules.sum(axis=1, keepdims=True)
        model = self._learnt.get(what)
        if model is None:
            return np.asarray(by_rules)
        told = model.predict_proba(self._table(texts, every))
        learnt = np.zeros_like(by_rules)
        learnt[:, [names.index(name) for name in model.classes_]] = told
        return np.asarray((by_rules + 2 * learnt) / 3)

    def _table(self, texts: Sequence[str], points: np.ndarray) -> pd.DataFrame:
        """What is learnt from: the words without the brand's name, and the points of the rules."""
        words = [self.names.sub("brand", text) for text in texts]
        return pd.DataFrame(points / 3).rename(columns=str).assign(words=words)

    def _sorted(self, text: str, kinds: np.ndarray, desks: np.ndarray, chance: np.ndarray) -> Sorted:
        kind, desk = KINDS[int(kinds.argmax())], DESKS[int(desks.argmax())]
        bare = self.names.sub(" ", text)
        because = [*self.rules.phrases[kind].found(bare), *self.rules.phrases[f"desk {desk}"].found(bare)]
        urgency = self.rules.phrases["urgency"].points(bare)
        said = tuple(dict.fromkeys(because))[:5]
        return Sorted(kind, desk, float(kinds.max()), said, urgency, self._is_remark(text, bare, chance))

    def _is_remark(self, text: str, bare: str, chance: np.ndarray) -> bool:
        """No phrase of any kind or of urgency, no question, no link, most likely neither praise nor complaint, and no
        label of people to learn from."""
        feel = self._feel(text, bare, chance)
        is_felt = FEELINGS[int(chance.argmax())] != "neutral"
        if self._learnt or feel["asks"] or feel["links"] or "?" in text or is_felt:
            return False
        return not any(self.rules.phrases[name].points(bare) for name in (*KINDS, "urgency"))

    def learn(
        self, texts: Sequence[str], chances: np.ndarray, kinds: Sequence[str], desks: Sequence[str]
    ) -> None:
        """Learn from judged texts: logistic regression on words and on the points of the rules."""
        table = self._table(texts, self.points(texts, chances))
        self._learnt = {"kind": _fitted(table, kinds), "desk": _fitted(table, desks)}


def _fitted(table: pd.DataFrame, labels: Sequence[str]) -> Pipeline:
    from sklearn.compose import make_column_transformer
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    features = make_column_transformer(
        (TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), "words"),
        (TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True), "words"),
        remainder="passthrough",
        sparse_threshold=1.0,
    )
    model = make_pipeline(features, LogisticRegression(C=5.0, max_iter=2_000, class_weight="balanced"))
    return model.fit(table, list(labels))
