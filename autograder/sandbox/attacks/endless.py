"""Ending badly, or not at all."""

import contextlib
import ctypes
import mmap
import os
import re
import signal
import sys
import time

import numpy as np


def loop(target):
    """loop for ever"""
    while True:
        pass


def sleep(target):
    """sleep for ever"""
    while True:
        time.sleep(1000)


def loop_and_catch_everything(target):
    """loop for ever, ignore every signal and catch every exception"""
    for one in range(1, 65):
        with contextlib.suppress(OSError, ValueError):
            signal.signal(one, signal.SIG_IGN)
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass


def compute_in_c(target):
    """compute for ever inside C, where Python sees no signal"""
    return 3 ** (10**9)


def match_a_catastrophic_pattern(target):
    """match a pattern that takes for ever"""
    return re.match(r"(a+)+$", "a" * 64 + "b")


def end_the_process(target):
    """end the process (os._exit)"""
    os._exit(0)


def crash(target):
    """crash (a null pointer)"""
    ctypes.string_at(0)


def overflow_the_stack(target):
    """overflow the stack"""
    sys.setrecursionlimit(10**9)

    def deeper():
        return (lambda: deeper())()

    return deeper()


def overflow_the_stack_in_machine_code(target):
    """overflow the stack in machine code"""
    code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    code.write(b"\x50\xeb\xfd")  # push, and again; elsewhere than on x86 no instruction at all
    return ctypes.CFUNCTYPE(None)(ctypes.addressof(ctypes.c_char.from_buffer(code)))()


def damage_the_heap(target):
    """damage the memory that C hands out (free)"""
    place = ctypes.create_string_buffer(64)
    ctypes.CDLL(None).free(ctypes.c_void_p(ctypes.addressof(place) + 8))


def take_memory_until_there_is_none(target):
    """take memory until there is none"""
    taken = []
    while True:
        taken.append(np.ones(1 << 22))


def make_a_huge_number(target):
    """return a number of a million digits"""
    return 1 << 4_000_000


def flood_the_output(target):
    """print 64 MB"""
    for _ in range(64):
        print("x" * (1 << 20))
        os.write(2, b"x" * (1 << 20))


def close_every_file(target):
    """close every file, the line to the grader too"""
    os.closerange(0, 4096)
