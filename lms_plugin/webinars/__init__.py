"""Webinar pages: join, trainer console, provider callbacks, attendance."""
