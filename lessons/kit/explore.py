"""Figures that answer their controls: live widgets in Jupyter, a grid of frames on the site."""

import inspect
import itertools
import os
from dataclasses import dataclass, field
from pathlib import Path

from .words import named, written


def explore(figure, *, using=None, labels=None, **controls):
    """Show `figure` with a control for each of its parameters in `controls`.

    Parameters
    ----------
    figure : callable
        ``figure(**parameters) -> (Figure, sentence)``. The sentence says what this very frame
        shows; it is the figure's text for whoever cannot see it.
    using : dict of str to callable, optional
        Functions handed to the figure, such as your own solutions: ``{"sigmoid": sigmoid}``.
    labels : dict of str to str, optional
        What a control is called, where its parameter's name would not do.
    **controls : list
        The values each control offers. It starts at the parameter's default.

    Returns
    -------
    object
        What Jupyter shows: widgets where there is a kernel, a grid of frames in the book.

    Examples
    --------
    >>> explore(figures.squash, std=[0.5, 1, 2, 5])           # doctest: +SKIP
    """
    plan = Plan(
        figure,
        using or {},
        [_control(figure, name, values, labels or {}) for name, values in controls.items()],
    )
    # Each of the two needs what the other does not: widgets here, a pool of processes there.
    if folder := os.environ.get("COURSE_STATIC"):
        from .frames import page

        return page(plan, Path(folder))
    from .live import live

    return live(plan)


@dataclass(frozen=True)
class Control:
    """One parameter of a figure and the values it can take."""

    name: str
    label: str
    values: list
    start: int

    @property
    def texts(self):
        return [_text(value) for value in self.values]

    @property
    def is_range(self):
        numeric = all(
            isinstance(value, (int, float)) and not isinstance(value, bool) for value in self.values
        )
        return numeric and len(self.values) > 2


@dataclass(frozen=True)
class Plan:
    """A figure, the functions it is given and its controls."""

    figure: object
    using: dict
    controls: list = field(default_factory=list)

    @property
    def grid(self):
        """Every combination of values, the last control moving fastest."""
        names = [control.name for control in self.controls]
        choices = itertools.product(*(control.values for control in self.controls))
        return [dict(zip(names, choice, strict=True)) for choice in choices]

    @property
    def start(self):
        return {control.name: control.values[control.start] for control in self.controls}


def _control(figure, name, values, labels):
    values = list(values)
    default = inspect.signature(figure).parameters[name].default
    if default not in values:
        raise ValueError(f"{figure.__name__} starts at {name}={default!r}, not one of {values}")
    return Control(name, labels.get(name, name.replace("_", " ")), values, values.index(default))


def _text(value):
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return written(value, 6)
    return named(str(value))
