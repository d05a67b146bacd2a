"""Errors that speak to the person at the keyboard."""


class Trouble(Exception):
    """Something the person can put right; the message says what, where and how."""
