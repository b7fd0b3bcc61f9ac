"""The xAPI HTTP resources over the statements of `records`."""
