"""The query language: what is an operator and what a word, what is demanded, and what is said of what is not right."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.asking import read_text
from search.asking.notes import LONGEST_PART, MOST_NOTES, SENTENCES
from search.asking.reading import MOST_LEAVES, MOST_NUMBERS, MOST_WILDCARDS
from search.asking.tree import (
    Begins,
    Coded,
    Demand,
    Either,
    Every,
    InTitle,
    Leaf,
    Numbered,
    Phrase,
    Spelled,
    Without,
    Word,
    Years,
    all_leaves,
)


def shown(demand: Demand) -> str:
    """Return a demand as a short text."""
    match demand:
        case Word(token):
            return token.word
        case Phrase(words):
            return '"' + " ".join(stem for _, stem in words) + '"'
        case Begins(prefix):
            return f"{prefix}*"
        case InTitle(what):
            return f"title:{shown(what)}"
        case Every(of):
            return f"({' AND '.join(map(shown, of))})"
        case Either(of):
            return f"({' OR '.join(map(shown, of))})"
        case Without(of):
            return f"-{shown(of)}"
        case _:
            return described(demand)


def described(leaf: Leaf) -> str:
    match leaf:
        case Numbered(number):
            return f"number:{number.forms[0]}"
        case Coded(field, values):
            return f"{field}:{','.join(values)}"
        case Spelled(field, names):
            return f"{field}:{'|'.join(' '.join(name) for name in names)}"
        case Years(first, last):
            return f"{first}..{last}"
        case _:
            raise AssertionError(leaf)


@pytest.mark.parametrize(
    ("question", "words", "demands"),
    [
        ("visa AND pasaporte", "", "(visa AND pasaporte)"),
        ("visa temporal OR permanente trabajo", "visa trabajo", "(temporal OR permanente)"),
        ("a1 OR b1 AND c1 OR d1", "", "(a1 OR (b1 AND c1) OR d1)"),
        ("visa NOT turista", "visa", "-turista"),
        ("visa -turista -trabajo", "visa", "-turista -trabajo"),
        ("visa OR NOT turista", "", "(visa OR -turista)"),
        ("NOT NOT visa", "visa", ""),
        ("NOT -visa", "", "--visa"),
        ("-(visa OR pase)", "", "-(visa OR pase)"),
        ('-"visa de turista"', "", '-"vis turist"'),
        ('"visa temporal" OR pase', "", '("vis temporal" OR pase)'),
        ("(visa OR pase) AND (tren OR avión)", "", "((visa OR pase) AND (tren OR avion))"),
        ("(visa temporal) OR pase", "", "((visa AND temporal) OR pase)"),
        ("(visa temporal OR pase) tren", "visa tren", "(temporal OR pase)"),
        ("Reglamento (TUPA) (Versión 1)", "reglamento tupa version 1", ""),
        ("costo-beneficio AND visa", "", '("cost benefici" AND visa)'),
        ("migra* visa", "visa", "migra*"),
        ("Migró*", "", "migro*"),
        ("migra*, visa", "visa", "migra*"),
        ("de AND visa", "", "visa"),
        ("visa OR la", "", "visa"),
        ("title:asilo", "", "title:asilo"),
        ("TÍTULO:asilo", "", "title:asilo"),
        ('título:"derecho de asilo" visa', "visa", 'title:"derech asil"'),
        ("-título:asilo", "", "-title:asilo"),
        ("title:(asilo OR migra*)", "", "(title:asilo OR title:migra*)"),
        ("-title:(asilo tren)", "", "-(title:asilo AND title:tren)"),
        ("number:067-2011-PCM", "", "number:67-2011-PCM"),
        ('número:"d.s. n° 67-2011 pcm"', "", "number:DS:67-2011-PCM"),
        ("año:2010", "", "2010..2010"),
        ("year:2010..2015", "", "2010..2015"),
        ("year:2010-2015", "", "2010..2015"),
        ("year:2010..", "", "2010..9999"),
        ("year:..2015", "", "1..2015"),
        ("tipo:leyes", "", "kind:ley"),
        ('kind:"Decreto Supremo"', "", "kind:decreto_supremo"),
        ("emisor:PCM", "", "issuer:pcm|presidencia del consejo de ministros"),
        ("órgano:GT-1 serie:actas", "", "body:gt 1 series:actas"),
        # Spanish operators, where nothing else is written in capitals.
        ("visa Y pase", "", "(visa AND pase)"),
        ("visa O pase", "", "(visa OR pase)"),
        ("RUC O pase", "", "(ruc OR pase)"),
        ("visa Y NO turista", "", "(visa AND -turista)"),
        ("NO turista", "", "-turista"),
        ('"visa" Y "pase"', "", '("vis" AND "pas")'),
        # What only looks like one.
        ("visa and pase or tren not avión", "visa pase tren not avion", ""),
        ("LEY UNIVERSITARIA Y OTRAS", "ley universitaria", ""),
        ("tipo O", "tipo", ""),
        ("Decreto Supremo NO 054-2018-PCM", "decreto supremo 054 2018 pcm", ""),
        ("el recurso NO procede", "recurso procede", ""),
        ("Ordenanza Regional N.° OR 020-2022-RMDD-CR", "ordenanza regional n 020 2022 rmdd cr", ""),
        ("visa - turista", "visa turista", ""),
        ("DS 067 -2011-PCM", "ds 067 2011 pcm", ""),
        ("Evaluación en Línea -SEAL- la presentación", "evaluacion linea seal presentacion", ""),
        ("gestión --migratoria", "gestion migratoria", ""),
        ("http://visa.pe/x 10:30", "http visa pe x 10 30", ""),
        ("vehículos oficiales (*)", "vehiculos oficiales", ""),
        ("a) visa 12) pase", "visa 12 pase", ""),
    ],
)
def test_what_is_an_operator_and_what_a_word(question: str, words: str, demands: str) -> None:
    asked = read_text(question)
    assert " ".join(word.word for word in asked.words) == words
    assert " ".join(map(shown, asked.demands)) == demands
    assert {note.code for note in asked.notes} <= {"no_as_word"}


@pytest.mark.parametrize(
    ("question", "words", "demands", "notes"),
    [
        ('visa "temporal', "visa temporal", "", "unbalanced_quote:"),
        ('"visa" temporal"', "temporal", "", "unbalanced_quote:"),
        ("(visa temporal", "visa temporal", "", "unbalanced_parenthesis:"),
        ("visa) temporal", "visa temporal", "", "unbalanced_parenthesis:"),
        ("visa AND", "visa", "", "missing_operand:AND"),
        ("OR visa", "visa", "", "missing_operand:OR"),
        ("visa AND AND pase", "", "(visa AND pase)", "missing_operand:AND"),
        ("visa AND OR pase", "", "(visa OR pase)", "missing_operand:AND"),
        ("( AND ) visa", "visa", "", "missing_operand:AND"),
        ("visa NOT", "visa", "", "missing_operand:NOT"),
        ("visa -()", "visa", "", ""),
        ("colour:red", "colour red", "", "unknown_field:colour"),
        ("tokens:public visa", "tokens public visa", "", "unknown_field:tokens"),
        ("título: asilo", "titulo asilo", "", "empty_value:título:"),
        ("año:2015..2010", "2015 2010", "", "bad_range:2015..2010"),
        ("año:0", "0", "", "bad_range:0"),
        ("año:..", "ano", "", "empty_value:año:.."),
        ("visa AND año:x", "", "visa", "bad_range:x"),
        ("número:mesa", "mesa", "", "bad_number:mesa"),
        ("tipo:mesa", "mesa", "", "unknown_kind:mesa"),
        ("vi*sa", "vi sa", "", "wildcard:vi*sa"),
        ("vi* pase", "vi pase", "", "wildcard:vi*"),
        ("el recurso NO procede", "recurso procede", "", "no_as_word:NO"),
        (f"{'uno dos tres ' * 5} -seis", f"{'dos tres ' * 5}seis", "", "read_as_dash:-seis"),
    ],
)
def test_what_is_not_right_is_read_as_words_and_said(question: str, words: str, demands: str, notes: str) -> None:
    asked = read_text(question)
    assert " ".join(word.word for word in asked.words) == words.strip()
    assert " ".join(map(shown, asked.demands)) == demands
    assert " ".join(f"{note.code}:{note.part}" for note in asked.notes) == notes
    for note in asked.notes:
        assert note.sentence
        assert "%(" not in note.sentence


def test_a_text_without_operators_means_what_its_words_mean() -> None:
    asked = read_text('D.S. N° 067-2011-PCM, que crea (con anexos) la "Mesa de Trabajo"')
    assert [phrase.words for phrase in asked.phrases] == [((0, "mes"), (2, "trabaj"))]
    assert (asked.demands, asked.notes, asked.number) == ((), (), None)
    number = read_text("DS 067-2011-PCM -turista AND visa").number
    assert number is not None
    assert (number.forms, number.leads, number.rests) == (("DS:67-2011-PCM",), True, ("",))


def test_an_article_is_kept_with_its_number() -> None:
    assert read_text("artículo 15 de la Ley 27594").pinpoints == {"LEY:27594": "art_15", "27594": "art_15"}
    assert read_text('visa número:"art. 3 del DS 067-2011-PCM"').pinpoints == {"DS:67-2011-PCM": "art_3"}
    assert read_text("Reglamento de la Ley 27594, artículo 15").pinpoints == {}


def test_there_is_an_end_to_everything() -> None:
    asked = read_text(" OR ".join(f"palabra{n}" for n in range(500)))
    assert len(list(all_leaves(asked.demands))) == MOST_LEAVES
    asked = read_text(" ".join(f"palabra{n}* número:{n}-2011-PCM" for n in range(100)))
    leaves = list(all_leaves(asked.demands))
    assert sum(isinstance(leaf, Begins) for leaf in leaves) == MOST_WILDCARDS
    assert sum(isinstance(leaf, Numbered) for leaf in leaves) == MOST_NUMBERS
    assert {note.code for note in asked.notes} == {"too_many_parts", "too_many_words"}
    deep = read_text("(" * 5000 + "visa OR pase" + ")" * 5000)
    assert " ".join(map(shown, deep.demands)) == "(visa OR pase)"
    assert [note.code for note in deep.notes] == ["too_deep"]
    assert [note.code for note in read_text("x1 " * 41).notes] == ["too_many_words"]


WORDS = ["AND", "OR", "NOT", "NO", "Y", "(", ")", '"', "-", "-x", "x", "año:", "título:a", "12", "vis*", "visa"]
SIGNS = st.text(alphabet='()"-*:.«» aYO1ñ', max_size=200)
ANY = st.text(max_size=300) | SIGNS | st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join)
OPERATORS = re.compile(r"AND|OR|NOT|Y|O|[-()\"“”«»*:]")


@given(text=ANY)
@example("-" * 1000)
@example("title:" * 500)
@example("NOT " * 3000)
@example("\ud800 AND \udfff*")
def test_any_text_can_be_read_and_reads_the_same_again(text: str) -> None:
    asked = read_text.__wrapped__(text)
    assert asked == read_text.__wrapped__(text)
    assert len(asked.notes) <= MOST_NOTES
    assert all(note.code in SENTENCES and len(note.part) <= LONGEST_PART and note.sentence for note in asked.notes)
    assert all(0 <= word.start < word.end <= len(text) for word in asked.all_words)
    if not OPERATORS.search(text):
        assert asked.demands == ()
