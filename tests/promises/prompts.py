"""What clients ask of a model, as their users and developers write it, in seven languages."""

from __future__ import annotations

ASKED = {
    "en": (
        "Could you please turn this into minutes? Thanks a lot.",
        "Good morning! I'd like a short recap of the call, with the open points at the end.",
        "We are a rowing club and meet once a month. Summarize what was decided.",
        "Today is Friday. The call was held in the afternoon. Write up the outcome for those who could not come.",
        "I was late for this call. What did I miss?",
        "Write the minutes with:\n* what was decided\n* who does what by when\n* where opinions differ",
        "Draft a follow-up mail.\n- polite but short\n- no jargon\n- when the next session takes place",
        'Reply with JSON only.\n\n```json\n{"title": "short title", "decisions": ["one sentence each"]}\n```',
        "TLDR please",
        "Summary, please. Dutch. At most 100 words.",
        "**Language:** French.\n**Length:** half a page.",
        "Stay neutral. Mark open points with an asterisk.",
        "Skip small talk. Note every number that was named.",
        "# Task\nWrite a protocol.\n\n# Never\nNever invent names.",
    ),
    "de": (
        "Bitte erstelle ein Protokoll der folgenden Besprechung.\n\n- höchstens eine Seite\n- keine Grußformeln\n"
        "- offene Punkte am Schluss",
        "Achte auf vollständige Sätze. Erfinde keine Namen. Lass Höflichkeiten weg.",
        "Ich hätte gern eine kurze Zusammenfassung. Drei Sätze reichen.",
        "Was wurde vereinbart? Wer kümmert sich um was?",
        "Rolle: erfahrener Protokollant\n\nAufgabe: Besprechung zusammenfassen\n\nStil: sachlich",
        "Du bist Assistent der Geschäftsführung. Schreibe ein Ergebnisprotokoll. Erwähne nur Beschlüsse.",
    ),
    "fr": (
        "Résume la conversation suivante.\n\n- une page au maximum\n- pas de formules de politesse",
        "Vous rédigez le compte-rendu d'une réunion. Restez factuel.",
        "Qu'est-ce qui a été décidé ? Qui s'en occupe ?",
        "Pourrais-tu faire un résumé de notre appel ? Merci beaucoup.",
        "Rôle : secrétaire de séance\n\nTâche : rédiger le procès-verbal\n\nTon : neutre",
        "Fais une liste des décisions. N'ajoute rien.",
    ),
    "es": (
        "Resume la reunión que sigue.\n\n- una página como máximo\n- sin saludos",
        "Eres un secretario con experiencia. Escribe el acta. No añadas nada.",
        "¿Qué se acordó? ¿Quién se encarga de cada tarea?",
        "¿Podrías hacer un resumen de nuestra llamada? Muchas gracias.",
        "Rol: secretario de actas\n\nTarea: redactar el acta\n\nEstilo: breve",
        "Haz una lista de las decisiones. Responde en español.",
    ),
    "it": (
        "Riassumi la seguente riunione.\n\n- al massimo una pagina\n- niente formule di cortesia",
        "Sei un segretario esperto. Scrivi il verbale. Non aggiungere nulla.",
        "Che cosa è stato deciso? Chi se ne occupa?",
        "Potresti fare un riassunto della nostra chiamata? Grazie mille.",
        "Ruolo: segretario\n\nCompito: scrivere il verbale\n\nStile: sobrio",
    ),
    "pt": (
        "Resuma a reunião abaixo.\n\n- no máximo uma página\n- sem saudações",
        "Você é um secretário experiente. Escreva a ata. Não acrescente nada.",
        "O que foi decidido? Quem cuida de quê?",
        "Poderia fazer um resumo da nossa chamada? Muito obrigado.",
        "Papel: secretário\n\nTarefa: redigir a ata\n\nEstilo: sóbrio",
    ),
    "nl": (
        "Vat het volgende overleg samen.\n\n- hoogstens één pagina\n- geen beleefdheden",
        "Je bent een ervaren secretaris. Schrijf de notulen. Voeg niets toe.",
        "Wat is er afgesproken? Wie doet het?",
        "Kun je een samenvatting van ons gesprek maken? Bedankt.",
        "Rol: secretaris\n\nTaak: notulen schrijven\n\nStijl: zakelijk",
    ),
}
"""By language: whole prompts in which nobody is named."""
