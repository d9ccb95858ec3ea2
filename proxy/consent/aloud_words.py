"""How people say in German, French, Spanish, Italian, Portuguese and Dutch that they do not consent.

Written as `proxy.consent.aloud_elsewhere` reads: lower case, without diacritics, ``ss`` for ``ß``. Each expression has
a bounded reach.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tongue:
    """The words of one language. A clause refuses if it is one of `alone`, or one of `noes` that is about `taken`."""

    noes: re.Pattern[str]
    """``I do not agree``, ``I do not want``, in the first person: ordinary words, which need more to refuse."""
    alone: re.Pattern[str]
    """``I withdraw my consent``, ``Do not record me``: refuses by itself, but see `purpose`."""
    purpose: re.Pattern[str]
    """What may follow `alone` and name what it is about: ``… to the newsletter``. Then it needs `taken`, too."""
    taken: re.Pattern[str]
    """``recording``, ``be recorded``: being recorded or transcribed, and not anything else."""
    done: re.Pattern[str]
    """What may be done to words and to other things: ``summarize``, ``process``. Counts where `mine` is there."""
    mine: re.Pattern[str]
    """What speakers call their own: their words, their voice, this meeting."""
    framed: re.Pattern[str]
    """Before the clause, such a word shows that it is supposed, asked, or what somebody else said."""
    turns: re.Pattern[str]
    """After the clause, such a word begins another: ``but``."""


def _any(*words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words)})\b")


_GAP = r"[^.!?;\n]{0,80}?"

_DE = Tongue(
    noes=_any(
        rf"(?:ich bin|bin ich|wir sind|sind wir) {_GAP}nicht {_GAP}einverstanden",
        r"(?:ich|wir) {_GAP}nicht einverstanden (?:bin|sind)".replace("{_GAP}", _GAP),
        rf"(?:ich stimme|stimme ich|wir stimmen) {_GAP}nicht {_GAP}zu",
        rf"(?:ich|wir) {_GAP}nicht zustimmen?",
        r"(?:ich|wir) (?:mochten?|will|wollen|wunsche|wunschen) (?:\w+ ){0,2}nicht",
        r"(?:ich|wir) (?:\w+ ){0,3}nicht (?:\w+ ){0,3}werden (?:mochten?|will|wollen)",
        rf"(?:ich lehne|lehne ich|wir lehnen) {_GAP}ab",
        r"(?:ich widerspreche|wir widersprechen)",
        r"(?:ich bin|wir sind) (?:\w+ ){0,2}dagegen",
        rf"mit {_GAP}(?:bin ich|sind wir) {_GAP}nicht {_GAP}einverstanden",
        rf"(?:ich erlaube|ich gestatte) {_GAP}nicht",
        r"kein(?:e|en)? (?:aufnahme|aufzeichnung|mitschnitt)(?: von)?",
    ),
    alone=_any(
        r"(?:ich widerrufe|widerrufe ich) (?:\w+ ){0,3}?(?:meine )?(?:einwilligung|zustimmung|einverstandnis)",
        r"ich (?:mochte|will|muss|werde) (?:\w+ ){0,2}?mein(?:e|en)? "
        r"(?:einwilligung|zustimmung|einverstandnis) (?:\w+ ){0,2}?"
        r"(?:widerrufen|zurucknehmen|zuruckziehen)",
        r"mein(?:e|en)? (?:einwilligung|zustimmung|einverstandnis) (?:widerrufe|nehme|ziehe) ich",
        r"ich (?:nehme|ziehe) (?:\w+ ){0,2}?mein(?:e|en)? (?:einwilligung|zustimmung|einverstandnis)",
        r"ich willige (?:\w+ ){0,5}?nicht (?:\w+ ){0,4}?ein",
        r"ich (?:gebe|erteile) (?:\w+ ){0,3}?(?:keine|meine) (?:einwilligung|zustimmung)(?: "
        r"nicht)?(?<!meine einwilligung)"
        r"(?<!meine zustimmung)",
        r"(?:nehmen sie|nehmt|nimm|zeichnen sie|zeichnet|zeichne|schneiden sie|schneidet) (?:bitte "
        r")?(?:mich|uns) (?:bitte )?"
        r"nicht (?:auf|mit)",
        r"(?:mich|uns) (?:bitte )?nicht (?:aufnehmen|aufzeichnen|mitschneiden)",
        r"hor(?:t|en sie)? (?:bitte )?auf,? (?:mich|uns) (?:aufzunehmen|aufzuzeichnen|mitzuschneiden)",
        r"bitte nicht (?:aufnehmen|aufzeichnen|mitschneiden|transkribieren)",
        r"schalte(?:n sie|t)? (?:bitte )?(?:die|diese) (?:aufnahme|aufzeichnung|transkription|ki) "
        r"(?:bitte )?(?:ab|aus)",
    ),
    purpose=re.compile(r" (?:zu[mr]?|fur|in) (?!hiermit|jetzt|heute)"),
    taken=_any(
        r"auf(?:zu)?zeichne[nt]?",
        r"aufgezeichnet",
        r"mit(?:zu)?schneide[nt]?",
        r"mitgeschnitten",
        r"mitschnitt",
        r"transkribier\w+",
        r"aufgenommen (?:zu )?werden",
        r"(?:aufnahme|aufzeichnung|transkription)"
        r"(?! (?:der|des|von|vom|eines|einer|neuer?|in|eurer|unserer)\b)",
    ),
    done=_any(
        r"auf(?:zu)?nehmen",
        r"aufnimmt",
        r"aufgenommen",
        r"aufnahme",
        r"aufzeichnung",
        r"transkription",
        r"zusammen(?:zu)?fass\w+",
        r"zusammengefasst",
        r"(?:ki|ai)\b[^.!?;\n]{0,40}",
        r"verarbeite\w*",
        r"analysier\w+",
        r"auswerte\w*",
        r"ausgewertet",
        r"protokollier\w+",
        r"mitschreib\w+",
    ),
    mine=_any(
        r"mich",
        r"uns",
        r"meine[rnms]? (?:\w+ )?(?:worte?n?|stimme|beitrag\w*|aussagen?|ausserungen|wortmeldung\w*|gesagtes)",
        r"was ich (?:hier )?(?:sage|gesagt)",
        r"dies(?:es|er|em|en)? (?:gesprachs?|sitzung|besprechung|meetings?|konferenz|anrufs?)",
        r"(?:das|dem|des|die|der) (?:gesprachs?|sitzung|besprechung|meetings?|anrufs?)",
        r"von mir",
    ),
    framed=_any(
        r"wenn",
        r"falls",
        r"ob",
        r"sofern",
        r"angenommen",
        r"wer",
        r"warum",
        r"wieso",
        r"(?<!ich )sagt(?:e|en|est)?",
        r"(?:er|sie|ben|kunde|chef|man) sagen",
        r"(?:hat|haben|hatte) (?:\w+ ){0,4}?(?:gesagt|geschrieben|gemeint)",
        r"mein(?:t|te|ten)",
        r"schreibt",
        r"schrieb",
        r"steht",
        r"heisst",
        r"liest",
        r"beispiel",
        r"behauptet",
        r"nicht (?:gesagt )?,? ?dass",
    ),
    turns=_any("aber", "sondern", "jedoch", "weil", "denn"),
)

_FR = Tongue(
    noes=_any(
        r"je ne (?:suis|serai) (?:vraiment |absolument )?pas (?:du tout )?(?:d'accord|favorable)",
        r"(?:je|nous) ne (?:veux|voulons|souhaite|souhaitons|desire) (?:surtout |vraiment )?pas",
        r"(?:je|nous) n'(?:accepte|acceptons|autorise|autorisons) (?:surtout )?pas",
        r"je ne (?:donne|permets|veux) pas",
        r"je (?:refuse|m'oppose)",
        r"nous (?:refusons|nous opposons)",
        r"j'aimerais (?:mieux )?(?:ne pas|que \w+ ne)",
        r"je (?:prefere|prefererais) ne pas",
        r"je ne voudrais pas",
    ),
    alone=_any(
        r"je (?:retire|revoque|reprends) (?:\w+ )?mon (?:consentement|accord|autorisation)",
        r"je (?:veux|souhaite|voudrais|tiens a) (?:\w+ )?(?:retirer|revoquer) mon (?:consentement|accord)",
        r"je ne consens pas",
        r"je n'ai pas (?:donne|consenti)(?: mon (?:consentement|accord))?(?<!donne)",
        r"je ne (?:vous )?donne pas mon (?:consentement|accord|autorisation)",
        r"ne (?:m'|nous )(?:enregistrez|enregistre) pas",
        r"ne (?:me|nous) (?:filmez|transcrivez|filme) pas",
        r"(?:arretez|arrete|cessez) de (?:m'|nous )enregistrer",
        r"(?:arretez|coupez|arrete|coupe|desactivez) (?:\w+ )?(?:l'enregistrement|la transcription)",
    ),
    purpose=re.compile(r" (?:a|au|aux|pour|sur) (?!present|partir|nouveau|l'instant)| a l'(?!instant)"),
    taken=_any(
        r"etre (?:enregistree?s?|transcrite?s?|filmee?s?)",
        r"(?:m'|nous )enregistr\w+",
        r"(?:l'|cet |un )enregistrement(?! (?:de|du|des)\b)(?! d')",
        r"la transcription(?! (?:de|du|des)\b)(?! d')",
    ),
    done=_any(
        r"enregistr\w+",
        r"transcri\w+",
        r"resum\w+",
        r"trait\w+",
        r"analys\w+",
        r"(?:ia|ai)\b",
        r"intelligence artificielle",
    ),
    mine=_any(
        r"(?:mes|mon|ma) (?:\w+ )?(?:mots|paroles?|propos|voix|interventions?|reponses?)",
        r"ce que je dis",
        r"(?:cette|la) (?:reunion|conversation|seance|discussion)",
        r"cet (?:appel|entretien|echange)",
    ),
    framed=_any(
        r"si",
        r"s'(?:il|elle)",
        r"quand",
        r"lorsque",
        r"pourquoi",
        r"est-ce que",
        r"supposons",
        r"imaginons",
        r"au cas",
        r"(?<!j'ai )dit",
        r"disait",
        r"disent",
        r"ecrit",
        r"ecrivait",
        r"repond\w*",
        r"lit",
        r"phrase",
        r"exemple",
    ),
    turns=_any("mais", "car", "parce", "puisque", "par contre"),
)

_ES = Tongue(
    noes=_any(
        r"no estoy (?:para nada |en absoluto )?(?:de acuerdo|conforme)",
        r"no (?:quiero|queremos|deseo|quisiera|acepto|aceptamos)",
        r"no me gustaria",
        r"no (?:autorizo|permito|doy permiso)",
        r"me (?:niego|opongo)",
        r"nos (?:negamos|oponemos)",
        r"(?:rechazo|prefiero no|prefiero que no)",
    ),
    alone=_any(
        r"(?:retiro|revoco) (?:\w+ )?mi (?:consentimiento|autorizacion|permiso)",
        r"(?:quiero|deseo|quisiera|voy a) (?:retirar|revocar) mi (?:consentimiento|autorizacion|permiso)",
        r"no (?:doy|he dado|di|os doy|les doy|te doy) (?:\w+ )?mi (?:consentimiento|autorizacion|permiso)",
        r"no consiento",
        r"no (?:me|nos) (?:grabe[ns]?|grabeis|transcriba[ns]?)",
        r"(?:dejen|deja|deje|dejad|paren|pare) de grabar(?:me|nos)",
        r"(?:apague[n]?|apaga|detengan?|paren?) (?:la grabacion|la transcripcion)",
    ),
    purpose=re.compile(r" (?:a|al|para|sobre) (?!partir|esto)"),
    taken=_any(
        r"(?:se|me|nos) (?:graben?|grabe|transcriban?)",
        r"grabar(?:me|nos)",
        r"ser (?:grabad|transcrit)[oa]s?",
        r"(?:la|esta) (?:grabacion|transcripcion)(?! (?:de|del)\b)",
    ),
    done=_any(
        r"gra[b]\w+",
        r"transcri\w+",
        r"resum\w+",
        r"proces\w+",
        r"trat\w+",
        r"analic\w+",
        r"analiz\w+",
        r"(?:ia|ai)",
        r"inteligencia artificial",
    ),
    mine=_any(
        r"mis? (?:\w+ )?(?:palabras?|voz|intervencion(?:es)?|comentarios?|respuestas?)",
        r"lo que (?:yo )?(?:digo|diga|he dicho)",
        r"(?:esta|la) (?:reunion|conversacion|llamada|sesion|charla)",
    ),
    framed=_any(
        r"si",
        r"cuando",
        r"por que",
        r"supongamos",
        r"imagina\w*",
        r"en caso",
        r"(?<!he )dicho",
        r"dice[n]?",
        r"dijo",
        r"dijeron",
        r"decia",
        r"escribio",
        r"respondio",
        r"pregunto",
        r"pone",
        r"frase",
        r"ejemplo",
        r"ell?[ao]? ",
    ),
    turns=_any("pero", "sino", "porque", "aunque"),
)

_IT = Tongue(
    noes=_any(
        r"non sono (?:affatto |assolutamente |per niente )?(?:d'accordo|favorevole)",
        r"non (?:voglio|vogliamo|desidero|vorrei|accetto)",
        r"non (?:autorizzo|permetto)",
        r"mi (?:rifiuto|oppongo)",
        r"ci (?:rifiutiamo|opponiamo)",
        r"rifiuto",
        r"preferisco (?:che )?non",
    ),
    alone=_any(
        r"(?:ritiro|revoco) (?:\w+ )?(?:il mio )?(?:consenso|autorizzazione)",
        r"(?:voglio|vorrei|desidero) (?:ritirare|revocare) il (?:mio )?consenso",
        r"non (?:do|ho dato|vi do|le do|ti do) (?:\w+ )?(?:il mio|il|la mia) (?:consenso|autorizzazione)",
        r"non acconsento",
        r"non (?:registratemi|registrarmi|mi registrate|mi registri|trascrivetemi)",
        r"(?:smettete|smetti|smetta) di registrar(?:mi|ci)",
        r"(?:spegnete|spegni|spenga|fermate|interrompete) (?:la registrazione|la trascrizione)",
    ),
    purpose=re.compile(r" (?:a|al|alla|all'|allo|ai|agli|alle|per|sul|sulla) ?(?!questo punto)"),
    taken=_any(
        r"(?:essere|venire|venga|vengo) (?:registrat|trascritt)[oai]",
        r"(?:mi|ci) (?:registri|registrin?o|registriate|trascriv\w+)",
        r"(?:la|alla|questa|della) (?:registrazione|trascrizione)(?! "
        r"(?:de|di|del|dei|degli|della|delle|dello)\b)(?! dell')",
    ),
    done=_any(
        r"registr\w+",
        r"trascri\w+",
        r"riassu\w+",
        r"elabor\w+",
        r"tratt\w+",
        r"analizz\w+",
        r"(?:ia|ai)",
        r"intelligenza artificiale",
    ),
    mine=_any(
        r"(?:mie|mia|miei|mio) (?:\w+ )?(?:parole|voce|interventi|intervento|commenti|risposte)",
        r"(?:quello|cio) che dico",
        r"(?:questa|la|della) (?:riunione|conversazione|chiamata|telefonata|sessione)",
        r"quest'incontro",
    ),
    framed=_any(
        r"se",
        r"quando",
        r"perche",
        r"supponiamo",
        r"immagin\w+",
        r"nel caso",
        r"(?<!ho )detto",
        r"dice",
        r"dicono",
        r"diceva",
        r"disse",
        r"scrive",
        r"scritto",
        r"risposto",
        r"chiesto",
        r"frase",
        r"esempio",
        r"lui",
        r"lei",
    ),
    turns=_any("ma", "pero", "perche", "poiche"),
)

_PT = Tongue(
    noes=_any(
        r"nao (?:concordo|estou (?:de acordo|a favor)|aceito|aceitamos|quero|queremos|desejo|gostaria|queria)",
        r"nao (?:autorizo|permito)",
        r"(?:recuso|oponho)-me",
        r"me (?:recuso|oponho)",
        r"recuso",
        r"prefiro (?:que )?nao",
    ),
    alone=_any(
        r"(?:retiro|revogo) (?:\w+ )?(?:o )?meu consentimento",
        r"(?:quero|desejo|gostaria de|vou) (?:retirar|revogar) (?:o )?meu consentimento",
        r"retiro (?:a )?minha autorizacao",
        r"nao (?:dou|dei|vos dou|lhes dou) (?:\w+ )?(?:o )?(?:meu consentimento|minha autorizacao)",
        r"nao consinto",
        r"nao (?:me|nos) (?:gravem?|transcrevam?)",
        r"(?:parem|pare) de (?:me gravar|gravar-me|nos gravar)",
        r"(?:desliguem?|parem?) (?:a gravacao|a transcricao)",
    ),
    purpose=re.compile(r" (?:a|ao|com|para|sobre|na|no|em) (?!partir)"),
    taken=_any(
        r"ser (?:gravad|transcrit)[oa]s?",
        r"(?:me|nos) (?:gravem?|gravar|transcrevam?)",
        r"gravar-(?:me|nos)",
        r"(?:a|esta|essa|com a) (?:gravacao|transcricao)(?! d[aeo]s?\b)",
    ),
    done=_any(
        r"grav[ae]\w*",
        r"transcr\w+",
        r"resum\w+",
        r"process\w+",
        r"trat\w+",
        r"analis\w+",
        r"(?:ia|ai)",
        r"inteligencia artificial",
    ),
    mine=_any(
        r"(?:minhas?|meus?) (?:\w+ )?(?:palavras?|voz|intervenc\w+|comentarios?|respostas?)",
        r"o que (?:eu )?(?:digo|disse)",
        r"(?:esta|essa|desta|a|da) (?:reuniao|conversa|chamada|sessao)",
    ),
    framed=_any(
        r"se",
        r"quando",
        r"por que",
        r"porque e que",
        r"suponham\w*",
        r"imagin\w+",
        r"caso",
        r"(?:ele|ela|\w+) disse",
        r"diz",
        r"dizem",
        r"dizia",
        r"escreveu",
        r"respondeu",
        r"perguntou",
        r"frase",
        r"exemplo",
        r"eles?",
        r"elas?",
    ),
    turns=_any("mas", "porque", "porem"),
)

_NL = Tongue(
    noes=_any(
        rf"(?:ik ben|ben ik|wij zijn|we zijn) {_GAP}niet {_GAP}(?:mee eens|akkoord)",
        rf"(?:ik ga|ga ik|we gaan) {_GAP}niet {_GAP}akkoord",
        r"(?:ik|we|wij) (?:wil|willen|wens|wensen) (?:\w+ ){0,2}?(?:niet|geen)",
        rf"(?:ik stem|stem ik) {_GAP}niet {_GAP}(?:in|toe)\b",
        rf"(?:ik sta|ik geef) {_GAP}(?:niet|geen)",
        rf"(?:ik maak|maak ik) {_GAP}bezwaar",
        r"ik weiger",
        r"ik (?:heb liever|zou liever) (?:niet|geen)",
        r"(?:ik|we) (?:\w+ ){0,3}niet (?:\w+ ){0,3}(?:opgenomen|getranscribeerd) (?:wil|willen) worden",
    ),
    alone=_any(
        r"ik trek (?:\w+ ){0,2}?mijn (?:toestemming|instemming)",
        r"ik (?:wil|ga|wens) (?:\w+ )?mijn (?:toestemming|instemming) (?:\w+ )?intrekken",
        r"mijn toestemming trek ik",
        r"ik geef (?:\w+ ){0,3}?geen toestemming",
        r"ik geef mijn toestemming niet",
        r"neem (?:mij|me|ons) (?:alsjeblieft |alstublieft )?niet op",
        r"(?:mij|me|ons) (?:alsjeblieft |alstublieft )?niet opnemen",
        r"(?:niet|geen) opname[ns]? maken van mij",
        r"stop met (?:mij|me|ons) op te nemen",
        r"zet (?:alsjeblieft |alstublieft )?de (?:opname|transcriptie) uit",
    ),
    purpose=re.compile(r" (?:voor|om|tot|aan|op) (?!nu|dit moment)"),
    taken=_any(
        r"opgenomen (?:te )?word(?:en|t)",
        r"word(?:en|t)? opgenomen",
        r"transcriber\w+",
        r"getranscribeerd",
        r"(?:de|deze|een) (?:opname|transcriptie)(?! van\b)",
        r"geluidsopname\w*",
    ),
    done=_any(
        r"opneemt",
        r"opnemen",
        r"op te nemen",
        r"opgenomen",
        r"opnames?",
        r"transcriptie",
        r"samenvat\w*",
        r"samengevat",
        r"samen te vatten",
        r"verwerk\w*",
        r"analyse\w*",
        r"analyseer\w*",
        r"(?:ai|ki)",
        r"notuleer\w*",
    ),
    mine=_any(
        r"mij",
        r"me",
        r"ons",
        r"mijn (?:\w+ )?(?:woorden|stem|bijdragen?|uitspraken|opmerkingen|antwoorden)",
        r"wat ik (?:hier )?zeg",
        r"dit (?:gesprek|overleg)",
        r"deze (?:vergadering|meeting|bespreking)",
        r"(?:het|de) (?:gesprek|vergadering|overleg)",
    ),
    framed=_any(
        r"als",
        r"indien",
        r"wanneer",
        r"of",
        r"waarom",
        r"stel",
        r"(?:zegt|zei|zeiden|zeggen)(?! ik)(?<!ik zei)(?<!ik zeg)",
        r"schrijft",
        r"schreef",
        r"(?:heeft|hebben) (?:\w+ ){0,3}?(?:gezegd|geschreven)",
        r"vroeg",
        r"beweert",
        r"staat",
        r"voorbeeld",
    ),
    turns=_any("maar", "want", "omdat"),
)

TONGUES = {"de": _DE, "fr": _FR, "es": _ES, "it": _IT, "pt": _PT, "nl": _NL}
"""The languages besides English in which a refusal said aloud is recognized, and their words."""
