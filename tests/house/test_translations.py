"""Both languages are whole: every text a person may see has its Spanish, and the compiled catalogue is current."""

from __future__ import annotations

import ast
import gettext
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation.template import templatize

from tests.house.tree import PROJECT, files, sources

CATALOGUE = PROJECT / "records" / "locale" / "es" / "LC_MESSAGES" / "django.po"
MARKERS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
# `pgettext` puts the context first, `ngettext` the singular; the plural form follows the singular in the catalogue.
CONTEXT_AND_TEXT = "\x04"


def marked_in(tree: ast.AST) -> Iterator[str]:
    """Yield each text that is marked for translation in Python code."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKERS):
            continue
        texts = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        if texts:
            yield CONTEXT_AND_TEXT.join(texts[:2]) if node.func.id.startswith("pgettext") else texts[0]


def marked_in_template(text: str) -> Iterator[str]:
    """Yield each text that is marked in a template, as Django's own extraction sees it."""
    code = templatize(text)
    for call in re.finditer(r"\b(?:_|n?gettext|n?pgettext)\(u?((?:'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"))", code):
        yield str(ast.literal_eval(call[1]))


def marked() -> dict[str, str]:
    """Return every marked text and one place where it stands."""
    found = {}
    for path, tree in sources(tests=False):
        found |= dict.fromkeys(marked_in(tree), str(path))
    for path in files(".html", ".txt"):
        relative = path.relative_to(PROJECT)
        if "templates" in relative.parts:
            found |= dict.fromkeys(marked_in_template(path.read_text(encoding="utf-8")), str(relative))
    return found


def translated() -> set[str]:
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        catalogue = gettext.GNUTranslations(file)._catalog
    return {key if isinstance(key, str) else key[0] for key, text in catalogue.items() if text}


def test_every_marked_text_has_its_spanish() -> None:
    known = translated()
    assert {text: place for text, place in marked().items() if text not in known} == {}


def test_the_compiled_catalogue_is_current(tmp_path: Path) -> None:
    if shutil.which("msgfmt") is None:
        pytest.skip("msgfmt is not here: Debian's gettext compiles the catalogue")
    made = tmp_path / "django.mo"
    subprocess.run(["msgfmt", "--check-format", "-o", str(made), str(CATALOGUE)], check=True)
    assert made.read_bytes() == CATALOGUE.with_suffix(".mo").read_bytes(), "run `make messages`"


def test_the_marks_are_seen() -> None:
    assert list(marked_in(ast.parse("_('One'); ngettext('One', 'Many', 2); pgettext('verb', 'Open')"))) == [
        "One",
        "One",
        "verb\x04Open",
    ]
    template = (
        '{% load i18n %}{% translate "It\'s here" %}{% blocktranslate %}You &amp; {{ me }}{% endblocktranslate %}'
    )
    assert list(marked_in_template(template)) == ["It's here", "You &amp; %(me)s"]
