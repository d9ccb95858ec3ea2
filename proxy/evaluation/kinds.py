"""Coarse kinds, in which sets of different origin and detectors with different names can be compared."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum


class Coarse(StrEnum):
    """What an entity is, as far as it matters for comparing."""

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
"""What token schemes (BIO, BILOU) put before a label."""
_NATIONAL = re.compile(r"^[A-Z]{2}_")
"""Presidio names the numbers that a state gives after its country: ``US_SSN``, ``UK_NHS``."""


def coarse(label: str) -> Coarse:
    """The coarse kind of a detector's kind or of a set's label; OTHER where the name says nothing."""
    name = re.sub(r"[\s-]+", "_", _SCHEME.sub("", label.strip().upper()))
    return _BY_NAME.get(name) or (Coarse.ID if _NATIONAL.match(name) else Coarse.OTHER)
