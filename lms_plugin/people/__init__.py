"""Who takes part: learners and staff."""
