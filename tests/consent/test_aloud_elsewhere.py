"""Who says in another language than English that they do not consent, and who says no to something else."""

from __future__ import annotations

import pytest

from proxy.consent.aloud import refuses_aloud

NOES = [
    "Ich will nicht... aufgenommen werden.",
    "Das war es... keine KI für mich, bitte.",
    "Ne m'enregistre pas.",
    "Não me grava, por favor.",
    "I've changed my mind, I no longer want to be recorded.",
    "J'ai changé d'avis, je ne veux plus être enregistré.",
    "Me gustaría quedarme fuera de la grabación.",
    "No tienen permiso para grabarme.",
    "Tenho uma objeção à gravação.",
    "Non avete il permesso di registrarmi.",
    "Mijn naam mag niet in de AI-samenvatting staan.",
    "Gegen die automatische Mitschrift lege ich Widerspruch ein, ich will keine Aufzeichnung.",
    "Könnt ihr mich bitte aus dem Transkript streichen?",
    "لا أريد أن يتم تسجيلي",
    "لا أوافق على التسجيل",
    "أفضل ألا يتم تسجيلي",
    "أسحب موافقتي",
    "Proszę mnie nie nagrywać.",
    "Nie wyrażam zgody na nagrywanie.",
    "Nie chcę, żeby moje słowa trafiały do AI.",
    "Wolałabym, żebyście mnie nie nagrywali.",
    "Wycofuję swoją zgodę.",
    "Mir ist es nicht recht, wenn ihr meine Stimme analysiert.",
    "Lassen Sie meine Aussagen bitte aus dem Protokoll, das die KI macht, heraus.",
    "Merci de ne pas m'enregistrer pendant cet appel.",
    "Je préfère que mes réponses ne soient pas traitées par une machine.",
    "Veuillez ne pas analyser ma voix.",
    "Prefiero que mi voz no sea tratada por nadie.",
    "Preferirei de não, e não aceito que analisem a minha voz.",
    "Prefiro que esta conversa não seja gravada.",
    "Preferisco che questa riunione non venga trascritta.",
    "Non voglio che un sistema analizzi la mia voce.",
    "Neem me alstublieft niet op.",
    "Geen opnames van ons, graag.",
    "Ik wil niet dat jullie mijn stem verwerken.",
    "Ik stem niet in met de opname.",
    "Ich bin dagegen, dass dieses Gespräch aufgezeichnet wird.",
    "Hört bitte auf, mich aufzunehmen.",
    "Mit einer Aufzeichnung bin ich nicht einverstanden.",
    "No autorizo que se grabe esta reunión.",
    "Parem de me gravar.",
    "Smettete di registrarmi.",
    "Ich bin nicht damit einverstanden, dass eine KI meine Worte zusammenfasst.",
    "Ich widerrufe meine Einwilligung.",
    "Ähm, ich möchte, äh, nicht aufgezeichnet werden.",
    "Ich stimme der Aufzeichnung nicht zu.",
    "Bitte nehmen Sie mich nicht auf, ja?",
    "Also ich will nicht, dass dieses Gespräch mitgeschnitten wird.",
    "Je ne suis pas d'accord pour que mes propos soient résumés par une IA.",
    "Je retire mon consentement.",
    "Je ne veux pas être enregistrée, c'est clair ?",
    "Ne m’enregistrez pas, s'il vous plaît.",
    "No estoy de acuerdo con que una IA resuma mis palabras.",
    "Retiro mi consentimiento.",
    "No quiero que me graben.",
    "Non acconsento alla registrazione.",
    "Non voglio che un'IA riassuma le mie parole.",
    "Ritiro il mio consenso.",
    "Não concordo que uma IA resuma as minhas palavras.",
    "Não quero ser gravada.",
    "Retiro o meu consentimento.",
    "Ik ga er niet mee akkoord dat een AI mijn woorden samenvat.",
    "Ik trek mijn toestemming in.",
    "Ik wil niet opgenomen worden.",
    "Ik geef geen toestemming voor de opname.",
    "Nein, ich bin nicht einverstanden mit der Aufzeichnung.",
    "Hiermit widerrufe ich meine Zustimmung, danke.",
    "Schneiden Sie mich bitte nicht mit.",
    "Ich lehne es ab, dass die KI verarbeitet, was ich sage.",
    "Je refuse que cette réunion soit enregistrée.",
    "Je ne donne pas mon consentement.",
    "Me niego a que me graben.",
    "No doy mi consentimiento para esta grabación.",
    "Non sono d'accordo che questa riunione venga registrata.",
    "Revoco il mio consenso.",
    "Recuso que me gravem.",
    "Não dou o meu consentimento.",
    "Ik wil niet dat dit gesprek wordt opgenomen.",
    "Ik geef geen toestemming.",
]
ORDINARY = [
    "I object to the (sighs) uh, recording o- of my neighbours thanks",
    "I object to, to the recording, like, of my neighbours, okay?",
    "I object to the recording um of my neighbours.",
    "I object to the recording hmm, of my neighbours",
    "I object to the recording, you know, of my neighbours",
    "I object to the recording... of my neighbours",
    "I never said I object to being recorded.",
    "I do not, like, want to withdraw my, uh, consent, okay?",
    "I do not, you know, want to withdraw my er, consent",
    "I I, like, would never, uh, refuse to be recorded.",
    "Ich bin gegen die Aufnahme, äh, von der letzten Sitzung.",
    "Je suis contre l'enregistrement, euh, du concert.",
    "Le micro ne m'enregistre pas, je crois.",
    "O microfone não me grava.",
    "El micrófono no me graba.",
    "Il microfono non mi registra.",
    "Das Mikrofon nimmt mich nicht auf, glaube ich.",
    "Ich habe nie gesagt, dass ich nicht aufgenommen werden will.",
    "Je n'ai jamais dit que je ne veux pas être enregistrée.",
    "Nunca dije que no quiero que me graben.",
    "Non ho mai detto che non voglio essere registrato.",
    "Nunca disse que não quero ser gravado.",
    "Ik heb nooit gezegd dat ik niet opgenomen wil worden.",
    "Nigdy nie mówiłem, że nie chcę być nagrywany.",
    "لا أوافق على السعر",
    "لا مانع لدي من التسجيل",
    "قالت إنها لا تريد أن يتم تسجيلها",
    "هل يعترض أحد على التسجيل؟",
    "Nie mam nic przeciwko nagrywaniu.",
    "Nie zgadzam się z ceną.",
    "Powiedziała, że nie chce być nagrywana.",
    "Nie używamy już tego nagrania.",
    "Czy ktoś nie chce być nagrywany?",
    "Lasst den Absatz über die KI im Vertrag raus.",
    "Mir ist der Termin nicht recht.",
    "Lasst uns die Analyse der Zahlen weglassen.",
    "Prefiero que no se analicen los datos de ventas.",
    "Veuillez ne pas résumer le rapport de Ben.",
    "Merci de ne pas traiter ce dossier avant lundi.",
    "Preferisco che non si tratti con quel fornitore.",
    "Prefiro que não se processe o pedido hoje.",
    "Geen opname van het concert gevonden.",
    "Neem het contract niet op in de bijlage.",
    "Je préfère que le budget ne soit pas analysé demain.",
    "Ik heb geen analyse van mij klaar.",
    "Lass die Auswertung der Umfrage bitte weg.",
    "Prefiero que el contrato no se resuma.",
    "Ich bin dagegen, dass wir umziehen.",
    "Mit dem Entwurf bin ich nicht einverstanden.",
    "Ich möchte nicht wieder das Protokoll schreiben.",
    "Ik wil niet wachten op de samenvatting.",
    "Ich bin nicht mit dem Plan einverstanden.",
    "Ich bin nicht einverstanden, dass wir neue Kunden aufnehmen.",
    "Ich möchte nicht, dass wir in KI investieren.",
    "Wenn ich nicht einverstanden bin, dass mich eine KI aufzeichnet, was dann?",
    "Ben sagte, ich widerrufe meine Einwilligung.",
    "Ich widerrufe meine Einwilligung zum Newsletter.",
    "Ich bin damit einverstanden, dass eine KI meine Worte zusammenfasst.",
    "Je ne suis pas d'accord avec le budget.",
    "Je ne veux pas enregistrer le fichier ici.",
    "Si je ne consens pas, que se passe-t-il ?",
    "Il a dit, je retire mon consentement.",
    "No estoy de acuerdo con el plan.",
    "No quiero grabar el disco.",
    "Si no consiento, qué pasa.",
    "Non sono d'accordo con il piano.",
    "Non voglio registrare la società in Italia.",
    "Não concordo com o plano.",
    "Não quero gravar o ficheiro.",
    "Ik ben het niet eens met het plan.",
    "Ik wil niet dat we nieuwe leden opnemen.",
    "Als ik mijn toestemming intrek, wat dan?",
    "Ik ga niet akkoord met de samenvatting van de kosten.",
    "Ich lehne den Vorschlag ab.",
    "Ich stimme dem Budget nicht zu, weil die Aufzeichnung fehlt.",
    "Falls ich widerspreche, wird die Aufzeichnung gestoppt.",
    "Je refuse cette offre.",
    "Je ne souhaite pas résumer le rapport maintenant.",
    "Me niego a firmar.",
    "Mi oppongo al nuovo orario.",
    "Recuso a proposta.",
    "Ik maak bezwaar tegen de planning.",
    "Hij zei: ik trek mijn toestemming in.",
    "Ich ziehe meine Zustimmung zum Haushalt zurück.",
    "Je retire mon accord sur le contrat.",
]


@pytest.mark.parametrize("said", NOES)
def test_a_refusal_is_heard(said: str) -> None:
    assert refuses_aloud(said)


@pytest.mark.parametrize("said", ORDINARY)
def test_another_no_withdraws_nothing(said: str) -> None:
    assert not refuses_aloud(said)


def test_a_refusal_is_heard_across_turns() -> None:
    assert refuses_aloud("Ich bin nicht damit einverstanden,", "dass eine KI meine Worte zusammenfasst.")


def test_quoting_refuses_nothing() -> None:
    assert not refuses_aloud("Auf dem Zettel war „Ich widerrufe meine Einwilligung“ zu lesen.")


VERBS_LAST = [
    "Dass ihr mich aufnehmt, will ich nicht.",
    "Dass hier eine KI mithört, finde ich nicht gut.",
    "Dass meine Stimme aufgezeichnet wird, damit bin ich nicht einverstanden.",
    "Einer Aufzeichnung haben wir nicht zugestimmt.",
    "Die Aufnahme möchte ich nicht.",
    "Aufnehmen lassen will ich mich nicht.",
    "Bitte den Notetaker abschalten.",
    "Könntest du den Bot bitte rauswerfen?",
    "Ich bitte euch, die Aufnahme zu stoppen.",
    "Ich hätte gern, dass die KI abgeschaltet wird.",
    "Solange ich rede, bitte die Aufzeichnung anhalten.",
    "Wäre mir lieber ohne KI.",
    "Mir wär's ohne Aufnahme lieber.",
    "Eine Aufzeichnung kommt für mich nicht infrage.",
]
HARMLESS_VERBS_LAST = [
    "Dass ihr mich aufnehmt, stört mich nicht.",
    "Dass ihr mich nicht aufnehmt, will ich nicht.",
    "Dass der Server abgeschaltet wird, will ich nicht.",
    "Dass die Aufnahme verloren geht, will ich nicht.",
    "Dass sie nicht aufgenommen werden will, hat sie gestern gesagt.",
    "Die Aufnahme läuft, den Kaffee möchte ich nicht.",
    "Wir reden über KI und Budget, den Plan möchte ich nicht.",
    "Bitte die Heizung abschalten, die KI läuft.",
    "Könntet ihr bitte das Licht ausschalten?",
    "Ich finde es nicht gut, dass die Aufnahme so leise ist.",
    "Ich hätte gern, dass der Notetaker mitläuft.",
    "Mir wäre es ohne die Präsentation lieber.",
    "Ohne KI wäre das Protokoll nicht so schnell fertig.",
]


@pytest.mark.parametrize("said", VERBS_LAST)
def test_what_is_refused_may_stand_before_the_verb(said: str) -> None:
    assert refuses_aloud(said)
    assert refuses_aloud(said.lower().rstrip(".?"))


@pytest.mark.parametrize("said", HARMLESS_VERBS_LAST)
def test_what_stands_before_the_verb_may_be_something_else(said: str) -> None:
    assert not refuses_aloud(said)


BIDS = [
    "Please leave me out of the summary.",
    "Could you switch off the bot while I speak?",
    "No AI for me, please.",
    "Nothing I say today should end up in the summary.",
    "Lasst mich bitte aus der Zusammenfassung raus.",
    "Macht bitte die Aufnahme aus.",
    "Keine KI für mich bitte.",
    "Laissez-moi en dehors du résumé, s'il vous plaît.",
    "Pas d'IA pour moi, s'il vous plaît.",
    "Dejadme fuera del resumen, por favor.",
    "Nada de IA para mí, por favor.",
    "Lasciatemi fuori dal riassunto.",
    "Niente IA per me, grazie.",
    "Deixem-me fora do resumo.",
    "Nada de IA para mim, por favor.",
    "Laat mij alsjeblieft buiten de samenvatting.",
    "Geen AI voor mij, graag.",
    "Proszę pominąć mnie w podsumowaniu.",
    "Wyłączcie bota, proszę.",
    "Bez AI dla mnie, proszę.",
    "من فضلكم لا تسجلوني",
    "أوقفوا التسجيل من فضلكم",
]
HARMLESS_BIDS = [
    "Please leave the second chapter out of the summary.",
    "Turn off the projector please.",
    "Don't turn off the recording, please.",
    "No problem with the AI for me.",
    "Macht bitte das Licht aus.",
    "Von mir aus kein Problem mit der KI.",
    "Laissez le budget en dehors du résumé.",
    "Dejad el presupuesto fuera del resumen.",
    "Spegnete il proiettore per favore.",
    "Deixem o orçamento fora do resumo.",
    "Zet de beamer uit alsjeblieft.",
    "Proszę pominąć budżet w podsumowaniu.",
    "Proszę wyłączyć projektor.",
    "احذفوا السطر الثالث",
]


@pytest.mark.parametrize("said", BIDS)
def test_a_bid_to_be_left_out_refuses(said: str) -> None:
    assert refuses_aloud(said)


@pytest.mark.parametrize("said", HARMLESS_BIDS)
def test_a_bid_about_something_else_refuses_nothing(said: str) -> None:
    assert not refuses_aloud(said)


@pytest.mark.parametrize(
    "said",
    [
        "Sorry, ich möchte nicht recorded werden.",
        "Ich will nicht im Transcript sein.",
        "Je veux pas être dans le transcript.",
        "No quiero estar en el transcript.",
        "Per favore, no recording.",
    ],
)
def test_words_borrowed_from_english_count_in_each_language(said: str) -> None:
    assert refuses_aloud(said)


@pytest.mark.parametrize(
    "said",
    [
        "i dont wanna be recorded",
        "i do not consent to being recoded",
        "leave me out of the summery please",
        "ich möchte nicht auf gezeichnet werden",
        "ik wil niet op genomen worden",
        "je veux pas être enregistrer",
        "no quiero que me grave",
    ],
)
def test_a_refusal_is_heard_as_recognizers_misspell_it(said: str) -> None:
    assert refuses_aloud(said)
