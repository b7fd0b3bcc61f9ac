"""Our tool against software that others wrote: a platform (Open edX) and a second tool (PyLTI1p3)."""
