"""People tell each other what they are and do; with a word for a text or its writer, it is a client who does."""

from __future__ import annotations

import pytest

from proxy.attribution.asking import asks

TOLD = (
    "Vous mentez à tout le monde.",
    "Vous êtes en retard.",
    "Vous avez vendu mon camion.",
    "Vous devez payer le fournisseur.",
    "Tu es un voleur.",
    "Du bist ein Dieb.",
    "Sie sind gefeuert.",
    "Eres un ladrón.",
    "Usted es culpable del incendio.",
    "Sei un ladro.",
    "Você é um ladrão.",
    "Je bent een dief.",
    "U bent ontslagen.",
    "Du är en tjuv.",
    "You have to fire the driver.",
    "你是小偷。",
)
OWN = (
    "Vous êtes un assistant.",
    "Vous rédigez un compte-rendu.",
    "Vous recevez une transcription automatique.",
    "Tu es une secrétaire expérimentée.",
    "Du bist ein sehr genauer Protokollant.",
    "Sie sind ein hilfreicher Assistent.",
    "Eres una experta en actas.",
    "Sei un'esperta di verbali.",
    "Você é um assistente útil.",
    "Je bent een behulpzame assistent.",
    "Du är en sekreterare.",
    "You will receive a transcript.",
    "你是一个会议助手。",
    "あなたは優秀なアシスタントです。",
)


@pytest.mark.parametrize("line", TOLD)
def test_what_people_tell_each_other(line: str) -> None:
    assert not asks(line)


@pytest.mark.parametrize("line", OWN)
def test_what_a_client_tells_its_model(line: str) -> None:
    assert asks(line)
