"""The recognizers, as data: which exist, which run by default, and why.

All English recognizers that Presidio ships are listed, together with our own. ``detection.recognizers`` and
``detection.disable`` in the settings refer to their names, and a finding gives the name as its source. Recognizers for
other languages are in `languages.table`, because their context words are not English. Nothing heavy is imported here,
so that settings can be checked without loading the model.

The module also holds the shapes of pasted secrets that the library of detectors lacks (`SHAPES`). If an expression has
a group, the group is the secret. Repetitions are bounded, so that time is linear.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from proxy.model import SPECIAL_CATEGORIES

_PEM = r"PRIVATE KEY(?: BLOCK)?-----"
_GAP = r"(?:\s|\\[nr]){0,4}"
_VALUE = r"""(?:"([^"\r\n]{3,300})"|'([^'\r\n]{3,300})'|`([^`\r\n]{3,300})`|([^\s"'`,;&<>)\]}]{3,300}))"""

TRIGGER = re.compile(
    r"[A-Za-z0-9+/=_-]{16}|://|-----BEGIN|pass|pwd|\bpw\b|secret|token|key|cookie|sess|\bcred|\bsig\b|authorization"
    r"|is your |\bpin\b|code|cvv|cvc|\botps?\b|combination",
    re.IGNORECASE,
)
"""What every secret contains or has before it; texts without it are not searched."""

PREFIXES = (
    "npm_ hf_ dop_v1_ shpat_ shpss_ shpca_ shppa_ glsa_ hvs. hvb. lin_api_ figd_ ATATT3 dapi NRAK- xapp- GOCSPX- ya29. "
    "sntrys_ phc_ phx_ rpa_ gsk_ r8_ AGE-SECRET-KEY-1 EAACEdEose0cBA whsec_ tfp_ pul- doo_v1_ dckr_pat_ PMAK- glptt- "
    "glrt- sbp_ vercel_ fly_ secret_"
).split()
"""Prefixes of the keys that services issue."""

SHAPES: tuple[tuple[re.Pattern[str], float], ...] = (
    (
        # Pasted keys are often cut off: base64 follows the heading, with or without an end.
        re.compile(
            rf"-----BEGIN [A-Z0-9 ]{{0,40}}{_PEM}(?:{_GAP}[A-Z][\w-]{{2,30}}: [^\n\\]{{0,100}})*"
            rf"(?:{_GAP}[A-Za-z0-9+/=]{{16,100}})*(?:{_GAP}[A-Za-z0-9+/=]{{1,100}}(?={_GAP}-----END))?"
            rf"(?:{_GAP}-----END [A-Z0-9 ]{{0,40}}{_PEM})?"
        ),
        1.0,
    ),
    (re.compile(r"\b(?:sk|pk|rk)[-_](?:live|test|proj|ant|or)?[-_]?(?=[A-Za-z_-]{0,200}\d)[\w-]{16,200}"), 0.9),
    # Without a digit, one long word of letters distinguishes a key from hyphenated words.
    (
        re.compile(
            r"\b(?:sk|pk|rk)[-_](?:(?:live|test|proj|ant|or|svcacct)[-_])?(?=[\w-]{0,80}[A-Za-z]{16})[\w-]{16,200}"
        ),
        0.9,
    ),
    (re.compile(rf"(?<![\w.-])(?:{'|'.join(map(re.escape, PREFIXES))})[\w.=-]{{20,400}}"), 0.9),
    (re.compile(r"\bgithub_pat_\w{30,200}"), 1.0),
    (re.compile(r"\bglpat-[\w-]{16,100}"), 1.0),
    (re.compile(r"\bxox[abceoprsd]-[\w-]{10,300}", re.I), 1.0),
    (re.compile(r"\bAIza[\w-]{35}"), 1.0),
    (re.compile(r"(?<![\w-])eyJ[\w-]{10,4000}\.[\w-]{10,4000}(?:\.[\w-]{0,2000})?"), 1.0),
    (re.compile(r"\bauthorization[\"']?\s{0,2}[:=]\s{0,2}[\"']?\w{2,20} ([\w.~+/=-]{8,4000})", re.I), 1.0),
    (re.compile(r"\bbearer ([\w.~+/-]{20,4000}={0,2})", re.I), 0.9),
    # A connection string as a whole: the host after the password is confidential too.
    (
        re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://[^\s:/@\"'<>]{0,80}:[^\s/\"'<>]{1,200}@[^\s\"'<>]{0,299}[\w/]", re.I),
        1.0,
    ),
    (
        re.compile(
            r"https://(?:hooks\.slack\.com/(?:services|workflows|triggers)/|(?:ptb\.|canary\.)?discord(?:app)?\.com/api/"
            r"webhooks/|hooks\.zapier\.com/hooks/|hook\.[a-z0-9.]{0,20}make\.com/|chat\.googleapis\.com/v1/spaces/|"
            r"maker\.ifttt\.com/trigger/|[a-z0-9-]{1,60}\.webhook\.office\.com/|outlook\.office(?:365)?\.com/webhook|"
            r"[\w.-]{1,80}\.logic\.azure\.com[:/])[^\s\"'<>)]{6,600}",
            re.I,
        ),
        1.0,
    ),
    (re.compile(r"\b(?:set-)?cookie2?[\"']?\s{0,2}:\s{0,2}[\"']?([^\s=;,\"']{1,80}=[^\r\n\"']{4,3000})", re.I), 0.9),
    (
        re.compile(
            r"\b(?:\w{0,30}sess(?:ion)?[_.-]?(?:id|key|token)|jsessionid|phpsessid|connect\.sid|(?:csrf|xsrf)[_-]?token)"
            r"[\"']?\s{0,2}[=:]\s{0,2}[\"']?([\w%.~+/=:-]{12,600})",
            re.I,
        ),
        0.9,
    ),
    (
        re.compile(
            r"(?<![\d.,-])(\d{3}[ -]\d{3,4}|\d{4,8}|[A-Z]-\d{4,8}) is your (?:[\w.'-]{1,30} ){0,4}"
            r"(?:code|pin|otp|passcode|password)\b",
            re.I,
        ),
        0.9,
    ),
)

ASSIGNED = re.compile(
    r"(?P<name>pass[_-]?(?:word|wd|phrase|code)|pwd|\bpw\b|\bpass\b|\bcreds?\b|secret|credentials?|(?:api|access|auth|account|private|encryption|"
    r"signing|client|service|master|storage|shared)[_-]?key|token|(?<=[?&])(?:sig|signature|key|code))[\w.-]{0,20}"
    r"[\"'\]]{0,2}\s{0,3}(?::=|=>|={1,2}|:)\s{0,3}" + _VALUE,
    re.IGNORECASE,
)
"""A name and its value: in code, configuration files, page addresses, connection strings."""

NO_VALUE = re.compile(
    r"[*•x.…_#-]+|<.*>?|\$?\{.*|\$\w+|%\w+%|\[.*|(?:null|none|nil|true|false|yes|no|n/?a|tbd|todo|undefined|empty|optional|"
    r"required|string|str|int|bool|text|redacted|hidden|masked|changeme|example|os\.environ.*|process\.env.*|env\(.*|"
    r"getenv.*|vault:.*|secrets?\..*|secrets?\[.*|settings\..*|config\..*|self\..*|https?:?)",
    re.IGNORECASE,
)
"""What may stand in the place of a secret without being one."""


SPOKEN_EMAIL = "spoken_email"
SPOKEN_NUMBER = "spoken_number"
ADDRESS = "address"
PHONE_REGIONS = ("US", "CA", "GB", "IE", "AU", "NZ", "IN", "SG", "ZA", "DE", "FR", "IL", "BR")
"""Countries whose national notation is known; numbers that begin with ``+`` are found for all countries."""

NEVER_ALONE = 0.2
"""Below any sensible threshold: such a number says nothing without a context word."""
WEAK_ALONE = 0.38
"""Above the default threshold and below the score of a telephone number, which is the likelier reading."""


class Trigger(NamedTuple):
    """What every match contains.

    With a `reach` (in characters; matches are shorter), only the surroundings of the triggers are searched. Without
    one, the whole text is searched as soon as it holds a trigger.
    """

    pattern: re.Pattern[str]
    reach: int | None = None


class Own(StrEnum):
    """Recognizers of our own, in `shapes`, `secrets`, `categories`, `usernames`, `forms` and `checksums`."""

    AGES = "ages"
    ADDRESSES = "addresses"
    SECRETS = "secrets"
    CATEGORIES = "categories"
    USERNAMES = "usernames"
    NUMBERS = "numbers"
    WRITTEN_DATES = "written_dates"
    TIMES = "times"
    LABELLED = "labelled"


class NumberShape(NamedTuple):
    """A number of some country: its pattern and score, words that show it, and python-stdnum's check (``nl.bsn``).

    `varied`: one figure repeated passes the check, but is no number.
    """

    pattern: str
    score: float
    context: tuple[str, ...]
    check: str | None = None
    varied: bool = False


class Builtin(NamedTuple):
    """One recognizer: its kinds, whether it runs by default, why, and how it is made.

    `made_by` is the name of a Presidio class or one of our own recognizers. It is None if the findings come from
    `labels` of the language model, or from the engine itself (spoken forms). `trigger` is what a text must contain for
    the recognizer to run at all, `alone` the highest score of a match that no context word supports. `shape` is what
    a national number of our own is made of. `named` are the names by which people know the number in any language,
    and a number that is sure enough to be looked for in all text may stand `anywhere`.
    """

    name: str
    kinds: tuple[str, ...]
    on: bool
    why: str
    made_by: str | Own | None
    trigger: Trigger | None = None
    alone: float | None = None
    labels: tuple[str, ...] = ()
    shape: NumberShape | None = None
    named: tuple[str, ...] = ()
    anywhere: bool = False


_DIGIT = Trigger(re.compile(r"\d"))
_NEAR_DIGIT = Trigger(re.compile(r"\d+"), reach=40)
_NEAR_NUMBER = Trigger(re.compile(r"\d{2,}|\d[A-Za-z./-]"), reach=100)
_NEAR_TIME = Trigger(re.compile(r"\d[:.h]\d|\d ?[ap]\.?m\b|o['’]clock|\b(?:past|quarter)\b", re.I), reach=40)
_AT = Trigger(re.compile("@"), reach=400)
_DOT = Trigger(re.compile(r"\.[a-z]|://", re.I), reach=400)
_COLON = Trigger(re.compile(":[0-9a-f]*:|[0-9]\\.[0-9]", re.I), reach=80)
# Seven digits or more, with at most four other characters between two of them; extensions lie within reach.
PHONE_DIGITS = re.compile(r"\d(?:[^\w\n]{0,4}\d){6,}")
_SECRET = Trigger(TRIGGER)
_PHONE = Trigger(PHONE_DIGITS, reach=40)


BUILTINS: tuple[Builtin, ...] = (
    # --- what is said of people: our own model ---
    Builtin("ner_person", ("PERSON",), True, "people outside the roster", None, labels=("PERSON",)),
    Builtin("ner_location", ("LOCATION",), True, "places and street addresses", None, labels=("LOCATION",)),
    Builtin("ner_organization", ("ORGANIZATION",), True, "companies; acronyms aside", None, labels=("ORGANIZATION",)),
    Builtin("ner_nrp", ("NRP",), True, "nationality, religion, politics: special categories", None, labels=("NRP",)),
    Builtin("ner_date_time", ("DATE_TIME",), True, "dates, weekdays, months and years, in words or figures", None,
            labels=("DATE_TIME",)),
    Builtin("ner_email", ("EMAIL_ADDRESS",), True, "addresses as said, cut and misheard ones too", None,
            labels=("EMAIL_ADDRESS",)),
    Builtin("ner_phone", ("PHONE_NUMBER",), True, "numbers as said, misheard ones too", None,
            labels=("PHONE_NUMBER",)),
    Builtin("ner_card", ("CREDIT_CARD",), True, "numbers as said, misheard ones too", None, labels=("CREDIT_CARD",)),
    Builtin("ner_id", ("ID_NUMBER",), True, "accounts, passports, plates and the like, by what is said around them",
            None, labels=("ID_NUMBER",)),
    # --- said aloud ---
    Builtin(SPOKEN_EMAIL, ("EMAIL_ADDRESS",), True, "addresses as said: jane dot doe at acme dot com", None),
    Builtin(SPOKEN_NUMBER, ("PHONE_NUMBER", "CREDIT_CARD", "US_SSN", "ID_NUMBER", "IBAN_CODE", "SECRET", "LOCATION",
            "DATE_TIME", "PERSON"), True, "digits and letters as said: five five five, S as in Sam", None),
    # --- any country ---
    Builtin("email", ("EMAIL_ADDRESS",), True, "unmistakable", "EmailRecognizer", _AT),
    Builtin("phone", ("PHONE_NUMBER",), True, "seven digits or more, by country", "PhoneRecognizer", _PHONE),
    Builtin("credit_card", ("CREDIT_CARD",), True, "checksum", "CreditCardRecognizer", _DIGIT),
    Builtin("iban", ("IBAN_CODE",), True, "checksum", "IbanRecognizer", _DIGIT),
    Builtin("crypto", ("CRYPTO",), True, "checksum", "CryptoRecognizer", _DIGIT),
    Builtin("url", ("URL",), True, "links carry tokens and names", "UrlRecognizer", _DOT),
    Builtin("ip", ("IP_ADDRESS",), True, "points at a device", "IpRecognizer", _COLON),
    Builtin("mac", ("MAC_ADDRESS",), True, "points at a device", "MacAddressRecognizer", _DIGIT),
    Builtin("uuid", ("UUID",), True, "points at an account or device", "UuidRecognizer", _DIGIT),
    Builtin("date", ("DATE_TIME",), True, "dates in figures", "DateRecognizer", _DIGIT),
    Builtin("written_date", ("DATE_TIME",), True, "3rd of June 2021, Dec 5, 1996-09-15T12:34:56Z", Own.WRITTEN_DATES,
            _NEAR_DIGIT),
    Builtin("time", ("DATE_TIME",), True, "times of day: 10:17 pm, at 13:44, half past nine", Own.TIMES,
            _NEAR_TIME),
    Builtin("labelled_number", ("ID_NUMBER",), True, "what follows a label: passport no. X1234567, MRN: 77-812",
            Own.LABELLED, _NEAR_NUMBER),
    Builtin("age", ("AGE",), True, "ages as written or said", Own.AGES),
    Builtin(ADDRESS, ("LOCATION",), True, "house number and street, state and ZIP; streets of other languages",
            Own.ADDRESSES),
    Builtin("username", ("USERNAME",), True, "handles and names on services: @dev_anna, \"my handle is …\"",
            Own.USERNAMES),
    Builtin("secret", ("SECRET",), True, "keys, tokens, passwords, codes: pasted or said", Own.SECRETS, _SECRET),
    Builtin("special_category", SPECIAL_CATEGORIES, True, "words for health, religion, …: GDPR Art. 9 and 10; kept",
            Own.CATEGORIES),
    # --- United States ---
    Builtin("us_ssn", ("US_SSN",), True, "shape; bare digits need context", "UsSsnRecognizer", _DIGIT),
    Builtin("us_itin", ("US_ITIN",), True, "shape; bare digits need context", "UsItinRecognizer", _DIGIT),
    Builtin("us_passport", ("US_PASSPORT",), True, "needs context", "UsPassportRecognizer", _DIGIT),
    Builtin("us_bank", ("US_BANK_NUMBER",), True, "needs context", "UsBankRecognizer", _DIGIT),
    Builtin("us_aba_routing", ("ABA_ROUTING_NUMBER",), True, "checksum and context",
            "AbaRoutingRecognizer", _DIGIT, NEVER_ALONE),
    Builtin("us_mbi", ("US_MBI",), True, "a shape of its own", "UsMbiRecognizer", _DIGIT),
    Builtin("us_npi", ("US_NPI",), True, "checksum and context", "UsNpiRecognizer", _DIGIT, NEVER_ALONE),
    Builtin("us_medical_license", ("MEDICAL_LICENSE",), True, "checksum", "MedicalLicenseRecognizer", _DIGIT),
    Builtin("us_driver_license", ("US_DRIVER_LICENSE",), False, "takes Q3 and S3 for a licence",
            "UsLicenseRecognizer", _DIGIT),
    Builtin("us_health_member", ("US_HEALTH_INSURANCE_MEMBER_ID",), False, "takes any word with a figure",
            "UsHealthInsuranceMemberIdRecognizer", _DIGIT),
    Builtin("us_prior_authorization", ("US_PRIOR_AUTHORIZATION_NUMBER",), False, "medical billing only",
            "UsPriorAuthorizationNumberRecognizer", _DIGIT),
    Builtin("us_claim", ("US_CLAIM_NUMBER",), False, "medical billing only", "UsClaimNumberRecognizer", _DIGIT),
    Builtin("us_prescription", ("US_PRESCRIPTION_NUMBER",), False, "medical billing only",
            "UsPrescriptionNumberRecognizer", _DIGIT),
    Builtin("us_referral", ("US_REFERRAL_NUMBER",), False, "medical billing only",
            "UsReferralNumberRecognizer", _DIGIT),
    Builtin("us_provider_tax_id", ("US_PROVIDER_TAX_ID",), False, "a company's number, no person's",
            "UsProviderTaxIdRecognizer", _DIGIT),
    # --- United Kingdom ---
    Builtin("uk_nhs", ("UK_NHS",), True, "checksum, which one telephone number in eleven passes",
            "NhsRecognizer", _DIGIT, WEAK_ALONE),
    Builtin("uk_nino", ("UK_NINO",), True, "a shape of its own", "UkNinoRecognizer", _DIGIT),
    Builtin("uk_passport", ("UK_PASSPORT",), True, "needs context", "UkPassportRecognizer", _DIGIT),
    Builtin("uk_driving_licence", ("UK_DRIVING_LICENCE",), True, "a shape of its own",
            "UkDrivingLicenceRecognizer", _DIGIT),
    Builtin("uk_postcode", ("UK_POSTCODE",), True, "needs context", "UkPostcodeRecognizer", _DIGIT),
    Builtin("uk_vehicle", ("UK_VEHICLE_REGISTRATION",), False, "takes codes of letters and figures",
            "UkVehicleRegistrationRecognizer", _DIGIT, NEVER_ALONE),
    # --- Canada, Australia ---
    Builtin("ca_sin", ("CA_SIN",), True, "checksum; bare digits need context", "CaSinRecognizer", _DIGIT),
    Builtin("ca_postal_code", ("CA_POSTAL_CODE",), True, "needs context", "CaPostalCodeRecognizer", _DIGIT),
    Builtin("au_tfn", ("AU_TFN",), True, "checksum and context", "AuTfnRecognizer", _DIGIT, NEVER_ALONE),
    Builtin("au_medicare", ("AU_MEDICARE",), True, "checksum and context", "AuMedicareRecognizer", _DIGIT, NEVER_ALONE),
    Builtin("au_abn", ("AU_ABN",), False, "a company's number, no person's", "AuAbnRecognizer", _DIGIT, NEVER_ALONE),
    Builtin("au_acn", ("AU_ACN",), False, "a company's number, no person's", "AuAcnRecognizer", _DIGIT, NEVER_ALONE),
    # --- India, Singapore, Philippines, Nigeria, South Africa ---
    Builtin("in_aadhaar", ("IN_AADHAAR",), True, "checksum and context", "InAadhaarRecognizer", _DIGIT, WEAK_ALONE),
    Builtin("in_pan", ("IN_PAN",), True, "a shape of its own", "InPanRecognizer", _DIGIT),
    Builtin("in_passport", ("IN_PASSPORT",), True, "needs context", "InPassportRecognizer", _DIGIT),
    Builtin("in_voter", ("IN_VOTER",), False, "takes order numbers; three letters, seven figures",
            "InVoterRecognizer", _DIGIT),
    Builtin("in_gstin", ("IN_GSTIN",), False, "a company's number, no person's", "InGstinRecognizer", _DIGIT),
    Builtin("in_vehicle", ("IN_VEHICLE_REGISTRATION",), False, "takes codes of letters and figures",
            "InVehicleRegistrationRecognizer", _DIGIT),
    Builtin("sg_fin", ("SG_NRIC_FIN",), True, "a shape of its own", "SgFinRecognizer", _DIGIT),
    Builtin("sg_uen", ("SG_UEN",), False, "a company's number, no person's", "SgUenRecognizer", _DIGIT),
    Builtin("ph_passport", ("PH_PASSPORT",), False, "switch on for the Philippines", "PhPassportRecognizer", _DIGIT),
    Builtin("ph_tin", ("PH_TIN",), False, "switch on for the Philippines", "PhTinRecognizer", _DIGIT, NEVER_ALONE),
    Builtin("ph_umid", ("PH_UMID",), False, "switch on for the Philippines", "PhUmidRecognizer", _DIGIT, NEVER_ALONE),
    Builtin("ng_nin", ("NG_NIN",), False, "switch on for Nigeria", "NgNinRecognizer", _DIGIT, NEVER_ALONE),
    Builtin("ng_vehicle", ("NG_VEHICLE_REGISTRATION",), False, "switch on for Nigeria",
            "NgVehicleRegistrationRecognizer", _DIGIT),
    Builtin("za_id", ("ZA_ID_NUMBER",), False, "switch on for South Africa", "ZaIdNumberRecognizer", _DIGIT),
    Builtin("za_passport", ("ZA_PASSPORT",), False, "switch on for South Africa",
            "ZaPassportRecognizer", _DIGIT, NEVER_ALONE),
    Builtin("za_driver_license", ("ZA_DRIVER_LICENSE",), False, "switch on for South Africa",
            "ZaDriverLicenseRecognizer", _DIGIT, NEVER_ALONE),
    Builtin("za_income_tax", ("ZA_INCOME_TAX_NUMBER",), False, "switch on for South Africa",
            "ZaIncomeTaxNumberRecognizer", _DIGIT, NEVER_ALONE),
    Builtin("za_vat", ("ZA_VAT_NUMBER",), False, "a company's number, no person's",
            "ZaVatNumberRecognizer", _DIGIT, NEVER_ALONE),
    Builtin("za_company", ("ZA_COMPANY_REGISTRATION",), False, "a company's number, no person's",
            "ZaCompanyRegistrationRecognizer", _DIGIT),
    Builtin("za_plate", ("ZA_LICENSE_PLATE",), False, "takes codes of letters and figures",
            "ZaLicensePlateRecognizer", _DIGIT, NEVER_ALONE),
    Builtin("za_traffic_register", ("ZA_TRAFFIC_REGISTER_NUMBER",), False, "switch on for South Africa",
            "ZaTrafficRegisterNumberRecognizer", _DIGIT, NEVER_ALONE),
)  # fmt: skip
BY_NAME: Mapping[str, Builtin] = {builtin.name: builtin for builtin in BUILTINS}
