"""How seven languages dictate and talk: made-up names, reserved domains, and sentences with numbers that are nobody's."""

from __future__ import annotations

from detection.spoken.sayings import Speaker, dutch, english, french, german, italian, portuguese, spanish, swiss

GERMAN = Speaker(
    "de",
    "null eins zwei drei vier fünf sechs sieben acht neun".split(),
    german,
    ("doppel", "zweimal die", "zweimal"),
    ("äh", "ähm", "und dann", "also", "hm"),
    ("at", "ät", "Klammeraffe"),
    "punkt",
    ("bindestrich", "minus", "strich"),
    ("unterstrich", "underscore"),
    "plus",
    ("01xx xxx xxxx", "0xxx xx xx xx", "+49 1xx xx xx xxx", "030 xxx xx xx", "0043 6xx xxx xxxx"),
    ("DExxxxxxxxxxxxxxxxxx", "ATxxxxxxxxxxxxxxxx"),
    {"D": "de", "E": "e", "A": "a", "T": "te"},
    {"D": "wie Dora", "E": "wie Emil", "A": "wie Anton", "T": "wie Theodor"},
    ("anna", "müller", "jonas", "weber", "lena", "schäfer", "tobias", "vogt"),
    ("beispiel.de", "nordlicht-werk.de", "gmx.de", "firma.example.com", "t-online.de", "web.de"),
    (
        "Meine Nummer ist {}.", "Sie erreichen mich unter {} am besten vormittags.", "Ruf mich bitte an: {}",
        "Also die Handynummer lautet {}, hast du das?", "Schreib dir das mal auf, {}.", "Die Durchwahl von ihr ist {} glaube ich",
        "Telefonisch bin ich unter der {} zu erreichen", "Notieren Sie bitte {} danke", "mobil bin ich die {}", "Unter {} geht immer jemand ran.",
    ),
    (
        "Meine Mail ist {}.", "Schicken Sie das bitte an {} danke", "Die Adresse lautet {}, alles klein.", "Am besten schreibst du {}",
        "Also {} so heißt das Postfach", "Das geht dann an {} raus",
    ),
    (
        "Meine Kreditkarte hat die Nummer {}.", "Die Kartennummer lautet {} bitte", "Buchen Sie es von der {} ab", "Es ist eine Visa, {}",
        "Ich sag mal die Karte durch: {}.", "Notieren Sie {} für die Zahlung",
    ),
    (
        "Meine IBAN ist {}.", "Das Konto ist {} bei der Bank", "Überweisen Sie es auf {} bitte", "die iban lautet {} genau",
        "Also ich buchstabiere {}", "Es geht auf {}, stimmt so",
    ),
    (
        "Wir haben drei Punkte auf der Liste.", "Es waren zwanzig Personen da, dann noch einmal fünfzehn.",
        "Das kostet zweihundertfünfzig Euro und dreißig Cent.", "Um vierzehn Uhr dreißig geht es weiter, bis siebzehn Uhr fünfundvierzig.",
        "Im Jahr zweitausenddreiundzwanzig waren es acht Prozent mehr als zweitausendzweiundzwanzig.",
        "Eins, zwei, drei, los geht's.", "Er hat neunzehnhundertfünfundachtzig angefangen.", "Wir brauchen zwei bis drei Wochen.",
        "Von zehn auf zwölf Prozent, also zwei Punkte mehr.", "Der Punkt ist, dass wir zu spät sind.", "Das sind eine Million dreihunderttausend Euro.",
        "Punkt eins, Punkt zwei und Punkt drei sind erledigt.", "Version drei Punkt zwei kommt im Mai.", "Der Strich ist zu lang.",
        "Wir haben vier gegen zwei gewonnen.", "Nach sechs oder sieben Minuten war Schluss.", "Ich habe das schon hundert Mal gesagt.",
        "Ein paar Leute, vielleicht dreißig, vierzig, waren dafür.", "In fünf, sechs, sieben Tagen sind wir fertig.", "Zwei mal drei ist sechs.",
    ),
)  # fmt: skip

FRENCH = Speaker(
    "fr",
    "zéro un deux trois quatre cinq six sept huit neuf".split(),
    french,
    ("double", "deux fois le", "deux fois"),
    ("euh", "alors", "et puis", "ensuite", "et"),
    ("arobase", "at", "arrobase"),
    "point",
    ("tiret", "trait d'union"),
    ("tiret bas", "underscore", "souligné"),
    "plus",
    ("06 xx xx xx xx", "01 xx xx xx xx", "07 xx xx xx xx", "+33 6 xx xx xx xx", "0033 1 xx xx xx xx"),
    ("FRxxxxxxxxxxxxxxxxxxxxxxx", "BExxxxxxxxxxxx"),
    {"F": "effe", "R": "erre", "B": "bé", "E": "e", "C": "cé", "H": "hache"},
    {"F": "comme François", "R": "comme Raoul", "B": "comme Berthe", "E": "comme Eugène", "C": "comme Célestin", "H": "comme Henri"},
    ("camille", "durand", "hélène", "petit", "julien", "lefèvre", "zoé", "garnier"),
    ("exemple.fr", "la-fabrique.fr", "orange.fr", "mail.example.com", "free.fr", "gmail.com"),
    (
        "Mon numéro c'est le {}.", "Vous pouvez me joindre au {} demain matin.", "Rappelez-moi au {} s'il vous plaît", "Son portable, c'est {}, tu notes ?",
        "Alors notez bien, {}.", "je te donne le fixe {} voilà", "On peut l'appeler au {}", "Le téléphone du bureau est {} merci",
        "Tu as de quoi écrire ? {}", "envoyez un texto au {} plutôt",
    ),
    (
        "Mon adresse mail est {}.", "Envoyez-le à {} merci", "C'est {} tout en minuscules.", "Le plus simple c'est d'écrire à {}",
        "Alors {} pour le compte rendu", "mets aussi {} en copie",
    ),
    (
        "Ma carte bancaire, c'est {}.", "Le numéro de carte est {} merci", "Je vous dicte la carte : {}.", "Payez avec la visa {}",
        "Alors notez {} pour le paiement", "c'est une carte bleue {}",
    ),
    (
        "Mon IBAN c'est {}.", "Le compte est le {} à la banque", "Faites le virement sur {} merci", "le rib alors {} voilà",
        "Je vous épelle {}", "Il faut verser sur {} exactement",
    ),
    (
        "Il y avait vingt personnes dans la salle.", "Ça coûte deux cent cinquante euros et trente centimes.", "Rendez-vous à quatorze heures trente, fin à dix-sept heures quarante-cinq.",
        "En deux mille vingt-trois, c'était huit pour cent de plus qu'en deux mille vingt-deux.", "Un, deux, trois, partez.", "On a trois points à l'ordre du jour.",
        "Le point important, c'est le budget.", "De dix à douze pour cent, donc deux points de plus.", "Il est né en mille neuf cent quatre-vingt-cinq.",
        "Dans six ou sept jours, ce sera fini.", "C'est un million trois cent mille euros.", "Nous étions quinze, puis vingt, puis trente.",
        "Trois fois quatre font douze.", "La version deux point trois sort en mai.", "Ils ont gagné quatre à deux.", "Je l'ai dit cent fois.",
        "À ce point-là, il n'y a plus rien à faire.", "Il reste deux ou trois semaines.", "On est passé de six à neuf clients.", "Le tiret est trop long.",
    ),
)  # fmt: skip

SWISS_FRENCH = Speaker(
    **{**{field: getattr(FRENCH, field) for field in FRENCH.__dataclass_fields__}, "numeral": swiss,
       "phones": ("079 xxx xx xx", "+41 79 xxx xx xx", "022 xxx xx xx"), "ibans": ("CHxxxxxxxxxxxxxxxxx",)}
)  # fmt: skip

SPANISH = Speaker(
    "es",
    "cero uno dos tres cuatro cinco seis siete ocho nueve".split(),
    spanish,
    ("doble", "dos veces", "dos veces el"),
    ("eh", "este", "y luego", "pues", "y"),
    ("arroba",),
    "punto",
    ("guion", "guión", "guion medio"),
    ("guion bajo", "barra baja"),
    "más",
    ("6xx xxx xxx", "6xx xx xx xx", "91 xxx xx xx", "+34 6xx xxx xxx", "+52 55 xxxx xxxx"),
    ("ESxxxxxxxxxxxxxxxxxxxx",),
    {"E": "e", "S": "ese"},
    {"E": "de España", "S": "de Sevilla"},
    ("lucía", "gómez", "javier", "ortega", "inés", "vidal", "marcos", "peña"),
    ("ejemplo.es", "casa-verde.es", "hotmail.com", "correo.example.com", "gmail.com", "yahoo.es"),
    (
        "Mi número es el {}.", "Puedes llamarme al {} por la mañana.", "Llámame al {} por favor", "El móvil de ella es {}, ¿lo tienes?",
        "Apunta, {}.", "te doy el fijo {} vale", "Se le puede localizar en el {}", "El teléfono de la oficina es {} gracias",
        "¿Tienes para escribir? {}", "mándame un wasap al {} mejor",
    ),
    (
        "Mi correo es {}.", "Envíalo a {} gracias", "La dirección es {} todo en minúsculas.", "Lo mejor es escribir a {}",
        "Entonces {} para el acta", "pon también a {} en copia",
    ),
    (
        "Mi tarjeta es la {}.", "El número de tarjeta es {} gracias", "Le dicto la tarjeta: {}.", "Cárgalo a la visa {}",
        "Apunte {} para el pago", "es una mastercard {}",
    ),
    (
        "Mi IBAN es {}.", "La cuenta es la {} del banco", "Haz la transferencia a {} gracias", "el iban sería {} eso es",
        "Te lo deletreo {}", "Hay que ingresarlo en {} exactamente",
    ),
    (
        "Había veinte personas en la sala.", "Cuesta doscientos cincuenta euros con treinta céntimos.", "Quedamos a las catorce treinta, hasta las diecisiete cuarenta y cinco.",
        "En dos mil veintitrés fue un ocho por ciento más que en dos mil veintidós.", "Uno, dos, tres, ya.", "Tenemos tres puntos en el orden del día.",
        "El punto importante es el presupuesto.", "Del diez al doce por ciento, o sea dos puntos más.", "Nació en mil novecientos ochenta y cinco.",
        "En seis o siete días estará listo.", "Es un millón trescientos mil euros.", "Éramos quince, luego veinte, luego treinta.",
        "Tres por cuatro son doce.", "La versión dos punto tres sale en mayo.", "Ganaron cuatro a dos.", "Lo he dicho cien veces.",
        "Llegado a este punto, no hay nada que hacer.", "Quedan dos o tres semanas.", "Una arroba de trigo son once kilos y medio.", "Pasamos de seis a nueve clientes.",
    ),
)  # fmt: skip

ITALIAN = Speaker(
    "it",
    "zero uno due tre quattro cinque sei sette otto nove".split(),
    italian,
    ("doppio", "due volte", "due volte il"),
    ("ehm", "allora", "e poi", "eh", "e"),
    ("chiocciola", "at"),
    "punto",
    ("trattino", "meno"),
    ("trattino basso", "underscore"),
    "più",
    ("3xx xxx xxxx", "3xx xx xx xxx", "06 xxxx xxxx", "+39 3xx xxxxxxx", "02 xx xx xx xx"),
    ("ITxxxxxxxxxxxxxxxxxxxxxxx", "SMxxxxxxxxxxxxxxxxxxxxxxx"),
    {"I": "i", "T": "ti", "S": "esse", "M": "emme"},
    {"I": "come Imola", "T": "come Torino", "S": "come Savona", "M": "come Milano"},
    ("giulia", "rossi", "marco", "bianchi", "nicolò", "ferri", "elena", "conti"),
    ("esempio.it", "casa-blu.it", "libero.it", "posta.example.com", "gmail.com", "tiscali.it"),
    (
        "Il mio numero è {}.", "Mi può chiamare al {} domani mattina.", "Richiamami al {} per favore", "Il suo cellulare è {}, hai scritto?",
        "Allora segni, {}.", "ti do il fisso {} ecco", "Si può contattare al {}", "Il telefono dell'ufficio è {} grazie",
        "Hai da scrivere? {}", "mandami un messaggio su whatsapp al {} meglio",
    ),
    (
        "La mia mail è {}.", "Mandalo a {} grazie", "L'indirizzo è {} tutto minuscolo.", "La cosa migliore è scrivere a {}",
        "Allora {} per il verbale", "metti anche {} in copia",
    ),
    (
        "La mia carta è la {}.", "Il numero della carta è {} grazie", "Le detto la carta: {}.", "Addebiti sulla visa {}",
        "Segni {} per il pagamento", "è una mastercard {}",
    ),
    (
        "Il mio IBAN è {}.", "Il conto è {} in banca", "Faccia il bonifico su {} grazie", "l'iban sarebbe {} esatto",
        "Glielo scandisco {}", "Bisogna versare su {} esattamente",
    ),
    (
        "C'erano venti persone in sala.", "Costa duecentocinquanta euro e trenta centesimi.", "Ci vediamo alle quattordici e trenta, fino alle diciassette e quarantacinque.",
        "Nel duemilaventitré era l'otto per cento in più del duemilaventidue.", "Uno, due, tre, via.", "Abbiamo tre punti all'ordine del giorno.",
        "Il punto importante è il budget.", "Dal dieci al dodici per cento, quindi due punti in più.", "È nato nel millenovecentottantacinque.",
        "Tra sei o sette giorni è pronto.", "Sono un milione e trecentomila euro.", "Eravamo quindici, poi venti, poi trenta.",
        "Tre per quattro fa dodici.", "La versione due punto tre esce a maggio.", "Hanno vinto quattro a due.", "L'ho detto cento volte.",
        "A questo punto non c'è niente da fare.", "Mancano due o tre settimane.", "Una chiocciola è lenta.", "Siamo passati da sei a nove clienti.",
    ),
)  # fmt: skip

PORTUGUESE = Speaker(
    "pt",
    "zero um dois três quatro cinco seis sete oito nove".split(),
    portuguese,
    ("duplo", "duas vezes", "duas vezes o"),
    ("eh", "então", "e depois", "hum", "e"),
    ("arroba",),
    "ponto",
    ("hífen", "traço"),
    ("underscore", "traço inferior", "sublinhado"),
    "mais",
    ("9xx xxx xxx", "21 xxx xx xx", "+351 9xx xxx xxx", "11 9xxxx xxxx", "+55 11 9xxxx xxxx"),
    ("PTxxxxxxxxxxxxxxxxxxxxx",),
    {"P": "pê", "T": "tê"},
    {"P": "de Porto", "T": "de Tavira"},
    ("beatriz", "lopes", "tiago", "moura", "inês", "ramos", "joão", "freitas"),
    ("exemplo.pt", "casa-azul.pt", "sapo.pt", "correio.example.com", "gmail.com", "uol.com.br"),
    (
        "O meu número é o {}.", "Pode ligar-me para o {} amanhã de manhã.", "Ligue para {} por favor", "O telemóvel dela é {}, apontaste?",
        "Então aponte, {}.", "dou-te o fixo {} está bem", "Pode contactá-lo pelo {}", "O telefone do escritório é {} obrigado",
        "Tens onde escrever? {}", "manda um zap para o {} que é melhor",
    ),
    (
        "O meu email é {}.", "Envie para {} obrigada", "O endereço é {} tudo em minúsculas.", "O melhor é escrever para {}",
        "Então {} para a ata", "põe também {} em cópia",
    ),
    (
        "O meu cartão é o {}.", "O número do cartão é {} obrigado", "Vou ditar o cartão: {}.", "Debite no visa {}",
        "Anote {} para o pagamento", "é um mastercard {}",
    ),
    (
        "O meu IBAN é {}.", "A conta é a {} do banco", "Faça a transferência para {} obrigado", "o iban seria {} isso",
        "Eu soletro {}", "Tem de depositar em {} exatamente",
    ),
    (
        "Estavam vinte pessoas na sala.", "Custa duzentos e cinquenta euros e trinta cêntimos.", "Começa às catorze e trinta e acaba às dezassete e quarenta e cinco.",
        "Em dois mil e vinte e três foi oito por cento mais do que em dois mil e vinte e dois.", "Um, dois, três, já.", "Temos três pontos na ordem de trabalhos.",
        "O ponto importante é o orçamento.", "De dez para doze por cento, ou seja mais dois pontos.", "Nasceu em mil novecentos e oitenta e cinco.",
        "Daqui a seis ou sete dias está pronto.", "É um milhão e trezentos mil euros.", "Éramos quinze, depois vinte, depois trinta.",
        "Três vezes quatro são doze.", "A versão dois ponto três sai em maio.", "Ganharam quatro a dois.", "Já disse cem vezes.",
        "A este ponto não há nada a fazer.", "Faltam duas ou três semanas.", "Esperei meia hora, depois mais uma hora e meia.", "Passámos de seis para nove clientes.",
    ),
)  # fmt: skip

DUTCH = Speaker(
    "nl",
    "nul één twee drie vier vijf zes zeven acht negen".split(),
    dutch,
    ("dubbel", "twee keer", "twee keer een"),
    ("eh", "en dan", "dus", "uhm", "en"),
    ("apenstaartje", "at", "apenstaart"),
    "punt",
    ("streepje", "koppelteken"),
    ("underscore", "laag streepje"),
    "plus",
    ("06 xx xx xx xx", "06 xxxx xxxx", "020 xxx xx xx", "+31 6 xxxx xxxx", "+32 4xx xx xx xx"),
    ("NLxxxxxxxxxxxxxx", "BExxxxxxxxxxxx"),
    {"N": "en", "L": "el", "B": "bee", "E": "ee"},
    {"N": "van Nico", "L": "van Lodewijk", "B": "van Bernhard", "E": "van Eduard"},
    ("sanne", "bakker", "daan", "visser", "lotte", "smit", "ruben", "mulder"),
    ("voorbeeld.nl", "noord-zicht.nl", "ziggo.nl", "post.example.com", "gmail.com", "kpnmail.nl"),
    (
        "Mijn nummer is {}.", "Je kunt me bereiken op {} morgenochtend.", "Bel me terug op {} alsjeblieft", "Haar mobiel is {}, heb je dat?",
        "Noteer even, {}.", "ik geef je de vaste lijn {} oké", "Hij is te bereiken via {}", "De telefoon van kantoor is {} dank je",
        "Heb je een pen? {}", "stuur maar een app naar {} liever",
    ),
    (
        "Mijn mail is {}.", "Stuur het naar {} bedankt", "Het adres is {} alles kleine letters.", "Je kunt het best schrijven naar {}",
        "Dus {} voor de notulen", "zet ook {} in de cc",
    ),
    (
        "Mijn creditcard is {}.", "Het kaartnummer is {} bedankt", "Ik lees de kaart voor: {}.", "Boek het af van de visa {}",
        "Noteer {} voor de betaling", "het is een mastercard {}",
    ),
    (
        "Mijn IBAN is {}.", "De rekening is {} bij de bank", "Maak het over naar {} bedankt", "de iban is dus {} precies",
        "Ik spel het {}", "Het moet naar {} toe, klopt",
    ),
    (
        "Er waren twintig mensen in de zaal.", "Het kost tweehonderdvijftig euro en dertig cent.", "We beginnen om veertien uur dertig, tot zeventien uur vijfenveertig.",
        "In tweeduizend drieëntwintig was het acht procent meer dan in tweeduizend tweeëntwintig.", "Eén, twee, drie, af.", "We hebben drie punten op de agenda.",
        "Het punt is dat we te laat zijn.", "Van tien naar twaalf procent, dus twee punten meer.", "Hij is geboren in negentienhonderdvijfentachtig.",
        "Over zes of zeven dagen is het klaar.", "Het is een miljoen driehonderdduizend euro.", "We waren met vijftien, toen twintig, toen dertig.",
        "Drie keer vier is twaalf.", "Versie twee punt drie komt in mei.", "Ze wonnen met vier tegen twee.", "Ik heb het al honderd keer gezegd.",
        "Op dat punt is er niets meer aan te doen.", "Nog twee of drie weken.", "Een aap heeft een staart.", "We gingen van zes naar negen klanten.",
    ),
)  # fmt: skip

ENGLISH = Speaker(
    "en",
    "zero one two three four five six seven eight nine".split(),
    english,
    ("double",),
    ("uh", "um", "and then", "like"),
    ("at",),
    "dot",
    ("dash", "hyphen"),
    ("underscore",),
    "plus",
    ("07xxx xxx xxx", "212 xxx xxxx", "+44 7xxx xxxxxx", "020 xxxx xxxx", "+1 415 xxx xxxx"),
    ("GBxxxxxxxxxxxxxxxxxxxx", "IExxxxxxxxxxxxxxxxxx"),
    {"G": "gee", "B": "bee", "I": "i", "E": "e"},
    {"G": "as in golf", "B": "for bravo", "I": "as in india", "E": "for echo"},
    ("hannah", "miller", "jonah", "webber", "lena", "shaw", "toby", "grant"),
    ("example.com", "north-light.co.uk", "gmail.com", "mail.example.org", "fjord.io", "outlook.com"),
    (
        "My number is {}.", "You can reach me at {} in the morning.", "Call me back on {} please", "Her cell is {}, got that?",
        "Write this down, {}.", "the landline is {} okay", "He can be reached on {}", "The office phone is {} thanks",
        "Have you got a pen? {}", "just text {} instead",
    ),
    (
        "My email is {}.", "Send it to {} thanks", "The address is {} all lower case.", "It is best to write to {}",
        "So {} for the minutes", "copy in {} as well",
    ),
    (
        "My card is {}.", "The card number is {} thanks", "Let me read you the card: {}.", "Charge the visa {}",
        "Note {} for the payment", "it's a mastercard {}",
    ),
    (
        "My IBAN is {}.", "The account is {} at the bank", "Wire it to {} thanks", "the iban is {} exactly",
        "Let me spell it {}", "It has to go to {} precisely",
    ),
    ("There were twenty people in the room.", "It costs two hundred and fifty euros.", "One, two, three, go."),
)  # fmt: skip

SPEAKERS = (ENGLISH, GERMAN, FRENCH, SWISS_FRENCH, SPANISH, ITALIAN, PORTUGUESE, DUTCH)
