"""Forwarding: what a target's filter selects reaches that other LRS, in order, nothing lost."""
