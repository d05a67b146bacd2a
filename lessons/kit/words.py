"""Words for people: numbers as the widgets write them (`widgets/canvas.js`), and names."""

import math
import re

_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_LONG = re.compile(r"(?<![\w.,])\d{4,}(?!\w)")  # nothing behind a decimal point, nothing of a name

_NAMES = {
    "relu": "ReLU",
    "leaky_relu": "leaky ReLU",
    "elu": "ELU",
    "gelu": "GELU",
    "linear": "no activation",
    "xavier": "Xavier",
    "he": "He",
}


def named(word: str) -> str:
    """What a menu or a title calls a thing that code spells in its own way."""
    return _NAMES.get(word, word.replace("_", " "))


def capital(text: str) -> str:
    """A text that begins with a capital, as a sentence does."""
    return text[:1].upper() + text[1:]


def written(number: float, digits: int = 3) -> str:
    """A number with `digits` significant ones, a real minus sign, commas and powers of ten."""
    if not math.isfinite(number):
        return "undefined" if math.isnan(number) else "∞" if number > 0 else "−∞"
    if number and not 1e-3 <= abs(number) < 1e5:
        factor, exponent = f"{number:.{digits - 1}e}".split("e")
        kept = f"{float(factor):.{digits}g}".replace("-", "−")
        return power(int(exponent)) if kept == "1" else f"{kept}·{power(int(exponent))}"
    return f"{float(f'{number:.{digits}g}'):,.15g}".replace("-", "−")


def with_commas(text: str) -> str:
    """A text of numbers, those from a thousand on with a comma: 4,400 (900 to 64,000)."""
    return _LONG.sub(lambda found: f"{int(found[0]):,}", text)


def power(exponent: int) -> str:
    """A power of ten, such as 10⁻³."""
    return f"10{str(exponent).translate(_RAISED)}"


def percent(part: float) -> str:
    """A share as a percentage: "under 1%" and "over 99%" where 0% and 100% would be wrong."""
    whole = math.floor(100 * part + 0.5)
    if part > 0 and whole == 0:
        return "under 1%"
    if part < 1 and whole == 100:
        return "over 99%"
    return f"{whole}%"
