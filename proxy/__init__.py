"""A privacy proxy between meeting clients and AI endpoints: consent, redaction, ledger.

Dependencies run one way; import-linter holds them::

    cli        commands for operators             rehearsal  plans without sending, for explain and simulate
    composition the composition root: app starts and ends the parts, generation is all that serves under one snapshot of
               the settings, reload takes changed ones into force
    edge       everything that does I/O: http, detection, ledger, store, admin, pages, configuration, telemetry
    exchange   one request, top to bottom         comparison one request under two policies
    desk       operators' use cases, for commands, API and pages
    planning   its first steps, up to the bytes that may leave
    steps      who calls, who speaks, what is told to the ledger
    attribution whose words a text holds          ports      what the core needs from the edge
    formats    the shapes of transcripts          dialects   the shapes of AI APIs
    consent    who may be heard by whom           redaction  replaces what was found, restores replies
    egress     what may leave, last check         audit      events and the hash-linked log
    meetings   calendars, people, presence        evaluation what detection protects in annotated text
    detection  finds personal data                wording    words and names, compared
    languages  word lists, one folder a language  settings   the schema of proxy.yaml
    json_source JSON that knows where it stands
    model      the nouns                          errors     faults by whose fault they are

Outside of cli, app and edge nothing does I/O; clock and randomness are arguments.
"""

__version__ = "0.1.0"
