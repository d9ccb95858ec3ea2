"""The people of a roster in what is said: what each may be called, and how their names are written and misheard."""
