"""Pages anybody may read: home, accessibility, privacy."""
