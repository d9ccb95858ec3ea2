"""The pages on which people are asked for consent, one link per person.

``service`` answers requests and records what is chosen; ``opening`` reads what they need at start; ``reading`` finds
what a link is about; ``notice`` words what is asked; ``view`` renders it; ``translation`` and ``labels`` hold the
languages.
"""
