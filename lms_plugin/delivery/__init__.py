"""The worker that carries outbox rows to LRSs and LMS grade books."""
