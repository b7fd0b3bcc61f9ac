"""Webinar platforms behind one interface; the platforms do not know each other."""
