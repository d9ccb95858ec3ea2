"""Reads annotated documents from a file: our JSON Lines, doccano's and spaCy's, and Presidio-evaluator's array.

A document is ``{"id", "text", "spans": [{"start", "end", "label"?, "coarse"?}], "roster"?}``. Offsets are in code
points, and the end is exclusive. What cannot be read is reported by its place with a remedy, and never quoted.

Labels map to coarse kinds, so that sets of different origin and detectors with different names can be compared.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Coarse(StrEnum):
    """What an entity is, as far as comparison needs it."""

    PERSON = "PERSON"
    EMAIL = "EMAIL"
    PHONE = "PHONE"
    FINANCIAL = "FINANCIAL"
    ID = "ID"
    LOCATION = "LOCATION"
    ORG = "ORG"
    DATE_TIME = "DATE_TIME"
    URL_IP = "URL_IP"
    AGE = "AGE"
    NRP = "NRP"
    OTHER = "OTHER"


_NAMES = {
    Coarse.PERSON: "PER NAME PERSON_NAME FULL_NAME FIRST_NAME LAST_NAME MIDDLE_NAME GIVEN_NAME SURNAME FIRSTNAME "
    "LASTNAME MIDDLENAME GIVENNAME PATIENT STAFF HCW DOCTOR ROSTER_NAME USERNAME",
    Coarse.EMAIL: "EMAIL_ADDRESS E_MAIL MAIL",
    Coarse.PHONE: "PHONE_NUMBER PHONENUMBER TELEPHONE TEL TELEPHONENUM FAX FAX_NUMBER MOBILE",
    Coarse.FINANCIAL: "CREDIT_CARD CREDITCARD CREDITCARDNUMBER CREDIT_DEBIT_CARD CARD CARD_NUMBER IBAN IBAN_CODE "
    "CRYPTO ABA_ROUTING_NUMBER US_BANK_NUMBER BANK_ACCOUNT ACCOUNT ACCOUNT_NUMBER ACCOUNTNUM SWIFT SWIFT_CODE BIC CVV "
    "PIN ROUTING_NUMBER BANK_ROUTING_NUMBER",
    Coarse.ID: "SSN SOCIAL_SECURITY_NUMBER PASSPORT PASSPORT_NUMBER DRIVER_LICENSE DRIVERS_LICENSE LICENSE_PLATE "
    "MEDICAL_LICENSE UUID ID_NUMBER IDNUM NATIONAL_ID TAX_ID TAXNUM CUSTOMER_ID EMPLOYEE_ID MEDICAL_RECORD_NUMBER "
    "SOCIALNUM DRIVERLICENSENUM IDCARDNUM VEHICLE_IDENTIFIER DEVICE_ID",
    Coarse.LOCATION: "LOC GPE FAC PLACE CITY STATE COUNTY COUNTRY ADDRESS STREET STREET_ADDRESS STREET_NAME BUILDING "
    "ZIP ZIP_CODE ZIPCODE POSTCODE POSTAL_CODE UK_POSTCODE CA_POSTAL_CODE BUILDINGNUM COORDINATE GEO_LOCATION",
    Coarse.ORG: "ORGANIZATION ORGANISATION COMPANY COMPANY_NAME CORPORATION GROUP HOSP HOSPITAL PATORG",
    Coarse.DATE_TIME: "DATE TIME DATETIME DATE_OF_BIRTH DOB BIRTHDAY",
    Coarse.URL_IP: "URL URI IP IP_ADDRESS IPV4 IPV6 DOMAIN DOMAIN_NAME MAC MAC_ADDRESS WEBSITE",
    Coarse.NRP: "NORP NATIONALITY RELIGION POLITICAL_GROUP ETHNICITY",
}
_BY_NAME: Mapping[str, Coarse] = {kind.value: kind for kind in Coarse} | {
    name: kind for kind, names in _NAMES.items() for name in names.split()
}
_SCHEME = re.compile(r"^[BILSE]-")
"""The prefix of a label in token schemes (BIO, BILOU)."""
_NATIONAL = re.compile(r"^[A-Z]{2}_")
"""Presidio's prefix of numbers that a state issues, by country: ``US_SSN``, ``UK_NHS``."""


def coarse(label: str) -> Coarse:
    """The coarse kind of a detector's kind or a set's label. OTHER if the name is unknown."""
    name = re.sub(r"[\s-]+", "_", _SCHEME.sub("", label.strip().upper()))
    return _BY_NAME.get(name) or (Coarse.ID if _NATIONAL.match(name) else Coarse.OTHER)


_KINDS = ", ".join(kind.value for kind in Coarse)
_SHAPE = '{"id", "text", "spans"}'
_TEXTS = ("text", "full_text")
_SPANS = ("spans", "label", "labels", "entities")
_STARTS = ("start", "start_position", "start_offset")
_ENDS = ("end", "end_position", "end_offset")
_LABELS = ("label", "entity_type", "type")


@dataclass(frozen=True, slots=True)
class Entity:
    """An annotated span of a text, with its coarse kind."""

    start: int
    end: int
    kind: Coarse


@dataclass(frozen=True, slots=True)
class AnnotatedDocument:
    """A document with the entities to find in it. `roster` is as in the file, or None."""

    id: object
    text: str
    entities: tuple[Entity, ...]
    roster: object = None
    place: str = ""


def parse(content: str, relabel: Mapping[str, Coarse] | None = None) -> tuple[list[AnnotatedDocument], list[str]]:
    """The documents of a file, and one sentence for each place that cannot be read.

    `relabel` maps a set's own labels to kinds. It takes precedence over the known labels and over ``coarse``.
    """
    documents: list[AnnotatedDocument] = []
    problems: list[str] = []
    for place, entry in _entries(content):
        found = _document(place, entry, relabel or {})
        if isinstance(found, AnnotatedDocument):
            documents.append(found)
        else:
            problems.append(f"{place}: {found}")
    return documents, problems


_UNREADABLE = object()
"""Stands for a line that is not JSON."""


def _entries(content: str) -> Iterator[tuple[str, object]]:
    """Each document of the file with its place. Only a line feed ends a line: JSON may contain other line ends."""
    if content.lstrip().startswith("["):
        whole = _json(content)
        if isinstance(whole, list):
            yield from ((f"document {number}", entry) for number, entry in enumerate(whole, 1))
            return
    for number, line in enumerate(content.split("\n"), 1):
        if line.strip():
            yield f"line {number}", _json(line)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return _UNREADABLE


def _document(place: str, entry: Any, relabel: Mapping[str, Coarse]) -> AnnotatedDocument | str:
    if not isinstance(entry, dict):
        return "not JSON; write one JSON object a line" if entry is _UNREADABLE else f"not an object; write {_SHAPE}"
    text = next((entry[key] for key in _TEXTS if isinstance(entry.get(key), str)), None)
    if text is None:
        return 'no "text"; give the document\'s text as a string'
    if any("\ud800" <= character <= "\udfff" for character in text):
        return '"text" holds half of a surrogate pair; write such a character whole'
    given = next((entry[key] for key in _SPANS if isinstance(entry.get(key), list)), None)
    if given is None:
        return 'no "spans"; give a list, an empty one where there is nothing to find'
    entities = [_entity(span, len(text), relabel) for span in given]
    wrong = next((f"span {number}: {e}" for number, e in enumerate(entities, 1) if isinstance(e, str)), None)
    if wrong is not None:
        return wrong
    meta = entry.get("meta")
    roster = entry.get("roster") or (meta.get("roster") if isinstance(meta, dict) else None)
    read = tuple(entity for entity in entities if isinstance(entity, Entity))
    return AnnotatedDocument(entry.get("id", place), text, read, roster, place)


def _entity(span: Any, length: int, relabel: Mapping[str, Coarse]) -> Entity | str:
    if isinstance(span, list) and len(span) == 3:
        span = dict(zip(("start", "end", "label"), span, strict=True))
    if not isinstance(span, dict):
        return 'not an object; write {"start", "end", "label"} or [start, end, "label"]'
    start, end = _first(span, _STARTS), _first(span, _ENDS)
    if type(start) is not int or type(end) is not int:
        return '"start" or "end" is no whole number; count code points from 0'
    if not 0 <= start < end <= length:
        return 'outside of the text or empty; 0 <= "start" < "end" <= length, counted in code points'
    kind = _kind(span, relabel)
    if kind is None:
        return f'unknown "coarse" kind, or no label; "coarse" is one of {_KINDS}'
    return Entity(start, end, kind)


def _kind(span: Mapping[str, Any], relabel: Mapping[str, Coarse]) -> Coarse | None:
    label, given = _first(span, _LABELS), span.get("coarse")
    if isinstance(label, str) and label in relabel:
        return relabel[label]
    if given is not None:
        return Coarse(given) if isinstance(given, str) and given in Coarse.__members__ else None
    return coarse(label) if isinstance(label, str) else None


def _first(span: Mapping[str, Any], keys: tuple[str, ...]) -> Any:
    return next((span[key] for key in keys if key in span), None)
