"""How well detection does on annotated text: annotated reads it, measures counts and estimates with intervals.

Pure: texts and findings come in, figures go out. The caller runs and times the detectors.
"""
