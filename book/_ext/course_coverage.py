"""The table of what is covered where, made from what the lessons say of themselves."""

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from autograder.course.coverage import TOPICS, covering, sections, topics
from autograder.course.headings import chapter_title
from autograder.course.lesson import folder


class Coverage(SphinxDirective):
    """All topics of the course with the places that cover them: ```` ```{coverage} ````."""

    def run(self):
        written = [name for name in _chapters() if sections(name)]
        for name in written:
            self.env.note_dependency(str(folder(name) / "lesson.md"))
        self.env.note_dependency(str(TOPICS))
        text = "\n\n".join([_count(), *map(_chapter, written), _missing(written)])
        source = self.get_source_info()[0]
        parent = nodes.container(classes=["covered"])
        self.state.nested_parse(StringList(text.splitlines(), source), 0, parent)
        return [parent]


def _chapters():
    return list(dict.fromkeys(name for topic in topics() for name in topic.chapters))


def _count():
    covered = sum(any(covering(topic)) for topic in topics())
    return f"Of the {len(topics())} topics, {covered} are covered so far."


def _chapter(name):
    """One table: each topic of a chapter, with its sections, figures and exercises."""
    rows = [_row(topic, name) for topic in topics() if name in topic.chapters]
    head = ["| topic | section | figures | exercises |", "|---|---|---|---|"]
    return "\n".join([f"**{chapter_title(name)}**", "", *head, *rows])


def _row(topic, name):
    found = [one for chapter, one in covering(topic) if chapter == name]
    where = ", ".join(f"{{ref}}`{one.title} <{one.label}>`" for one in found) or "*not yet*"
    figures = dict.fromkeys(f"{{ref}}`figure-{name}`" for one in found for name in one.figures)
    exercises = dict.fromkeys(
        f"{{ref}}`{exercise} <exercise-{exercise}>`" for one in found for exercise in one.exercises
    )
    return f"| {topic.says} | {where} | {', '.join(figures)} | {', '.join(exercises)} |"


def _missing(written):
    """What no chapter holds yet, said openly, by the chapter that is to hold it first."""
    missing = [topic for topic in topics() if not set(topic.chapters) & set(written)]
    lines = [
        f"- *{name}*: {'; '.join(topic.says for topic in missing if topic.chapters[0] == name)}"
        for name in dict.fromkeys(topic.chapters[0] for topic in missing)
    ]
    head = f"No chapter written so far holds these {len(missing)} topics."
    return "\n".join(["**Still missing**", "", head, "", *lines])
