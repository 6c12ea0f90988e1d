"""Template tags of the portal; see ``ui``."""
