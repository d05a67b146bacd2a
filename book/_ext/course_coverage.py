"""The table of what is covered where, made from what the lessons say of themselves."""

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from autograder.course.coverage import TOPICS, covering, sections, topics
from autograder.course.headings import chapter_title, in_order
from autograder.course.lesson import folder


class Coverage(SphinxDirective):
    """All topics of the course with the places that cover them: ```` ```{coverage} ````."""

    def run(self):
        written = [name for name in in_order() if sections(name)]
        for name in written:
            self.env.note_dependency(str(folder(name) / "lesson.md"))
        self.env.note_dependency(str(TOPICS))
        chapters = [self._section(chapter_title(name), _chapter(name)) for name in written]
        return [
            *self._markdown(_count()),
            *chapters,
            self._section("Still missing", _missing(written)),
        ]

    def _section(self, title, text):
        """A part of the page that stands in its contents."""
        section = nodes.section("", nodes.title(title, title), classes=["covered"])
        section["names"].append(nodes.fully_normalize_name(title))
        self.state.document.note_implicit_target(section, section)
        section += self._markdown(text)
        return section

    def _markdown(self, text):
        parent = nodes.Element()
        source = self.get_source_info()[0]
        self.state.nested_parse(StringList(text.splitlines(), source), 0, parent)
        return parent.children


def _count():
    covered = sum(any(covering(topic)) for topic in topics())
    return f"Of the {len(topics())} topics, {covered} are covered so far."


def _chapter(name):
    """One table: each topic of a chapter, with its sections, figures and exercises."""
    rows = [_row(topic, name) for topic in topics() if name in topic.chapters]
    head = ["| topic | section | figures | exercises |", "|---|---|---|---|"]
    return "\n".join([*head, *rows])


def _row(topic, name):
    found = [one for chapter, one in covering(topic) if chapter == name]
    where = ", ".join(map(_link, found)) or _elsewhere(topic)
    figures = dict.fromkeys(f"{{ref}}`figure-{name}`" for one in found for name in one.figures)
    exercises = dict.fromkeys(
        f"{{ref}}`{exercise} <exercise-{exercise}>`" for one in found for exercise in one.exercises
    )
    return f"| {topic.says} | {where} | {', '.join(figures)} | {', '.join(exercises)} |"


def _link(section):
    return f"{{ref}}`{section.title} <{section.label}>`"


def _elsewhere(topic):
    """Where else a topic of several chapters is covered."""
    places = [f"{_link(one)} in *{chapter_title(name)}*" for name, one in covering(topic)]
    return ", ".join(places) or "*not yet*"


def _missing(written):
    """What no chapter holds yet, said openly, by the chapter that is to hold it first."""
    missing = [topic for topic in topics() if not set(topic.chapters) & set(written)]
    lines = [
        f"- *{name}*: {'; '.join(topic.says for topic in missing if topic.chapters[0] == name)}"
        for name in dict.fromkeys(topic.chapters[0] for topic in missing)
    ]
    head = f"No chapter written so far holds these {len(missing)} topics."
    return "\n".join([head, "", *lines])
