"""What is known of people by their addresses, and where word of meetings comes from."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from proxy.model import ParticipantClass
from proxy.settings.base import ClassOfPeople, Secret, Section

Domain = Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?$")]
Digit = Annotated[str, Field(pattern=r"^[0-9*#]$")]


class People(Section):
    """What is known of people whose class nobody wrote down."""

    domains: dict[Domain, ClassOfPeople] = {}
    """Class by the domain of an e-mail address, in lower case; a subdomain is a domain of its own."""
    default_class: ClassOfPeople = ParticipantClass.UNIDENTIFIED
    """Class of people whose addresses say nothing, or contradict each other."""


class Phone(Section):
    """What the keys of a telephone mean that somebody presses when they are asked for consent."""

    digits: dict[Digit, Literal["granted", "denied", "withdrawn"]] = {"1": "granted", "2": "denied"}


class ZoomWebhook(Section):
    """Zoom's calls when somebody joins or leaves; without this section they are not taken."""

    secret: Secret
    """The secret token that Zoom shows for the app; it signs the calls."""


class Webhooks(Section):
    """Calls by meeting services, taken on the admin listener under ``/webhooks/``."""

    zoom: ZoomWebhook | None = None
