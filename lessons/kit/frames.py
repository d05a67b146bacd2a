"""A figure in the book: a picture for every setting, drawn once and named by what it is made of."""

import gc
import hashlib
import json
import os
import warnings
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from html import escape
from itertools import pairwise
from multiprocessing import get_all_start_methods, get_context

from .drawing import drawn, pixels, spans, webp
from .fingerprint import fingerprint

MAX_FRAMES = 40
DPI = 110  # at most, so that the words of a figure are as large as those of the text
COLUMN = 688  # CSS pixels; a figure is at most so wide
DENSITIES = {1: ".webp", 2: "-2x.webp"}  # pixels per CSS pixel, and how the file's name ends
# A phone shows figures of more inches in pieces, and a piece has this many where axes are narrow.
WHOLE, PIECE = 5.5, 4.7


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
    images = image(first, parts(every))
    return Page(
        f'<figure class="explore" id="figure-{name}">{_panel(plan, name)}{images}'
        f'<figcaption><output aria-live="polite">{sentence}</output></figcaption>'
        f"{_data(plan, every)}</figure>"
    )


def _panel(plan, name):
    """The controls; only a style sheet that sees scripts at work shows them."""
    rows = "".join(_row(control, f"control-{name}-{control.name}") for control in plan.controls)
    return (
        '<div class="explore-controls" role="group" aria-label="Controls of the figure">'
        f'{rows}<button type="button" aria-disabled="true">Reset</button></div>'
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


def image(frame, parts=((0.0, 1.0),)):
    """One frame as HTML: the browser takes the density that suits its screen.

    A narrow screen shows the `parts` of the picture below each other, a wide one shows the first
    image whole and none of the others.
    """
    width, height = frame["size"]
    sources = [(f"course-root:/_frames/{frame['name']}{end}", n) for n, end in DENSITIES.items()]
    srcset = ", ".join(f"{source} {n * width}w" for source, n in sources)
    sizes = f"(max-width: 576px) {round(100 / (parts[0][1] - parts[0][0]))}vw, {width}px"
    texts = [escape(frame["sentence"]), *[""] * (len(parts) - 1)]
    return "".join(
        f'<img src="{sources[0][0]}" srcset="{srcset}" sizes="{sizes}" alt="{text}"'
        f' width="{width}" height="{height}"{_window(part, frame)} loading="lazy" decoding="async">'
        for part, text in zip(parts, texts, strict=True)
    )


def _window(part, frame):
    """What the style sheet needs to show a part of a picture alone."""
    left, right = part
    if right - left == 1:
        return ""
    width, height = frame["size"]
    shape, at = (right - left) * width / height, left / (1 - (right - left))
    inches = (right - left) * frame["inches"]
    return f' class="part" style="--shape:{shape:.3f};--at:{at:.2%};--inches:{inches:.2f}"'


def parts(every):
    """Where to cut a figure for a narrow screen.

    Returns a list of (left, right), for each part, in shares of the width. No frame has anything
    across a cut. Axes that are narrow stay together.
    """
    if every[0]["inches"] <= WHOLE:
        return [(0.0, 1.0)]
    pieces = []
    for left, right in sorted(span for frame in every for span in frame["spans"]):
        if pieces and left <= pieces[-1][1]:
            pieces[-1][1] = max(right, pieces[-1][1])
        elif pieces and right - pieces[-1][0] <= PIECE / every[0]["inches"]:
            pieces[-1][1] = right
        else:
            pieces.append([left, right])
    cuts = [(one[1] + next[0]) / 2 for one, next in pairwise(pieces)]
    return list(pairwise([0.0, *cuts, 1.0]))


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
        dpi = min(DPI, COLUMN / fig.get_figwidth())
        images = {density: pixels(fig, dpi * density) for density in DENSITIES}
    for density, end in DENSITIES.items():
        _write(record.with_name(record.stem + end), webp(images[density], photographic))
    frame = {
        "name": record.stem,
        "size": images[1].size,
        "inches": fig.get_figwidth(),
        "spans": spans(fig),
        "sentence": sentence,
    }
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
