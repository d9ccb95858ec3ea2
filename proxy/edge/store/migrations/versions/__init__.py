"""One module for each schema. A step that was released is never changed; a change is a new step.

A step only adds: while proxies are replaced one by one, those of the version before go on working.
"""
