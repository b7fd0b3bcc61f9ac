"""Whether a client sends valid xAPI: checks built once from tables of properties, naming path and rule."""
