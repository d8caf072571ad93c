"""Sentiment on texts the model never saw: every domain held out in turn, targets, our own cases, speed.

    OMP_NUM_THREADS=1 python benchmarks/text/sentiment.py --data ../shared/data/sentiment [--part PART]
        [--networks FOLDER]

PART is domains (with the error of shares, and how often an account's interval holds the truth), languages, targets,
cases or speed; all of them without it. FOLDER holds a network for every domain that
`tools/build_sentiment_network.py --held DOMAIN` taught without it (``films.npz`` ...); without it the domains are
measured on lexicon and words alone.

VADER (the vaderSentiment package) and the majority class stand beside it. Macro-F1 over negative, neutral, positive;
ground-truth texts are neutral where their mean judgement is within 0.5 of zero.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
from build_sentiment import calibrated, fit_targets, say, sentence_temperature, unseen
from sentiment_sources import corpora as corpus

from influence.text.mentions import Mention, Mentions
from influence.text.sentiment import load_sentiment
from influence.text.sentiment.linear import LinearModel
from influence.text.sentiment.modelfile import guessed_words
from influence.text.sentiment.shares import brand_shares, likely_shares
from influence.text.sentiment.targets import Reader, mask
from influence.text.sentiment.training import calibration_error, macro_f1

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data" / "sentiment")
    parser.add_argument(
        "--part", choices=("domains", "languages", "targets", "cases", "speed"), action="append"
    )
    parser.add_argument("--networks", type=Path, help="networks that were taught without a domain")
    parser.add_argument("--half", choices=("tuned", "held-out", "both"), default="both")
    args = parser.parse_args()
    parts = args.part or ["domains", "languages", "targets", "cases", "speed"]
    if "domains" in parts:
        domains(args.data, args.networks)
    if "languages" in parts:
        languages(args.data)
    if "targets" in parts:
        targets(args.data)
    if "cases" in parts:
        cases(args.half)
    if "speed" in parts:
        speed(args.data)


def vader(texts: Sequence[str]) -> np.ndarray:
    """VADER with its own thresholds."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyser = SentimentIntensityAnalyzer()
    compound = np.array([analyser.polarity_scores(text)["compound"] for text in texts])
    return np.where(compound >= 0.05, 2, np.where(compound <= -0.05, 0, 1))


def domains(data: Path, networks: Path | None) -> None:
    """The domain left out of training; for GoEmotions and NewsMTSC also with their own training part.

    The temperature is fitted on the other five domains.
    """
    whole = corpus.sentence_corpora(data)
    tests = {name: whole[name] for name in corpus.GROUND_TRUTH}
    tests["goemotions"] = list(corpus.goemotions(data, "test"))
    both = corpus.newsmtsc(data, "devtest_mt") + corpus.newsmtsc(data, "devtest_rw")
    tests["newsmtsc"] = [(text, label) for text, _, _, label in both]
    models = {name: unseen(whole, name, networks) for name in tests}
    said = {name: say(*model, whole[name]) for name, model in models.items()}
    rows, pooled = [], []
    for name, examples in tests.items():
        model, reader = models[name]
        temperature = sentence_temperature([other for held, other in said.items() if held != name])
        rows.append(_domain(name, examples, calibrated(model, temperature), reader, pooled))
        if name in ("goemotions", "newsmtsc"):
            shipped = load_sentiment()
            rows.append(
                _domain(f"{name} (own training part)", examples, shipped.sentence, shipped.reader, [])
            )
    print(f"{'mean, domain unseen':34} {_mean(rows, ' (own')}")
    print(
        f"{'mean, own training parts':34} {_mean([r for r in rows if r[0] not in ('goemotions', 'newsmtsc')], '?')}"
    )
    _shares(list(tests), pooled)
    chance, truth = np.vstack([p for p, _ in pooled]), np.concatenate([t for _, t in pooled])
    print(f"calibration error, all unseen texts together {calibration_error(chance, truth):.3f}")


def _shares(names: Sequence[str], said: Sequence[tuple[np.ndarray, np.ndarray]]) -> None:
    """How far the shares of every unseen domain are off, what a hundred labels make of it, and accounts' intervals."""
    off = [likely_shares(p) - np.bincount(t, minlength=3) / len(t) for p, t in said]
    for name, gap, (chance, truth) in zip(names, off, said, strict=True):
        covered = " ".join(f"{account_coverage(chance, truth, n):.0%} of {n}" for n in (2, 6))
        error = np.mean([labelled_error(chance, truth, seed) for seed in range(20)])
        print(
            f"{name:12} shares off by {100 * np.abs(gap).mean():.1f} points, with 100 labels {100 * error:.1f}; "
            f"90% intervals hold {covered} mentions"
        )
    for n in (20, 100):
        told = " ".join(f"{share:.0%}" for share in share_coverage(said, n))
        print(
            f"90% intervals of a brand's shares hold the truth (negative, neutral, positive), {n} mentions: {told}"
        )
    ways = {
        "counted": lambda p: np.eye(3)[p.argmax(axis=1)].mean(axis=0),
        "mean probabilities": lambda p: p.mean(axis=0),
        "as shown": likely_shares,
    }
    for name, share in ways.items():
        gaps = {mix: np.array([_off(share, *row, np.array(mix)) for row in said]) for mix in MIXES}
        own = np.array([share(p) - np.bincount(t, minlength=3) / len(t) for p, t in said])
        every = np.vstack([own, *gaps.values()])
        print(
            f"{name}: own shares off by {100 * np.abs(own).mean():.1f} points, "
            + ", ".join(f"at {mix} by {100 * np.abs(g).mean():.1f}" for mix, g in gaps.items())
            + f"; root mean square {np.sqrt((every**2).mean(axis=0)).round(3)}, "
            f"of the balance {np.sqrt(((every[:, 2] - every[:, 0]) ** 2).mean()):.3f}"
        )


def _off(
    share: Callable[[np.ndarray], np.ndarray], p: np.ndarray, t: np.ndarray, mix: np.ndarray
) -> np.ndarray:
    """Error of the shares of texts drawn so that they have this mix of feelings."""
    weight = mix[t] / np.bincount(t, minlength=3)[t]
    drawn = np.random.default_rng(0).choice(len(t), 5_000, p=weight)
    return share(p[drawn]) - np.bincount(t[drawn], minlength=3) / len(drawn)


MIXES = ((0.69, 0.18, 0.13), (0.6, 0.24, 0.16), (0.3, 0.4, 0.3), (0.2, 0.6, 0.2), (0.13, 0.18, 0.69))
"""Shares of brands where complaints, much neutral, or praise rules; each domain's texts are drawn to have them."""


def share_coverage(said: Sequence[tuple[np.ndarray, np.ndarray]], n: int = 100, draws: int = 5) -> np.ndarray:
    """How often the 90 % intervals of a brand of `n` mentions hold the true shares, by class: all domains and mixes."""
    rng, held = np.random.default_rng(n), []
    for chance, truth in said:
        own = np.bincount(truth, minlength=3) / len(truth)
        for mix in (own, *map(np.array, MIXES)):
            weight = (mix / np.maximum(own, 1e-9))[truth]
            for _ in range(draws):
                drawn = rng.choice(len(truth), n, p=weight / weight.sum())
                real = np.bincount(truth[drawn], minlength=3) / n
                shares = brand_shares(_mentions_of(chance[drawn]))
                assert shares is not None
                held.append((shares.low <= real) & (real <= shares.high))
    return np.mean(held, axis=0)


def _mentions_of(chance: np.ndarray) -> Mentions:
    """Mentions that nothing is known of but their probabilities."""
    rows = tuple(
        Mention(None, str(i), str(i), *p, reason="", language="en") for i, p in enumerate(chance.tolist())
    )
    return Mentions(rows, np.full(len(rows), np.nan), len(rows), 0, np.ones(len(rows), dtype=bool))


def account_coverage(chance: np.ndarray, truth: np.ndarray, n: int, n_accounts: int = 400) -> float:
    """Share of made-up accounts of `n` texts, each with a taste of its own, whose balance lies in its 90 % interval."""
    from influence.signals.advocacy import advocacy_kernel

    rng = np.random.default_rng(n)
    pool = np.bincount(truth, minlength=3) / len(truth)
    of_label = [np.flatnonzero(truth == label) for label in range(3)]
    tastes = rng.dirichlet(2 * pool + 1e-3, n_accounts)
    picked = np.array([[rng.choice(of_label[rng.choice(3, p=p)]) for _ in range(n)] for p in tastes])
    found = advocacy_kernel(np.repeat(np.arange(n_accounts), n), chance[picked.ravel()], n_accounts)
    real = (truth[picked] - 1.0).mean(axis=1)
    return float(np.mean((found["sentiment_low"] <= real) & (real <= found["sentiment_high"])))


def labelled_error(chance: np.ndarray, truth: np.ndarray, seed: int) -> float:
    """Mean error of the three shares once a hundred mentions are labelled."""
    from influence.text.sentiment.labelling import choose, labels_of
    from influence.text.sentiment.linear import CLASSES

    every = _mentions_of(chance)
    sheet = tuple(row.judged(CLASSES[truth[int(row.text)]]) for row in choose(every, 100, seed))
    shares = brand_shares(every, labels_of(sheet))
    assert shares is not None
    return float(np.abs(shares.share - np.bincount(truth, minlength=3) / len(truth)).mean())


def languages(data: Path) -> None:
    """UMSAB's validation part (its training part was learnt from): read as what, and how well."""
    from influence.text.sentiment.clauses import passage_of

    model = load_sentiment()
    for code in ("en", "de", "es", "fr", "it", "pt", "hi", "ar"):
        texts, labels = zip(*corpus.umsab(data, "val", code), strict=True)
        said = model.score([passage_of(text, None) for text in texts], reasons=False)
        known = np.isfinite(said.probabilities[:, 0])
        english = np.mean([read == "en" for read in said.languages])
        score = macro_f1(np.array(labels)[known], said.probabilities[known].argmax(axis=1))
        print(
            f"{code}: read as English {english:.1%}, unknown {1 - known.mean():.1%}, macro-F1 {score:.3f} of the rest"
        )
    if model.hears_sentences:
        transferred()
    tweets = [text for text, _ in corpus.ground_truth(data, "tweets")]
    read = model.score([passage_of(text, None) for text in tweets], reasons=False).languages
    print(
        f"English tweets of a corpus not learnt from: read as English {np.mean([code == 'en' for code in read]):.1%}"
    )


def transferred() -> None:
    """Plain sentences of ours in languages of which the sentence model's layer learnt nothing."""
    sys.path.insert(0, str(ROOT / "tests" / "text"))
    from sentiment_cases import kind_cases

    from influence.text.sentiment import score_texts

    rows = kind_cases("transfer.tsv", "Northpeak")
    right = score_texts([r.text for r in rows], [r.target for r in rows]).argmax(1) == [r.label for r in rows]
    for code in dict.fromkeys(row.kind for row in rows):
        mine = [row.kind == code for row in rows]
        print(f"{code}, plain sentences of ours: {int(right[mine].sum())} of {sum(mine)}")


def _mean(rows: list[tuple[str, float, float, float]], without: str) -> str:
    kept = np.array([row[1:] for row in rows if without not in row[0]]).mean(axis=0)
    return f"majority {kept[0]:.3f}  VADER {kept[1]:.3f}  ours {kept[2]:.3f}  gain {100 * (kept[2] - kept[1]):+.1f}"


def _domain(
    name: str,
    examples: list[corpus.Example],
    model: LinearModel,
    reader: Reader,
    pooled: list[tuple[np.ndarray, np.ndarray]],
) -> tuple[str, float, float, float]:
    texts, truth = [text for text, _ in examples], np.array([label for _, label in examples])
    chance = model.probabilities(reader.read(texts)[2])
    majority = np.full(len(truth), np.bincount(truth).argmax())
    scores = macro_f1(truth, majority), macro_f1(truth, vader(texts)), macro_f1(truth, chance.argmax(axis=1))
    error = calibration_error(chance, truth)
    print(
        f"{name:34} majority {scores[0]:.3f}  VADER {scores[1]:.3f}  ours {scores[2]:.3f}  "
        f"gain {100 * (scores[2] - scores[1]):+.1f}  calibration error {error:.3f}  n {len(truth)}",
        flush=True,
    )
    pooled.append((chance, truth))
    return (name, *scores)


def targets(data: Path) -> None:
    """MAMS and NewsMTSC, targets; their training parts were learnt from, their test parts never."""
    reader = Reader((), guessed_words())
    model = fit_targets(corpus.target_corpora(data), reader, calibrate=False)
    for name, rows in (
        ("MAMS val", corpus.mams(data, "val")),
        ("MAMS test", corpus.mams(data, "test")),
        ("NewsMTSC test", corpus.newsmtsc(data, "devtest_mt") + corpus.newsmtsc(data, "devtest_rw")),
    ):
        _targets(name, rows, reader, model, named=name.startswith("MAMS"))
    for part in ("devtest_mt", "devtest_rw"):
        _as_mentions(f"NewsMTSC {part}, as mentions", corpus.newsmtsc(data, part))


def _as_mentions(name: str, rows: list[corpus.Targeted]) -> None:
    """The shipped models together, as `influence mentions` asks them, beside the model of whole texts alone."""
    from influence.text.sentiment.clauses import cut_passage

    passages, truth = (
        [cut_passage(t, (a, b), None) for t, a, b, _ in rows],
        np.array([row[3] for row in rows]),
    )
    chance = load_sentiment().score(passages, reasons=False).probabilities
    alone = load_sentiment().score([replace(p, target=None) for p in passages], reasons=False).probabilities
    kept = ~np.isnan(chance[:, 0])
    scores = [macro_f1(truth[kept], p[kept].argmax(axis=1)) for p in (alone, chance)]
    print(
        f"{name:34} whole text {scores[0]:.3f}  ours {scores[1]:.3f}  "
        f"calibration error {calibration_error(chance[kept], truth[kept]):.3f}  n {kept.sum()}"
    )


def _targets(name: str, rows: list[corpus.Targeted], reader: Reader, model: LinearModel, named: bool) -> None:
    truth = np.array([row[3] for row in rows])
    texts = [mask(text, a, b) for text, a, b, _ in rows]
    names = [text[a:b] if named else "" for text, a, b, _ in rows]
    chance = model.probabilities(reader.read_targets(texts, names)[2])
    print(
        f"{name:34} VADER {macro_f1(truth, vader([row[0] for row in rows])):.3f}  "
        f"ours {macro_f1(truth, chance.argmax(axis=1)):.3f}  calibration error {calibration_error(chance, truth):.3f}  "
        f"n {len(truth)}"
    )


def cases(half: str) -> None:
    """The sentences and cases written for this project; tuned on one half, the other not looked at."""
    sys.path.insert(0, str(ROOT / "tests" / "text"))
    from sentiment_cases import behaviour_cases, brand_tweets, in_half, kind_cases, two_brand_cases

    from influence.text.sentiment import score_texts

    for kept in ("tuned", "held-out") if half == "both" else (half,):
        rows = [row for row in two_brand_cases() if in_half(row.text, kept)]
        chance = score_texts(
            [r.text for r in rows], [r.target for r in rows], rivals=[r.rivals for r in rows]
        )
        truth = np.array([r.label for r in rows])
        print(
            f"two brands, {kept:9} macro-F1 {macro_f1(truth, chance.argmax(1)):.3f}  n {len(rows)}  "
            f"VADER {macro_f1(truth, vader([r.text for r in rows])):.3f}"
        )
        rows = [row for row in behaviour_cases() if in_half(row.text, kept)]
        chance, truth = (
            score_texts([r.text for r in rows], ["acme"] * len(rows)),
            np.array([r.label for r in rows]),
        )
        print(
            f"behaviour,  {kept:9} right {np.mean(chance.argmax(1) == truth):.3f}  macro-F1 "
            f"{macro_f1(truth, chance.argmax(1)):.3f}  n {len(rows)}  "
            f"VADER {np.mean(vader([r.text for r in rows]) == truth):.3f}"
        )
        for name in ("contrast.tsv", "kinds.tsv", "asides.tsv", "negated.tsv", "turns.tsv"):
            pairs = zip(kind_cases(name, "Northpeak"), kind_cases(name), strict=True)
            rows = [row for row, plain in pairs if in_half(plain.text, kept)]
            chance = score_texts([r.text for r in rows], [r.target for r in rows])
            right = np.mean(chance.argmax(1) == [r.label for r in rows])
            print(f"{name}, {kept:9} right {right:.3f}  n {len(rows)}")
        for name in ("quiet.tsv", "untold.tsv"):
            pairs = zip(kind_cases(name, "Northpeak"), kind_cases(name), strict=True)
            rows = [row for row, plain in pairs if in_half(plain.text, kept)]
            right = score_texts([r.text for r in rows], [r.target for r in rows]).argmax(1) == [
                r.label for r in rows
            ]
            for kind in dict.fromkeys(row.kind for row in rows):
                of_kind = [row.kind == kind for row in rows]
                print(f"{name}, {kept:9} {kind:12} {int(right[of_kind].sum())} of {sum(of_kind)}")
    for kind in ("seen", "fresh"):
        rows = [row for row in kind_cases("mended.tsv", "Northpeak") if row.kind == kind]
        chance = score_texts([r.text for r in rows], [r.target for r in rows])
        print(
            f"mended.tsv, {kind} right {np.mean(chance.argmax(1) == [r.label for r in rows]):.3f}  n {len(rows)}"
        )
    rows = kind_cases("rough_negation.tsv")
    chance = score_texts([r.text for r in rows], [r.target for r in rows])
    print(
        f"rough_negation.tsv right {np.mean(chance.argmax(1) == [r.label for r in rows]):.3f}  n {len(rows)}"
    )
    rows = brand_tweets()
    truth = np.array([r.label for r in rows])
    chance = score_texts([r.text for r in rows], ["acme"] * len(rows))
    print(
        f"brand tweets, all held out macro-F1 {macro_f1(truth, chance.argmax(1)):.3f}  n {len(rows)}  "
        f"VADER {macro_f1(truth, vader([r.text for r in rows])):.3f}  "
        f"calibration error {calibration_error(chance, truth):.3f}"
    )


def speed(data: Path, n: int = 100_000) -> None:
    """Mentions found and scored, one core: in our own short lines, and in real texts that name the brand first."""
    lines = [line.replace("B", "Acme") for line, _ in corpus.brand_lines()]
    begun = time.perf_counter()
    load_sentiment()
    print(f"load {time.perf_counter() - begun:.2f} s")
    _mentions("own lines", [f"{lines[i % len(lines)]} {i}" for i in range(n)])
    parts = corpus.sentence_corpora(data)
    real = [f"@Acme {text}" for name in corpus.DOMAINS for text, _ in parts[name]]
    rounds = -(-n // len(real))
    _mentions("real texts", [text if not i else f"{text} {i}" for i in range(rounds) for text in real][:n])


def _mentions(name: str, texts: Sequence[str]) -> None:
    from influence.text.mentions import find_mentions

    begun = time.process_time()
    found = find_mentions(texts, "Acme")
    print(f"{name}: {len(texts)} posts, {len(found)} mentions: {time.process_time() - begun:.1f} CPU-seconds")


if __name__ == "__main__":
    main()
