"""Small words inside names of several languages: ``Maria de la Cruz``, ``Ludwig van Beethoven``."""

from __future__ import annotations

from proxy.wording.plain_words import word_set

PARTICLES = word_set(
    "al bin bint da de del della den der di do dos du el ibn la las le les los mac mc of st san santa te ten ter the "
    "van vander vom von y zu zum zur"
)
"""Words inside names that stand for nobody alone."""

JOINING = PARTICLES - word_set("of the y")
"""Those that join two words with capitals to one name where they stand between them; ``y`` also joins two people."""
