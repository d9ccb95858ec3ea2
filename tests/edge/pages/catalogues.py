"""The catalogues of `proxy/locale` against the sentences in the code.

``python tests/edge/pages/catalogues.py`` writes new sentences into every ``.po`` and compiles the ``.mo`` files.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime
from gettext import GNUTranslations
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PROXY = Path(__file__).parents[3] / "proxy"
LOCALE = PROXY / "locale"
PAGES = PROXY / "edge" / "pages"
WRITTEN = datetime(2026, 1, 1, tzinfo=UTC)


def sentences() -> Catalog:
    """Every sentence in the code, as the template of all catalogues."""
    found = Catalog(charset="utf-8")
    for file, _line, message, comments, context in extract_from_dir(
        PAGES, method_map=[("**.py", "python")], keywords={"N_": None, "ngettext": (1, 2)}
    ):
        found.add(message, None, [(f"proxy/edge/pages/{Path(file).name}", 0)], auto_comments=comments, context=context)
    return found


def catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        found = read_po(file, locale=path.parents[1].name)
    # Babel would write today's date, and no file would be current tomorrow.
    found.creation_date = found.revision_date = WRITTEN
    return found


def compiled(source: Catalog) -> bytes:
    into = io.BytesIO()
    write_mo(into, source)
    return into.getvalue()


def messages(written: bytes) -> dict[object, str]:
    """What a compiled catalogue says; its header names the release of Babel, which is nobody's sentence."""
    said = dict(GNUTranslations(io.BytesIO(written))._catalog)
    header = said.pop("", "").splitlines()
    return said | {("header",): "\n".join(line for line in header if not line.startswith("Generated-By:"))}


def paths() -> list[Path]:
    return sorted(LOCALE.glob("*/LC_MESSAGES/consent.po"))


def refresh() -> None:
    for path in paths():
        kept = catalogue(path)
        kept.update(sentences(), no_fuzzy_matching=True)
        kept.obsolete.clear()
        kept.header_comment = f"# Consent pages, {kept.locale.english_name if kept.locale else path.parents[1].name}."
        kept.creation_date = kept.revision_date = WRITTEN
        with path.open("wb") as file:
            write_po(file, kept, width=0, no_location=True)
        path.with_suffix(".mo").write_bytes(compiled(kept))


if __name__ == "__main__":
    refresh()
