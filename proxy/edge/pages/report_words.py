"""Every sentence of a person's report, and of the mail that brings it. Translations are in ``proxy/locale``."""

from __future__ import annotations

from proxy.edge.pages import labels
from proxy.edge.pages.labels import N_

WORDS = {
    "title": N_("What {organization} knows of {name}"),
    "unknown": N_("What left of your words is not known: the record could not be read."),
    "left_times": N_("Words of yours left, {times}, to: {recipients}."),
    "left_never": N_("No exchange on record carried words of yours."),
    "made_at": N_("Made at"),
    "period": N_("Period"),
    "all_of_it": N_("all of the record"),
    "since_until": N_("{since} to {until}"),
    "beginning": N_("the beginning"),
    "now": N_("now"),
    "id": N_("Id here"),
    "names": N_("Names"),
    "addresses": N_("E-mail addresses"),
    "directory": N_("In the directory"),
    "directory_until": N_("as {name}, until {date}"),
    "directory_as": N_("as {name}"),
    "known_as": N_("Known as"),
    "minor": N_("under age"),
    "rooms": N_("Rooms"),
    "rooms_yours": N_("What is said there may be yours."),
    "what_left": N_("What left"),
    "when": N_("When"),
    "meeting": N_("Meeting"),
    "to_whom": N_("To whom"),
    "what_for": N_("What for"),
    "under_what": N_("Under what"),
    "how_much": N_("How much"),
    "removed": N_("Removed before"),
    "kept": N_("Found and sent as said"),
    "ended": N_("How it ended"),
    "terms": N_("terms {version}"),
    "no_record": N_("no answer of yours"),
    "from_rooms": N_("from {rooms}"),
    "reply": N_("reply came back: {how}"),
    "treat_as_sent": N_("not recorded: treat as sent"),
    "nothing_here": N_("Nothing in this period."),
    "not_known": N_("not known"),
    "none": N_("none"),
    "nobody": N_("nobody"),
    "repeated": N_("What was made of it, and sent again"),
    "rests_on": N_("Rests on"),
    "withheld": N_("What stayed in"),
    "kept_from": N_("Kept from"),
    "why": N_("Why"),
    "refused": N_("nothing of the request left"),
    "said": N_("What you allowed and refused"),
    "said_of": N_("{purpose}, to {recipient}"),
    "said_of_any": N_("{purpose}, to any recipient"),
    "about": N_("About"),
    "terms_head": N_("Terms"),
    "recorded": N_("Recorded"),
    "recorded_by": N_("{date}, said by {whom}"),
    "holds": N_("Counts"),
    "holds_from": N_("from {date}"),
    "holds_until": N_("from {date} until {end}"),
    "receipt": N_("Receipt {number}"),
    "no_records": N_("No answer of yours is on file."),
    "answered_for": N_("What you answered for others"),
    "answered_for_name": N_("for {name}"),
    "as_guardian": N_("as a parent or guardian"),
    "asked": N_("When you were asked"),
    "asked_at": N_("Asked"),
    "asked_again": N_("again on {date}"),
    "how": N_("How"),
    "opened": N_("Opened"),
    "answered": N_("Answered"),
    "by_mail": N_("by mail"),
    "by_link": N_("by a link"),
    "not_yet": N_("not yet"),
    "not_by_link": N_("not by this link"),
    "no_invitation": N_("No invitation is on file."),
    "shown": N_("What you were shown"),
    "shown_in": N_("{date}, in the language “{language}”, notice {digest}"),
    "no_language": N_("not recorded"),
    "no_notice": N_("No notice is on record."),
    "meetings": N_("Meetings"),
    "series": N_("Series"),
    "started": N_("Started"),
    "joined": N_("You joined"),
    "left": N_("You left"),
    "no_meetings": N_("You are on the roster of no meeting on file."),
    "not_covered": N_("What this report does not cover"),
    "no_words": N_(
        "From the records of {organization}. It holds no words of any meeting, and of other people only the names of "
        "those for whom you answered."
    ),
    "language": N_("Language"),
    "controller": N_("Who answers for it"),
    "contact": N_("Contact"),
    "sources": N_("Where it comes from"),
    "object": N_(
        "Where something is done with your data without your consent, such as keeping this record, you can object, and "
        "ask to restrict it."
    ),
}
"""By what they say. What stands in braces is filled in."""

STATES = {
    "granted": N_("yes"),
    "denied": N_("no"),
    "withdrawn": N_("taken back"),
    "pending": N_("no answer yet"),
    "not_asked": N_("not asked"),
}
SCOPES = {
    "meeting": N_("the meeting {called}"),
    "series": N_("all meetings of the series {called}"),
    "org": N_("all meetings"),
}
CLASSES = {
    "employee": N_("employee"),
    "guest": N_("guest"),
    "external": N_("from another organization"),
    "phone": N_("caller by telephone"),
    "unidentified": N_("not identified"),
}
DELIVERED = {
    "full": N_("whole"),
    "partial": N_("in part"),
    "none": N_("not at all"),
    "unknown": N_("not known"),
}
WHO = {
    "the person": N_("you"),
    "a guardian": N_("a parent or guardian"),
    "the person, as a guardian": N_("you, as a parent or guardian"),
    "somebody else": N_("somebody else"),
}
TITLED = N_("“{title}” ({id})")
"""A meeting or series that has a title."""
METHODS = {
    "explicit_click": N_("on the page of a link"),
    "verbal": N_("aloud"),
    "dtmf": N_("by keys of a telephone"),
    "written": N_("in writing"),
    "chat_keyword": N_("in the chat of the meeting"),
    "platform_signal": N_("by a sign of the meeting platform"),
    "admin_import": N_("from a file of {organization}"),
    "unspecified": N_("how is not recorded"),
}
"""How an answer was given, by the method of its record; of others the code is shown."""
ENTERED = N_("entered by {organization}")
"""Of an answer that reached the proxy by no act of the person on one of its own ways."""
OWN_WAYS = frozenset({"explicit_click", "dtmf", "chat_keyword", "platform_signal"})
"""Methods of answers that nobody enters for the person."""
BASES = {"consent": N_("consent")}
KINDS = labels.SPECIAL_KINDS | {
    "PERSON": N_("name of a person"),
    "LOCATION": N_("place"),
    "ORGANIZATION": N_("organization"),
    "NRP": N_("nationality, religion or politics"),
    "DATE_TIME": N_("date or time"),
    "AGE": N_("age"),
    "EMAIL_ADDRESS": N_("e-mail address"),
    "PHONE_NUMBER": N_("telephone number"),
    "CREDIT_CARD": N_("card number"),
    "IBAN_CODE": N_("account number"),
    "URL": N_("web address"),
    "IP_ADDRESS": N_("address of a computer"),
    "ID_NUMBER": N_("identity number"),
    "USERNAME": N_("user name"),
    "SECRET": N_("password or other secret"),
}
"""Kinds of findings; of national numbers, and of kinds that the organization named, the code is shown."""
REFUSALS = {
    "consent_denied": N_("too little would have been left to send"),
    "consent_withdrawn": N_("a yes was taken back meanwhile"),
    "unproven": N_("nothing proved who said it"),
    "recording_not_granted": N_("not everybody had allowed the recording"),
    "language_uncovered": N_("its language is not covered"),
    "kind_refused": N_("it held data that may not leave"),
    "residual_original": N_("something that had to stay in could not be taken out"),
}
"""Why a whole request was refused, by code; of others the code is shown."""
SOURCES = {
    "directory": N_("the directory of {organization}"),
    "rosters": N_(
        "lists of who takes part in a meeting: from a calendar, from the meeting platform, or as {organization} "
        "entered them"
    ),
    "entered": N_("what {organization} entered of you"),
    "answers": N_("your own answers"),
    "a guardian": N_("answers of a parent or guardian"),
    "somebody else": N_("answers that somebody else gave for you"),
    "requests": N_("what was said in meetings, and sent through here: counted, and not kept"),
}
REASONS = {
    "denied": N_("you said no"),
    "withdrawn": N_("you took your yes back"),
    "spoken_refusal": N_("you said no aloud"),
    "no_grant": N_("there was no yes of yours"),
    "not_asked": N_("you were not asked"),
    "pending": N_("you had not answered"),
    "expired": N_("your yes had ended"),
    "stale_terms": N_("your yes was to older terms"),
    "spoken_outside_grant": N_("your yes did not cover that time"),
    "guardian_missing": N_("a parent or guardian had not said yes"),
    "training_not_granted": N_("you had not said yes to training"),
    "kind_refused": N_("it held data that may not leave"),
    "language_uncovered": N_("its language is not covered"),
}
"""Why words stayed in, by reason code; of other reasons the code is shown."""

SAID_BY_REPORTS = (
    N_("Words that no speaker claimed, and words under a name that nobody on file has: they are attributed to nobody."),
    N_(
        "Addresses that were typed on the page of a room's link: anybody can type any. They are kept for 30 days at "
        "most."
    ),
    N_("What other people said about the person, and quotes of their words by others."),
    N_("What did not pass through this proxy."),
    N_(
        "What recipients did with what they received: ask them, by time and account. They do not know the exchange ids."
    ),
    N_("Findings are what was detected and removed; that nothing else was there cannot be said."),
    N_(
        "What has left cannot be called back: this proxy has no means to delete anything where it was received. Ask "
        "the recipients, by time and account: they do not know exchange ids."
    ),
)
"""What `desk.reports` says of every report: `NOT_COVERED`, and `audit.about.CANNOT_BE_CALLED_BACK`."""

MAIL_SUBJECT = N_("What {organization} has on file of you")
MAIL_ASKED = N_("You asked {organization} what is on file of you. The answer is the attached page.")
MAIL_OPEN = N_(
    "Open it in a browser. It holds no words of any meeting. It is for you alone, so please do not pass it on."
)
MAIL_RIGHTS = N_("If something is wrong or should be deleted, please answer: {contact}")
