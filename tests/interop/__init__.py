"""Tests of what compares us with software of others."""
