"""A figure in Jupyter: controls from ipywidgets, and below them the picture as an output."""

import base64
import gc
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape

from .drawing import pixels, pixels_like, places, png
from .yours import Undrawable, drawn_with

DPI = 144
SCALE = 0.8  # the page's pixels for one of the picture: its words are as large as the text
# A front end without anywidget has an error in the place of what sees to the keyboard.
NO_ERROR = "<style>.widget-box > .jupyter-widgets-error-widget { display: none }</style>"
NOTE = "Its controls need a running Jupyter with ipywidgets; this is the figure at its start."


def live(plan):
    """What Jupyter shows for a plan of `explore`."""
    try:
        return Live(plan)
    except NotImplementedError as error:
        return Waiting(str(error))
    except Undrawable as error:
        return Failed(str(error))


class Live:
    """Controls, and below them the figure as an output of its own.

    The figure is thus saved with the notebook and there when it is opened again; the controls are
    live only while the kernel that made them runs. A frame seen before is not drawn again.
    """

    def __init__(self, plan):
        self.plan = plan
        self.seen, self.places = {}, None
        self.frame = self._frame_at(plan.start)
        self.knobs = _knobs(plan)
        self.shown = None
        for knob in self.knobs.values():
            knob.observe(self.redraw, "value")

    def redraw(self, _):
        """Draw the figure anew for what the controls say now."""
        with garbage_kept():
            self._redraw()

    def _redraw(self):
        try:
            self.frame = self._frame_at({name: knob.value for name, knob in self.knobs.items()})
        except Undrawable as error:
            self.frame = Failed(str(error))
        # Whatever is raised in here would go to a log that nobody reads.
        except Exception as error:
            self.frame = Failed(f"{type(error).__name__}: {error}")
        if self.shown:
            self.shown.update(self.frame)

    def _frame_at(self, parameters):
        key = tuple(parameters.items())
        if key not in self.seen:
            fig, sentence = drawn_with(self.plan.figure, parameters, self.plan.using)
            image = pixels_like(fig, self.places, DPI) if self.places else pixels(fig, DPI)
            self.places = places(fig)
            self.seen[key] = Frame(png(image), sentence)
        return self.seen[key]

    def _ipython_display_(self):
        from IPython.display import display

        if self.knobs:
            display(_panel(self.knobs), raw=True)
        still = self.plan.controls and not self.knobs
        frame = Frame(self.frame.picture, self.frame.sentence, NOTE) if still else self.frame
        self.shown = display(frame, display_id=True)


@contextmanager
def garbage_kept():
    """Put off the search for garbage until the picture is shown.

    In the middle of drawing it meets a figure in use, takes it for one that lasts, and soon goes
    through all that Python holds, which takes longer than drawing. Afterwards it is done at once.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@dataclass(frozen=True)
class Frame:
    """One picture with its sentence."""

    picture: bytes
    sentence: str
    note: str = ""

    def __repr__(self):
        return f"{self.sentence} {self.note}".strip()

    def _repr_png_(self):
        """For what shows no HTML, such as a notebook turned into LaTeX."""
        return self.picture

    def _repr_html_(self):
        data = base64.b64encode(self.picture).decode()
        alt, note = escape(self.sentence), escape(self.note)
        width = round(SCALE * int.from_bytes(self.picture[16:20]))  # a PNG's width stands there
        return (
            f'<figure style="margin:0"><img alt="{alt}" style="max-width:{width}px;width:100%"'
            f' src="data:image/png;base64,{data}"><figcaption style="line-height:1.4">{alt}'
            f"<br><small>{note}</small></figcaption></figure>{NO_ERROR}"
        )


class Spoken:
    """Words in the place of a picture."""

    def __init__(self, words):
        self.words = words

    def __repr__(self):
        return self.words

    def _repr_html_(self):
        return f"<p><em>{escape(self.words)}</em></p>"


class Waiting(Spoken):
    """Stands for a figure that needs a function which is not written yet."""

    def __init__(self, reason):
        super().__init__(f"This figure waits for you: {reason}. Then run this cell again.")


class Failed(Spoken):
    """Stands for a frame that could not be drawn."""

    def __init__(self, reason):
        super().__init__(f"At this setting the figure cannot be drawn: {reason}.")


def _panel(knobs):
    """What Jupyter needs to show the controls; a front end without widgets shows the words."""
    import ipywidgets

    bundle = ipywidgets.VBox([*knobs.values(), *_keyboard()])._repr_mimebundle_()
    return {kind: data for kind, data in bundle.items() if "widget" in kind} | {"text/plain": NOTE}


def _keyboard():
    """What leaves the arrow keys to the controls, where anywidget is there to do it."""
    try:
        import anywidget
    except ImportError:
        return []
    from .widget import KIT, joined  # which needs this module

    return [anywidget.AnyWidget(_esm=joined(KIT / "knobs.js"))]


def _knobs(plan):
    try:
        import ipywidgets
    except ImportError:
        return {}
    # As wide as the longest label, which is cut off elsewhere, and so that the controls line up.
    label = f"{max((len(control.label) for control in plan.controls), default=0)}ch"
    layout = ipywidgets.Layout(width=f"calc({label} + 21em)", max_width="100%")
    knobs = {}
    for control in plan.controls:
        kind = ipywidgets.SelectionSlider if control.is_range else ipywidgets.Dropdown
        knobs[control.name] = kind(
            options=list(zip(control.texts, control.values, strict=True)),
            index=control.start,
            description=control.label,
            tooltip=control.label,
            style={"description_width": label},
            layout=layout,
        )
    return knobs
