"""The HTTP face of LTI: login initiation, launch, JWKS."""
