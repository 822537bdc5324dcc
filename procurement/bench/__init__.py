"""How fast the portal is, beside the bare floor on the same machine: `manage.py bench`, and `manage.py seed_scale`."""
