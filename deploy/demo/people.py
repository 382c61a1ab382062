"""The accounts of the sample commission: offices, not persons, with a password that everybody may know."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

# Stated on the demo page. Only `up --demo` makes accounts that have it.
PASSWORD = "comision-de-muestra"  # noqa: S105 - the sample's password is public by design


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """Who can sign in to the sample, as what, and what they find there, in Spanish and in English."""

    username: str
    password: str
    roles: tuple[str, ...]
    groups: tuple[str, ...]
    label_es: str
    label_en: str
    sees_es: str
    sees_en: str


@dataclass(frozen=True, slots=True)
class Seat:
    """A membership: `office` holds it for its entity, from one day to another, both included."""

    username: str
    body: str
    capacity: str
    entity: str
    starts: dt.date
    ends: dt.date | None = None


FIRST_DAY = dt.date(2022, 3, 1)
HANDOVER = dt.date(2026, 1, 1)

MRF = "Ministerio de Relaciones y Fronteras"
MGT = "Ministerio de Gobierno y Territorio"
MTF = "Ministerio de Trabajo y Formación"
MSB = "Ministerio de Salud y Bienestar"
MEI = "Ministerio de Enseñanza e Idiomas"
ONIR = "Oficina Nacional de Ingreso y Residencia"
PDP = "Procuraduría de los Derechos de las Personas"
FMF = "Federación de Municipios de Frontera"

# Username, roles, groups, what they are and what they find.
_ROWS: tuple[tuple[str, str, str, str, str, str, str], ...] = (
    (
        "asesora",
        "reader",
        "asesoria-juridica",
        "Asesora jurídica (lectora)",
        "Legal counsel (reader)",
        (
            "Lo público y lo interno, y la nota reservada sobre el registro abierta a la Asesoría Jurídica; "
            "ningún acta reservada."
        ),
        (
            "What is public or internal, and the reserved note on the register that is open to the counsel's group; "
            "no reserved minutes."
        ),
    ),
    (
        "titular",
        "reader",
        "",
        "Miembro titular del Pleno",
        "Full member of the plenary",
        (
            "Lo público y lo interno, y el acta reservada de la sesión extraordinaria del Pleno; no las del Grupo de "
            "Trabajo, que no integra."
        ),
        (
            "What is public or internal, and the reserved minutes of the plenary's extraordinary session; not those of "
            "the working group, where they have no seat."
        ),
    ),
    (
        "alterna",
        "reader",
        "",
        "Miembro alterna del Pleno, titular en el Grupo de Trabajo",
        "Alternate in the plenary, full member of the working group",
        "Además, las actas reservadas del Grupo de Trabajo; del Subgrupo, solo desde que lo integra (2026).",
        "Also the reserved minutes of the working group; of the subgroup, only those since they joined it (2026).",
    ),
    (
        "observadora",
        "reader",
        "",
        "Observadora permanente ante el Pleno",
        "Permanent observer at the plenary",
        "Lo público y lo interno, y las actas de las sesiones del Pleno y del Pleno Ampliado.",
        "What is public or internal, and the minutes of the plenary and the extended plenary.",
    ),
    (
        "observador",
        "reader",
        "",
        "Observador de los municipios, solo ante el Pleno Ampliado",
        "Observer for the municipalities, at the extended plenary only",
        "Lo público y lo interno; ningún acta reservada.",
        "What is public or internal; no reserved minutes.",
    ),
    (
        "exmiembro",
        "reader",
        "",
        "Antiguo miembro (dejó su cargo el 31 de diciembre de 2025)",
        "Former member (left on 31 December 2025)",
        "Las actas reservadas de las sesiones celebradas mientras fue miembro, y ninguna posterior.",
        "The reserved minutes of sessions held while they were a member, and none after.",
    ),
    (
        "archivera",
        "archivist",
        "archivo",
        "Archivera",
        "Archivist",
        "Todo el cuadro de clasificación, también borradores y reservados; sube y clasifica documentos.",
        "The whole file plan, drafts and reserved records too; uploads and classifies documents.",
    ),
    (
        "secretaria",
        "editor",
        "secretaria-tecnica",
        "Secretaria Técnica (editora)",
        "Technical secretary (editor)",
        (
            "Las series de normas, sesiones y planes, con el borrador de la última acta; no la nota de la Presidencia, "
            "reservada a ella."
        ),
        (
            "The series of rules, sessions and plans, with the draft of the last minutes; not the presidency's note, "
            "which is reserved to it."
        ),
    ),
    (
        "presidencia",
        "reader",
        "",
        "Presidencia de la Comisión",
        "Presidency of the commission",
        "Como titular, y la nota reservada a la Presidencia.",
        "What a full member sees, and the note reserved to the presidency.",
    ),
    (
        "auditora",
        "auditor",
        "",
        "Auditora",
        "Auditor",
        "El registro de todo lo ocurrido; de los documentos, solo lo público y lo interno: ningún rol da lectura.",
        "The ledger of all that happened; of the documents only what is public or internal: no role reads by itself.",
    ),
    (
        "operadora",
        "operator",
        "",
        "Operadora del sistema",
        "Operator of the system",
        "Cuentas, series, órganos y trabajos en curso; de los documentos, solo lo público y lo interno.",
        "Accounts, series, bodies and work in progress; of the documents only what is public or internal.",
    ),
)

# Offices that only fill the seats: nobody can sign in as one of them.
SEATED_ONLY = ("sede.mgt", "sede.msb", "sede.mei", "sede.onir")

SEATS: tuple[Seat, ...] = (
    Seat("presidencia", "CIMHA-PLENO", "full", MRF, FIRST_DAY),
    Seat("titular", "CIMHA-PLENO", "full", MTF, FIRST_DAY),
    Seat("alterna", "CIMHA-PLENO", "alternate", MTF, FIRST_DAY),
    Seat("sede.mgt", "CIMHA-PLENO", "full", MGT, FIRST_DAY),
    Seat("exmiembro", "CIMHA-PLENO", "full", MSB, FIRST_DAY, dt.date(2025, 12, 31)),
    Seat("sede.msb", "CIMHA-PLENO", "full", MSB, HANDOVER),
    Seat("sede.mei", "CIMHA-PLENO", "full", MEI, FIRST_DAY),
    Seat("sede.onir", "CIMHA-PLENO", "full", ONIR, FIRST_DAY),
    Seat("observadora", "CIMHA-PLENO", "observer", PDP, FIRST_DAY),
    Seat("presidencia", "CIMHA-PRES", "full", MRF, FIRST_DAY),
    Seat("secretaria", "CIMHA-ST", "full", MRF, FIRST_DAY),
    Seat("sede.onir", "CIMHA-GT-REG", "full", ONIR, FIRST_DAY),
    Seat("alterna", "CIMHA-GT-REG", "full", MTF, FIRST_DAY),
    Seat("exmiembro", "CIMHA-GT-REG", "full", MSB, FIRST_DAY, dt.date(2025, 12, 31)),
    Seat("sede.msb", "CIMHA-GT-REG", "full", MSB, HANDOVER),
    Seat("sede.onir", "CIMHA-SG-DAT", "full", ONIR, FIRST_DAY),
    Seat("sede.mgt", "CIMHA-SG-DAT", "full", MGT, FIRST_DAY),
    Seat("alterna", "CIMHA-SG-DAT", "full", MTF, HANDOVER),
    Seat("presidencia", "CIMHA-PA", "full", MRF, FIRST_DAY),
    Seat("titular", "CIMHA-PA", "full", MTF, FIRST_DAY),
    Seat("sede.onir", "CIMHA-PA", "full", ONIR, FIRST_DAY),
    Seat("observadora", "CIMHA-PA", "observer", PDP, FIRST_DAY),
    Seat("observador", "CIMHA-PA", "observer", FMF, FIRST_DAY),
)


def accounts() -> list[DemoAccount]:
    """Return the accounts one can sign in with, in the order in which the demo page tells of them."""
    return [
        DemoAccount(username, PASSWORD, (role,), tuple(group.split()), label_es, label_en, sees_es, sees_en)
        for username, role, group, label_es, label_en, sees_es, sees_en in _ROWS
    ]


def introduction() -> str:
    """Return the table of accounts as plain text, for the terminal."""
    width = max(len(account.username) for account in accounts())
    lines = [f"  {account.username.ljust(width)}  {account.label_en}" for account in accounts()]
    return "\n".join([f"The sample commission is loaded. Sign in with the password {PASSWORD} as", *lines])
