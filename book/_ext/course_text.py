"""What happens to the text of a lesson before it becomes a page: pure functions on strings."""

import re
import textwrap

from autograder.course.lesson import EXERCISE

CELL = re.compile(r"^```\{code-cell\}[^\n]*\n(.*?)^```[ \t]*\n", re.M | re.S)
TAGS = re.compile(r"^:tags:(.*)$", re.M)
RAISED = re.compile("(?<=10)[⁻⁰¹²³⁴-⁹]+")
FIGURES = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "−0123456789")
UNDERLINE = re.compile(r"^-{3,}\s*$")


def hidden_cell(code):
    """A code cell that runs and shows nothing."""
    return f"```{{code-cell}} ipython3\n:tags: [remove-cell]\n\n{code}\n```\n"


def without_student_cells(text):
    """Leave out the cells that belong in the student's notebook only."""

    def keep(cell):
        tags = TAGS.search(cell[1])
        return "" if tags and re.search(r"\bstudent\b", tags[1]) else cell[0]

    return CELL.sub(keep, text)


def with_references(text, chapter):
    """Let the cells after an exercise use its reference, as if the reader had solved it."""

    def bring_in(block):
        return f"{block[0]}\n\n{hidden_cell(f'from solutions.{chapter} import {block[1]}')}"

    return EXERCISE.sub(bring_in, text)


def with_powers(numbers):
    """Raise the exponents of measured numbers: few fonts have superscript figures of one kind."""

    def raised(match):
        return f"{{sup}}`{match[0].translate(FIGURES)}`"

    return {name: RAISED.sub(raised, text) for name, text in numbers.items()}


def with_stamp(text, stamp):
    """Put `stamp` into a cell before the first one, so that a new stamp means a new execution."""
    first = CELL.search(text)
    if not first:
        return text
    before, after = text[: first.start()], text[first.start() :]
    return f"{before}{hidden_cell(f'# sources {stamp}')}\n{after}"


def with_downloads(text):
    """Offer the chapter's files right below its title."""
    return re.sub(r"^(# .*\n)", r"\1\n```{downloads}\n```\n", text, count=1, flags=re.M)


def caption(name, words):
    """The caption of a figure as a directive, which numbers it."""
    return f"```{{caption}} {name}\n{words}\n```\n\n"


# ---- docstrings ----


def docstring_markdown(doc):
    """Turn a NumPy-style docstring into Markdown.

    Sections become a bold line; their ``name : type`` entries a list; examples a code block.
    """
    blocks = [(None, [])]
    lines = doc.splitlines()
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if UNDERLINE.match(following) and line.strip():
            blocks.append((line.strip(), []))
        elif not UNDERLINE.match(line):
            blocks[-1][1].append(line)
    return "\n\n".join(_section(title, body) for title, body in blocks).strip() + "\n"


def _section(title, lines):
    body = "\n".join(lines).strip("\n")
    if title is None:
        return _prose(body)
    prose = title in ("Examples", "Notes", "See Also")
    return f"**{title}**\n\n{_prose(body) if prose else _entries(lines)}"


def _prose(text):
    """Fence the doctests, keep the rest, and read double backticks as code."""
    paragraphs = [
        f"```pycon\n{paragraph}\n```" if paragraph.lstrip().startswith(">>>") else paragraph
        for paragraph in re.split(r"\n\s*\n", textwrap.dedent(text))
    ]
    return "\n\n".join(paragraphs)


def _entries(lines):
    """``name : type`` lines with indented explanations, as a list."""
    items = []
    for line in filter(str.strip, lines):
        if not line.startswith(" "):
            name, colon, kind = line.partition(" : ")
            items.append(f"- `{name.strip()}` : {kind}" if colon else f"- {line}")
        elif items:
            # The explanation starts on its own line and then flows.
            items[-1] += f" {line.strip()}" if "\\\n" in items[-1] else f"\\\n  {line.strip()}"
    return "\n".join(items)
