"""What differs between LMS products, a small class each; the specification, read strictly, is the base."""
