"""What a page's own text is found to be worth, from its words, its letters and what is drawn beside them."""

from __future__ import annotations

import pytest

from ingest.formats.judging import Drawn, judge
from ingest.lexicon import known_share, lexicon

GOOD = (
    "Que, de conformidad con lo dispuesto en el artículo 8 del Reglamento, la Secretaría Técnica convoca a los "
    "miembros de la comisión a la sesión ordinaria, en la que se aprueba el acta anterior y se acuerda remitir el "
    "informe al ministerio de su competencia dentro del plazo establecido. "
) * 2
POOR = (
    "Gue, de confornidad con io dispuesto cn el articulo 8 dei Rcglamento, 1a Secretaria Tecnlca convoca a ios "
    "miernbros dc la comislon a la seslon ordinarla, cn la quc se apruoba el acta antcrior y se acuorda remltir el "
    "inforrne al minlsterio dc su competoncia dentro dci plazo estabiecido."
) * 2
ENGLISH = (
    "The board shall meet at least once a month, and the minutes of each meeting are approved at the next one, after "
    "every member has had the time to read them and to ask for changes where something was left out of the record."
)
SCAN = Drawn(pictures=0.98)
NOTHING = Drawn()


@pytest.mark.parametrize(
    ("text", "drawn", "decision"),
    [
        ("", NOTHING, "blank"),
        ("", Drawn(shapes=12), "blank"),
        ("", SCAN, "no_layer"),
        ("", Drawn(shapes=900), "no_layer"),
        ("ANEXO I", NOTHING, "good"),
        ("417", SCAN, "no_layer"),
        ("MESA DE TRABAJO Recibido 14 de marzo", SCAN, "no_layer"),
        ("MESA DE TRABAJO Recibido 14 de marzo", NOTHING, "good"),
        (GOOD, NOTHING, "good"),
        (GOOD, SCAN, "good"),
        (ENGLISH, SCAN, "good"),
        (POOR, SCAN, "doubtful"),
        (POOR, NOTHING, "good"),
        (GOOD.translate({ord("a"): "\ue001", ord("e"): "\x05"}), NOTHING, "garbled"),
        ("".join(chr(ord(letter) + 3) if letter.isalpha() else letter for letter in GOOD), NOTHING, "garbled"),
        ("1.25 (3.40) 17% " * 40, NOTHING, "good"),
        ("#$%& *+,-. /:;<= " * 40, NOTHING, "garbled"),
    ],
)
def test_the_decision_on_a_page(text: str, drawn: Drawn, decision: str) -> None:
    assert judge(text, lambda: drawn).decision == decision


def test_a_good_page_is_not_looked_at_for_pictures() -> None:
    def drawn() -> Drawn:
        raise AssertionError("looked")

    judged = judge(GOOD, drawn)
    assert judged.signals["words"] == len([word for word in GOOD.split() if len(word.strip(",.")) > 2])
    assert judged.signals["known"] > 0.97  # type: ignore[operator]
    assert judged.signals["legible"] == 1.0


def test_the_lexicon_knows_accents_and_both_languages() -> None:
    assert {"resolución", "áreas", "niñez", "whereas", "ordinance"} <= lexicon()
    assert known_share("La resolución fue publicada") == 1.0
    assert known_share("12 34") is None
