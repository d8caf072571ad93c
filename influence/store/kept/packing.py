"""Values as plain arrays and a description in JSON, and back: what `influence.store.kept.keeper` writes."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa
    from scipy import sparse

FEW = 1000
"""Names below which they are looked up one by one where they are sorted."""


class Strings(Sequence[str]):
    """Text kept as bytes, decoded only where it is asked for.

    Parameters
    ----------
    data : ndarray of uint8
        UTF-8, one string after the other, each followed by a zero byte.
    starts : ndarray of int64, shape (n + 1,)
        Where each begins.

    Examples
    --------
    >>> names = Strings.of(["ann", "bob", "zoë"])
    >>> names[2], names[np.array([0, 1])].tolist(), names.find("bob"), names.find("carl")
    ('zoë', ['ann', 'bob'], 1, -1)
    """

    def __init__(self, data: np.ndarray, starts: np.ndarray) -> None:
        self.data, self.starts = data, starts

    @classmethod
    def of(cls, strings: Sequence[str] | np.ndarray) -> Strings:
        """Pack strings."""
        whole = [text.encode("utf-8", "surrogatepass") + b"\0" for text in strings]
        starts = np.zeros(len(whole) + 1, dtype=np.int64)
        np.cumsum([len(text) for text in whole], out=starts[1:])
        return cls(np.frombuffer(b"".join(whole), dtype=np.uint8), starts)

    @classmethod
    def of_column(cls, column: pa.ChunkedArray) -> Strings:
        """Pack a column of text without nulls; its bytes are taken as they are."""
        import pyarrow as pa
        import pyarrow.compute as pc

        nothing, end = (pa.scalar(text, pa.large_string()) for text in ("", "\0"))
        ended = pc.binary_join_element_wise(column.cast(pa.large_string()), nothing, end).combine_chunks()
        if not len(ended):
            return cls.of(())
        _, starts, data = ended.buffers()
        at = np.frombuffer(starts, dtype=np.int64)[ended.offset : ended.offset + len(ended) + 1]
        return cls(np.frombuffer(data, dtype=np.uint8)[at[0] : at[-1]], at - at[0])

    def to_arrow(self) -> pa.Array:
        """The same as an array of Arrow."""
        import pyarrow as pa
        import pyarrow.compute as pc

        buffers = [None, pa.py_buffer(self.starts), pa.py_buffer(self.data)]
        return pc.utf8_slice_codeunits(pa.Array.from_buffers(pa.large_string(), len(self), buffers), 0, -1)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, at: Any) -> Any:
        """One string for a whole number, else an object array."""
        if isinstance(at, (int, np.integer)):
            place = int(at) + (len(self) if at < 0 else 0)
            return _text(self._bytes(place))
        rows = np.arange(len(self))[at]
        out = np.empty(len(rows), dtype=object)
        out[:] = [_text(self._bytes(row)) for row in rows.tolist()]
        return out

    def __iter__(self) -> Iterator[str]:
        return iter(self.to_list())

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        out = np.empty(len(self), dtype=object)
        out[:] = self.to_list()
        return out if dtype is None else out.astype(dtype)

    def to_list(self) -> list[str]:
        """All of them, decoded at once."""
        parts = _text(self.data.tobytes()).split("\0")[:-1]
        return parts if len(parts) == len(self) else [_text(self._bytes(row)) for row in range(len(self))]

    def find(self, text: str) -> int:
        """Place of `text` where the strings are sorted, -1 where it is not among them."""
        wanted = text.encode("utf-8", "surrogatepass")
        place = bisect_left(range(len(self)), wanted, key=self._bytes)
        return place if place < len(self) and self._bytes(place) == wanted else -1

    def take(self, rows: np.ndarray) -> Strings:
        """Some of them, in the order given."""
        import pyarrow as pa

        return (
            self
            if len(rows) == len(self) and (np.diff(rows) == 1).all()
            else Strings.of_column(pa.chunked_array([self.to_arrow().take(pa.array(rows))]))
        )

    def places(self, wanted: Iterable[Any]) -> np.ndarray:
        """Place of each of `wanted`, int32, -1 where it is not among them; few are looked for in what is sorted.

        >>> Strings.of(["ann", "bob"]).places(["bob", "carl"]).tolist()
        [1, -1]
        """
        import pyarrow as pa
        import pyarrow.compute as pc

        if not isinstance(wanted, Strings):
            names = [str(name) for name in wanted]
            if len(names) < FEW:
                return np.array([self.find(name) for name in names], dtype=np.int32)
            asked = pa.array(names, pa.large_string())
        else:
            asked = wanted.to_arrow()
        found: np.ndarray = pc.index_in(asked, value_set=self.to_arrow()).fill_null(-1).to_numpy()
        return found

    def _bytes(self, row: int) -> bytes:
        return self.data[self.starts[row] : self.starts[row + 1] - 1].tobytes()


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogatepass")


def pack(value: Any, arrays: list[np.ndarray]) -> Any:
    """Describe `value` in JSON and append its arrays.

    None, numbers, text, arrays (of numbers, or of text and None), `Strings`, sparse matrices by row or column, and
    tuples and dicts of these.
    """
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Strings):
        return {"strings": [pack(value.data, arrays), pack(value.starts, arrays)]}
    if isinstance(value, np.ndarray):
        return _pack_array(value, arrays)
    if isinstance(value, tuple):
        return {"tuple": [pack(one, arrays) for one in value]}
    if isinstance(value, dict):
        return {"dict": [[key, pack(one, arrays)] for key, one in value.items()]}
    parts = [pack(part, arrays) for part in (value.data, value.indices, value.indptr)]
    return {"sparse": [value.format, list(value.shape), parts]}


def _pack_array(value: np.ndarray, arrays: list[np.ndarray]) -> Any:
    if value.dtype != object:
        arrays.append(value)
        return {"array": len(arrays) - 1}
    distinct = sorted({one for one in value if one is not None and one == one})
    place = {one: at for at, one in enumerate(distinct)}
    codes = np.fromiter((place.get(one, -1) for one in value), np.int32, len(value))
    return {"text": [pack(Strings.of(distinct), arrays), pack(codes, arrays)]}


def unpack(told: Any, arrays: list[np.ndarray]) -> Any:
    """The value that `pack` described."""
    if not isinstance(told, dict):
        return told
    (kind, parts), *_ = told.items()
    if kind == "array":
        return arrays[parts]
    if kind == "strings":
        return Strings(*(unpack(part, arrays) for part in parts))
    if kind == "text":
        return _unpack_text(*(unpack(part, arrays) for part in parts))
    if kind == "tuple":
        return tuple(unpack(part, arrays) for part in parts)
    if kind == "dict":
        return {key: unpack(part, arrays) for key, part in parts}
    return _unpack_sparse(parts[0], tuple(parts[1]), [unpack(part, arrays) for part in parts[2]])


def _unpack_text(distinct: Strings, codes: np.ndarray) -> Any:
    """What is said more than once is one object."""
    words = np.array([*distinct, None], dtype=object)
    return words[codes]


def _unpack_sparse(
    format: str, shape: tuple[int, int], parts: list[np.ndarray]
) -> sparse.csr_matrix | sparse.csc_matrix:
    from scipy import sparse

    made = sparse.csr_matrix if format == "csr" else sparse.csc_matrix
    found = made(tuple(parts), shape=shape, copy=False)
    found.has_sorted_indices = found.has_canonical_format = True
    return found
