"""Figures that answer their controls: live widgets in Jupyter, a grid of frames on the site."""

import base64
import hashlib
import inspect
import io
import itertools
import json
import os
import sys
import warnings
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from html import escape
from multiprocessing import get_all_start_methods, get_context
from pathlib import Path
from types import ModuleType

MAX_FRAMES = 40
DPI = 144
NOTE = "The controls of this figure need a running Jupyter; this is its starting position."


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
    frames = os.environ.get("COURSE_STATIC")
    if frames:
        return Page(_static_html(plan, Path(frames)))
    try:
        return Live(plan)
    except NotImplementedError as error:
        return Waiting(str(error))


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

    def draw(self, parameters, format="png"):
        """Return the picture's bytes, the picture's size in pixels and its sentence."""
        # Matplotlib is slow to import, and whoever only checks or grades never draws.
        from . import style

        with style.context():
            fig, sentence = self.figure(**parameters, **self.using)
            picture = io.BytesIO()
            fig.savefig(picture, format=format, dpi=DPI, **_encoding(fig, format))
        width, height = (fig.get_size_inches() * DPI).astype(int)
        return picture.getvalue(), (int(width), int(height)), " ".join(sentence.split())


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
        return f"{value:g}".replace("-", "−")
    return str(value).replace("_", " ")


def _encoding(fig, format):
    if format != "webp":
        return {}
    has_image = any(axes.images for axes in fig.axes)
    lossless = {"lossless": True, "quality": 60, "method": 4}
    return {"pil_kwargs": {"quality": 90} if has_image else lossless}


# ---- in Jupyter ----


class Live:
    """Controls, and below them the figure as an output of its own.

    The figure is thus saved with the notebook and there when it is opened again; the controls are
    live only while the kernel that made them runs.
    """

    def __init__(self, plan):
        self.plan = plan
        self.picture, _, self.sentence = plan.draw(plan.start)
        self.knobs = _knobs(plan)
        self.shown = None
        for knob in self.knobs.values():
            knob.observe(self.redraw, "value")

    def redraw(self, _):
        """Draw the figure anew for what the controls say now."""
        parameters = {name: knob.value for name, knob in self.knobs.items()}
        self.picture, _, self.sentence = self.plan.draw(parameters)
        if self.shown:
            self.shown.update(_Still(self.picture, self.sentence, ""))

    def _ipython_display_(self):
        from IPython.display import display

        if self.knobs:
            display(_panel(self.knobs), raw=True)
        note = NOTE if self.plan.controls and not self.knobs else ""
        self.shown = display(_Still(self.picture, self.sentence, note), display_id=True)


class Waiting:
    """Stands for a figure that needs a function which is not written yet."""

    def __init__(self, reason):
        self.reason = f"This figure waits for you: {reason}. Then run this cell again."

    def __repr__(self):
        return self.reason

    def _repr_html_(self):
        return f"<p><em>{escape(self.reason)}</em></p>"


@dataclass(frozen=True)
class _Still:
    """One frame with its sentence."""

    picture: bytes
    sentence: str
    note: str

    def __repr__(self):
        return f"{self.sentence} {self.note}".strip()

    def _repr_html_(self):
        data = base64.b64encode(self.picture).decode()
        alt, note = escape(self.sentence), escape(self.note)
        return (
            f'<figure style="margin:0"><img alt="{alt}" style="max-width:700px;width:100%"'
            f' src="data:image/png;base64,{data}"><figcaption style="line-height:1.4">{alt}'
            f"<br><small>{note}</small></figcaption></figure>"
        )


def _panel(knobs):
    """What Jupyter needs to show the controls; a front end without widgets shows the words."""
    import ipywidgets

    bundle = ipywidgets.VBox(list(knobs.values()))._repr_mimebundle_()
    return {kind: data for kind, data in bundle.items() if "widget" in kind} | {"text/plain": NOTE}


def _knobs(plan):
    try:
        import ipywidgets
    except ImportError:
        return {}
    style = {"description_width": "15em"}
    layout = ipywidgets.Layout(width="36em", max_width="100%")
    knobs = {}
    for control in plan.controls:
        kind = ipywidgets.SelectionSlider if control.is_range else ipywidgets.Dropdown
        knobs[control.name] = kind(
            options=list(zip(control.texts, control.values, strict=True)),
            index=control.start,
            description=control.label,
            style=style,
            layout=layout,
        )
    return knobs


# ---- in the book ----


class Page:
    """A piece of the page."""

    def __init__(self, html):
        self.html = html

    def _repr_html_(self):
        return self.html


def _static_html(plan, folder):
    grid = plan.grid
    if len(grid) > MAX_FRAMES:
        raise ValueError(f"{plan.figure.__name__}: {len(grid)} frames, at most {MAX_FRAMES}")
    frames = _frames(plan, folder)
    first = frames[grid.index(plan.start)]
    data = {
        "controls": [
            {
                "label": control.label,
                "texts": control.texts,
                "start": control.start,
                "kind": "range" if control.is_range else "select",
            }
            for control in plan.controls
        ],
        "frames": [[frame["file"], frame["sentence"]] for frame in frames],
    }
    width, height = first["size"]
    controls = f'<script type="application/json">{_json(data)}</script>' if plan.controls else ""
    return (
        f'<figure class="explore" data-name="{escape(plan.figure.__name__)}">'
        f'<img src="course-root:/_frames/{first["file"]}" alt="{escape(first["sentence"])}"'
        f' width="{width}" height="{height}" loading="lazy" decoding="async">'
        f'<figcaption><output aria-live="polite">{escape(first["sentence"])}</output></figcaption>'
        f"{controls}</figure>"
    )


def _json(data):
    return json.dumps(data, ensure_ascii=False).replace("</", "<\\/")


def _frames(plan, folder):
    """The file, size and sentence of every frame of the grid, drawing those that nobody has yet."""
    folder.mkdir(parents=True, exist_ok=True)
    sources = _sources(plan)
    records = [folder / f"{_frame_name(plan, one, sources)}.json" for one in plan.grid]
    missing = [pair for pair in zip(plan.grid, records, strict=True) if not pair[1].exists()]
    draw = partial(_draw_frame, plan)
    # What a cell defines exists in this process alone.
    importable = plan.figure.__module__.startswith("lessons.") and not plan.using
    if missing and importable:
        with _processes() as processes:
            list(processes.map(draw, missing))
    else:
        list(map(draw, missing))
    return [json.loads(record.read_text("utf-8")) for record in records]


def _frame_name(plan, parameters, sources):
    wish = json.dumps([plan.figure.__qualname__, parameters, sources], default=repr)
    return hashlib.sha256(wish.encode()).hexdigest()[:20]


def _draw_frame(plan, missing):
    parameters, record = missing
    picture = record.with_suffix(".webp")
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a frame whose layout Matplotlib warns of is not printed
        content, size, sentence = plan.draw(parameters, format="webp")
    _write(picture, content)
    frame = {"file": picture.name, "size": size, "sentence": sentence}
    _write(record, json.dumps(frame, ensure_ascii=False).encode())


def _processes():
    """One process a core; drawing is most of what building the book takes."""
    # A server that has Matplotlib imported starts them fast; not every system has it.
    method = "forkserver" if "forkserver" in get_all_start_methods() else "spawn"
    context = get_context(method)
    if method == "forkserver":
        context.set_forkserver_preload(["lessons.kit.style"])
    return ProcessPoolExecutor(mp_context=context)


def _write(path, content):
    """Write all of it or nothing: two builds may draw the same frame at once."""
    part = path.with_suffix(f".{os.getpid()}.part")
    part.write_bytes(content)
    part.replace(path)


def _sources(plan):
    """Everything the frames depend on besides their parameters, as hashes by file or name."""
    home = sys.modules[plan.figure.__module__]
    files = {Path(__file__), Path(__file__).with_name("style.py")}
    for module in _course_modules(home, set()):
        path = Path(module.__file__)
        files |= {path, *path.parent.glob("shipped/curves.*"), *path.parent.glob("measured.json")}
    texts = {"/".join(path.parts[-2:]): path.read_bytes() for path in sorted(files)}
    for name, function in plan.using.items():
        texts[f"using {name}"] = _code_text(function)
    return {name: hashlib.sha256(text).hexdigest() for name, text in texts.items()}


def _code_text(function):
    try:
        return inspect.getsource(function).encode()
    except (OSError, TypeError):
        return repr(function).encode()


def _course_modules(module, seen):
    """`module` and the course's modules it uses, found through the names it holds."""
    if module in seen or getattr(module, "__file__", None) is None:
        return seen
    seen.add(module)
    for value in list(vars(module).values()):
        name = (
            value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None)
        )
        if str(name).startswith("lessons.") and name in sys.modules:
            _course_modules(sys.modules[name], seen)
    return seen
