"""Consent through the admin API: records that somebody made elsewhere, and keys that phone-ins pressed."""

from __future__ import annotations

from proxy.desk.consents import Said
from proxy.desk.phones import Press
from proxy.edge.admin import models as api


def said(sent: api.ConsentEvent) -> Said:
    """What somebody said, as an integration sent it."""
    return Said(**{name: getattr(sent, name) for name in api.ConsentEvent.model_fields})


def press(sent: api.Dtmf) -> Press:
    """A key that a phone-in pressed, as the telephone service sent it."""
    return Press(**{name: getattr(sent, name) for name in api.Dtmf.model_fields})
