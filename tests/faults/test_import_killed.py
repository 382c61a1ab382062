"""An import killed with all its children loses nothing it has acknowledged, and ends whole when asked again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.kill_loop import run_loop


@pytest.mark.fault("F2", "F5")
@pytest.mark.faults
@pytest.mark.slow
def test_an_archivist_loses_nothing_to_a_machine_that_stops(tmp_path: Path) -> None:
    folder = tmp_path / "actas"
    folder.mkdir()
    for number in range(1, 241):
        name = f"DIR-{number:03}-2020"
        head = f"---\ntitle: Directiva {number} sobre trámites\nidentifier: {name}\n---\n# Directiva\n\n"
        articles = [f"Artículo {part}.- Se acuerda el punto {part} de la sesión {number}." for part in range(1, 30)]
        (folder / f"{name}.md").write_text(head + "\n\n".join(articles) + "\n", encoding="utf-8")

    outcome = run_loop(folder, tmp_path / "home", kills=5, seed=7, longest=5.0)

    assert outcome.kills == 5
    assert outcome.broken == []
    assert len(outcome.acknowledged) == 240
