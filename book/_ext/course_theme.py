"""What the theme and the extensions get wrong in their HTML, put right when a page is finished."""

import re

CORRECTIONS = [
    # The icons also come as a style sheet; as a script they weigh 1.5 MB.
    (r"<(?:script|link)\b[^>]*fontawesome\.js[^>]*>(?:</script>)?\s*", ""),
    # Names that contradict what is read on the button: the words on it are its name.
    (r'(<button class="btn search-button-field[^>]*?) aria-label="Search"', r"\1"),
    (r'<summary aria-label="Toggle hidden content">', "<summary>"),
    # Roles that are deprecated, or not allowed where they stand.
    (r' role="doc-biblioentry"', ""),
    (r'<div role="list" class="citation-list">', '<div class="citation-list">'),
    # Without its language a Chinese term may come in Japanese glyphs, and be read as English.
    (r'<dt id="([^"]*)">(?=[^<]*[\u4e00-\u9fff])', r'<dt id="\1" lang="zh-Hans">'),
    # Until its reader chooses one, a page has the theme that the reader's system has.
    (r'(dataset\.mode = localStorage\.getItem\("mode"\) \|\| )"light"', r'\1"auto"'),
    (
        r'(dataset\.theme = localStorage\.getItem\("theme"\) \|\| )"light"',
        r'\1(matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")',
    ),
    # A page's content belongs into landmarks.
    (
        r'<(div|nav|dialog)( id="pst-primary-sidebar")',
        r'<\1 role="navigation" aria-label="The book"\2',
    ),
]


# What a search quotes of a page: without the contents, buttons and the second copy of a formula.
QUOTED = (
    '[".headerlink", "script"',
    '[".headerlink", ".katex-mathml", "#jb-print-toc", ".header-article-items", "script"',
)


def corrected(html):
    """The text of a page without the mistakes known so far."""
    for pattern, better in CORRECTIONS:
        html = re.sub(pattern, better, html)
    return html
