"""One module for each schema. A released step is never changed; a change is a new step.

A step only adds: while proxies are replaced one by one, those of the previous version go on working.
"""
