"""The module player: lessons, self-checks, assessments, progress."""
