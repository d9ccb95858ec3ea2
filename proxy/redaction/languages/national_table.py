"""National numbers by language, as data: Presidio's recognizers with their context words, and those of `checksums`.

Kept apart from the English table because context words differ by language and the numbers would be false findings
elsewhere: any ten figures in an English meeting might pass for a Swedish personnummer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from proxy.redaction.recognizers.table import NEVER_ALONE, WEAK_ALONE, Builtin, Trigger

_DIGIT = Trigger(re.compile(r"\d"))

NATIONAL: Mapping[str, tuple[Builtin, ...]] = {
    "de": (
        Builtin("de_tax_id", ("DE_TAX_ID",), True, "checksum", "DeTaxIdRecognizer", _DIGIT),
        Builtin("de_tax_number", ("DE_TAX_NUMBER",), True, "shape with slashes, or context",
                "DeTaxNumberRecognizer", _DIGIT),
        Builtin("de_social_security", ("DE_SOCIAL_SECURITY",), True, "checksum", "DeSocialSecurityRecognizer", _DIGIT),
        Builtin("de_health_insurance", ("DE_HEALTH_INSURANCE",), True, "checksum",
                "DeHealthInsuranceRecognizer", _DIGIT),
        Builtin("de_id_card", ("DE_ID_CARD",), True, "checksum", "DeIdCardRecognizer", _DIGIT),
        Builtin("de_passport", ("DE_PASSPORT",), True, "checksum", "DePassportRecognizer", _DIGIT),
        Builtin("de_driving_licence", ("DE_FUEHRERSCHEIN",), True, "a shape of its own",
                "DeFuehrerscheinRecognizer", _DIGIT),
        Builtin("de_doctor", ("DE_LANR",), True, "checksum and context", "DeLanrRecognizer", _DIGIT, NEVER_ALONE),
        Builtin("de_postcode", ("DE_PLZ",), True, "needs context", "DePlzRecognizer", _DIGIT),
        Builtin("de_vehicle", ("DE_KFZ",), True, "needs context", "DeKfzRecognizer", _DIGIT, NEVER_ALONE),
        Builtin("de_practice", ("DE_BSNR",), False, "a practice's number, no person's",
                "DeBsnrRecognizer", _DIGIT, NEVER_ALONE),
        Builtin("de_company", ("DE_HANDELSREGISTER",), False, "a company's number, no person's",
                "DeHandelsregisterRecognizer", _DIGIT),
        Builtin("de_vat", ("DE_VAT_ID",), False, "a company's number, no person's", "DeVatIdRecognizer", _DIGIT),
    ),
    "es": (
        Builtin("es_nif", ("ES_NIF",), True, "checksum", "EsNifRecognizer", _DIGIT),
        Builtin("es_nie", ("ES_NIE",), True, "checksum", "EsNieRecognizer", _DIGIT),
        Builtin("es_passport", ("ES_PASSPORT",), True, "needs context", "EsPassportRecognizer", _DIGIT),
    ),
    "fi": (
        Builtin("fi_identity_code", ("FI_PERSONAL_IDENTITY_CODE",), True, "checksum",
                "FiPersonalIdentityCodeRecognizer", _DIGIT),
    ),
    "fr": (
        Builtin("fr_nir", ("FR_NIR",), True, "checksum", "FrNirRecognizer", _DIGIT),
    ),
    "it": (
        Builtin("it_fiscal_code", ("IT_FISCAL_CODE",), True, "checksum", "ItFiscalCodeRecognizer", _DIGIT),
        Builtin("it_driver_license", ("IT_DRIVER_LICENSE",), True, "needs context",
                "ItDriverLicenseRecognizer", _DIGIT),
        Builtin("it_identity_card", ("IT_IDENTITY_CARD",), True, "needs context", "ItIdentityCardRecognizer", _DIGIT),
        Builtin("it_passport", ("IT_PASSPORT",), True, "needs context", "ItPassportRecognizer", _DIGIT),
        Builtin("it_vat", ("IT_VAT_CODE",), False, "a company's number, no person's", "ItVatCodeRecognizer", _DIGIT),
    ),
    "ko": (
        Builtin("kr_rrn", ("KR_RRN",), True, "a shape of its own; checksum until 2020", "KrRrnRecognizer", _DIGIT),
        Builtin("kr_frn", ("KR_FRN",), True, "a shape of its own", "KrFrnRecognizer", _DIGIT),
        Builtin("kr_driver_license", ("KR_DRIVER_LICENSE",), True, "region and context",
                "KrDriverLicenseRecognizer", _DIGIT, NEVER_ALONE),
        Builtin("kr_passport", ("KR_PASSPORT",), True, "needs context", "KrPassportRecognizer", _DIGIT),
        Builtin("kr_company", ("KR_BRN",), False, "a company's number, no person's", "KrBrnRecognizer", _DIGIT),
    ),
    "nl": (
        Builtin("nl_bsn", ("NL_BSN",), True, "checksum and context", "NlBsnRecognizer", _DIGIT, NEVER_ALONE),
    ),
    "pl": (
        Builtin("pl_pesel", ("PL_PESEL",), True, "checksum", "PlPeselRecognizer", _DIGIT),
    ),
    "pt": (
        Builtin("br_cpf", ("BR_CPF",), True, "two checksums", "BrCpfRecognizer", _DIGIT),
        Builtin("pt_nif", ("PT_NIF",), True, "checksum and context", "PtNifRecognizer", _DIGIT, NEVER_ALONE),
    ),
    "sv": (
        Builtin("se_personnummer", ("SE_PERSONNUMMER",), True, "date and checksum",
                "SePersonnummerRecognizer", _DIGIT, WEAK_ALONE),
        Builtin("se_company", ("SE_ORGANISATIONSNUMMER",), False, "a company's number, no person's",
                "SeOrganisationsnummerRecognizer", _DIGIT),
    ),
    "th": (
        Builtin("th_tnin", ("TH_TNIN",), True, "checksum", "ThTninRecognizer", _DIGIT),
    ),
    "tr": (
        Builtin("tr_national_id", ("TR_NATIONAL_ID",), True, "checksum", "TrNationalIdRecognizer", _DIGIT),
        Builtin("tr_plate", ("TR_LICENSE_PLATE",), True, "needs context",
                "TrLicensePlateRecognizer", _DIGIT, NEVER_ALONE),
    ),
}  # fmt: skip
"""By ISO 639-1 code of the language. Languages without an entry have no national numbers that are looked for."""
