"""From texts to the material of the two models: one for a text as a whole, one for a target inside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from influence.text.sentiment.features import (
    Valences,
    dense_features,
    ngram_keys,
    read_valences,
)
from influence.text.sentiment.languages import LanguageReader
from influence.text.sentiment.linear import Material
from influence.text.sentiment.network import PAD_ROW, UNKNOWN_ROW, WordNetwork
from influence.text.sentiment.targets import Placed, name_keys, place, target_features, target_keys
from influence.text.sentiment.token_facts import TokenFacts
from influence.text.sentiment.tokens import Encoded, Vocabulary, encode


class Reader:
    """Reads texts with one vocabulary; valences come from the lexicon, and from it with the guessed words.

    Parameters
    ----------
    words : sequence of str
        The vocabulary of a fitted model, in its order; empty to start one.
    guessed : mapping of str to float
        Valence of words that the lexicon lacks.
    network : WordNetwork, optional
        Reads whole texts as well; without it, lexicon and words alone.
    """

    def __init__(
        self,
        words: Sequence[str] = (),
        guessed: Mapping[str, float] | None = None,
        network: WordNetwork | None = None,
    ) -> None:
        self.vocabulary = Vocabulary.of(words)
        self.n_own = len(self.vocabulary)
        self.facts = TokenFacts(self.vocabulary, guessed or {})
        self.network = network
        self.tongues = LanguageReader(self.vocabulary)
        self._rows = np.zeros(0, dtype=np.int32)

    def read(self, texts: Sequence[str]) -> tuple[Encoded, Valences, Material]:
        """Tokens, valences and material of whole texts."""
        encoded, both, material = self.read_whole(texts)
        if self.network:
            rows = self._network_rows(self.network)[encoded.ids]
            gist = self.network.gist(encoded, rows, both, material.dense)
            material = replace(material, network=self.network.logits(gist), gist=gist)
        return encoded, both[0], material

    def read_whole(self, texts: Sequence[str]) -> tuple[Encoded, tuple[Valences, Valences], Material]:
        """Tokens, both valences, and the material without what the network says."""
        encoded = encode(texts, self.vocabulary)
        self.facts.extend()
        both = read_valences(encoded, self.facts)
        dense = dense_features(encoded, self.facts, both)
        return encoded, both, Material(dense, *ngram_keys(encoded, both[0]))

    def _network_rows(self, network: WordNetwork) -> np.ndarray:
        """Row of the network for each token number."""
        new = self.vocabulary.words[len(self._rows) :]
        fresh = [network.rows.get(word, UNKNOWN_ROW) for word in new]
        self._rows = np.concatenate([self._rows, np.array(fresh, dtype=np.int32)])
        self._rows[:1] = PAD_ROW
        return self._rows

    def read_targets(self, masked: Sequence[str], names: Sequence[str]) -> tuple[Placed, Valences, Material]:
        """Tokens, valences and material of texts whose target is masked and called `names`."""
        placed = place(masked, self.vocabulary, self.facts)
        both = valences, _ = read_valences(placed.encoded, self.facts)
        dense = np.hstack(
            [target_features(placed, self.facts, both), dense_features(placed.encoded, self.facts, both)]
        )
        keys, document = target_keys(placed, valences)
        more, of = name_keys(names, self.vocabulary)
        return placed, valences, Material(dense, np.concatenate([keys, more]), np.concatenate([document, of]))

    def refresh(self) -> None:
        """Forget the words met since the model was loaded once they are many, so that memory stays bounded."""
        if len(self.vocabulary) > self.n_own + 400_000 and self.n_own > 1:
            words = self.vocabulary.words[1 : self.n_own]
            self.__init__(words, self.facts.guessed, self.network)  # type: ignore[misc]
