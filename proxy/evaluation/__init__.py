"""How well detection does on annotated text: annotated reads it, score counts, measures estimates with intervals.

Pure: texts and findings come in, figures go out. Who finds, and how long that takes, is the caller's.
"""
