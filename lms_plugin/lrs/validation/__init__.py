"""Whether a client sends valid xAPI: compiled models, rules beside them, refusals with path and rule."""
