"""Plain data as bytes: what may cross between a student's code and the grader, and nothing else.

A packed value is a JSON header and the raw bytes of its arrays. Nothing in it can run, and
`unpack` trusts nothing it reads.
"""

import json
import math
import struct

import numpy as np

DTYPES = ("b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16")
MAX_BYTES = 1 << 28
MAX_NODES = 100_000
MAX_DEPTH = 16
MAX_DIMENSIONS = 8
ALIGNMENT = 16
PREFIX = struct.Struct("<Q")


class NotPlain(ValueError):
    """The value, or the bytes, are not plain data."""


def pack(value: object) -> bytes:
    """Turn plain data into bytes.

    Plain are None, bool, int, float, str, NumPy arrays and scalars of bool and number dtypes, and
    lists, tuples and string-keyed dicts of plain data. An array keeps its shape, dtype, memory
    order, whether it is a strided view and whether it may be written to; a subclass becomes an
    array, a scalar a 0-d array.

    Raises
    ------
    NotPlain : for anything else; the message names the type.
    """
    buffers: list[bytes] = []
    header = json.dumps(_encode(value, buffers, 0)).encode()
    header += b" " * (-(PREFIX.size + len(header)) % ALIGNMENT)
    return b"".join([PREFIX.pack(len(header)), header, *buffers])


def unpack(data: bytes) -> object:
    """Turn bytes of `pack` back into plain data, in arrays of their own.

    Raises
    ------
    NotPlain : if the bytes are not what `pack` makes.
    """
    try:
        (length,) = PREFIX.unpack_from(data)
        start = PREFIX.size + length
        header = json.loads(bytes(data[PREFIX.size : start]))
        return _Decoder(memoryview(data)[start:]).decode(header, 0)
    except NotPlain:
        raise
    except (ValueError, TypeError, KeyError, RecursionError, struct.error, MemoryError) as error:
        raise NotPlain(f"these bytes are not plain data: {error}") from None


def replica(value: object) -> object:
    """A deep copy of plain data that keeps layouts and write protection."""
    return unpack(pack(value))


def _encode(value: object, buffers: list[bytes], depth: int) -> object:
    if depth > MAX_DEPTH:
        raise NotPlain("nested too deeply")
    if value is None or type(value) in (bool, int, float, str):
        return value
    if isinstance(value, np.ndarray | np.generic):
        return _encode_array(np.asarray(value), buffers)
    if isinstance(value, tuple):
        return {"tuple": [_encode(item, buffers, depth + 1) for item in value]}
    if isinstance(value, list):
        return [_encode(item, buffers, depth + 1) for item in value]
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise NotPlain("a dict with keys other than strings")
        items = [[key, _encode(item, buffers, depth + 1)] for key, item in value.items()]
        return {"dict": items}
    raise NotPlain(f"a value of type {type(value).__name__}")


def _encode_array(array: np.ndarray, buffers: list[bytes]) -> dict:
    kind = array.dtype.newbyteorder("<").str[1:]
    if kind not in DTYPES:
        raise NotPlain(f"an array of dtype {array.dtype}")
    layout = "C" if array.flags.c_contiguous else "F" if array.flags.f_contiguous else "strided"
    order = "F" if layout == "F" else "C"
    data = array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes(order)
    buffers.append(data + b"\0" * (-len(data) % ALIGNMENT))
    return {
        "array": kind,
        "shape": list(array.shape),
        "layout": layout,
        "frozen": not array.flags.writeable,
    }


class _Decoder:
    """Reads arrays in the order in which they were written, so none can overlap another."""

    def __init__(self, buffers: memoryview):
        self.buffers = buffers
        self.position = 0
        self.nodes = 0

    def decode(self, node: object, depth: int) -> object:
        self.nodes += 1
        if depth > MAX_DEPTH or self.nodes > MAX_NODES:
            raise NotPlain("too deep or too many values")
        if isinstance(node, list):
            return [self.decode(item, depth + 1) for item in node]
        if not isinstance(node, dict):
            return node
        if "array" in node:
            return self.array(node)
        if "tuple" in node:
            return tuple(self.decode(item, depth + 1) for item in node["tuple"])
        return {str(key): self.decode(item, depth + 1) for key, item in node["dict"]}

    def array(self, node: dict) -> np.ndarray:
        kind, shape = node["array"], node["shape"]
        if kind not in DTYPES or len(shape) > MAX_DIMENSIONS:
            raise NotPlain("an array of a kind that is not allowed")
        if any(type(n) is not int or n < 0 for n in shape):
            raise NotPlain("an array whose shape is no shape")
        dtype = np.dtype("<" + kind)
        # Zero-sized arrays may hide absurd lengths, so the bound leaves the zeros out.
        if math.prod(n for n in shape if n) * dtype.itemsize > MAX_BYTES:
            raise NotPlain("an array that is too large")
        size = math.prod(shape) * dtype.itemsize
        data = self.buffers[self.position : self.position + size]
        if len(data) != size:
            raise NotPlain("an array that is cut short")
        self.position += size + (-size % ALIGNMENT)
        return _laid_out(data, dtype, shape, node["layout"], node["frozen"])


def _laid_out(
    data: memoryview, dtype: np.dtype, shape: list[int], layout: str, frozen: bool
) -> np.ndarray:
    order = "F" if layout == "F" else "C"
    flat = np.frombuffer(data, np.uint8) != 0 if dtype.kind == "b" else np.frombuffer(data, dtype)
    array = flat.reshape(shape, order=order).copy(order=order)
    if layout == "strided" and array.ndim:
        wide = np.zeros((*shape[:-1], 2 * shape[-1]), dtype)
        wide[..., ::2] = array
        array = wide[..., ::2]
    array.flags.writeable = not frozen
    return array
