"""Whose each stretch of a request is: what a layout proves to be somebody's stays theirs, all else is nobody's."""
