"""The small network of words: what it says does not depend on its neighbours, and its file keeps what it knows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from influence.text.sentiment import load_sentiment
from influence.text.sentiment.network import UNKNOWN_ROW, WordNetwork, load_network, pack, unpack
from tools.build_sentiment import with_network

TEXTS = (
    "I love this phone!! best EVER :)",
    "never again @acme. 3 hours on hold",
    "",
    "the train is not good but the food was great and the people were nice",
    "ok 🤮",
    "zxqvw",
)


def said(texts: list[str]) -> np.ndarray:
    """Log-odds of the network, shape (n_texts, 3)."""
    found = load_sentiment().reader.read(texts)[2].network
    assert found is not None
    return found


def test_a_text_is_read_the_same_alone_and_among_others() -> None:
    together = said([*TEXTS, *TEXTS[::-1]])
    for text, row, mirrored in zip(TEXTS, together, together[::-1], strict=False):
        np.testing.assert_allclose(said([text])[0], row, atol=1e-4)
        np.testing.assert_allclose(mirrored, row, atol=1e-4)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=8))
def test_whatever_is_written_gets_three_finite_numbers(texts: list[str]) -> None:
    found = said(texts)
    assert found.shape == (len(texts), 3)
    assert np.isfinite(found).all()


def test_a_text_without_tokens_says_nothing() -> None:
    np.testing.assert_array_equal(said(["", "   "]), 0)


def test_long_runs_of_texts_are_cut_into_blocks_without_a_seam() -> None:
    many = [f"{TEXTS[i % 2]} {'really ' * (i % 7)}" for i in range(700)]
    np.testing.assert_allclose(said(many)[500:510], said(many[500:510]), atol=1e-4)


def test_the_order_of_words_counts() -> None:
    one, other = said(["not bad, good", "not good, bad"])
    assert one[2] - one[0] > other[2] - other[0]


def test_the_network_alone_tells_praise_from_blame() -> None:
    praise = [
        "easy to use and worth every penny",
        "they sorted it out within minutes",
        "does what it promises",
    ]
    blame = ["stopped working after two days", "had to send it back twice", "kept me waiting for an hour"]
    good, bad = said(praise), said(blame)
    assert (good[:, 2] - good[:, 0]).min() > (bad[:, 2] - bad[:, 0]).max()


def test_the_file_keeps_the_network() -> None:
    network = load_network()
    words = sorted(network.rows, key=network.rows.__getitem__)
    again = unpack(pack(words, network.vectors, network.weights))
    assert again.rows == network.rows
    assert min(network.rows.values()) == UNKNOWN_ROW + 1
    np.testing.assert_allclose(again.vectors, network.vectors, atol=1e-6)
    for name, weight in network.weights.items():
        np.testing.assert_array_equal(again.weights[name], weight)


def test_two_layers_by_hand() -> None:
    """A network of width one whose numbers can be followed with a pencil."""
    one = np.ones((1, 1))
    weights = {
        "first": np.array([[0.0, 1.0, 2.0, 1.0, 0.0]]), "first_felt": np.zeros((25, 1)), "first_bias": np.zeros(1),
        "norm1": np.zeros(1), "norm1_bias": np.ones(1), "norm2": np.zeros(1), "norm2_bias": np.full(1, 3.0),
        "around": np.ones((5, 1)), "around_bias": np.zeros(1), "inner": one, "inner_bias": np.zeros(1),
        "outer": one, "outer_bias": np.zeros(1), "attention": np.zeros((1, 2)), "attention_bias": np.zeros(2),
        "join": np.vstack([np.ones((3, 1)), np.zeros((76, 1))]), "join_bias": np.zeros(1),
        "out": np.array([[-1.0, 0.0, 1.0]]), "out_bias": np.array([0.0, 0.5, 0.0]),
        "dense_mean": np.zeros(76), "dense_spread": np.ones(76),
    }  # fmt: skip
    network = WordNetwork(
        {"good": 2}, np.array([[0.0], [0.0], [1.0]]), {k: v.astype(np.float32) for k, v in weights.items()}
    )
    reader = load_sentiment().reader
    encoded, both, material = reader.read_whole(["good day", "day"])
    rows = np.where(encoded.ids == reader.vocabulary.number("good"), 2, np.minimum(encoded.ids, 1))
    # norm2 sets every hidden value to 3; two heads and the maximum add up to 9
    gist = network.gist(encoded, rows, both, material.dense)
    np.testing.assert_allclose(gist, [[9], [9]])
    np.testing.assert_allclose(network.logits(gist), [[-9, 0.5, 9]] * 2)


def test_a_model_says_how_much_of_the_network_it_takes() -> None:
    sentiment = load_sentiment()
    material = sentiment.reader.read(list(TEXTS))[2]
    without = replace(material, network=np.zeros_like(material.network))
    alone = sentiment.sentence.logits(without)
    difference = sentiment.sentence.logits(material) - alone
    np.testing.assert_allclose(difference, material.network @ sentiment.sentence.mix, atol=1e-6)
    assert 0 < np.diag(sentiment.sentence.mix).min() < 1


@pytest.mark.parametrize("text", ["I adore it", "what a waste of money"])
def test_a_share_of_nothing_leaves_the_linear_model_alone(text: str) -> None:
    sentiment = load_sentiment()
    material = sentiment.reader.read([text])[2]
    linear = replace(sentiment.sentence, mix=np.zeros((3, 3)))
    np.testing.assert_allclose(with_network(linear, 0.0).logits(material), linear.logits(material))
