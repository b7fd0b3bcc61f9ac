"""What every page shares: who may call it, who is visiting, headers, errors as pages."""
