"""The pages on which people are asked, one link a person.

``service`` answers requests; ``reading`` finds what a link is about; ``notice`` words what is asked;
``view`` shows it; ``answers`` records what came of it; ``words`` and ``labels`` hold the languages.
"""
