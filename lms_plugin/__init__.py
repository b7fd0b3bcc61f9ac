"""The Flask application: LTI tool, learner pages, trainer pages, secretariat, LRS, worker."""
