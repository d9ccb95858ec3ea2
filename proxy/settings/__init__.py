"""The schema of ``proxy.yaml``: which fields exist and what is valid. Pure: the edge reads the files.

Every model forbids unknown fields and is frozen, so one object is one snapshot of the settings.
"""

from __future__ import annotations

from proxy.settings.actions import ActionSetting, Operated
from proxy.settings.anchors import S3, AnchorTarget, HttpAnchor, TimestampAnchor, Web, WitnessAnchor
from proxy.settings.base import Instant, Listener, Secret, Section
from proxy.settings.consent import ConsentPages, ConsentSettings, PageLanguage, Quorum, RecipientBounds
from proxy.settings.contradictions import Contradiction, Contradictions
from proxy.settings.detection import (
    Case,
    CustomPattern,
    DenyList,
    Detection,
    Dictionary,
    Languages,
    RouteDetection,
    WordFile,
)
from proxy.settings.dialect_names import BY_NAME, CONTENT_FREE, DIALECTS, FETCHED_BY, FETCHING, JSON_DIALECT, REGISTERED
from proxy.settings.document import (
    ADMIN,
    Admin,
    AdminToken,
    DerivedTexts,
    LaterReplies,
    Ledger,
    Limits,
    People,
    Phone,
    Settings,
    Webhooks,
    ZoomWebhook,
    actions,
)
from proxy.settings.presidio_file import PresidioFile, PresidioRecognizer, PresidioRegistry
from proxy.settings.profiles import Profile
from proxy.settings.routing import JOB, Client, Credential, Recipient, Route, Terms, filled
from proxy.settings.shapes import Control, JsonShape, Utterances
from proxy.settings.shipping import HttpReceiver, OtlpReceiver, Receiver, ShipTarget, SyslogReceiver

__all__ = [
    "ADMIN",
    "BY_NAME",
    "CONTENT_FREE",
    "DIALECTS",
    "FETCHED_BY",
    "FETCHING",
    "JOB",
    "JSON_DIALECT",
    "REGISTERED",
    "S3",
    "ActionSetting",
    "Admin",
    "AdminToken",
    "AnchorTarget",
    "Case",
    "Client",
    "ConsentPages",
    "ConsentSettings",
    "Contradiction",
    "Contradictions",
    "Control",
    "Credential",
    "CustomPattern",
    "DenyList",
    "DerivedTexts",
    "Detection",
    "Dictionary",
    "HttpAnchor",
    "HttpReceiver",
    "Instant",
    "JsonShape",
    "Languages",
    "LaterReplies",
    "Ledger",
    "Limits",
    "Listener",
    "Operated",
    "OtlpReceiver",
    "PageLanguage",
    "People",
    "Phone",
    "PresidioFile",
    "PresidioRecognizer",
    "PresidioRegistry",
    "Profile",
    "Quorum",
    "Receiver",
    "Recipient",
    "RecipientBounds",
    "Route",
    "RouteDetection",
    "Secret",
    "Section",
    "Settings",
    "ShipTarget",
    "SyslogReceiver",
    "Terms",
    "TimestampAnchor",
    "Utterances",
    "Web",
    "Webhooks",
    "WitnessAnchor",
    "WordFile",
    "ZoomWebhook",
    "actions",
    "filled",
]
