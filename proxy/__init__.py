"""A privacy proxy between meeting clients and AI endpoints: consent, redaction, ledger.

Dependencies run one way; import-linter holds them::

    cli        commands for operators
    app        composition root: the one module that knows every other
    edge       everything that does I/O: HTTP, worker processes, stores, ledger files, telemetry
    exchange   one request, top to bottom, over the ports of ports.py
    formats    the shapes of transcripts          dialects   the shapes of AI APIs
    consent    who may be heard by whom           redaction  find, replace, restore
    egress     what may leave, last check         audit      events and the hash-linked log
    model      the nouns                          errors     faults by whose fault they are

Outside of cli, app and edge nothing does I/O; clock and randomness are arguments.
"""

__version__ = "0.1.0"
