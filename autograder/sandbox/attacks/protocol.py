"""Answers that are no answers: the line to the grader in the hands of an enemy."""

import contextlib
import json
import os
import struct
import sys
import time

import numpy as np


def _framed(data):
    return struct.pack("<Q", len(data)) + data


def _frame(header, body=b"", ticket=None):
    """A whole lump, in the name of the call at work unless a ticket is given."""
    return _lump(json.dumps(header).encode(), body, ticket)


def _lump(head, body=b"", ticket=None):
    head += b" " * (-(8 + len(head)) % 16)
    ticket = _ticket() if ticket is None else ticket
    return _framed(ticket.encode() + _framed(_framed(head) + body))


def _frames():
    frame = sys._getframe()
    while frame:
        yield list(frame.f_locals.values())
        frame = frame.f_back


def _ticket():
    """The ticket that an answer must bear, as it lies in memory."""
    found = (
        one["id"] for values in _frames() for one in values if type(one) is dict and "id" in one
    )
    return next(found)


def _send(data):
    sent = 0
    for one in range(3, 16):
        with contextlib.suppress(OSError):
            sent += os.write(one, data)
    return sent


RIGHT = {"dict": [["result", None]]}
ARRAY = {"array": "f8", "shape": [2], "layout": "C", "frozen": False}


def answer_before_it_is_asked(target):
    """answer the next question before it is asked"""
    _send(_frame(RIGHT, ticket=""))
    _send(_frame(RIGHT, ticket="0" * len(_ticket())))


def answer_many_times(target):
    """answer a thousand times"""
    _send(_frame(RIGHT) * 1000)


def answer_as_the_real_call(target):
    """answer in the name of the real call, by the ticket found in memory"""
    _send(_frame(RIGHT))


def claim_a_length_of_a_terabyte(target):
    """claim a length of a terabyte"""
    _send(struct.pack("<Q", 1 << 40) + b"x" * 1000)


def claim_a_header_without_end(target):
    """claim a header that is longer than its frame"""
    _send(struct.pack("<QQ", 24, 1 << 60) + b"x" * 16)


def send_nothing(target):
    """send a frame of no length"""
    _send(struct.pack("<Q", 0))


def send_half_a_frame(target):
    """send half a frame and wait"""
    _send(_frame(RIGHT)[:20])
    time.sleep(1000)


def send_a_byte_now_and_then(target):
    """send a frame one byte at a time"""
    for byte in _frame([0] * 1000):
        _send(bytes([byte]))
        time.sleep(0.01)


def flood_the_line(target):
    """send frames for ever"""
    while _send(_frame(RIGHT) * 100):
        pass


def nest_deeply(target):
    """send values nested a hundred thousand deep"""
    text = b"[" * 100_000 + b"]" * 100_000
    _send(_lump(text))


def claim_huge_shapes(target):
    """send an array whose shape overflows"""
    _send(_frame(ARRAY | {"shape": [0, 2**62, 2**62]}))
    _send(_frame(ARRAY | {"shape": [2**32, 2**32]}))


def claim_shapes_that_are_none(target):
    """send arrays of negative, fractional, true and a hundred dimensions"""
    for shape in ([-1], [-(2**62), -4], [2.5], [True], [[2]], [{}], [1] * 100, "2"):
        _send(_frame(ARRAY | {"shape": shape}, bytes(16)))


def claim_arrays_that_are_cut_short(target):
    """send arrays that reach past their frame"""
    wide = {"shape": [1 << 20], "layout": "strided"}
    _send(_frame([ARRAY, ARRAY | {"shape": [3]}, ARRAY | wide], bytes(24)))


def claim_many_arrays_in_one_place(target):
    """send many large arrays that share one buffer"""
    large = ARRAY | {"shape": [1 << 20]}
    _send(_frame([large] * 1000, bytes(8 << 20)))


def send_an_array_of_objects(target):
    """send an array of objects"""
    _send(_frame(ARRAY | {"array": "O"}, bytes(16)))


def send_arrays_of_other_kinds(target):
    """send structured arrays, text, dates, and kinds that are no kinds"""
    for kind in ("V8", "f8,f8", "(2,)f8", "U1000000000", "M8[ns]", "f16", ">f8", "", [], None):
        _send(_frame(ARRAY | {"array": kind}, bytes(64)))


def send_numbers_that_are_none(target):
    """send a number of a million digits, infinities, and text that is no text"""
    for text in (b"1" * 1_000_000, b"-1e999", b"NaN", b'"\\ud800"', b"\xff\xfe", b'{"tuple": 1}'):
        _send(_lump(text))


def send_a_generator_that_cannot_be(target):
    """send a random generator in a state that none can have"""
    for state in ([], [1, 2, 0, 0], [1 << 200, 1, 9, -1], [0.5, 1, 0, 0], ["1", "1", "0", "0"]):
        _send(_frame({"generator": state}))
        _send(_frame({"draws": [state] * 100_000}))


def claim_to_be_at_another_call(target):
    """claim to be at another call, and loop"""
    for values in _frames():
        for line in values:
            if getattr(line, "_progress", None) is not None:
                line._progress[0] = 2**64 - 1
    while True:
        pass


def send_a_pickle(target):
    """send a pickle that would run a program"""
    data = b"cos\nsystem\n(S'true'\ntR."
    _send(_framed(data))


def return_an_object_equal_to_everything(target):
    """return an array that says it equals everything"""

    class Equal(np.ndarray):
        def __eq__(self, other):
            return True

    return np.zeros(3).view(Equal)


def return_a_hundred_megabytes(target):
    """return a hundred megabytes"""
    return np.zeros(100 << 17)


def return_a_list_that_holds_itself(target):
    """return a list that holds itself"""
    endless = []
    endless.append(endless)
    return endless


def raise_a_book(target):
    """raise an exception with a text of 10 MB"""
    raise ValueError("x" * 10_000_000)


def raise_what_cannot_be_shown(target):
    """raise an exception that raises when it is shown"""

    class Evil(Exception):
        def __str__(self):
            raise SystemExit

    raise Evil


def replace_what_observes_it(target):
    """replace the functions that observe it"""
    frame = sys._getframe()
    while frame:
        for name in ("observe", "replica", "pack", "unpack"):
            if name in frame.f_globals:
                frame.f_globals[name] = lambda *args: None
        frame = frame.f_back
