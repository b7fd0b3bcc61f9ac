"""LTI 1.3 Advantage for a tool: dicts in, dataclasses out; knows neither Flask nor HTTP forms."""
