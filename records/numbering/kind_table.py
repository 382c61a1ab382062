"""The default kinds as data: a line each, code | Spanish | English | prefix | shape | rank.

Spellings, on the lines below it, beside the two labels: plurals and abbreviations, without dots (guide on Peru,
3.2 and 3.4).
"""

from __future__ import annotations

ROWS = """
constitucion | Constitución | Constitution | CON | plain | 1.0 |
    constitucion politica, constitucion politica del peru, constituciones
ley | Ley | Law | LEY | law | 0.9 |
    leyes, l, act
ley_organica | Ley Orgánica | Organic law | LEY | law | 0.95 |
    leyes organicas, lo
ley_de_reforma_constitucional | Ley de Reforma Constitucional | Constitutional amendment | LEY | law | 0.98 |
    ley reforma, leyes de reforma constitucional
codigo | Código | Code | COD | plain | 0.9 |
    codigos
codigo_de_comercio | Código de Comercio | Commercial code | COD | plain | 0.9 |
reglamento_del_congreso | Reglamento del Congreso | Rules of Congress | RC | plain | 0.9 |
decreto_legislativo | Decreto Legislativo | Legislative decree | DLEG | law | 0.85 |
    decretos legislativos, dleg, d leg, d legis, dec leg, dlg, dec legislativo
decreto_de_urgencia | Decreto de Urgencia | Emergency decree | DU | year | 0.85 |
    decretos de urgencia, decreto urgencia, decreto_urgencia, du, d u
decreto_ley | Decreto Ley | Decree law | DL | law | 0.85 |
    decretos leyes, decretos ley, dley, d ley, decreto-ley, dec ley, dl, d l
resolucion_legislativa | Resolución Legislativa | Legislative resolution | RLEG | law | 0.85 |
    resoluciones legislativas, rleg, r leg, rl, res legislativa, res leg, resolucion legislativa del
    congreso
decreto_supremo | Decreto Supremo | Supreme decree | DS | year | 0.7 |
    decretos supremos, ds, d s, dec supremo, dec sup, d sup, dsup
decreto_supremo_extraordinario | Decreto Supremo Extraordinario | Extraordinary supreme decree | DSE | year | 0.7 |
    decretos supremos extraordinarios, dse
resolucion_suprema | Resolución Suprema | Supreme resolution | RS | year | 0.5 |
    resoluciones supremas, rs, r s, res suprema, r sup
resolucion_ministerial | Resolución Ministerial | Ministerial resolution | RM | year | 0.3 |
    resoluciones ministeriales, rm, r m, res ministerial, r min, rmin
resolucion_viceministerial | Resolución Viceministerial | Vice-ministerial resolution | RVM | year | 0.25 |
    resoluciones viceministeriales, rvm, r vm, res viceministerial, resolucion vice ministerial, r v
    m
ordenanza_regional | Ordenanza Regional | Regional ordinance | ORD | year | 0.5 |
    ordenanzas regionales, or, o r
ordenanza | Ordenanza | Ordinance | ORD | plain | 0.5 |
    ordenanzas, ord, ordenanza municipal, ordenanzas municipales, om, o m, ordinances
acuerdo_regional | Acuerdo Regional | Regional agreement | ACU | year | 0.2 |
    acuerdos regionales, acuerdo de consejo regional, acuerdos de consejo regional, acuerdo del
    consejo regional, ar, a r, acr, a c r
acuerdo_de_concejo | Acuerdo de Concejo | Council agreement | ACU | year | 0.2 |
    acuerdos de concejo, acuerdo de consejo, ac, a c, acuerdo municipal, acuerdo de concejo
    municipal
acuerdo | Acuerdo | Agreement | ACU | plain | 0.15 |
    acuerdos, acuerdo de directorio, agreements
decreto_regional | Decreto Regional | Regional decree | DR | year | 0.4 |
    decretos regionales, dr, d r
decreto_de_alcaldia | Decreto de Alcaldía | Mayoral decree | DA | year | 0.3 |
    decretos de alcaldia, da, d a
resolucion_ejecutiva_regional | Resolución Ejecutiva Regional | Regional executive resolution | RER | year | 0.2 |
    resoluciones ejecutivas regionales, rer, r e r
resolucion_de_alcaldia | Resolución de Alcaldía | Mayoral resolution | RA | year | 0.2 |
    resoluciones de alcaldia, ra, r a
resolucion_directoral | Resolución Directoral | Directoral resolution | RD | year | 0.15 |
    resoluciones directorales, rd, r d, res directoral, resolucion directorial
resolucion_jefatural | Resolución Jefatural | Chief's resolution | RJ | year | 0.15 |
    resoluciones jefaturales, rj, r j, res jefatural
resolucion_presidencial | Resolución Presidencial | President's resolution | RP | year | 0.15 |
    resoluciones presidenciales, rp, r p
resolucion_ejecutiva | Resolución Ejecutiva | Executive resolution | RES | year | 0.15 |
    resoluciones ejecutivas
resolucion_administrativa | Resolución Administrativa | Administrative resolution | RADM | year | 0.15 |
    resoluciones administrativas, res adm, r adm
resolucion | Resolución | Resolution | RES | year | 0.15 |
    resoluciones, res, resolutions
resolucion_varias | Resolución (otra) | Resolution (other) | RES | year | 0.15 |
    resoluciones varias
resolucion_de_superintendencia | Resolución de Superintendencia | Superintendence resolution | RES | year | 0.15 |
    resoluciones de superintendencia
resolucion_de_consejo_directivo | Resolución de Consejo Directivo | Board resolution | RES | year | 0.15 |
    resoluciones de consejo directivo, resolucion del consejo directivo, rcd, r c d
resolucion_de_contraloria | Resolución de Contraloría | Comptroller's resolution | RES | year | 0.15 |
    resoluciones de contraloria
resolucion_de_contaduria | Resolución de Contaduría | Public accounting resolution | RES | year | 0.15 |
    resoluciones de contaduria
resolucion_defensorial | Resolución Defensorial | Ombudsman's resolution | RES | year | 0.15 |
    resoluciones defensoriales
resolucion_municipal | Resolución Municipal | Municipal resolution | RES | year | 0.15 |
    resoluciones municipales
decreto | Decreto | Decree | DEC | plain | 0.4 |
    decretos, decrees
decretos_varios | Decreto (otro) | Decree (other) | DEC | plain | 0.4 |
directiva | Directiva | Directive | DIR | year | 0.1 |
    directivas, directives
circular | Circular | Circular | CIR | year | 0.1 |
    circulares, circulars, oficio circular
instruccion | Instrucción | Instruction | INS | plain | 0.1 |
    instrucciones, instructivo, instructions
lineamientos | Lineamientos | Guidelines | LIN | plain | 0.1 |
    lineamiento, lineamientos tecnicos, guidelines
reglamento | Reglamento | Regulation | REG | plain | 0.2 |
    reglamentos, reglamento interno, regulations, rules, bylaws
estatuto | Estatuto | Statute | EST | plain | 0.2 |
    estatutos, statutes
manual | Manual | Manual | MAN | plain | 0.05 |
    manuales, manual de operaciones, manual de organizacion y funciones, mof, manuals
guia | Guía | Guide | GUIA | plain | 0.05 |
    guias, guides
plan_de_trabajo | Plan de Trabajo | Work plan | PT | plain | 0.05 |
    planes de trabajo, plan anual de trabajo, plan operativo, plan operativo institucional, poi,
    plan, planes, work plans
politica | Política | Policy | POL | plain | 0.1 |
    politicas, policies, code of conduct
acta | Acta | Minutes | ACTA | plain | 0.05 |
    actas, acta de sesion, acta de la sesion, acta del pleno, acta de pleno, acta de cabildo, acta de concejo,
     actas de sesion, sesion, sesiones, meeting minutes,
    minutes of the meeting, meeting notes, minute
convocatoria | Convocatoria | Notice of meeting | CONV | plain | 0.05 |
    convocatorias, citacion, citaciones, notice of meeting, agenda de sesion, meeting notice
aviso | Aviso | Notice | AVI | plain | 0.05 |
    avisos, notices
comunicado | Comunicado | Announcement | COM | year | 0.05 |
    comunicados, nota de prensa, announcements
informe | Informe | Report | INF | year | 0.05 |
    informes, informe tecnico, informe legal, inf, reports
oficio | Oficio | Official letter | OFI | year | 0.05 |
    oficios, oficio multiple, of, official letters
memorando | Memorando | Memorandum | MEM | year | 0.05 |
    memorandos, memorandum, memorandums, memorandum multiple, memorando multiple, memo, memos,
    memoranda
carta | Carta | Letter | CAR | year | 0.05 |
    cartas, carta multiple, letters
contrato | Contrato | Contract | CTO | year | 0.05 |
    contratos, contracts
convenio | Convenio | Agreement between bodies | CVN | year | 0.05 |
    convenios, convenio marco
calendario | Calendario | Calendar | CAL | plain | 0.0 |
    calendarios, meeting calendar, calendars
jurisprudencia | Jurisprudencia | Case law | JUR | plain | 0.1 |
    sentencia, sentencias, precedente vinculante, casacion
anexo | Anexo | Annex | ANX | plain | 0.0 |
    anexos, annexes
articulo | Artículo | Article | ART | plain | 0.0 |
    articulos
otro | Otro | Other | DOC | plain | 0.0 |
    otros, others, documento, documentos
"""

ISSUERS = (
    "indecopi sbs sunat servir sunarp osinergmin smv jne conasev sunad onpe osiptel sunass essalud sutran safp "
    "ositran osinfor oefa osce sbn apn senasa serfor migraciones cofopri digesa susalud sucamec sunedu reniec agn "
    "inei indeci cenepred sineace concytec ana senace fonafe bcrp ipen"
)
