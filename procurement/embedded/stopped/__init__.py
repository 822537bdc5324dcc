"""The database backend in force while the embedded services are down: it says so instead of a riddle."""
