"""The directives of a lesson: exercises, the three boxes with a meaning, and the downloads."""

from pathlib import Path

from course_text import docstring_markdown
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from autograder.course.exercise import chapter


def lesson_chapter(docname):
    """``lessons/activations/lesson`` -> ``activations``; other pages belong to no chapter."""
    parts = docname.split("/")
    return parts[1] if parts[0] == "lessons" and len(parts) == 3 else None


class details(nodes.Element):
    """A part of the page that opens on demand."""


class summary(nodes.TextElement):
    """What is seen of `details` while closed."""


def closed(title, *children):
    return details("", summary(title, title), *children)


class Exercise(SphinxDirective):
    """State an exercise of the chapter: ```` ```{exercise} sigmoid ````."""

    required_arguments = 1

    def run(self):
        one = chapter(lesson_chapter(self.env.docname))[self.arguments[0]]
        number = self.env.temp_data["exercises"] = self.env.temp_data.get("exercises", 0) + 1
        box = nodes.container(classes=["exercise"], ids=[f"exercise-{one.name}"])
        box += self._head(one, number)
        box += self._stub(one)
        box += self._markdown(docstring_markdown(one.doc))
        if one.hints:
            box += self._hints(one.hints)
        box += self._links(one)
        make_linkable(self.env, f"exercise-{one.name}", f"Exercise {number}")
        return [box]

    def _head(self, one, number):
        points = f"{one.points} point{'' if one.points == 1 else 's'}"
        return nodes.paragraph(
            "",
            "",
            nodes.inline("", f"Exercise {number}", classes=["kicker"]),
            nodes.inline("", one.title, classes=["exercise-title"]),
            nodes.inline("", points, classes=["points"]),
            classes=["exercise-head"],
        )

    def _stub(self, one):
        """What the student starts from, but for the docstring, which follows as text."""
        stub = f"{one.parts.signature}\n    ..."
        return nodes.literal_block(stub, stub, language="python")

    def _markdown(self, text):
        parent = nodes.Element()
        self.state.nested_parse(StringList(text.splitlines(), one_source(self)), 0, parent)
        return parent.children

    def _hints(self, hints):
        """Each hint is inside the one before, so that they open in order."""
        inner = None
        for step in range(len(hints), 0, -1):
            children = self._markdown(hints[step - 1]) + ([inner] if inner else [])
            title = "A hint" if step == 1 else "A further hint"
            inner = closed(f"{title} ({step} of {len(hints)})", *children)
        return inner

    def _links(self, one):
        check = nodes.literal("", f'check("{one.id}")')
        text = nodes.paragraph("", "Check your version with ", check, nodes.Text(" in the "))
        text += nodes.reference("", "chapter's notebook", refuri="#downloads", internal=True)
        text += nodes.Text(".")
        text["classes"].append("exercise-foot")
        return text


def make_linkable(env, label, text):
    """Let ``{ref}`label` `` read `text` and lead to the id of the same name on this page."""
    std = env.get_domain("std")
    std.anonlabels[label] = env.docname, label
    std.labels[label] = env.docname, label, text


class Caption(SphinxDirective):
    """The numbered claim below a figure: ```` ```{caption} depth ````."""

    required_arguments = 1
    has_content = True

    def run(self):
        name = self.arguments[0]
        number = self.env.temp_data["figures"] = self.env.temp_data.get("figures", 0) + 1
        make_linkable(self.env, f"figure-{name}", f"Figure {number}")
        children, _ = self.state.inline_text("\n".join(self.content), self.lineno)
        link = nodes.reference("", f"Figure {number}", refuri=f"#figure-{name}", internal=True)
        word = nodes.inline("", "", link, classes=["kicker"])
        return [nodes.paragraph("", "", word, *children, classes=["figure-caption"])]


def one_source(directive):
    return directive.get_source_info()[0]


class Box(SphinxDirective):
    """A box with a meaning: an icon, a word for it, and a title."""

    word = title = ""
    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self):
        text = self.arguments[0] if self.arguments else self.title
        children, _ = self.state.inline_text(text, self.lineno)
        word = nodes.inline("", self.word, classes=["kicker"])
        head = nodes.title(text, "", word, nodes.Text(" "), *children)
        box = nodes.admonition("", head, classes=["meaning", self.word.lower()])
        self.state.nested_parse(self.content, self.content_offset, box)
        return [box]


class Predict(Box):
    """A question to answer before looking at the figure that follows."""

    word, title = "Predict", "before you look"


class Claim(Box):
    """Something often said, and what is true of it."""

    word, title = "Claim", "a common one, examined"


class Surprise(Box):
    """What surprised."""

    word, title = "Surprise", "not what one expects"


class Titled(Box):
    """MyST's own boxes, but what follows the name is a title instead of a first sentence."""

    def run(self):
        word = self.name.capitalize()
        children, _ = self.state.inline_text(self.arguments[0] if self.arguments else word, 0)
        box = nodes.admonition("", nodes.title("", "", *children), classes=[self.name])
        self.state.nested_parse(self.content, self.content_offset, box)
        return [box]


class Downloads(SphinxDirective):
    """Links to the chapter's notebook and to the files it needs, as far as they are released."""

    def run(self):
        files = released(self.config.course_release, lesson_chapter(self.env.docname))
        if not files:
            return [nodes.target(ids=["downloads"])]
        root = "../" * self.env.docname.count("/")
        text = nodes.paragraph("", "", nodes.inline("", "Work along", classes=["kicker"]))
        for file in files:
            what = "All you need, as a zip" if file.suffix == ".zip" else "The notebook alone"
            text += nodes.reference("", what, refuri=f"{root}downloads/{file.name}")
            text += nodes.inline("", f"({kilobytes(file)} kB)", classes=["size"])
        return [nodes.container("", text, classes=["downloads"], ids=["downloads"])]


def released(folder, chapter_name):
    """The files readers of a chapter can download: the zip of everything, and its notebook."""
    if chapter_name is None:
        return []
    return [*Path(folder).glob("*.zip"), *Path(folder).glob(f"*/{chapter_name}.ipynb")]


def kilobytes(file):
    """The size of a file, as a page tells it."""
    return f"{file.stat().st_size / 1000:,.0f}"


class KeepPunctuation(SphinxPostTransform):
    """Keep a short formula and the full stop or comma after it on one line, and short code too."""

    default_priority = 900

    def run(self):
        for formula in list(self.document.findall(nodes.math)):
            after = formula.next_node(descend=False, siblings=True)
            if len(formula.astext()) < 30 and isinstance(after, nodes.Text) and after[0] in ".,;:)":
                parent, text = formula.parent, after.astext()
                place = parent.index(formula)
                together = nodes.inline("", "", formula, nodes.Text(text[0]), classes=["together"])
                parent[place : place + 2] = [together, nodes.Text(text[1:])]
        for code in self.document.findall(nodes.literal):
            if len(code.astext()) < 12:
                code["classes"].append("together")


def _open(tag):
    def visit(self, node):
        self.body.append(self.starttag(node, tag, ""))

    def depart(self, node):
        self.body.append(f"</{tag}>\n")

    return visit, depart


def setup(app):
    """Make the directives known to Sphinx."""
    app.add_post_transform(KeepPunctuation)
    app.add_node(details, html=_open("details"))
    app.add_node(summary, html=_open("summary"))
    for directive in (Exercise, Caption, Predict, Claim, Surprise, Downloads):
        app.add_directive(directive.__name__.lower(), directive)
    for name in ("note", "tip", "warning"):
        app.add_directive(name, Titled, override=True)
