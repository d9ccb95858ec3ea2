"""What share of annotated personal data is protected: the tables of ``meeting-proxy evaluate``, for the docs.

usage: python -m bench.accuracy [--write PAGE.md] [--fast] [TITLE=]FILE.jsonl …

Prints a section of Markdown for each file, under its title. With ``--write``, the sections replace the text between
the two ``<!-- accuracy -->`` comments of the page. Titles describe the sets; the sets' texts are never written.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from proxy.cli.evaluate import ABOUT, Presidio, detectors, evaluated, markdown, read
from proxy.settings import Detection

BEGIN, END = "<!-- accuracy: begin -->", "<!-- accuracy: end -->"


def written(page: str, sections: str) -> str:
    """Return the page with `sections` between its markers. Raises `ValueError` if it lacks exactly one pair."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end) or BEGIN in rest or END in before + after:
        raise ValueError(f"the page needs one {BEGIN} and, behind it, one {END}")
    return f"{before}{BEGIN}\n\n{sections.strip()}\n\n{END}{after}"


def titled(argument: str) -> tuple[str, Path]:
    """Split an argument into the title of a set and its file. The default title is the file's name."""
    title, separator, file = argument.rpartition("=")
    return (title, Path(file)) if separator else (Path(argument).stem, Path(argument))


def main(arguments: Sequence[str]) -> None:
    """Measure every file with the shipped settings."""
    parser = argparse.ArgumentParser(prog="python -m bench.accuracy", description=__doc__)
    parser.add_argument("files", nargs="+", type=titled, metavar="[TITLE=]FILE")
    parser.add_argument("--write", type=Path, metavar="PAGE.md", help="put the tables between the page's markers")
    parser.add_argument("--fast", action="store_true", help="measure Presidio's fastest set-up, too")
    options = parser.parse_args(arguments)
    page = options.write.read_text(encoding="utf-8") if options.write else f"{BEGIN}{END}"
    written(page, "")
    sets = [(title, read(file)) for title, file in options.files]
    settings = (Presidio.DEFAULT, Presidio.FAST) if options.fast else (Presidio.DEFAULT,)
    running = dict(detectors(Detection(), settings))
    sections = "\n".join([markdown(evaluated(title, documents, running), title) for title, documents in sets])
    if options.write:
        options.write.write_text(written(page, f"{sections}\n{ABOUT}"), encoding="utf-8")
    print(sections)


if __name__ == "__main__":
    main(sys.argv[1:])
