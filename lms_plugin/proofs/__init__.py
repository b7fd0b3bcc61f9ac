"""Days sealed in Merkle trees, proofs of inclusion, packs for auditors, and the erasure of persons."""
