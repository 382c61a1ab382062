"""The catalogue of the sample's papers: what each is called, where it is filed, and who may read it."""

from __future__ import annotations

from deploy.demo.minutes import MINUTES
from deploy.demo.papers import Edition, Paper, filed

RULES: tuple[Paper, ...] = (
    filed(
        "decreto-supremo-014-2021-mrf",
        "pdf",
        "01.1",
        "public",
        Edition({"valid_from": "2021-06-19"}),
        kind="decreto_supremo",
        number="Decreto Supremo N.° 014-2021-MRF",
        title="Decreto Supremo que crea la Comisión Intersectorial Permanente para la Movilidad Humana y la Acogida, "
        "regula su conformación, sus instancias y el registro único de personas en movilidad",
        issuer="Ministerio de Relaciones y Fronteras",
        date="2021-06-18",
    ),
    filed(
        "reglamento-interno-cimha",
        "pdf",
        "01.1",
        "public",
        Edition({"valid_from": "2022-03-01", "valid_to": "2025-07-01"}, "Aprobado por R.M. N.° 0087-2022-MRF"),
        Edition({"valid_from": "2025-07-01"}, "Modificado por R.M. N.° 0142-2025-MRF"),
        kind="reglamento",
        title="Reglamento Interno de la Comisión Intersectorial Permanente para la Movilidad Humana y la Acogida",
        number="Reglamento aprobado por Resolución Ministerial N.° 0087-2022-MRF",
        date="2022-02-21",
        body="CIMHA-PLENO",
    ),
    filed(
        "directiva-001-2022-cimha-st",
        "word",
        "01.2",
        "public",
        kind="directiva",
        number="Directiva N.° 001-2022-CIMHA/ST",
        title="Directiva para la convocatoria, conducción y documentación de las sesiones, y para el seguimiento de "
        "los acuerdos de la Comisión",
        date="2022-04-11",
        valid_from="2022-04-12",
        body="CIMHA-ST",
    ),
    filed(
        "directiva-002-2023-cimha-st",
        "pdf",
        "01.2",
        "internal",
        kind="directiva",
        number="Directiva N.° 002-2023-CIMHA/ST",
        title="Directiva sobre el intercambio seguro de datos personales entre las entidades que integran el registro "
        "único de personas en movilidad",
        date="2023-08-02",
        valid_from="2023-08-03",
        body="CIMHA-ST",
    ),
    filed(
        "directiva-001-2024-cimha-st",
        "word",
        "01.2",
        "internal",
        kind="directiva",
        number="Directiva N.° 001-2024-CIMHA/ST",
        title="Directiva para la atención preferente de niñas, niños y adolescentes no acompañados en los puestos de "
        "frontera y ventanillas de acogida",
        date="2024-11-18",
        valid_from="2024-11-19",
        body="CIMHA-ST",
    ),
)

OTHERS: tuple[Paper, ...] = (
    filed(
        "plan-anual-de-trabajo-2026",
        "word",
        "03.1",
        "public",
        kind="plan_de_trabajo",
        number="Plan Anual de Trabajo 2026",
        title="Plan Anual de Trabajo 2026 de la Comisión Intersectorial Permanente para la Movilidad Humana y la "
        "Acogida",
        date="2026-02-19",
        body="CIMHA-PLENO",
    ),
    filed(
        "convocatoria-pleno-ordinaria-3-2026",
        "html",
        "02.3",
        "internal",
        kind="convocatoria",
        number="Convocatoria N.° 009-2026-CIMHA/ST",
        title="Convocatoria a la Tercera Sesión Ordinaria 2026 del Pleno: señalamiento de fecha, agenda y documentos",
        date="2026-11-19",
        session="PLENO-ORD-3-2026",
    ),
    filed(
        "memorandum-one-stop-windows",
        "pdf",
        "04",
        "internal",
        kind="memorando",
        number="Memorandum No. 012-2025-CIMHA/ST",
        title="Memorandum on one-stop reception windows in border municipalities: comparative practice and lessons for "
        "the 2026 work plan",
        date="2025-11-06",
        language="en",
    ),
    filed(
        "nota-reservada-registro-duplicidades",
        "word",
        "03.2",
        "reserved",
        kind="informe",
        number="Nota N.° 003-2026-CIMHA/ST",
        title="Nota reservada sobre duplicidades e identidades en disputa en el registro único de personas en "
        "movilidad",
        date="2026-03-27",
        grants="group:asesoria-juridica",
    ),
    filed(
        "nota-reservada-presidencia-convenio",
        "pdf",
        "06",
        "reserved",
        kind="informe",
        number="Nota N.° 001-2026-CIMHA/PRES",
        title="Nota reservada para la Presidencia: posición en la negociación del convenio de retorno asistido con el "
        "país vecino",
        date="2026-01-22",
        grants="body:CIMHA-PRES",
    ),
    filed(
        "oficio-circular-1998-puesto-el-nandu",
        "scan",
        "05",
        "public",
        kind="oficio",
        number="Oficio Circular N.° 27-98",
        title="Oficio circular de 1998 sobre la atención de familias en tránsito en el puesto de frontera El Ñandú "
        "(copia escaneada)",
        issuer="Junta de Fronteras",
        date="1998-09",
    ),
)

PAPERS: tuple[Paper, ...] = (*RULES, *OTHERS, *MINUTES)
