"""Signing in to the admin listener at an identity provider, by OpenID Connect: authorization code flow with PKCE."""
