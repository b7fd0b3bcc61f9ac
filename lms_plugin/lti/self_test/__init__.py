"""The connection self-test: tries every service of a platform once, and leaves nothing behind there."""
