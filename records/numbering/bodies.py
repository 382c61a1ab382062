"""Codes of issuing bodies as they close a number, and the names they stand for.

Names of today and of old (guide on Peru, 3.3): a renamed body keeps its old code in the numbers it gave, so an old
code has its old name here and is never exchanged for the new one.
"""

from __future__ import annotations

_ROWS = """
PCM Presidencia del Consejo de Ministros
EF Ministerio de Economía y Finanzas
MEF Ministerio de Economía y Finanzas
EM Ministerio de Energía y Minas
MEM Ministerio de Energía y Minas
MINEM Ministerio de Energía y Minas
MTC Ministerio de Transportes y Comunicaciones
TCC Ministerio de Transportes, Comunicaciones, Vivienda y Construcción
TC Ministerio de Transportes y Comunicaciones
JUS Ministerio de Justicia y Derechos Humanos
MINJUS Ministerio de Justicia y Derechos Humanos
MINJUSDH Ministerio de Justicia y Derechos Humanos
SA Ministerio de Salud
MINSA Ministerio de Salud
VIVIENDA Ministerio de Vivienda, Construcción y Saneamiento
VC Ministerio de Vivienda y Construcción
AG Ministerio de Agricultura
AA Ministerio de Agricultura y Alimentación
MINAGRI Ministerio de Agricultura y Riego
MIDAGRI Ministerio de Desarrollo Agrario y Riego
PRODUCE Ministerio de la Producción
PE Ministerio de Pesquería
MIPRE Ministerio de la Presidencia
PRES Ministerio de la Presidencia
ITINCI Ministerio de Industria, Turismo, Integración y Negociaciones Comerciales Internacionales
MITINCI Ministerio de Industria, Turismo, Integración y Negociaciones Comerciales Internacionales
ICTI Ministerio de Industria, Comercio, Turismo e Integración
MINCETUR Ministerio de Comercio Exterior y Turismo
TR Ministerio de Trabajo y Promoción del Empleo
MTPE Ministerio de Trabajo y Promoción del Empleo
MINAM Ministerio del Ambiente
IN Ministerio del Interior
MININTER Ministerio del Interior
ED Ministerio de Educación
MINEDU Ministerio de Educación
RE Ministerio de Relaciones Exteriores
MRE Ministerio de Relaciones Exteriores
DE Ministerio de Defensa
MINDEF Ministerio de Defensa
MC Ministerio de Cultura
MIDIS Ministerio de Desarrollo e Inclusión Social
MIMP Ministerio de la Mujer y Poblaciones Vulnerables
MIMDES Ministerio de la Mujer y Desarrollo Social
PROMUDEH Ministerio de Promoción de la Mujer y del Desarrollo Humano
SUNAT Superintendencia Nacional de Aduanas y de Administración Tributaria
SUNAD Superintendencia Nacional de Aduanas
SUNARP Superintendencia Nacional de los Registros Públicos
SUNASS Superintendencia Nacional de Servicios de Saneamiento
SUNEDU Superintendencia Nacional de Educación Superior Universitaria
SUSALUD Superintendencia Nacional de Salud
SUTRAN Superintendencia de Transporte Terrestre de Personas, Carga y Mercancías
SUCAMEC Superintendencia Nacional de Control de Servicios de Seguridad, Armas, Municiones y Explosivos de Uso Civil
SBS Superintendencia de Banca, Seguros y AFP
SMV Superintendencia del Mercado de Valores
CONASEV Comisión Nacional Supervisora de Empresas y Valores
SBN Superintendencia Nacional de Bienes Estatales
MIGRACIONES Superintendencia Nacional de Migraciones
DIGEMIN Dirección General de Migraciones y Naturalización
INDECOPI Instituto Nacional de Defensa de la Competencia y de la Protección de la Propiedad Intelectual
OSINERGMIN Organismo Supervisor de la Inversión en Energía y Minería
OS Organismo Supervisor de la Inversión en Energía y Minería
OSIPTEL Organismo Supervisor de Inversión Privada en Telecomunicaciones
OSITRAN Organismo Supervisor de la Inversión en Infraestructura de Transporte de Uso Público
OSINFOR Organismo de Supervisión de los Recursos Forestales y de Fauna Silvestre
OSCE Organismo Supervisor de las Contrataciones del Estado
OEFA Organismo de Evaluación y Fiscalización Ambiental
SERNANP Servicio Nacional de Áreas Naturales Protegidas por el Estado
SENACE Servicio Nacional de Certificación Ambiental para las Inversiones Sostenibles
SENASA Servicio Nacional de Sanidad Agraria
SERFOR Servicio Nacional Forestal y de Fauna Silvestre
SERVIR Autoridad Nacional del Servicio Civil
ANA Autoridad Nacional del Agua
APN Autoridad Portuaria Nacional
RENIEC Registro Nacional de Identificación y Estado Civil
ONPE Oficina Nacional de Procesos Electorales
JNE Jurado Nacional de Elecciones
ONP Oficina de Normalización Previsional
ESSALUD Seguro Social de Salud
SIS Seguro Integral de Salud
CG Contraloría General de la República
CGR Contraloría General de la República
DP Defensoría del Pueblo
BCRP Banco Central de Reserva del Perú
AGN Archivo General de la Nación
INEI Instituto Nacional de Estadística e Informática
INDECI Instituto Nacional de Defensa Civil
CENEPRED Centro Nacional de Estimación, Prevención y Reducción del Riesgo de Desastres
CONADIS Consejo Nacional para la Integración de la Persona con Discapacidad
CONAM Consejo Nacional del Ambiente
CND Consejo Nacional de Descentralización
COFOPRI Organismo de Formalización de la Propiedad Informal
CONCYTEC Consejo Nacional de Ciencia, Tecnología e Innovación Tecnológica
FONAFE Fondo Nacional de Financiamiento de la Actividad Empresarial del Estado
MP Ministerio Público
FN Ministerio Público - Fiscalía de la Nación
PJ Poder Judicial
CR Congreso de la República
"""

BODIES = {code: name for code, _, name in (line.partition(" ") for line in _ROWS.strip().splitlines())}
"""Body code to name. CR is the Congress only after a number of its own; regional numbers use it for a council."""


def issuer_of(tail: str, *, kind_prefix: str) -> str:
    """Return the name of the body that the end of a number states, else that end itself; empty without one.

    A Law is given by Congress, a legislative or emergency decree and a decree law by the Executive (Constitution
    of Peru, arts. 102, 104 and 118.19), whatever the number says.
    """
    if kind_prefix in ("LEY", "RLEG"):
        return "Congreso de la República"
    if kind_prefix in ("DLEG", "DU", "DL"):
        return "Poder Ejecutivo"
    parts = tail.split("-")
    if _is_regional(parts):
        return tail
    for part in (parts[0], *reversed(parts)):
        if part in BODIES and (part != "CR" or len(parts) == 1):
            return BODIES[part]
    return tail


def _is_regional(parts: list[str]) -> bool:
    return any(part.startswith(("GR", "GOB", "GORE", "RMDD", "CRP")) for part in parts) or parts[:2] == ["G", "R"]
