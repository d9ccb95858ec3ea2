"""The schema of ``proxy.yaml``: which fields exist and what is valid. Pure: the edge reads the files.

Every model forbids unknown fields and is frozen, so one object is one snapshot of the settings.
"""

from __future__ import annotations

from proxy.settings.access import (
    ADMIN,
    RIGHTS,
    Admin,
    AdminToken,
    Oidc,
    Right,
    Role,
    TrustedHeader,
    rights_of,
    roles_of,
    roles_with,
)
from proxy.settings.actions import ActionSetting, Operated
from proxy.settings.base import (
    ClientsListener,
    ClientsTls,
    Instant,
    Listener,
    ListenerTls,
    Secret,
    Section,
    is_loopback,
)
from proxy.settings.consent import ConsentPages, ConsentSettings, RecipientBounds
from proxy.settings.detection import (
    CustomPattern,
    DenyList,
    Detection,
    Dictionary,
    Languages,
    PresidioFile,
    PresidioRecognizer,
    PresidioRegistry,
    RouteDetection,
    WordFile,
)
from proxy.settings.dialect_names import BY_NAME, DIALECTS, FETCHED_BY, FETCHING, JSON_DIALECT, REGISTERED
from proxy.settings.document import (
    Contradiction,
    Contradictions,
    LaterReplies,
    Limits,
    People,
    Settings,
    actions,
)
from proxy.settings.ledger import (
    AnchorTarget,
    HttpAnchor,
    HttpReceiver,
    Ledger,
    OtlpReceiver,
    ShipTarget,
    SyslogReceiver,
    TimestampAnchor,
    Web,
    WitnessAnchor,
)
from proxy.settings.mail import Mail
from proxy.settings.profiles import Profile
from proxy.settings.purposes import PageLanguage, PurposeWords
from proxy.settings.routing import JOB, Client, Credential, Recipient, Route, Terms, filled
from proxy.settings.shapes import JsonShape

__all__ = [
    "ADMIN",
    "BY_NAME",
    "DIALECTS",
    "FETCHED_BY",
    "FETCHING",
    "JOB",
    "JSON_DIALECT",
    "REGISTERED",
    "RIGHTS",
    "ActionSetting",
    "Admin",
    "AdminToken",
    "AnchorTarget",
    "Client",
    "ClientsListener",
    "ClientsTls",
    "ConsentPages",
    "ConsentSettings",
    "Contradiction",
    "Contradictions",
    "Credential",
    "CustomPattern",
    "DenyList",
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
    "ListenerTls",
    "Mail",
    "Oidc",
    "Operated",
    "OtlpReceiver",
    "PageLanguage",
    "People",
    "PresidioFile",
    "PresidioRecognizer",
    "PresidioRegistry",
    "Profile",
    "PurposeWords",
    "Recipient",
    "RecipientBounds",
    "Right",
    "Role",
    "Route",
    "RouteDetection",
    "Secret",
    "Section",
    "Settings",
    "ShipTarget",
    "SyslogReceiver",
    "Terms",
    "TimestampAnchor",
    "TrustedHeader",
    "Web",
    "WitnessAnchor",
    "WordFile",
    "actions",
    "filled",
    "is_loopback",
    "rights_of",
    "roles_of",
    "roles_with",
]
