"""MyST text as the plain Markdown that any notebook shows: the closed set a lesson may use."""

import re
from dataclasses import dataclass, field
from functools import cache

import pybtex.database

from autograder.course.lesson import ROOT

HEADINGS = {
    "predict": "Predict",
    "claim": "A common claim, examined",
    "surprise": "What surprised us",
    "note": "Note",
    "tip": "Tip",
    "warning": "Warning",
    "admonition": "",
    "margin": "Aside",
}
FENCE = re.compile(r"^:::+ *\{([\w-]+)\} *(.*?)\n(.*?)^:::+ *$", re.M | re.S)
EQUATION = re.compile(r"^\$\$(.*?)\$\$(?: *\(([\w:-]+)\))? *$", re.M | re.S)
TARGET = re.compile(r"^\(([\w-]+)\)=\n+", re.M)
ROLE = re.compile(r"\{([\w:-]+)\}`([^`]+)`")


class UnknownMarkup(ValueError):
    """The lesson uses MyST that a plain notebook cannot show."""


@dataclass
class Translator:
    """Translates the texts of one lesson in order, so that equations keep their numbers."""

    labels: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, texts: list[str]) -> "Translator":
        found = [label for text in texts for _, label in EQUATION.findall(text) if label]
        return cls({label: i for i, label in enumerate(found, 1)})

    def translate(self, text: str) -> str:
        """Plain Markdown for a piece of MyST.

        Raises
        ------
        UnknownMarkup : for a directive outside the closed set.
        """
        text = EQUATION.sub(self._equation, text)
        text = ROLE.sub(self._role, text)
        text = TARGET.sub(r'<a id="\1"></a>\n\n', text)
        text = FENCE.sub(_quoted, text)
        left = re.search(r"^(:::|```)\s*\{(\w+)\}", text, re.M)
        if left:
            raise UnknownMarkup(f"a lesson may not use the directive {{{left[2]}}}")
        return text.strip()

    def _equation(self, match: re.Match) -> str:
        body, label = match[1], match[2]
        tag = f" \\tag{{{self.labels[label]}}}" if label else ""
        return f"$${body.rstrip()}{tag}\n$$" if "\n" in body else f"$${body}{tag}$$"

    def _role(self, match: re.Match) -> str:
        role, content = match[1], match[2]
        if role == "eq":
            return f"({self.labels[content]})"
        if role.startswith("cite"):
            return ", ".join(cited(key.strip(), role) for key in content.split(","))
        return re.sub(r" *<[^>]*>$", "", content)


def _quoted(match: re.Match) -> str:
    kind, title, body = match[1], match[2].strip(), match[3]
    if kind not in HEADINGS:
        raise UnknownMarkup(f"a lesson may not use the directive {{{kind}}}")
    # Options such as `:class: dropdown` mean something on the page only.
    body = re.sub(r"^:[\w-]+:.*\n", "", body, flags=re.M).strip()
    heading = ": ".join(part for part in (HEADINGS[kind], title) if part).rstrip(".:")
    stop = "" if heading.endswith(("?", "!")) else "."
    lines = [f"**{heading}{stop}**", "", *body.splitlines()]
    return "\n".join(f"> {line}".rstrip() for line in lines)


def cited(key: str, role: str) -> str:
    """A reference of book/references.bib as author and year."""
    entry = _references().entries[key]
    people = [
        " ".join(person.prelast_names + person.last_names) for person in entry.persons["author"]
    ]
    names = people[0] if len(people) == 1 else " & ".join(people[:2])
    if len(people) > 2:
        names = f"{people[0]} et al."
    year = entry.fields["year"]
    return f"{names} ({year})" if role.endswith("t") else f"({names}, {year})"


def full_reference(key: str) -> str:
    """A reference of book/references.bib in one line: who, when, what and where."""
    entry = _references().entries[key]
    people = "; ".join(str(person) for person in entry.persons["author"])
    where = ("journal", "booktitle", "publisher", "school", "howpublished", "url")
    place = next((entry.fields[name] for name in where if name in entry.fields), "")
    line = f"{people} ({entry.fields['year']}). *{entry.fields['title']}*. {place}"
    return re.sub(r"[{}]", "", line).strip()


def citations(texts: list[str]) -> list[str]:
    """The keys that texts cite, each once, in alphabetical order."""
    found = [keys for text in texts for role, keys in ROLE.findall(text) if role.startswith("cite")]
    return sorted({key.strip() for keys in found for key in keys.split(",")})


@cache
def _references() -> pybtex.database.BibliographyData:
    file = ROOT / "book" / "references.bib"
    return pybtex.database.parse_file(str(file))
