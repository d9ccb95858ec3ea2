"""The composition root: builds all parts from the settings, and starts, replaces and ends them in order."""
