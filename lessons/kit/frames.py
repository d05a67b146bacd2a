"""A figure in the book: a picture for every setting, drawn once and named by what it is made of."""

import gc
import hashlib
import json
import os
import warnings
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from html import escape
from multiprocessing import get_all_start_methods, get_context

from .drawing import drawn, pixels, webp
from .fingerprint import fingerprint

MAX_FRAMES = 40
DPI = 106  # the narrowest figures, 6.5 inches, then fill a page's column pixel by pixel
DENSITIES = {1: ".webp", 2: "-2x.webp"}  # pixels per CSS pixel, and how the file's name ends
# How wide the page shows a figure.
SIZES = "(max-width: 576px) 100vw, 43rem"


class Page:
    """A piece of the page."""

    def __init__(self, html):
        self.html = html

    def _repr_html_(self):
        return self.html


def page(plan, folder):
    """The figure of a plan of `explore` as HTML, with its frames in `folder`."""
    grid = plan.grid
    if len(grid) > MAX_FRAMES:
        raise ValueError(f"{plan.figure.__name__}: {len(grid)} frames, at most {MAX_FRAMES}")
    every = frames(plan, folder)
    first = every[grid.index(plan.start)]
    name, sentence = escape(plan.figure.__name__), escape(first["sentence"])
    return Page(
        f'<figure class="explore" id="figure-{name}">{_panel(plan, name)}{image(first)}'
        f'<figcaption><output aria-live="polite">{sentence}</output></figcaption>'
        f"{_data(plan, every)}</figure>"
    )


def _panel(plan, name):
    """The controls; only a style sheet that sees scripts at work shows them."""
    rows = "".join(_row(control, f"control-{name}-{control.name}") for control in plan.controls)
    return (
        '<div class="explore-controls" role="group" aria-label="Controls of the figure">'
        f'{rows}<button type="button" aria-disabled="true">Start again</button></div>'
        if rows
        else ""
    )


def _row(control, id):
    label = f'<label for="{id}">{escape(control.label)}</label>'
    start = escape(control.texts[control.start])
    if control.is_range:
        last = len(control.values) - 1
        return (
            f'<div>{label}<input id="{id}" type="range" min="0" max="{last}" step="1"'
            f' value="{control.start}" aria-valuetext="{start}" autocomplete="off">'
            f'<span class="explore-value" aria-hidden="true">{start}</span></div>'
        )
    options = "".join(
        f'<option value="{i}"{" selected" * (i == control.start)}>{escape(text)}</option>'
        for i, text in enumerate(control.texts)
    )
    return f'<div>{label}<select id="{id}" autocomplete="off">{options}</select></div>'


def image(frame):
    """One frame as HTML: the browser takes the density that suits its screen."""
    width, height = frame["size"]
    sources = [(f"course-root:/_frames/{frame['name']}{end}", n) for n, end in DENSITIES.items()]
    srcset = ", ".join(f"{source} {n * width}w" for source, n in sources)
    return (
        f'<img src="{sources[0][0]}" srcset="{srcset}" sizes="{SIZES}"'
        f' alt="{escape(frame["sentence"])}" width="{width}" height="{height}"'
        ' loading="lazy" decoding="async">'
    )


def _data(plan, every):
    """What explore.js needs: the controls, and every frame in the order of the grid."""
    if not plan.controls:
        return ""
    controls = [{"name": one.name, "texts": one.texts, "start": one.start} for one in plan.controls]
    data = {"controls": controls, "frames": [[one["name"], one["sentence"]] for one in every]}
    text = json.dumps(data, ensure_ascii=False).replace("</", "<\\/")
    return f'<script type="application/json">{text}</script>'


def frames(plan, folder):
    """Name, size and sentence of every frame of the grid, drawing those that nobody has yet."""
    folder.mkdir(parents=True, exist_ok=True)
    made_of = fingerprint(plan.figure, plan.using), fingerprint(_draw_frame, {})
    records = [folder / f"{_frame_name(plan, one, made_of)}.json" for one in plan.grid]
    missing = [pair for pair in zip(plan.grid, records, strict=True) if not pair[1].exists()]
    draw = partial(_draw_frame, plan)
    together = _processes().map if missing and _importable(plan) else map
    list(together(draw, missing))
    return [json.loads(record.read_text("utf-8")) for record in records]


def _frame_name(plan, parameters, made_of):
    wish = json.dumps([plan.figure.__qualname__, parameters, made_of], default=repr)
    return hashlib.sha256(wish.encode()).hexdigest()[:20]


def _draw_frame(plan, missing):
    """Draw one frame in every density; its record comes last, so it never lacks a picture."""
    parameters, record = missing
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a frame whose layout Matplotlib warns of is not printed
        fig, sentence = drawn(plan.figure, parameters, plan.using)
        photographic = any(axes.images for axes in fig.axes)
        images = {density: pixels(fig, DPI * density) for density in DENSITIES}
    for density, end in DENSITIES.items():
        _write(record.with_name(record.stem + end), webp(images[density], photographic))
    frame = {"name": record.stem, "size": images[1].size, "sentence": sentence}
    _write(record, json.dumps(frame, ensure_ascii=False).encode())


def _importable(plan):
    """Whether another process can have the figure: what a cell defines exists in this one alone."""
    functions = (plan.figure, *plan.using.values())
    return all(one.__module__.startswith(("lessons.", "solutions.")) for one in functions)


@cache
def _processes():
    """One process a core; drawing is most of what building the book takes.

    They stay for the figures to come, with all that they have read and simulated. Their search for
    garbage leaves out the modules they were born with.
    """
    # A server that has Matplotlib imported starts them fast; not every system has it.
    method = "forkserver" if "forkserver" in get_all_start_methods() else "spawn"
    context = get_context(method)
    if method == "forkserver":
        context.set_forkserver_preload(["lessons.kit.style"])
    return ProcessPoolExecutor(mp_context=context, initializer=gc.freeze)


def _write(path, content):
    """Write all of it or nothing: two builds may draw the same frame at once."""
    part = path.with_suffix(f".{os.getpid()}.part")
    part.write_bytes(content)
    part.replace(path)
