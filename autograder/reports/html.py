"""The pages that the grader writes, from templates that share their look."""

import contextlib
import re
from functools import cache, lru_cache
from pathlib import Path

import jinja2
from markupsafe import Markup, escape

TEMPLATES = Path(__file__).parent / "templates"
COMPILED = Path(__file__).parent / "__pycache__"
CODE = re.compile(r"`([^`]+)`")
SHARED = lru_cache(maxsize=4096)  # most of what is said is said to many students


class _Compiled(jinja2.FileSystemBytecodeCache):
    """Keeps compiled templates beside compiled modules, if they may be kept there."""

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        with contextlib.suppress(OSError):
            super().dump_bytecode(bucket)


@cache
def template(name: str) -> jinja2.Template:
    """A template of this package; all text put into it is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        bytecode_cache=_Compiled(str(COMPILED)),
    )
    environment.filters.update(prose=_prose, points=_points, sentence=_sentence)
    environment.globals.update(sign=_sign)
    return environment.get_template(name)


@SHARED
def _sign(kind: str, color: str) -> Markup:
    """A symbol of the template."""
    sign = '<svg class="sign {}" aria-hidden="true"><use href="#{}"/></svg>'
    return Markup(sign).format(color, kind)


@SHARED
def _prose(text: str) -> Markup:
    """Text with its `code` in code tags; everything else in it is shown as it stands."""
    return Markup(CODE.sub(r"<code>\1</code>", str(escape(text))))


def _points(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")


@SHARED
def _sentence(text: str) -> str:
    """The text with a capital letter, unless it begins with code, and a full stop."""
    text = text if text.endswith((".", "!", "?")) else f"{text}."
    return text[0].upper() + text[1:]
