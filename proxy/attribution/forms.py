"""Lines that say what form a text shall have and tell nothing: ``one line each``, ``sans formules de politesse``.

All of their words are from one closed vocabulary in seven languages: figures and amounts, parts of a text, what prompts
ask to leave out, and what joins these. Somebody who speaks in these words alone has said nothing of anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from proxy.redaction.wording.common_words import word_set

_AMOUNTS = word_set(
    """
    about all any around at each every exactly few fewer half less many max maximum min minimum more most no none not
    nobody one only or per short shorter single some ten than three to two under up without four five six seven eight
    nine
    höchstens jede jeder kein keine keiner keinen maximal mehr mindestens nicht niemand nur ohne pro zehn zwei drei
    vier fünf
    ein eine einen einer halbe kurze kurzer
    nadie ninguém
    aucun aucune personne au chaque dix deux trois quatre cinq court courte demi demie maximum moins pas plus sans un
    une
    cada cinco cuatro diez dos máximo media menos ningún ninguna sin tres una uno
    cinque dieci due massimo meno mezza nessun nessuna niente ogni quattro senza tre
    dez dois duas meia menos nenhum nenhuma quatro sem três um uma
    een eén één elke geen half halve hoogstens maximaal meer niet per tien twee drie vier vijf zonder
    """
)
_PARTS = word_set(
    """
    action actions attendees bullet bullets character characters conclusion conclusions date dates deadline deadlines
    decision decisions heading headings headline headlines item items line lines list lists owner owners
    page pages paragraph paragraphs participants phrase phrases point points question questions risk risks
    section sections sentence sentences summary table task tasks title titles topic topics word words
    absatz absätze aufgabe aufgaben beschluss beschlüsse entscheidung entscheidungen frage fragen frist fristen punkt
    punkte risiken satz sätze seite seiten stichpunkt stichpunkte stichwort thema themen titel wort wörter worte zeile
    zeilen überschriften verantwortliche verantwortlichen teilnehmer
    décision décisions délai délais ligne lignes mot mots paragraphe paragraphes participants responsables
    sujet sujets tableau tâche tâches titre titres échéance échéances
    decisión decisiones fecha fechas frase frases línea líneas palabra palabras participantes pregunta preguntas punto
    puntos párrafo párrafos página páginas responsable responsables riesgos tarea tareas tema temas título títulos
    compiti compito decisione decisioni domanda domande pagina pagine paragrafi paragrafo parola parole partecipanti
    punti responsabili riga righe scadenza scadenze temi titolo titoli frasi
    decisões decisão linha linhas palavra palavras parágrafo parágrafos pergunta perguntas ponto pontos prazo prazos
    responsáveis tarefa tarefas
    alinea alinea's beslissing beslissingen besluit besluiten deelnemers pagina's regel regels taak taken termijnen
    verantwoordelijken vraag vragen woorden zin zinnen kopjes
    """
)
_MANNERS = word_set(
    """
    abbreviations bold brief chit-chat chronological clear concise crisp emojis factual filler fillers formal formulas
    greetings informal introduction jargon jokes markdown names neutral opinions order outlook plain pleasantries polite
    politeness precise preamble prose quoted quotes repetition simple repetitions small smalltalk speculation talk tone
    begrüßungen fachbegriffe floskeln förmlich grußformeln höflichkeiten klar knapp namen neutral sachlich smalltalk
    spekulationen wiederholungen zitate präzise einleitung
    bavardage bref brève citation citations clair clairs concis formel formules neutre noms politesse répétitions
    salutations
    breve citas claro cortesía formalidades formal fórmulas nombres repeticiones saludos
    chiaro citazione citazioni convenevoli cortesia formale formule neutrale nomi ripetizioni saluti
    citações claro cortesia cumprimentos formalidades nomes repetições saudações
    begroetingen beknopt beleefdheden beleefdheid citaten duidelijk formeel herhalingen kort namen neutraal zakelijk
    """
)
_JOINING = word_set(
    """
    and alphabetical as beginning below bottom but end ending first finally for form in last of on open order possible
    start the then top when with who what where by does is quoted their its
    am an anfang als aber das dem den der des die ende erst mit offene offenen oder schluss sowie und von zuerst zum
    à de des du en et fin la le les leur leurs mais ou ouverte ouvertes ouvert ouverts par possible puis avec début
    a al abierta abiertas abierto abiertos como con del el final inicio las los o orden pero por posible principio sus y
    ai alla alle aperta aperte aperti aperto che con da degli dei della delle di fine il inizio le ma per possibile
    prima
    ao aberto abertos com do dos das e em fim início mas na no os ou se possível seus
    aan achter begin bij eind einde en eerst het hun maar met of open slot te van voor
    """
)
_VOCABULARY = _AMOUNTS | _PARTS | _MANNERS | _JOINING
_SHOWING = (_PARTS | _MANNERS) - {"open", "names"}
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_MOST_WORDS = 12


def is_form(line: str) -> bool:
    """Whether a line is made of words for the form of a text alone, one of them for a part or a manner of it."""
    words = [word.casefold().replace("’", "'") for word in _WORD.findall(line)]
    if not 0 < len(words) <= _MOST_WORDS or not tells_nothing(words):
        return False
    return not _SHOWING.isdisjoint(part for word in words for part in (word, word.rpartition("'")[2]))


def tells_nothing(words: Iterable[str]) -> bool:
    """Whether all words, in small letters, are from the vocabulary."""
    return all(map(_is_listed, words))


def _is_listed(word: str) -> bool:
    return word in _VOCABULARY or all(part in _VOCABULARY or part in ("d", "l") for part in re.split("['-]", word))
