"""An xAPI client that none of us wrote, let loose on our LRS."""
