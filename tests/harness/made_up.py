"""Made-up people, numbers, places and technical words for tests that count what detection finds. The same each time."""

from __future__ import annotations

import random
from collections.abc import Sequence

FIRST = """Marguerite Hiroshi Oluwaseun Priyanka Tomasz Yesenia Fergus Anneliese Dmitri Xiomara Cedric Shreya Baptiste
Noor Kwabena Ingrid Rafael Siobhan Takumi Zainab Lucien Petra Emeka Valentina Bartholomew Anjali Casper Leilani Mateusz
Ophelia Rashid Solveig Thandiwe Ulrich Vikram Wanda Yusuf Zdenka Aurelio Bronagh""".split()
LAST = """
Delacroix Tanabe Adeyemi Raghunathan Wolski Villanueva MacAllister Brandstetter Volkov Quintero Hathersage
Banerjee Lefevre Haddad Mensah Thorvaldsen Cardoso Gallagher Morisaki Bello Moreau Kovacova Okonkwo Ricci Pemberton
Deshmukh Lindholm Kealoha Nowakowski Fairweather Siddiqui Haugland Dlamini Steinbach Chaudhary Kowalczyk Demir Novotna
Bianchi Demetriou""".split()
PEOPLE = [f"{first} {LAST[(at * 7 + 3) % len(LAST)]}" for at, first in enumerate(FIRST)]
"""Forty people with names of many languages, no word of a name twice."""

_BEGIN = "b br c ch d dr f fl g gr h j k kr l m n p pr r s sh st t tr v w z".split()
_MIDDLE = "a e i o u ai ea ie ou".split()
_END = "n r s l nd rt ck m x th".split()
_KINDS_OF_STREET = """Street Road Avenue Lane Drive Court Boulevard Close Terrace Way St Rd Ave Blvd Square Crescent
Place Parkway Hill Row Mews Loop Trail Circle Gardens""".split()


def _words(seed: int, count: int) -> list[str]:
    """Words of two or three syllables that no list of names holds, with a capital."""
    drawn = random.Random(seed)

    def syllables() -> str:
        return "".join(drawn.choice(_BEGIN) + drawn.choice(_MIDDLE) for _ in range(drawn.choice((1, 2))))

    return [
        (syllables() + drawn.choice(_BEGIN) + drawn.choice(_MIDDLE) + drawn.choice(_END)).title() for _ in range(count)
    ]


_COINED = _words(7, 80)
STRANGERS = [f"{first} {last}" for first, last in zip(_COINED[::2], _COINED[1::2], strict=True)]
"""Forty people whose names nobody has."""

STREETS = [
    f"{37 * at + 5} {word} {kind}"
    for at, (word, kind) in enumerate(zip(_words(11, len(_KINDS_OF_STREET)), _KINDS_OF_STREET, strict=True))
] + """742 Evergreen Terrace;18 Harbour Road;2210 Maple Avenue, Apartment 4B;5 Rue de la Paix;12 Bergmannstrasse
904 West 12th Street;77 King's Court;455 N Orchard Blvd, Suite 200;47 Station Road, Flat 2;29 Abbey Crescent
forty-two maple street;twelve harbor road;three oh one station avenue;nineteen fifteen old mill lane
seven church drive""".replace("\n", ";").split(";")  # fmt: skip

PHONES = """+1 202 555 0143;(202) 555-0187;202-555-0112;202.555.0199;2025550161;+44 20 7946 0958;020 7946 0123
+46 70 174 06 05;+49 30 23125 014;07700 900123;+33 1 99 00 12 34;1-800-555-0155;+61 491 570 156;+1 (415) 555-0132
202 555 0177 extension 12;two oh two five five five oh one four three;area code 415 then 555 0108
four one five, five five five, oh one nine nine;oh seven seven double oh nine double oh one two three
+44 7700 900 461;00 1 202 555 0118""".replace("\n", ";").split(";")  # fmt: skip

TECHNICAL = """
S3 C4 EKS Q3 SSN EC2 K8s R2 B2B H1 F5 GPT-4 IPv6 UTF-8 SOC P0 P1 T5 M4 CSV VAT KPI OKR Q1 Q2 Q4 SLA RFP ERP CRM
AWS GCP SSO MFA API SDK CI CD QA UX TLS VPN DNS CDN JWT RBAC IAM VPC RDS ECS GKE AKS EMR ETL SQL NPS ARR MRR CAC LTV ROI
EBITDA FY26 H2 G7 A4 B1 D2C MP4 H264 ISO 5G USB-C L3 L4 PR2 X12""".split()
"""What technical and business talk is full of, and what is nobody's data."""


def filled(frames: Sequence[str], items: Sequence[str]) -> list[str]:
    """Each item in a frame, by turns."""
    return [frames[at % len(frames)].format(item) for at, item in enumerate(items)]
