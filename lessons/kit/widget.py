"""Figures that compute in the browser: one ES module, live in Jupyter and in the book."""

import base64
import hashlib
import inspect
import json
import os
import re
import sys
from html import escape
from pathlib import Path

from .drawing import drawn, pixels, png
from .explore import Control, Plan
from .live import DPI, Frame

KIT = Path(__file__).parent / "widgets"
IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.[^"]+)";\n', re.M)
NOTE = "Its controls need a running Jupyter with anywidget; this is the figure at its start."


def widget(figure, **start):
    """Show the widget of `figure`: the module ``widgets/<name>.js`` beside the figure's own file.

    Parameters
    ----------
    figure : callable
        ``figure(**parameters) -> (Figure, sentence)`` draws the widget's start, for paper, for
        a page without scripts and for a Jupyter without widgets. Its parameters are the controls.
    **start
        Where controls start, if not at the figure's defaults.

    Returns
    -------
    object
        What Jupyter shows; in the book, a piece of the page.

    Examples
    --------
    >>> widget(figures.flow, depth=20)           # doctest: +SKIP
    """
    values = _start(figure, start)
    plan = Plan(figure, {}, [Control(name, name, [value], 0) for name, value in values.items()])
    frames = os.environ.get("COURSE_STATIC")
    if frames:
        from .frames import Page

        return Page(_static_html(plan, Path(frames)))
    return Live(plan)


def _start(figure, wishes):
    parameters = inspect.signature(figure).parameters.values()
    defaults = {one.name: one.default for one in parameters if one.kind is not one.VAR_KEYWORD}
    unknown = sorted(set(wishes) - set(defaults))
    if unknown:
        raise TypeError(f"{figure.__name__} has no {', '.join(unknown)}; it has {list(defaults)}")
    return defaults | wishes


def source(figure):
    """The file of a figure's module."""
    home = Path(sys.modules[figure.__module__].__file__).parent
    return home / "widgets" / f"{figure.__name__}.js"


# ---- one module from several files ----


def joined(file):
    """The text of one ES module that holds `file` and everything it imports.

    Jupyter takes one module, and browsers load none from a disk, so the files become one. They
    share one scope: what two of them call by the same name, the browser refuses.
    """
    order = []
    _collect(file.resolve(), order)
    return "\n".join(_body(one) for one in order)


def _collect(file, order):
    """Append the files that `file` needs, and then `file`, each once."""
    for names, other in IMPORT.findall(file.read_text("utf-8")):
        if re.search(r"\bas\b", names):
            raise ValueError(f"{file.name} renames what it imports; joined modules share names")
        needed = (file.parent / other).resolve()
        if needed not in order:
            _collect(needed, order)
    if file not in order:
        order.append(file)


def _body(file):
    """The text of a file without its imports, and without exports but the default one."""
    text = IMPORT.sub("", file.read_text("utf-8"))
    return re.sub(r"^export (?!default )", "", text, flags=re.M)


def script(file):
    """The same as a plain script, which adds the widget to ``courseWidgets`` under its name."""
    body = re.sub(r"^export default ", "return ", joined(file), flags=re.M)
    return f'courseWidgets["{script_name(file)}"] = (() => {{\n"use strict";\n{body}}})();\n'


def script_name(file):
    """``lessons/activations/widgets/flow.js`` -> ``activations-flow``."""
    return f"{file.parents[1].name}-{file.stem}"


# ---- in the book ----


def _static_html(plan, folder):
    """The start as a picture with its sentence, and what the loader needs to bring it to life."""
    from .frames import frames, image, parts

    (frame,) = frames(plan, folder)
    file = source(plan.figure)
    name, text = plan.figure.__name__, script(file)
    version = hashlib.sha256(text.encode()).hexdigest()[:8]
    sentence = escape(frame["sentence"])
    start = json.dumps(plan.start, ensure_ascii=False).replace("</", "<\\/")
    return (
        f'<figure class="widget-figure" id="figure-{name}" data-name="{name}"'
        f' data-script="course-root:/_static/widgets/{script_name(file)}.js?v={version}">'
        f'<div class="cw-still">{image(frame, parts([frame]))}'
        f'<p>{sentence}</p></div><script type="application/json">{start}</script></figure>'
    )


# ---- in Jupyter ----

# ipywidgets shows a box with an error where the front end of anywidget is missing.
NO_ERROR = (
    "<style>.jp-OutputArea:has(.cw-still) .jupyter-widgets-error-widget { display: none }</style>"
)


class Live:
    """The widget and below it, as an output of its own, its start as a picture.

    Where the widget shows, its style sheet hides the picture. Where it cannot, for want of the
    package or of its front end, the picture stays with a note.
    """

    def __init__(self, plan):
        fig, sentence = drawn(plan.figure, plan.start, plan.using)
        self.still = Frame(png(pixels(fig, DPI)), sentence, NOTE)
        self.widget = _any_widget(plan)

    def _ipython_display_(self):
        from IPython.display import display

        if self.widget:
            bundle = self.widget._repr_mimebundle_()[0]
            kind = "application/vnd.jupyter.widget-view+json"
            display({kind: bundle[kind], "text/plain": NOTE}, raw=True)
        html = f'{NO_ERROR}<div class="cw-still">{self.still._repr_html_()}</div>'
        picture = base64.b64encode(self.still.picture).decode()
        shown = {"text/html": html, "image/png": picture, "text/plain": repr(self.still)}
        display(shown, raw=True)


def _any_widget(plan):
    """An anywidget whose traits are the controls' values, or None without the package."""
    try:
        import anywidget
        import traitlets
    except ImportError:
        return None
    start = plan.start
    members = {name: traitlets.Any(value).tag(sync=True) for name, value in start.items()}
    members |= {
        "start": traitlets.Dict(start).tag(sync=True),
        "_esm": joined(source(plan.figure)),
        "_css": (KIT / "widgets.css").read_text("utf-8"),
    }
    return type(plan.figure.__name__, (anywidget.AnyWidget,), members)()
