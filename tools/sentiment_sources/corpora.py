"""The texts the sentiment model learns from: openly licensed ones, and lines written for this project."""

from __future__ import annotations

import json
import random
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

from influence.text.sentiment.lexicon import words_of

HERE = Path(__file__).resolve().parent
Example = tuple[str, int]
Targeted = tuple[str, int, int, int]
"""Text, where the target starts and ends, label."""

NEUTRAL_WITHIN = 0.5
"""Mean judgement (-4 to 4) up to which a ground-truth text counts as neutral."""
GROUND_TRUTH = {
    "tweets": "tweets",
    "reviews": "amazonReviewSnippets",
    "news": "nytEditorialSnippets",
    "films": "movieReviewSnippets",
}
DOMAINS = (*GROUND_TRUTH, "goemotions", "newsmtsc")
"""Corpora that are held out in turn."""
POSITIVE = frozenset(
    words_of(
        "admiration amusement approval caring desire excitement gratitude joy love optimism pride relief"
    )
)
NEGATIVE = frozenset(
    words_of(
        "anger annoyance disappointment disapproval disgust embarrassment fear grief nervousness remorse "
        "sadness"
    )
)
POLARITY = {"negative": 0, "neutral": 1, "positive": 2}
NAMES = words_of(
    "Acme Nordly Zento Brio Kavo Lumen Tresk Pivo Oaklane Finch Marlow Delvano Quarix Sunbury Hobbex "
    "Velora Ombra Tallis Vexel Rondo"
)


def sentence_corpora(data: Path) -> dict[str, list[Example]]:
    """Every corpus of whole texts by name; classes 0 negative, 1 neutral, 2 positive."""
    found = {name: list(ground_truth(data, name)) for name in GROUND_TRUTH}
    found["goemotions"] = list(goemotions(data, "train"))
    found["newsmtsc"] = list(agreeing(newsmtsc(data, "train")))
    found["topics"] = umsab(data, "train", "en")
    found["brands"] = list(brand_examples())
    return found


def target_corpora(data: Path) -> dict[str, list[Targeted]]:
    """Every corpus of texts with a target."""
    return {
        "mams": mams(data, "train"),
        "newsmtsc": newsmtsc(data, "train"),
        "pairs": [*pairs(), *single_brands()],
    }


def ground_truth(data: Path, name: str) -> Iterator[Example]:
    """Texts with a mean human judgement (Hutto and Gilbert 2014), cut at +-`NEUTRAL_WITHIN`."""
    file = data / "ground_truth" / f"{GROUND_TRUTH[name]}_GroundTruth.txt"
    for line in file.read_text("utf-8", "replace").splitlines():
        parts = line.split("\t")
        if len(parts) >= 3:
            value = float(parts[1])
            yield parts[2], 2 if value > NEUTRAL_WITHIN else 0 if value < -NEUTRAL_WITHIN else 1


def goemotions(data: Path, part: str) -> Iterator[Example]:
    """Comments by the sign of their emotions; as many good as bad ones, and those of neither sign, are left neutral."""
    names = [*(data / "goemotions" / "labels.txt").read_text().split(), "neutral"]
    for line in (data / "goemotions" / f"{part}.tsv").read_text("utf-8").splitlines():
        text, ids, _ = line.split("\t")
        felt = [names[int(number)] for number in ids.split(",")]
        good, bad = sum(f in POSITIVE for f in felt), sum(f in NEGATIVE for f in felt)
        if good != bad or not good:
            yield text, 2 if good > bad else 0 if bad > good else 1


def umsab(data: Path, part: str, language: str) -> list[Example]:
    """Tweets in one of eight languages (Barbieri et al. 2022, CC BY 3.0): learnt from, never shipped or quoted."""
    rows = (
        line.split("\t", 2)
        for line in (data / "umsab" / f"{part}.tsv").read_text("utf-8").split("\n")[1:]
        if line
    )
    return [(text, POLARITY[label]) for code, label, text in rows if code == language]


def mams(data: Path, part: str) -> list[Targeted]:
    """Restaurant sentences with aspects of different polarity."""
    found = []
    for sentence in ET.parse(data / "mams" / f"{part}.xml").getroot():
        text = sentence.findtext("text") or ""
        for aspect in sentence.iter("aspectTerm"):
            place = int(aspect.attrib["from"]), int(aspect.attrib["to"])
            found.append((text, *place, POLARITY[aspect.attrib["polarity"]]))
    return found


def newsmtsc(data: Path, part: str) -> list[Targeted]:
    """News sentences about people and organisations."""
    found = []
    for line in (data / "newsmtsc" / f"{part}.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        text = row["sentence_normalized"]
        found += [(text, t["from"], t["to"], int(t["polarity"]) // 2 - 1) for t in row["targets"]]
    return found


def agreeing(rows: list[Targeted]) -> Iterator[Example]:
    """Texts whose targets all have one label."""
    labels: dict[str, set[int]] = {}
    for text, _, _, label in rows:
        labels.setdefault(text, set()).add(label)
    return ((text, next(iter(found))) for text, found in labels.items() if len(found) == 1)


def brand_lines() -> Iterator[Example]:
    """Our own lines with their label; B stands for the brand."""
    return labelled_lines(HERE / "brand_lines.txt")


def labelled_lines(file: Path) -> Iterator[Example]:
    """Lines under headings that name their label (``[negative]``); # begins a remark."""
    label = 1
    for line in file.read_text("utf-8").splitlines():
        if line.startswith("["):
            label = POLARITY[line.strip("[]")]
        elif line and not line.startswith("#"):
            yield line, label


def brand_examples() -> Iterator[Example]:
    """Every line with a handle, with a made-up name, and without the opening handle."""
    for number, (line, label) in enumerate(brand_lines()):
        name = NAMES[number % len(NAMES)]
        yield re.sub(r"\bB\b", name, line), label
        yield re.sub(r"@?\bB\b", "@" + name, line), label
        if line.startswith("@B "):
            yield line.removeprefix("@B ") + " @" + name, label
            yield (
                "@"
                + name
                + " "
                + line.removeprefix("@B ").capitalize()
                + (".", "!", " #" + name)[number % 3],
                label,
            )


def _named(text: str, rng: random.Random) -> list[Targeted]:
    """Put different names in the place of ``{+}``, ``{-}`` and ``{=}``; one row a target."""
    names = rng.sample(NAMES, text.count("{"))
    found, out = [], ""
    for piece in re.split(r"(\{[-+=]\})", text):
        if re.fullmatch(r"\{[-+=]\}", piece):
            name = names.pop()
            found.append((len(out), len(out) + len(name), "-=+".index(piece[1])))
            out += name
        else:
            out += piece
    return [(out, a, b, label) for a, b, label in found]


JOINTS = (
    " but ",
    ", but ",
    ", ",
    "; ",
    ". ",
    " while ",
    ", whereas ",
    " and ",
    " however ",
    " - ",
    ", meanwhile ",
    "! ",
)


def pairs(n_joined: int = 2500) -> list[Targeted]:
    """Comparisons, and two of our lines about different brands joined into one sentence."""
    rng = random.Random(4)
    found: list[Targeted] = []
    for line in (HERE / "comparisons.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            for _ in range(5):
                found += _named(line, rng)
            found += _named(line[0].upper() + line[1:] + ".", rng)
    lines = [(re.sub(r"^@B ", "", line), label) for line, label in brand_lines() if len(line) < 70]
    marked = [(_mark(line, label, rng), label) for line, label in lines]
    for _ in range(n_joined):
        one, two = rng.choice(marked), rng.choice(marked)
        if one[1] != two[1]:
            found += _named(one[0].rstrip(".!?") + rng.choice(JOINTS) + two[0], rng)
    return found


def _mark(line: str, label: int, rng: random.Random) -> str:
    place = "{" + "-=+"[label] + "}"
    if re.search(r"\bB\b", line):
        return re.sub(r"\bB\b", "it", re.sub(r"@?\bB\b", place, line, count=1))
    return f"{place} {line}" if rng.random() < 0.5 else f"{line.rstrip('.!?')} {place}"


def single_brands() -> list[Targeted]:
    """Our lines about one brand, as texts with a target."""
    rng = random.Random(5)
    found: list[Targeted] = []
    for line, label in brand_lines():
        found += _named(_mark(line, label, rng), rng)
    return found
