"""Webinars of a programme on a video platform: wanted, planned, opened, counted. No Flask, no database."""
