"""Errors that speak to the person at the keyboard."""

import re

STEERING = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")  # of a terminal: all but the end of a line


class Trouble(Exception):
    """Something the person can put right; the message says what, where and how."""


def printable(words: str) -> str:
    """Words with what would steer a terminal written out, as the name of a file may hold it."""
    return STEERING.sub(lambda one: ascii(one[0])[1:-1], words)
