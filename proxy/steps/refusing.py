"""Refuses a request as a whole where consent says so."""

from __future__ import annotations

from proxy.consent.decide import Decision, Reason
from proxy.errors import Refusal
from proxy.steps.speaking import Hearing


def refuse_if_denied(hearing: Hearing, decision: Decision, *, recording: bool) -> None:
    """Raise the refusal that the decision asks for, with ids and reason codes only.

    `recording`: the request holds one, which leaves by grants alone; what holds by class for lack of a record is none.
    """
    if decision.refusal is not None:
        silent = sorted(
            {
                f"{said.participant or 'unknown speaker'} ({verdict.reason})"
                for said, verdict in zip(hearing.said, decision.verdicts, strict=True)
                if not verdict.admitted
            }
        )
        withheld = f"; withheld: {', '.join(silent)}" if silent else ""
        raise Refusal("consent_denied", f"{decision.refusal}{withheld}. See 'meeting-proxy explain' for each utterance")
    if recording and any(verdict.reason is Reason.CLASS_DEFAULT for verdict in decision.verdicts):
        raise Refusal(
            "recording_not_granted",
            "somebody who was present is heard by the default of a class; a recording needs a grant of everybody's own",
        )
