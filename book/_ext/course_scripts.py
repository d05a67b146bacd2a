"""Which scripts and style sheets a page needs: themes and extensions put all of theirs on all."""

import re

# Nothing in the book asks for these two extensions of Jupyter Book, so no page loads their files.
UNUSED = re.compile(r"togglebutton|toggleHint|toggleOpen|design-tabs|sphinx-design")
# A file is needed where the page's body matches.
WHERE = {
    "clipboard.min.js": r'class="highlight',
    "copybutton": r'class="highlight',
    "widgets": r'class="widget-figure"',
    "explore.js": r'class="explore"',
    "state.js": r'class="(explore|widget-figure)"',
    "katex": r'class="katex',
    "mystnb": r'class="[^"]*\bcell\b',
}
# What later lines of the page use at once; all other files can wait until it has been read.
AT_ONCE = ("documentation_options.js",)


def needed(files, body):
    """The scripts or style sheets that a page with this body needs, none of them holding it up."""
    kept = [file for file in files if not UNUSED.search(_text(file)) and _wanted(file, body)]
    return [_deferred(file) for file in kept]


def _text(file):
    return f"{getattr(file, 'filename', file)} {getattr(file, 'attributes', {}).get('body', '')}"


def _wanted(file, body):
    return all(re.search(where, body) for name, where in WHERE.items() if name in _text(file))


def _deferred(file):
    """A copy that loads beside the page: the same object stands on every page."""
    name = str(getattr(file, "filename", "") or "")
    if ".js" not in name or any(one in name for one in AT_ONCE):
        return file
    return type(file)(
        file.filename, priority=file.priority, **dict(file.attributes) | {"defer": "defer"}
    )
