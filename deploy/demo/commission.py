"""The invented commission: its file plan, its six instances, its sessions, and who may read its series."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

PLAN = "CIMHA"
NAME = "Comisión Intersectorial Permanente para la Movilidad Humana y la Acogida"


@dataclass(frozen=True, slots=True)
class PlannedSeries:
    code: str
    parent: str
    title: str
    access: str
    belonging: str


@dataclass(frozen=True, slots=True)
class Instance:
    code: str
    parent: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Meeting:
    code: str
    body: str
    kind: str
    number: int
    date: dt.date


FILE_PLAN: tuple[PlannedSeries, ...] = (
    PlannedSeries("CIMHA", "", NAME, "internal", "nearest"),
    PlannedSeries("CIMHA-01", "CIMHA", "Normas y organización", "public", "none"),
    PlannedSeries("CIMHA-01.1", "CIMHA-01", "Norma de creación y reglamento", "public", "none"),
    PlannedSeries("CIMHA-01.2", "CIMHA-01", "Directivas internas", "internal", "none"),
    PlannedSeries("CIMHA-02", "CIMHA", "Sesiones y acuerdos", "internal", "session"),
    PlannedSeries("CIMHA-02.1", "CIMHA-02", "Actas del Pleno y del Pleno Ampliado", "reserved", "session"),
    PlannedSeries("CIMHA-02.2", "CIMHA-02", "Actas de grupos y subgrupos de trabajo", "reserved", "session"),
    PlannedSeries("CIMHA-02.3", "CIMHA-02", "Convocatorias y agendas", "internal", "both"),
    PlannedSeries("CIMHA-03", "CIMHA", "Planes e informes", "public", "none"),
    PlannedSeries("CIMHA-03.1", "CIMHA-03", "Planes anuales de trabajo", "public", "none"),
    PlannedSeries("CIMHA-03.2", "CIMHA-03", "Notas e informes técnicos", "reserved", "none"),
    PlannedSeries("CIMHA-04", "CIMHA", "Correspondencia y cooperación", "internal", "none"),
    PlannedSeries("CIMHA-05", "CIMHA", "Archivo histórico", "public", "none"),
    PlannedSeries("CIMHA-06", "CIMHA", "Documentos reservados de la Presidencia", "reserved", "none"),
)

INSTANCES: tuple[Instance, ...] = (
    Instance("CIMHA-PLENO", "", "plenary", f"Pleno de la {NAME}"),
    Instance("CIMHA-PRES", "CIMHA-PLENO", "presidency", "Presidencia"),
    Instance("CIMHA-ST", "CIMHA-PRES", "secretariat", "Secretaría Técnica"),
    Instance("CIMHA-GT-REG", "CIMHA-PLENO", "working_group", "Grupo de Trabajo de Regularización y Registro"),
    Instance("CIMHA-SG-DAT", "CIMHA-GT-REG", "subgroup", "Subgrupo de Interoperabilidad y Protección de Datos"),
    Instance("CIMHA-PA", "CIMHA-PLENO", "extended_plenary", "Pleno Ampliado con Comisiones de Apoyo"),
)

MEETINGS: tuple[Meeting, ...] = (
    Meeting("PLENO-ORD-1-2025", "CIMHA-PLENO", "ordinary", 1, dt.date(2025, 2, 20)),
    Meeting("GT-ORD-1-2025", "CIMHA-GT-REG", "ordinary", 1, dt.date(2025, 3, 13)),
    Meeting("PLENO-ORD-2-2025", "CIMHA-PLENO", "ordinary", 2, dt.date(2025, 5, 15)),
    Meeting("PLENO-EXT-1-2025", "CIMHA-PLENO", "extraordinary", 1, dt.date(2025, 7, 10)),
    Meeting("SG-ORD-1-2025", "CIMHA-SG-DAT", "ordinary", 1, dt.date(2025, 9, 11)),
    Meeting("PLENO-ORD-3-2025", "CIMHA-PLENO", "ordinary", 3, dt.date(2025, 10, 16)),
    Meeting("PA-AMP-1-2025", "CIMHA-PA", "extended", 1, dt.date(2025, 12, 4)),
    Meeting("PLENO-ORD-1-2026", "CIMHA-PLENO", "ordinary", 1, dt.date(2026, 2, 19)),
    Meeting("GT-ORD-1-2026", "CIMHA-GT-REG", "ordinary", 1, dt.date(2026, 3, 12)),
    Meeting("GT-EXT-1-2026", "CIMHA-GT-REG", "extraordinary", 1, dt.date(2026, 4, 9)),
    Meeting("PA-AMP-1-2026", "CIMHA-PA", "extended", 1, dt.date(2026, 5, 14)),
    Meeting("PLENO-ORD-2-2026", "CIMHA-PLENO", "ordinary", 2, dt.date(2026, 10, 22)),
    Meeting("PLENO-ORD-3-2026", "CIMHA-PLENO", "ordinary", 3, dt.date(2026, 12, 3)),
)

# Series, reader, action: what lies below a series goes with it.
SERIES_GRANTS: tuple[tuple[str, str, str], ...] = (
    ("CIMHA", "group:archivo", "manage"),
    ("CIMHA-01", "group:secretaria-tecnica", "edit"),
    ("CIMHA-02", "group:secretaria-tecnica", "edit"),
    ("CIMHA-03", "group:secretaria-tecnica", "edit"),
)
