"""Proofs: sealed days, packs, erasure."""
