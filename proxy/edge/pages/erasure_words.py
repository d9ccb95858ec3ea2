"""Every sentence of a statement of erasure. Translations are in ``proxy/locale``."""

from __future__ import annotations

from proxy.edge.pages.labels import N_

TITLE = {
    "person": N_("What {organization} erased of {name}"),
    "meeting": N_("What {organization} erased of the meeting {name}"),
}
ERASED_AT = N_("Erased at")
ERASED_TITLE = N_("What was erased")
ERASED = {
    "names": N_("names under which you were on file: {count}"),
    "addresses": N_("e-mail addresses: {count}"),
    "consent_records": N_("your answers, as consent records: {count}"),
    "rosters": N_("your place on the lists of meetings: {count}"),
    "rooms_and_minors": N_("your place on lists of rooms, and as a guardian: {count}"),
    "key": N_("the key that tied the pseudonyms in the record to you"),
    "people_on_roster": N_("entries on the list of its people: {count}"),
}
ERASED_REST = N_(
    "when you came and went, the links that you were sent, and what was kept of replies in which you occur"
)
ERASED_REST_OF_MEETING = N_("its title and times, and the names under which people were in it")
STAYS_TITLE = N_("What stays, and why")
STAYS = {
    "ledger": N_(
        "The record of what left: times, recipients and counts, under pseudonyms. It has to stay whole so that it can "
        "be checked. Nobody can tie it to you any more."
    ),
    "ledger_of_meeting": N_(
        "The record of what left, and of what was done about this meeting: times and counts, under pseudonyms. It has "
        "to stay whole so that it can be checked."
    ),
    "digest": N_("A digest of this statement, in the record. It shows that this is genuine, and tells nothing else."),
    "backups": N_("Backups, until they expire. Once one is restored, this has to be erased from it again."),
    "said_by_others": N_("What others said of you, in their transcripts and at recipients: it never was on file here."),
    "files_of_yours": N_("What {organization} keeps in other files and programs. Ask there."),
    "comes_back": N_(
        "If you are in a meeting again, you are somebody new here, and without a yes your words stay out."
    ),
    "answered_for": N_(
        "What you answered for somebody else as a parent or guardian, without your name: a no of yours goes on, a yes "
        "does not."
    ),
    "consent_records": N_("Answers of people about this meeting. They belong to these people, and go with them."),
}
RECIPIENTS_TITLE = N_("Who had got words of yours")
RECIPIENT = N_("{recipient}, between {since} and {until}")
RECIPIENTS_NONE = N_("Nobody, by the record.")
RECIPIENTS_UNKNOWN = N_("It was not looked up.")
PROOF_TITLE = N_("How to check this")
PROOF = N_(
    "Record {number} of the ledger has the digest of this statement. Whoever has the ledger's public key can check the "
    "file that belongs to this page: meeting-proxy-verify erasure FILE"
)
