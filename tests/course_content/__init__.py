"""Tests of the programmes as data."""
