"""The twelve minutes of the sample: of which session, open to whom, in which form."""

from __future__ import annotations

from deploy.demo.commission import MEETINGS, PLAN
from deploy.demo.papers import Edition, Paper, filed

HELD = {meeting.code: meeting for meeting in MEETINGS}


def minutes(name: str, form: str, access: str, session: str, title: str, *editions: Edition) -> Paper:
    """Return the minutes of a session, numbered and dated as it is."""
    held = HELD[session]
    body, kind, _, _ = session.split("-")
    number = f"Acta N.° {held.number:03}-{held.date.year}-{PLAN}/{body}" + ("-EXT" if kind == "EXT" else "")
    return filed(
        name,
        form,
        "02.1" if body in ("PLENO", "PA") else "02.2",
        access,
        *editions,
        kind="acta",
        title=title,
        number=number,
        session=session,
        date=held.date.isoformat(),
    )


MINUTES: tuple[Paper, ...] = (
    minutes(
        "acta-pleno-ordinaria-1-2025",
        "pdf",
        "public",
        "PLENO-ORD-1-2025",
        "Acta de la Primera Sesión Ordinaria 2025 del Pleno: "
        "balance del registro único y encargo de reforma del Reglamento",
    ),
    minutes(
        "acta-grupo-ordinaria-1-2025",
        "word",
        "reserved",
        "GT-ORD-1-2025",
        "Acta de la Primera Sesión Ordinaria 2025 del Grupo de Trabajo de Regularización y Registro",
    ),
    minutes(
        "acta-pleno-ordinaria-2-2025",
        "pdf",
        "public",
        "PLENO-ORD-2-2025",
        "Acta de la Segunda Sesión Ordinaria 2025 del Pleno: "
        "propuesta de modificación del Reglamento Interno y señalización en lenguas originarias",
    ),
    minutes(
        "acta-pleno-extraordinaria-1-2025",
        "html",
        "reserved",
        "PLENO-EXT-1-2025",
        "Acta de la Primera Sesión Extraordinaria 2025 del Pleno: cierre temporal del puesto de frontera El Ñandú",
    ),
    minutes(
        "acta-subgrupo-ordinaria-1-2025",
        "html",
        "reserved",
        "SG-ORD-1-2025",
        "Acta de la Primera Sesión Ordinaria 2025 del Subgrupo de Interoperabilidad y Protección de Datos",
    ),
    minutes(
        "acta-pleno-ordinaria-3-2025",
        "word",
        "internal",
        "PLENO-ORD-3-2025",
        "Acta de la Tercera Sesión Ordinaria 2025 del Pleno: "
        "presupuesto de las ventanillas de acogida y campaña de vacunación",
    ),
    minutes(
        "acta-pleno-ampliado-1-2025",
        "pdf",
        "public",
        "PA-AMP-1-2025",
        "Acta de la Primera Sesión Ampliada 2025 del Pleno con Comisiones de Apoyo: "
        "municipios de frontera y ventanillas de acogida",
    ),
    minutes(
        "acta-pleno-ordinaria-1-2026",
        "pdf",
        "internal",
        "PLENO-ORD-1-2026",
        "Acta de la Primera Sesión Ordinaria 2026 del Pleno: aprobación del Plan Anual de Trabajo 2026",
    ),
    minutes(
        "acta-grupo-ordinaria-1-2026",
        "pdf",
        "reserved",
        "GT-ORD-1-2026",
        "Acta de la Primera Sesión Ordinaria 2026 del Grupo de Trabajo de Regularización y Registro",
    ),
    minutes(
        "acta-grupo-extraordinaria-1-2026",
        "html",
        "reserved",
        "GT-EXT-1-2026",
        "Acta de la Primera Sesión Extraordinaria 2026 del Grupo de Trabajo: depuración de expedientes duplicados",
    ),
    minutes(
        "acta-pleno-ampliado-1-2026",
        "word",
        "internal",
        "PA-AMP-1-2026",
        "Acta de la Primera Sesión Ampliada 2026 del Pleno con Comisiones de Apoyo: "
        "homologación de títulos y empleo de temporada",
    ),
    minutes(
        "acta-pleno-ordinaria-2-2026",
        "word",
        "internal",
        "PLENO-ORD-2-2026",
        "Acta de la Segunda Sesión Ordinaria 2026 del Pleno (borrador): "
        "seguimiento de acuerdos y proyecto de directiva sobre el archivo",
        Edition(label="Borrador para observaciones", published=False),
    ),
)
