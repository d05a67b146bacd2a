"""What the pages of the finished site ask for, and whether all of it is there."""

import re
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

OUTSIDE = re.compile(r"\s*(https?:)?//")
# What a browser loads without being asked; links that a reader follows may lead outside.
LOADS = {
    "script": ["src"],
    "img": ["src", "srcset"],
    "iframe": ["src"],
    "source": ["src", "srcset"],
    "video": ["src", "poster"],
    "audio": ["src"],
    "embed": ["src"],
    "object": ["data"],
    "link": ["href"],
}


class Page(HTMLParser):
    """The addresses that a page loads or links to, and the ids it can be entered at."""

    def __init__(self, html):
        super().__init__()
        self.loads, self.links, self.ids = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if attributes.get("id"):
            self.ids.append(attributes["id"])
        if tag == "a" and attributes.get("href"):
            self.links.append(attributes["href"])
        if tag == "link" and "canonical" in (attributes.get("rel") or ""):
            return
        for name in LOADS.get(tag, ()):
            self.loads += _addresses(name, attributes.get(name) or "")

    @property
    def outside(self):
        """The addresses on other machines that the page would load by itself."""
        return [address for address in self.loads if OUTSIDE.match(address)]


def _addresses(attribute, value):
    if attribute != "srcset":
        return [value] if value else []
    return [candidate.split()[0] for candidate in value.split(",") if candidate.strip()]


def problems(site):
    """Everything that is wrong with the addresses in the pages of a folder, in words."""
    pages = {path.resolve(): Page(path.read_text("utf-8")) for path in sorted(site.rglob("*.html"))}
    found = []
    for path, page in pages.items():
        twice = sorted({one for one in page.ids if page.ids.count(one) > 1})
        found += [f"{path.name} has the id {one} twice" for one in twice]
        found += [f"{path.name} asks the outside for {one}" for one in page.outside]
        for address in dict.fromkeys(page.loads + page.links):
            if not urlsplit(address).scheme and not OUTSIDE.match(address):
                found += _broken(path, address, pages, site.resolve())
    return found + _style_problems(site)


def _broken(path, address, pages, site):
    parts = urlsplit(address)
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if site not in target.parents:
        return [f"{path.name} leads out of the site: {address}"]
    if not target.is_file():
        return [f"{path.name} leads nowhere: {address}"]
    if parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].ids:
        return [f"{path.name} leads to no place on its page: {address}"]
    return []


def _style_problems(site):
    pattern = re.compile(r"url\(\s*[\"']?(https?:)?//|@import[^;]*//")
    sheets = [sheet for sheet in site.rglob("*.css") if pattern.search(sheet.read_text("utf-8"))]
    return [f"{sheet.name} asks the outside for something" for sheet in sheets]
