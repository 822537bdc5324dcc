"""One engine for every lifecycle. Import from the modules: definition (words), models, engine, steps."""
