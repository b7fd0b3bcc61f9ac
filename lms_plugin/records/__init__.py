"""What happened and what we conclude from it: evidence, completion, statement, outbox."""
