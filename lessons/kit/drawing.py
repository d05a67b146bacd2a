"""From a figure function to pixels, and from pixels to the bytes of a picture."""

import io

import numpy as np


def drawn(figure, parameters, using):
    """Call a figure function in the course's style.

    Returns
    -------
    Figure, str
        Matplotlib's figure, laid out and not yet drawn, and its sentence in one line.
    """
    # Matplotlib is slow to import, and whoever only checks or grades never draws.
    from threadpoolctl import threadpool_limits

    from . import style

    # What figures multiply is small: more threads would mostly wait for each other.
    with style.context(), threadpool_limits(1, "blas"):
        fig, sentence = figure(**parameters, **using)
    return fig, " ".join(sentence.split()).replace("'", "’")


def pixels(fig, dpi):
    """Draw a figure and return it as a Pillow image of `dpi` pixels an inch.

    ``savefig`` would draw it twice, once to lay it out; the canvas does both at a time.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    from . import style

    fig.set_dpi(dpi)
    canvas = FigureCanvasAgg(fig)
    with style.context():
        canvas.draw()
    fig.set_layout_engine("none")  # drawn again in another density, everything keeps its place
    return Image.frombuffer("RGBA", canvas.get_width_height(), canvas.buffer_rgba()).convert("RGB")


def places(fig):
    """Where the axes of a figure stand."""
    return [axes.get_position(original=True) for axes in fig.axes]


def pixels_like(fig, places, dpi):
    """Draw a figure with its axes at the `places` of an earlier frame of the same one.

    Laying a figure out takes most of the time of drawing it, and axes that stand still are easier
    to compare. Where the old places would cut something off, it is laid out anew.
    """
    engine = fig.get_layout_engine()
    fig.set_layout_engine("none")
    for axes, place in zip(fig.axes, places, strict=True):
        axes.set_position(place)
    image = pixels(fig, dpi)
    if not is_cut_off(image):
        return image
    for axes in fig.axes:
        axes.set_in_layout(True)  # to be placed by hand had taken them out of it
    fig.set_layout_engine(engine)
    return pixels(fig, dpi)


def spans(fig):
    """From where to where the axes and words of a drawn figure reach, in shares of its width."""
    renderer, width = fig.canvas.get_renderer(), fig.bbox.width
    boxes = [one.get_tightbbox(renderer) for one in (*fig.axes, *fig.texts, *fig.legends)]
    return [(round(float(box.x0 / width), 4), round(float(box.x1 / width), 4)) for box in boxes]


def is_cut_off(image):
    """Whether anything touches the edge of the picture, which a layout never lets happen."""
    seen = np.asarray(image)
    edge = np.concatenate([seen[0], seen[-1], seen[:, 0], seen[:, -1]])
    return bool(np.any(edge != edge[0]))


def png(image):
    """The bytes of a PNG: large, and made in a moment."""
    return _saved(image, "png", compress_level=1)


def webp(image, photographic):
    """The bytes of a WebP: lossless for lines, lossy for what is as noisy as a photograph."""
    exact = {"lossless": True, "quality": 30, "method": 1}
    return _saved(image, "webp", **({"quality": 90} if photographic else exact))


def _saved(image, format, **options):
    content = io.BytesIO()
    image.save(content, format, **options)
    return content.getvalue()
