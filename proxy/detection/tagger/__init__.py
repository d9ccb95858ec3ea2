"""The detection model: a small encoder that labels each word of a transcript, and all that stands around it.

``features`` says what the model sees of a word beside its letters, ``windows`` how a text is laid out for it,
``labels`` what it answers and how answers become spans, ``model`` runs it. How it is made: ``training/`` in the
repository; what it reaches: ``MODEL_CARD.md`` beside the weights.
"""
