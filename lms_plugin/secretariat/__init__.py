"""What the secretariat reads: records, statements, evidence, exports."""
