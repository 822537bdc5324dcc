"""The lifecycles of this app; importing the package registers them with the engine."""
