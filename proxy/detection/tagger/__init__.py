"""The detection model: a small encoder that labels each word of a transcript, and everything around it.

``windows`` lays out a text for the model and says what the model sees of a word besides its letters. ``decode`` defines
what the model answers and turns answers into spans. ``model`` runs it. ``training/`` in the repository makes the model;
``MODEL_CARD.md`` beside the weights says how well it works.
"""
