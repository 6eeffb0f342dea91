"""How the platform is run: the embedded stack, container images, networks."""
