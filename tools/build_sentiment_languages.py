"""Fit the table that ships as `influence/text/sentiment/model/languages.npz`: languages, and rough feelings in five.

    OMP_NUM_THREADS=1 python tools/build_sentiment_languages.py --data FOLDER [--out FILE]

FOLDER holds `umsab` beside the English corpora (sources and terms: docs/sentiment.md). Languages are learnt from the
texts of UMSAB's training part, pieces of them, English corpora but the tweets (kept to measure on), English words and
the stop words of fifty languages; feelings from UMSAB's training part alone. Its validation part is for measuring.
Only weights of hashed parts of words leave this script, never a text.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
from scipy import sparse

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))
from sentiment_sources.corpora import sentence_corpora, umsab

from influence.text.sentiment.languages import (
    GRAM,
    LANGUAGES,
    LEAST_TOKENS,
    MARKS,
    N_BUCKETS,
    ROUGH,
    SEEN,
    TABLE_PATH,
    LanguageTable,
    token_counts,
    token_marks,
    token_parts,
)
from influence.text.sentiment.lexicon import words_of
from influence.text.sentiment.modelfile import write_arrays
from influence.text.sentiment.tokens import Vocabulary, encode, tokenise
from influence.text.sentiment.training import fit_temperature, macro_f1
from influence.text.splitting import shipped_splitter

SPOKEN_SCALE, SPOKEN_STRENGTH, SPOKEN_ROUNDS = 0.3, 5.0, 80
FELT_STRENGTH, FELT_ROUNDS, MARK_SCALE = 2.0, 100, 0.6
N_PER_CORPUS, N_ENGLISH_WORDS, N_STOP_LINES = 2_500, 9_000, 100
COMMON_LANGUAGES = frozenset(words_of("en de es fr it pt nl pl ro sv tr id da no fi cs hu"))
OFTEN = 5
"""Languages whose stop words are shown so many times as often: those that are met most beside English."""
ENGLISH_SHARE = 0.7
"""Share of common English words from which a Hindi text counts as English: people write both."""
COMMON = 200
"""Occurrences from which an English word is common."""
Labelled = tuple[str, str]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=TABLE_PATH)
    args = parser.parse_args()
    texts, names = zip(*spoken_texts(args.data), strict=True)
    spoken, intercept = fit_spoken(texts, np.array([LANGUAGES.index(name) for name in names]))
    columns, intercepts, temperatures = [spoken], [intercept], []
    for code in ROUGH:
        felt, middle, temperature = fit_felt(umsab(args.data, "train", code))
        columns.append(felt)
        intercepts.append(middle)
        temperatures.append(temperature)
    arrays = packed(np.hstack(columns), np.concatenate(intercepts), np.array(temperatures))
    write_arrays(args.out, arrays)
    print(args.out.name, args.out.stat().st_size, "bytes")
    report(args.data, LanguageTable(**arrays))


def spoken_texts(data: Path) -> Iterator[Labelled]:
    """Texts and pieces of texts with their language; the same every time."""
    import stopwordsiso

    rng = random.Random(0)
    for code in ("en", *ROUGH, "hi", "ar"):
        for text, _ in umsab(data, "train", code):
            if code != "hi" or not is_english(text):
                for line in (text, *(piece(text, rng) for _ in range(3))):
                    yield line, "other" if code == "ar" else code
    for name, part in sentence_corpora(data).items():
        if name not in ("tweets", "topics"):
            for text, _ in rng.sample(part, min(N_PER_CORPUS, len(part))):
                yield text, "en"
                yield piece(text, rng), "en"
    counts = shipped_splitter().counts
    words = sorted(word for word, n in counts.items() if word.isalpha() and n >= SEEN)
    roots = [counts[word] ** 0.5 for word in words]
    for _ in range(N_ENGLISH_WORDS):
        yield " ".join(rng.choices(words, roots, k=rng.choice([1, 2, 3]))), "en"
    for code in sorted(stopwordsiso.langs()):
        listed = sorted(stopwordsiso.stopwords(code))
        name = code if code in LANGUAGES and code != "hi" else "other"
        for _ in range(N_STOP_LINES * (OFTEN if code in COMMON_LANGUAGES else 1)):
            yield " ".join(rng.sample(listed, min(len(listed), rng.choice([1, 1, 2, 2, 3, 5])))), name


def piece(text: str, rng: random.Random) -> str:
    """A few words of a text."""
    words = text.split()
    n = rng.choice([1, 2, 2, 3, 3, 4, 5, 6])
    start = rng.randrange(max(1, len(words) - n))
    return " ".join(words[start : start + n])


def is_english(text: str) -> bool:
    """Whether most words are common English ones."""
    counts = shipped_splitter().counts
    words = [word for word in tokenise(text) if word.isalpha()]
    return sum(counts.get(word, 0) >= COMMON for word in words) > ENGLISH_SHARE * len(words)


def parts_table(tokens: Sequence[str]) -> sparse.csr_matrix:
    """Parts and marks of tokens, shape (n_tokens, `N_BUCKETS` + `MARKS`)."""
    parts = [token_parts(token) for token in tokens]
    sizes = np.array([len(found) for found in parts], dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum(sizes)])
    weights = np.full(starts[-1], GRAM, dtype=np.float32)
    weights[starts[:-1]] = 1.0
    column = np.fromiter(chain.from_iterable(parts), dtype=np.int32, count=int(starts[-1]))
    told = sparse.csr_matrix((weights, column, starts), shape=(len(tokens), N_BUCKETS))
    marks = np.array([token_marks(token) for token in tokens], dtype=np.float32).reshape(-1, MARKS)
    return sparse.hstack([told, sparse.csr_matrix(marks)]).tocsr()


def fit_spoken(texts: tuple[str, ...], labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weights of the parts of words for each language, and the intercept."""
    from sklearn.linear_model import LogisticRegression

    vocabulary = Vocabulary()
    counts = token_counts(encode(texts, vocabulary), len(vocabulary))
    speaks = np.array([word[0].isalpha() for word in vocabulary.words])
    table = sparse.diags(speaks.astype(np.float32)) @ parts_table(vocabulary.words)[:, :N_BUCKETS]
    model = LogisticRegression(C=SPOKEN_STRENGTH, max_iter=SPOKEN_ROUNDS, tol=1e-3)
    model.fit((counts @ table) * SPOKEN_SCALE, labels)
    weights = np.zeros((parts_table(["a"]).shape[1], len(LANGUAGES)))
    weights[:N_BUCKETS] = model.coef_.T * SPOKEN_SCALE
    return weights, model.intercept_


def fit_felt(rows: list[tuple[str, int]]) -> tuple[np.ndarray, np.ndarray, float]:
    """Weights of parts and marks for each feeling in one language, the intercept, and the temperature by two folds."""
    texts, labels = [text for text, _ in rows], np.array([label for _, label in rows])
    inputs, scale = felt_inputs(texts)
    logits = np.zeros((len(labels), 3))
    for fold in range(2):
        out = np.arange(len(labels)) % 2 == fold
        logits[out] = _fit(inputs[~out], labels[~out]).decision_function(inputs[out])
    model = _fit(inputs, labels)
    return model.coef_.T * scale[:, None], model.intercept_, fit_temperature(logits, labels)


def _fit(inputs: sparse.csr_matrix, labels: np.ndarray):  # type: ignore[no-untyped-def]
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=FELT_STRENGTH, max_iter=FELT_ROUNDS, tol=1e-3).fit(inputs, labels)


def felt_inputs(texts: list[str]) -> tuple[sparse.csr_matrix, np.ndarray]:
    """Parts of texts, rare ones weighing more, and what each column was multiplied with."""
    vocabulary = Vocabulary()
    encoded = encode(texts, vocabulary)
    bag = token_counts(encoded, len(vocabulary)) @ parts_table(vocabulary.words)
    used = np.asarray((bag > 0).sum(axis=0)).ravel()
    scale = np.where(used > 1, np.log(len(texts) / np.maximum(used, 1)) / 5, 0)
    scale[N_BUCKETS:] = MARK_SCALE
    length = np.sqrt(np.maximum(encoded.lengths, LEAST_TOKENS))
    return (sparse.diags(1 / length) @ bag @ sparse.diags(scale)).tocsr(), scale


def packed(weights: np.ndarray, intercept: np.ndarray, temperature: np.ndarray) -> dict[str, np.ndarray]:
    """Arrays of the file: weights in 8 bits with a scale a column."""
    scale = np.abs(weights).max(axis=0) / 127 + 1e-12
    return {
        "weights": np.round(weights / scale).astype(np.int8),
        "scale": scale.astype(np.float32),
        "intercept": intercept.astype(np.float32),
        "temperature": temperature.astype(np.float32),
    }


def report(data: Path, table: LanguageTable) -> None:
    """Macro-F1 of the rough feelings on texts kept apart, the language taken as known."""
    for code in ROUGH:
        texts, labels = zip(*umsab(data, "val", code), strict=True)
        vocabulary = Vocabulary()
        encoded = encode(texts, vocabulary)
        read = table.read(encoded, table.rows(vocabulary.words), [code] * len(texts))
        known = np.isfinite(read.feeling[:, 0])
        score = macro_f1(np.array(labels)[known], read.feeling[known].argmax(axis=1))
        print(f"{code} macro-F1 {score:.3f} of {known.mean():.1%} read")


if __name__ == "__main__":
    main()
