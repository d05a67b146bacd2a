"""One folder a chapter: hidden tests, named mistakes, right solutions in other styles."""
