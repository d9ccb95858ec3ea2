"""What is wrong, or deserves a second look, in how the routes of a configuration detect."""

from __future__ import annotations

from collections.abc import Iterator

from proxy.redaction.chosen import producible, validate
from proxy.redaction.languages.table import LANGUAGES, Tier, tier_of
from proxy.settings import Route, Settings


def problems(settings: Settings) -> list[str]:
    """What is wrong in ``detection``, ``redaction`` and the routes, one sentence each with place and remedy."""
    found = validate(settings.detection, _kinds_of_all(settings))
    for index, route in enumerate(settings.routes):
        found += _of_route(settings, route, f"routes[{index}]", set(found))
    return found


def _kinds_of_all(settings: Settings) -> set[str]:
    """Kinds that ``redaction`` names and no route's own detection finds: ``detection`` itself must find them."""
    by_routes = {kind for detection in settings.detections().values() for kind in producible(detection)}
    return set(settings.redaction) - by_routes


def _of_route(settings: Settings, route: Route, where: str, known: set[str]) -> Iterator[str]:
    detection = settings.detection_of(route)
    for problem in validate(detection, route.redaction, f"{where}."):
        # What the route only takes over from `detection` has been told there.
        if problem.removeprefix(f"{where}.") not in known:
            yield problem
    for code in route.languages:
        tier = tier_of(code)
        if tier is Tier.UNCOVERED:
            yield (
                f"{where}.language: nothing is known of the language {code!r}; use one of: {', '.join(LANGUAGES)}, "
                "or auto"
            )
        elif tier is Tier.IN_PART and detection.languages.in_part == "refuse":
            yield (
                f"{where}.language: {LANGUAGES[code].name} ({code}) is covered in part only, and such text is refused; "
                f"set detection.languages.in_part (or {where}.detection.languages.in_part) to 'patterns' to let it "
                "leave with what patterns, national numbers and the roster find, or remove the language"
            )


def doubts(settings: Settings) -> list[str]:
    """What is allowed and deserves to be known: routes that let text leave in which detection finds only a part."""
    found = []
    for index, route in enumerate(settings.routes):
        policy = settings.detection_of(route).languages
        let = [tier for tier in ("in_part", "uncovered") if getattr(policy, tier) == "patterns"]
        if let:
            where = " and ".join(f"languages.{tier}" for tier in let)
            found.append(
                f"routes[{index}] ({route.name}): {where} is 'patterns': text in languages other than English leaves, "
                "though names outside the roster and numbers in words are not surely found in it (docs/languages.md)"
            )
    return found
