"""Detection without spaCy finds what it finds with spaCy, and what would need spaCy fails."""

from __future__ import annotations

import json
import subprocess
import sys

from harness.patience import PATIENCE

TEXT = (
    "Maya Chen moved to Oslo on 3 May; call 020 7946 0018, write to maya@fjord.example. Her SSN is 536-22-1234, "
    "card 4111 1111 1111 1111, and the office is at 10.0.0.1, https://fjord.example/plan."
)
FIND = """
import json, sys
{first}
from proxy.redaction.engine import Engine
from proxy.settings import Detection
found = [(f.start, f.end, f.kind, f.score, f.source) for f in Engine(Detection()).analyze(sys.argv[1])]
print(json.dumps([found, "spacy.lang" in sys.modules, "thinc.config" in sys.modules]))
"""
LEAVE_OUT = "from proxy.redaction.without_spacy import leave_out_spacy; leave_out_spacy()"


def run(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program, TEXT], capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_findings_are_the_same() -> None:
    found, spacy, _ = json.loads(run(FIND.format(first="")))
    alone, left_in, networks = json.loads(run(FIND.format(first=LEAVE_OUT)))
    assert alone == found
    assert {"PERSON", "LOCATION", "EMAIL_ADDRESS", "PHONE_NUMBER", "CREDIT_CARD"} <= {each[2] for each in found}
    assert (spacy, left_in, networks) == (True, False, False)


def test_what_needs_spacy_fails() -> None:
    program = f"""
{LEAVE_OUT}
from spacy.tokens import Doc
import spacy
for make in (lambda: Doc(None), lambda: spacy.load("en")):
    try:
        make()
    except TypeError:
        print("failed")
"""
    assert run(program).split() == ["failed", "failed"]
