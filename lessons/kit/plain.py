"""Plain data as bytes: what may cross between a student's code and the grader, and nothing else.

A packed value is a JSON header and the raw bytes of its arrays. Nothing in it can run, and
`unpack` trusts nothing it reads.
"""

import json
import math
import struct
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from .functions import FUNCTIONS, parameter_count

DTYPES = ("b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16")
LAYOUTS = ("C", "F", "strided")
MAX_BYTES = 1 << 28
MAX_HEADER = 1 << 26
MAX_NODES = 100_000
MAX_GENERATORS = 100
MAX_BITS = 1 << 13  # of a whole number
MAX_DEPTH = 16
MAX_DIMENSIONS = 8
ALIGNMENT = 16
PREFIX = struct.Struct("<Q")
PADDING = [bytes(-size % ALIGNMENT) for size in range(ALIGNMENT)]
_json, _quoted = json.JSONEncoder().encode, json.encoder.encode_basestring_ascii


class NotPlain(ValueError):
    """The value, or the bytes, are not plain data."""


@dataclass(frozen=True)
class Handle:
    """Stands among arguments for what an earlier call of the same test returned and nobody shows.

    Attributes
    ----------
    call : number of that call within its test, from 0.
    part : which element of its result.
    """

    call: int
    part: int


@dataclass(frozen=True)
class Draws:
    """Stands among arguments for a random generator: the call is made once with each of these."""

    generators: tuple[np.random.Generator, ...]


@dataclass(frozen=True, eq=False)
class Function:
    """Stands among arguments for a function: one of functions.py, with these parameters.

    Raises
    ------
    NotPlain : if there is no such function, or if it has other parameters.
    """

    name: str
    parameters: tuple[np.ndarray, ...]

    def __post_init__(self):
        if not isinstance(self.name, str) or self.name not in FUNCTIONS:
            raise NotPlain("a function that there is not")
        arrays = all(type(one) is np.ndarray for one in self.parameters)
        if not arrays or len(self.parameters) != parameter_count(self.name):
            raise NotPlain(f"the function {self.name} without its parameters")


class Packed(NamedTuple):
    """Plain data as it was at some time, which `pack` takes in as it is."""

    header: str
    buffers: list[bytes]


def pack(value: object) -> bytes:
    """Turn plain data into bytes.

    Plain are None, bool, int, float, str, NumPy arrays and scalars of bool and number dtypes,
    random generators (of PCG64, the kind that `np.random.default_rng` makes), a `Handle`, `Draws`,
    a `Function`, and lists, tuples and string-keyed dicts of plain data. An array keeps its shape,
    dtype, memory order, whether it is a strided view and whether it may be written to; a subclass
    becomes an array, a scalar a 0-d array. A generator goes on from the same state.

    Raises
    ------
    NotPlain : for anything else; the message names the type.
    """
    buffers: list[bytes] = []
    header = _encode(value, buffers, 0).encode()
    header += b" " * (-(PREFIX.size + len(header)) % ALIGNMENT)
    return b"".join([PREFIX.pack(len(header)), header, *buffers])


def unpack(data: bytes, most: int = MAX_NODES) -> object:
    """Turn bytes of `pack` back into plain data, in arrays of their own.

    Parameters
    ----------
    most : values that there may be; a file of our own may hold more than an answer.

    Raises
    ------
    NotPlain : if the bytes are not what `pack` makes.
    """
    try:
        (length,) = PREFIX.unpack_from(data)
        start = PREFIX.size + length
        if length > MAX_HEADER or start > len(data):
            raise NotPlain("a header that is cut short or too large")
        header = json.loads(bytes(data[PREFIX.size : start]))
        return _Decoder(memoryview(data)[start:], most).decode(header, 0)
    except NotPlain:
        raise
    except (ValueError, TypeError, KeyError, RecursionError, struct.error, MemoryError) as error:
        raise NotPlain(f"these bytes are not plain data: {error}") from None


def packed(value: object) -> Packed:
    """Plain data packed by itself, to be an item of what is packed later.

    Raises
    ------
    NotPlain : as `pack` does.
    """
    buffers: list[bytes] = []
    return Packed(_encode(value, buffers, 1), buffers)


def replica(value: object) -> object:
    """A deep copy of plain data that keeps layouts and write protection."""
    return unpack(pack(value))


def _encode(value: object, buffers: list[bytes], depth: int) -> str:
    """The JSON of a value; the bytes of its arrays are added to `buffers`."""
    if depth > MAX_DEPTH:
        raise NotPlain("nested too deeply")
    if value is None:
        return "null"
    if type(value) is np.ndarray:
        return _encode_array(value, buffers)
    if type(value) is str:
        return _quoted(value)
    if type(value) is Packed:
        buffers += value.buffers
        return value.header
    if type(value) is int:
        return _encode_int(value)
    if isinstance(value, dict):
        return _encode_dict(value, buffers, depth)
    if isinstance(value, tuple):
        return f'{{"tuple":[{_encode_all(value, buffers, depth)}]}}'
    if isinstance(value, list):
        return f"[{_encode_all(value, buffers, depth)}]"
    if type(value) in (bool, float):
        return _json(value)
    if isinstance(value, np.ndarray | np.generic):
        return _encode_array(np.asarray(value), buffers)
    if isinstance(value, np.random.Generator):
        return _json({"generator": _state(value)})
    if isinstance(value, Draws):
        return _json({"draws": [_state(generator) for generator in value.generators]})
    if isinstance(value, Handle):
        return _json({"handle": [value.call, value.part]})
    if isinstance(value, Function):
        return f'{{"function":[{_encode_all((value.name, *value.parameters), buffers, depth)}]}}'
    raise NotPlain(f"a value of type {type(value).__name__}")


def _encode_int(value: int) -> str:
    if value.bit_length() > MAX_BITS:
        raise NotPlain("a whole number of too many digits")
    return repr(value)


def _encode_dict(value: dict, buffers: list[bytes], depth: int) -> str:
    items = []
    for key, one in value.items():
        if not isinstance(key, str):
            raise NotPlain("a dict with keys other than strings")
        items.append(f"[{_quoted(key)},{_encode(one, buffers, depth + 1)}]")
    return f'{{"dict":[{",".join(items)}]}}'


def _encode_all(values: list | tuple, buffers: list[bytes], depth: int) -> str:
    return ",".join([_encode(one, buffers, depth + 1) for one in values])


def _encode_array(array: np.ndarray, buffers: list[bytes]) -> str:
    flags = array.flags
    layout = "C" if flags.c_contiguous else "F" if flags.f_contiguous else "strided"
    header, little = _array_header(array.dtype, array.shape, layout, flags.writeable)
    data = array.astype(little, copy=False).tobytes("F" if layout == "F" else "C")
    buffers += (data, PADDING[len(data) % ALIGNMENT])
    return header


@lru_cache(maxsize=1024)
def _array_header(
    dtype: np.dtype, shape: tuple[int, ...], layout: str, writeable: bool
) -> tuple[str, np.dtype]:
    """The JSON of an array, and its dtype in the order of bytes in which it is sent."""
    little = dtype.newbyteorder("<")
    if little.str[1:] not in DTYPES:
        raise NotPlain(f"an array of dtype {dtype}")
    node = {"array": little.str[1:], "shape": shape, "layout": layout, "frozen": not writeable}
    return _json(node), little


def _state(generator: np.random.Generator) -> list[int]:
    """The state of a generator as four whole numbers."""
    state = generator.bit_generator.state
    if state["bit_generator"] != "PCG64":
        raise NotPlain(f"a random generator of {state['bit_generator']}, not PCG64")
    inner = state["state"]
    return [inner["state"], inner["inc"], state["has_uint32"], state["uinteger"]]


def _generator(node: object) -> np.random.Generator:
    """The generator with the state that `_state` gave."""
    if not isinstance(node, list) or not all(map(_natural, node)):
        raise NotPlain("a random generator without a state")
    state, increment, has_uint32, uinteger = node
    if max(state, increment) >> 128 or has_uint32 > 1 or uinteger >> 32 or not increment % 2:
        raise NotPlain("a random generator with a state that none can have")
    bits = np.random.PCG64(0)
    bits.state = {
        "bit_generator": "PCG64",
        "state": {"state": state, "inc": increment},
        "has_uint32": has_uint32,
        "uinteger": uinteger,
    }
    return np.random.Generator(bits)


def _natural(value: object) -> bool:
    return type(value) is int and value >= 0


class _Decoder:
    """Reads arrays in the order in which they were written, so none can overlap another."""

    def __init__(self, buffers: memoryview, most: int):
        self.buffers = buffers
        self.position = 0
        self.left = most
        self.generators = MAX_GENERATORS

    def decode(self, node: object, depth: int) -> object:
        self.left -= 1
        if depth > MAX_DEPTH or self.left < 0:
            raise NotPlain("too deep or too many values")
        if isinstance(node, list):
            return [self.decode(item, depth + 1) for item in node]
        if not isinstance(node, dict):
            return node
        if "array" in node:
            return self.array(node)
        kind, content = node.popitem()
        if node or not isinstance(content, list):
            raise NotPlain("a value of no kind that there is")
        if kind == "tuple":
            return tuple([self.decode(item, depth + 1) for item in content])
        if kind == "dict":
            return {_key(key): self.decode(item, depth + 1) for key, item in content}
        if kind == "function":
            name, *parameters = [self.decode(item, depth + 1) for item in content]
            return Function(name, tuple(parameters))
        return self.special(kind, content)

    def special(self, kind: str, content: list) -> object:
        if kind == "handle":
            return _handle(content)
        states = [content] if kind == "generator" else content
        self.generators -= len(states)
        if kind not in ("generator", "draws") or self.generators < 0:
            raise NotPlain("a value of no kind that there is, or too many generators")
        generators = tuple([_generator(state) for state in states])
        return Draws(generators) if kind == "draws" else generators[0]

    def array(self, node: dict) -> np.ndarray:
        shape, layout, frozen = node["shape"], node["layout"], node["frozen"]
        if not isinstance(shape, list) or len(shape) > MAX_DIMENSIONS:
            raise NotPlain("an array of too many dimensions")
        if layout not in LAYOUTS or type(frozen) is not bool:
            raise NotPlain("an array of no layout that there is")
        dtype, size = _allowed(node["array"], *shape)
        data = self.buffers[self.position : self.position + size]
        if len(data) != size:
            raise NotPlain("an array that is cut short")
        self.position += size + (-size % ALIGNMENT)
        return _laid_out(data, dtype, shape, layout, frozen)


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise NotPlain("a dict with keys other than strings")
    return key


def _handle(node: list) -> Handle:
    call, part = node
    if not _natural(call) or not _natural(part):
        raise NotPlain("a handle without a number")
    return Handle(call, part)


@lru_cache(maxsize=1024, typed=True)
def _allowed(kind: str, *shape: int) -> tuple[np.dtype, int]:
    """The dtype of an array and its size in bytes, if there may be such an array."""
    if kind not in DTYPES:
        raise NotPlain("an array of a kind that is not allowed")
    if any(type(n) is not int or n < 0 for n in shape):
        raise NotPlain("an array whose shape is no shape")
    dtype = np.dtype("<" + kind)
    # Zero-sized arrays may hide absurd lengths, so the bound leaves the zeros out.
    if math.prod(n for n in shape if n) * dtype.itemsize > MAX_BYTES:
        raise NotPlain("an array that is too large")
    return dtype, math.prod(shape) * dtype.itemsize


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
