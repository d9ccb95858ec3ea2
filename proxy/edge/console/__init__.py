"""The console on the admin listener: pages for operators, rendered here, without scripts or anything that is loaded.

They show what the admin API and the commands show, through the same use cases (`proxy.desk`) and rights. No text of
past meetings is on them, because none is kept.
"""
