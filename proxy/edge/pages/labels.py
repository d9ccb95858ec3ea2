"""Every sentence of the pages, in English. Translations are in ``proxy/locale``; see docs/asking.md.

The wording is plain on purpose: short sentences, no legal terms or jargon, nothing that persuades.
"""

from __future__ import annotations

from proxy.consent.records import ConsentState, Scope
from proxy.desk.protection import Replaced


def N_(message: str) -> str:  # noqa: N802 - the usual mark for gettext
    """Mark a message for translation where it is written. `Language.say` translates it where it is shown."""
    return message


MONTHS = (
    N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June"), N_("July"), N_("August"),
    N_("September"), N_("October"), N_("November"), N_("December"),
)  # fmt: skip
DATE = N_("{day} {month} {year}, {time} ({zone})")

PURPOSES: dict[str, tuple[str, str]] = {
    "summary": (
        N_("Summary"),
        N_("An AI writes a short version of the meeting. What you said can appear in it."),
    ),
    "action_items": (
        N_("To-do list"),
        N_("An AI picks out who should do what. Tasks that you took on or gave can appear in it."),
    ),
    "compose": (
        N_("Writing texts"),
        N_("An AI writes new texts from what was said, such as an e-mail or a report."),
    ),
    "qa": (
        N_("Answering questions"),
        N_("Others ask an AI about the meeting. It answers from what was said, also by you."),
    ),
    "translation": (
        N_("Translation"),
        N_("An AI translates what you say into other languages."),
    ),
    "transcription": (
        N_("Transcript"),
        N_("An AI writes down what is said, word for word, with the name of who said it."),
    ),
    "sentiment": (
        N_("Mood analysis"),
        N_("An AI judges the mood of what you say, for example whether it sounds pleased or annoyed."),
    ),
    "recording": (
        N_("Recording"),
        N_("What you say is kept as a recording."),
    ),
    "third_party_sharing": (
        N_("Passing on to others"),
        N_("The recipient may pass on what you said to other companies."),
    ),
    "model_training": (
        N_("Training of AI"),
        N_(
            "The recipient may use what you said to improve its AI. What an AI has learned can hardly be taken out "
            "again."
        ),
    ),
    "product_telemetry": (
        N_("Usage data"),
        N_("The recipient learns how the AI is used: when, how often and with which settings."),
    ),
}

TITLE = N_("May an AI use what you say?")
SKIP = N_("Go to your choice")
LANGUAGE = N_("Language")
LOGO = N_("Logo of {organization}")
FOR_PERSON = N_("This page is for {name}.")
FOR_GUARDIAN = N_("This page is for {guardian}, as a parent or guardian of {name}.")
TITLE_OF_CHILD = N_("May an AI use what {name} says?")
GUARDIAN_MEANS = N_(
    "You answer for {name}. The yes or the no is yours; the words, and the place in the meeting, are those of {name}."
)
GUARDIAN_OWN_NO = N_("{name} can say no as well. That no counts whatever you allow, and only {name} can take it back.")
FOR_NOBODY_ELSE = N_("If that is not you, please close it.")
ASKS = N_("{organization} asks you about:")
ABOUT_MEETING = N_("the meeting “{meeting}” of {date}")
ABOUT_MEETING_ALONE = N_("the meeting of {date}")
ABOUT_SERIES = N_("all meetings of the series “{series}”")

FIRST = N_("You can say no and stay in the meeting: only your words stay out of the AI.")
FIRST_OF_MANY = N_("You can say no and take part in your meetings: only your words stay out of the AI.")
ABOUT_ORGANIZATION = N_("all your meetings")
STANDING_TITLE = N_("Once for all meetings")
STANDING_YES = N_(
    "A yes here counts in all your meetings, for exactly the purposes that you tick, this recipient and these terms. "
    "For anything else, and after a change of terms, you are asked again."
)
STANDING_NO = N_("A no here counts in all your meetings. For one of them you can still say yes, if you want to.")
STANDING_LINK = N_("Answer once for all your meetings")

NO_DISADVANTAGE_TITLE = N_("You can say no")
NO_DISADVANTAGE = N_(
    "Saying no has no disadvantage for you. You stay in the meeting and take part as before. Only your words stay "
    "out of the AI."
)
NO_DISADVANTAGE_OF_MANY = N_(
    "Saying no has no disadvantage for you. You take part in your meetings as before. Only your words stay out of the "
    "AI."
)
NOTHING_CHOSEN = N_("Nothing is chosen for you. Without your yes, your words stay out.")
NOTHING_CHOSEN_ONCE = N_("Nothing is chosen for you. Without an answer here, nothing changes in any meeting.")

OTHERS = N_(
    "Others may talk about you, and what they say leaves if they said yes. Without your yes, your name in it, and what "
    "they quote of you, is masked where it is found."
)

WHAT_TITLE = N_("What happens if you say yes")
WHAT = N_("What you say is sent to the recipient named below, and only for the purposes that you tick.")
WHAT_TITLE_OF_MINOR = N_("What happens if a parent or guardian says yes")
WHAT_OF_MINOR = N_(
    "What you say is sent to the recipient named below, and only for the purposes that they tick. You can say no at "
    "any time. Then nothing more is sent."
)
REPLACED_TITLE = N_("What is taken out before")
REPLACED = N_(
    "Before your words leave, this is replaced or held back where it is found: {kinds}. Some may not be found."
)
REPLACED_NOTHING = N_("Nothing in your words is replaced before they leave.")
REPLACED_SOUND = N_("Your voice leaves as it is: nothing in it is replaced.")
REPLACED_KINDS = {
    Replaced.NAMES: N_("names"),
    Replaced.ADDRESSES: N_("e-mail addresses"),
    Replaced.NUMBERS: N_("telephone, card and account numbers"),
    Replaced.SECRETS: N_("passwords and other secrets"),
}
SPECIAL_KEPT = N_("What you say about these subjects leaves as you say it: {kinds}.")
SPECIAL_OUT = N_(
    "What you say about these subjects is replaced or held back where it is found, which is in English alone: {kinds}."
)
SPECIAL_KINDS = {
    "HEALTH": N_("health"),
    "RELIGION": N_("religion"),
    "ETHNICITY": N_("origin"),
    "POLITICS": N_("politics"),
    "TRADE_UNION": N_("trade unions"),
    "SEXUALITY": N_("sex life"),
    "GENETIC_BIOMETRIC": N_("genes and biometrics"),
    "CRIMINAL": N_("crimes"),
}
AND = N_("{first}, {second}")
WHEN_TITLE = N_("How long a yes given here counts")
UNTIL = N_("Your yes counts from the moment you save it until {date} at the latest.")
ONLY_LATER = N_("It counts for what you say after that moment. What you said before stays out.")
EARLIER_TOO = N_("It also counts for what you said earlier, before your yes.")
TAKE_BACK = N_(
    "Until then you can take it back on this page, with the same link, at any time and without giving a reason. "
    "Once you have taken it back, nothing more is sent. What was sent before cannot be called back."
)

NO_ENDLESS = N_("It has no end: it counts until you say yes.")
NO_ENDLESS_OF_CHILD = N_("It has no end: it counts until {name} takes it back, whatever you allow.")
NO_ENDLESS_OF_MINOR = N_("It has no end: it counts until you take it back by telling {organization}.")
NO_ENDLESS_OF_OTHERS = N_("It has no end: it counts until whoever said it takes it back, whatever others allow.")
NO_ENDLESS_OF_FORGOTTEN = N_(
    "It has no end: whoever said it is no longer on file, so it counts until {name} is of age and says yes."
)
NO_AGAINST = N_("A yes from you does not count while this no stands.")
NO_HAS_NO_END = N_(
    "A no has no end: it counts until you say yes, on this page or, once the link has ended, by telling {organization}."
)

NO_OF_MINOR = N_("A no has no end: it counts until you take it back by telling {organization}.")

RECIPIENT_TITLE = N_("Who receives it: {recipient}")
ADDRESS = N_("Address")
COUNTRY = N_("Country")
REGION = N_("Where")
RETENTION = N_("How long it is kept there")
TRAINING = N_("May it train AI with it")
SAFEGUARDS = N_("What protects it outside the EU")
TERMS = N_("Terms")
REGIONS = {
    "eu": N_("EU (European Union)"),
    "eea": N_("EEA (European Economic Area)"),
    "uk": N_("United Kingdom"),
    "us": N_("United States"),
}
NOT_KNOWN = N_("not known")
NOT_KEPT = N_("not at all, {organization} states")
KEPT_UP_TO = N_("at most {days}, {organization} states")
TRAINING_NO = N_("no, {organization} states")
TRAINING_YES = N_("yes, {organization} states. So your yes only counts if you say yes to “Training of AI” as well.")
DOUBT = N_("But read this sentence of its terms: “{sentence}”")
TERMS_VERSION = N_("version {version}")
TERMS_READ = N_("Read the terms")
TERMS_ABSENT = N_("The text is not on file here; please ask who invited you.")
TERMS_SINCE_INVITED = N_("These terms have changed since you were invited.")
CHANGED_TITLE = N_("What changed since version {version}")
CHANGED_NEW = N_("New:")
CHANGED_GONE = N_("No longer there:")
CHANGED_MORE = N_("There are more changes; the text shows them all.")
CHANGED_NOTHING = N_("The wording is the same.")

RIGHTS_TITLE = N_("What you can ask for, and who answers for it")
LEGAL_BASIS = N_(
    "What is done with your words rests on your consent (GDPR Article 6(1)(a), and Article 9(2)(a) where they are "
    "about health, religion and the like)."
)
RESULTS_GO_TO = N_("Ask {organization} who gets what the AI writes.")
NAMES_PUT_BACK = N_("In what the AI writes back, the names that were replaced are put in again.")
ON_RECORD = N_(
    "{organization} keeps on record what you answered, and when, for what and to whom words of yours left, but none of "
    "the words."
)
RECORD_DAYS = N_("The record of what left is kept for {days}, and your answers as long as you are on file.")
RECORD_ENDLESS = N_("The record of what left has no end, and your answers are kept as long as you are on file.")
TAKEN_OFF_FILE = N_(
    "If for {days} there is no meeting with you, no yes of yours counts and no room or directory lists you, you are "
    "taken off file."
)
AI_MAY_ERR = N_("What an AI writes can be wrong. If it is wrong about you, you can ask {organization} to correct it.")
RIGHTS = N_(
    "You can ask {organization} for what is on file of you, also as a file for programs, for a correction, for "
    "deletion, and not to use it for the time being. You can complain to a data protection authority."
)
OFFICER = N_("Data protection officer: {contact}")
PRIVACY_NOTICE = N_("Privacy notice of {organization}")

CHOICE_TITLE = N_("Your choice")
CHOICE_LEGEND = N_("{recipient} may use my words for:")
CHOICE_LEGEND_OF_CHILD = N_("{recipient} may use what {name} says for:")
DETAILS = N_("Who receives your words, for how long and under which terms stands below.")
CHOICE_HINT = N_("Tick only what you want. Whatever you leave empty is saved as a no.")
SAVE = N_("Save my choice")
NO_TO_ALL = N_("No to all")
MINOR = N_(
    "You are on file as under age, so a parent or guardian has to say yes, by a link of their own. You can say no here "
    "yourself."
)

ON_FILE_TITLE = N_("What you allowed")
ON_FILE_TITLE_OF_CHILD = N_("What is allowed for {name}")
ON_FILE_NONE = N_("Nothing at the moment. Your words stay out.")
ON_FILE_HINT = N_("You can take back each yes here, or all at once.")
OFFER_TO = N_("{purpose}, to {recipient}")
WITHDRAW = N_("Take back")
WITHDRAW_HERE = {Scope.MEETING: N_("Take back for this meeting"), Scope.SERIES: N_("Take back for this series")}
WITHDRAW_WIDE = {
    Scope.SERIES: N_("Take back for all meetings of this series"),
    Scope.ORG: N_("Take back for all your meetings"),
}
WITHDRAW_WHAT = N_("{button}: {offer}")
WITHDRAW_ALL_WIDE = N_("“Take back everything” also ends what you allowed for other meetings.")
WITHDRAW_ALL = N_("Take back everything")

STATE_NOTHING = N_("On file: no answer from you yet.")
YES_IN = {
    Scope.MEETING: N_("On file: yes, for this meeting, since {date}."),
    Scope.SERIES: N_("On file: yes, for all meetings of this series, since {date}."),
    Scope.ORG: N_("On file: yes, for all your meetings, since {date}."),
}
YES_UNTIL = N_("It counts until {date}.")
YES_ENDLESS = N_("It has no end.")
YES_EARLIER = N_("It also counts for what you said before.")
YES_FROM = N_("It does not count for what you said before {date}.")
YES_BY = N_("This yes was given by {name}.")
GUARDIANS_MISSING = N_("For a yes to count, a yes of each of these is still needed: {names}.")
STATE_NO = N_("On file: no, since {date}.")
STATE_WITHDRAWN = N_("On file: taken back on {date}.")
STATE_OLDER = N_("On file: a yes to older terms of {date}. It no longer counts.")
STATE_ENDED = N_("On file: a yes of {date} that has ended.")
STATE_NOT_COUNTED = N_("On file: a yes that you did not give yourself. It does not count.")

LEFT_TITLE = N_("What has left so far")
LEFT_NOTHING = N_("None of your words have left for what you were asked here.")
LEFT_UNKNOWN = N_("What has left cannot be told at the moment. Please ask us, or look again later.")
LEFT = N_("{offer}: {times}, last on {date}")
LEFT_KEPT = N_("In your words, something about these subjects was found, and left as you said it: {kinds}.")
LEFT_STAYS = N_("This cannot be called back from here. You can ask the recipient to delete it, or ask us to do so.")

SAVED = N_("Saved. What is on file now is shown below.")
SAVED_NOT_COUNTED = N_(
    "Saved, but your yes does not count now: a no stands against it. What is on file now is shown below."
)
SAVED_AWAITS_GUARDIAN = N_(
    "Saved, but your yes does not count yet: another parent or guardian has to say yes as well. What is on file now is "
    "shown below."
)
RECEIPT = N_("Your receipt")
RECEIPT_HINT = N_("A page to read and print that says what you allowed and refused, and when.")
RECEIPT_TITLE = N_("Receipt: what you allowed and refused")
RECEIPT_FOR = N_("For {name}, by {organization}.")
RECEIPT_FILE = N_("The same as a file for programs (JSON)")
RECEIPT_ANSWER = N_("Answer")
RECEIPT_BY = N_("Answered by")
RECEIPT_ABOUT = N_("For")
RECEIPT_OF_OTHERS = N_("What others answered for {name}")
SOMEBODY_FORGOTTEN = N_("somebody who is no longer on file")
RECEIPT_COUNTS = N_("How long")
ANSWERS = {
    ConsentState.GRANTED: N_("yes, on {date}"),
    ConsentState.DENIED: N_("no, on {date}"),
    ConsentState.WITHDRAWN: N_("taken back on {date}"),
    ConsentState.PENDING: N_("none yet, on {date}"),
    ConsentState.NOT_ASKED: N_("not asked, on {date}"),
}
CONTACT = N_("Questions, or a link that has ended: {contact}")
NO_TRACKING = N_("This page sets no cookies and runs no scripts.")
TO_PAGE = N_("Back to the page")

ROOM_SKIP = N_("Go to the field for your address")
ROOM_TITLE = N_("Ask for your own link")
ROOM_OWN = N_(
    "You answer on a page of your own. Type your e-mail address here: if it is on file for this meeting, the link to "
    "your page is sent to it."
)
ROOM_ADDRESS = N_("Your e-mail address")
ROOM_ASK = N_("Send me my link")
ROOM_KEPT = N_("What you type is kept for {days} at most, and used for nothing else.")
ROOM_PROVES_NOTHING = N_(
    "This page is the same for everybody in the room, so nothing can be allowed, refused or taken back here."
)
ROOM_DETAILS = N_("What your own page says stands below.")
ROOM_ASKED = N_("What you will be asked")
ROOM_TAKEN = N_(
    "Thank you. If this address is on file for this meeting, your link is sent to it by e-mail. That can take a while. "
    "If none comes, please ask whoever invited you."
)
ROOM_UNTIL_THEN = N_("Until you answer, your words stay out of the AI.")

MAIL_SUBJECT = N_("{question} ({meeting})")
MAIL_HELLO = N_("Hello {name},")
MAIL_GUARDIAN = N_("You are asked as a parent or guardian of {name}.")
MAIL_AGAIN = N_("we asked you before and have no answer from you yet.")
MAIL_LINK = N_("On this page you answer, and can take your answer back:")
MAIL_ALONE = N_("The page is for you alone. Whoever has the link can answer for you, so please do not pass it on.")
MAIL_UNTIL = N_("The link ends on {date}. Without an answer, your words stay out of the AI.")
MAIL_OLDER_TERMS = N_("The terms of {recipient} have changed since you said yes, so that your yes no longer counts.")
MAIL_ON_FILE = N_("On file from you is already:")
MAIL_UNTIL_ON_FILE = N_(
    "The link ends on {date}. Without an answer, what is on file goes on. For all else, your words stay out of the AI."
)
MAIL_STANDING = N_("Here you can answer once for all your meetings:")
MAIL_CONTACT = N_("Questions: {contact}")
MAIL_CALENDAR = N_("{organization} asked you by e-mail whether an AI may use what you say.")
INVITATION_LINE = N_(
    "{organization} asks each participant by a personal e-mail whether an AI may use what they say. You can say no and "
    "stay in the meeting: only your words stay out of the AI."
)

OF_CHILD = {
    FIRST: N_("You can say no, and {name} stays in the meeting: only the words of {name} stay out of the AI."),
    FIRST_OF_MANY: N_(
        "You can say no, and {name} takes part in the meetings: only the words of {name} stay out of the AI."
    ),
    NO_DISADVANTAGE: N_(
        "Saying no has no disadvantage for {name}, who stays in the meeting and takes part as before. Only the words "
        "of {name} stay out of the AI."
    ),
    NO_DISADVANTAGE_OF_MANY: N_(
        "Saying no has no disadvantage for {name}, who takes part in the meetings as before. Only the words of {name} "
        "stay out of the AI."
    ),
    NOTHING_CHOSEN: N_(
        "Nothing is chosen for you. Without the yes of a parent or guardian, the words of {name} stay out."
    ),
    OTHERS: N_(
        "Others may talk about {name}, and what they say leaves if they said yes. Without a yes for {name}, the name "
        "in it, and what they quote of {name}, is masked where it is found."
    ),
    WHAT: N_("What {name} says is sent to the recipient named below, and only for the purposes that you tick."),
    REPLACED: N_(
        "Before the words of {name} leave, this is replaced or held back where it is found: {kinds}. Some may not be "
        "found."
    ),
    REPLACED_NOTHING: N_("Nothing in the words of {name} is replaced before they leave."),
    REPLACED_SOUND: N_("The voice of {name} leaves as it is: nothing in it is replaced."),
    SPECIAL_KEPT: N_("What {name} says about these subjects leaves as it was said: {kinds}."),
    SPECIAL_OUT: N_(
        "What {name} says about these subjects is replaced or held back where it is found, which is in English alone: "
        "{kinds}."
    ),
    STANDING_YES: N_(
        "A yes here counts in all meetings of {name}, for exactly the purposes that you tick, this recipient and these "
        "terms. For anything else, and after a change of terms, you are asked again."
    ),
    STANDING_NO: N_(
        "A no here counts in all meetings of {name}. For one of them you can still say yes, if you want to."
    ),
    YES_IN[Scope.ORG]: N_("On file: yes, for all meetings of {name}, since {date}."),
    ONLY_LATER: N_("It counts for what {name} says after that moment. What was said before stays out."),
    EARLIER_TOO: N_("It also counts for what {name} said earlier, before your yes."),
    DETAILS: N_("Who receives the words of {name}, for how long and under which terms stands below."),
    ON_FILE_NONE: N_("Nothing at the moment. The words of {name} stay out."),
    YES_EARLIER: N_("It also counts for what {name} said before."),
    YES_FROM: N_("It does not count for what {name} said before {date}."),
    LEFT_NOTHING: N_("None of the words of {name} have left for what you were asked here."),
    LEFT_KEPT: N_(
        "In the words of {name}, something about these subjects was found, and left as it was said: {kinds}."
    ),
    MAIL_UNTIL: N_("The link ends on {date}. Without an answer, the words of {name} stay out of the AI."),
    MAIL_UNTIL_ON_FILE: N_(
        "The link ends on {date}. Without an answer, what is on file goes on. For all else, the words of {name} stay "
        "out of the AI."
    ),
}
"""Sentences about the reader's own words, as a parent or guardian reads them: about those of the minor."""

PROBLEM_TITLE = N_("There is a problem")
PROBLEMS = {
    "link_malformed": N_("This link is not complete. Please copy all of it from your invitation."),
    "link_forged": N_("This link is not valid. Nothing was changed. Please use the link from your invitation."),
    "link_expired": N_("This link has ended. Nothing was changed, and a yes given with it no longer counts."),
    "link_without_subject": N_("What this link asked about is no longer on file. Nothing was changed."),
    "form_forged": N_("What was sent did not come from this page as it is now. Nothing was changed. Please try again."),
    "form_reused": N_("This form was sent before. Sending it again changed nothing. What is on file is shown below."),
    "form_expired": N_("This page was open for more than a day. Nothing was changed. Please choose again."),
    "form_notice_changed": N_(
        "The text of this page changed after you opened it. Nothing was changed. Please read it and choose again."
    ),
    "room_link_unknown": N_("This link is not valid, or has ended. Please use the one that the room shows now."),
    "address_invalid": N_("This is not one e-mail address. Please write it like name@company.example."),
    "room_requests_full": N_(
        "Too many addresses were typed on this page. Please ask whoever invited you for your link."
    ),
    "too_many_requests": N_("That was too often in a short time. Please wait a minute and try again."),
    "page_unavailable": N_("Your answer cannot be saved at the moment. Please try again later."),
    "page_not_found": N_("There is no such page."),
    "not_recordable": N_("A yes cannot be given on this page at the moment. Nothing was changed."),
}
