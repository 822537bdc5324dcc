"""The process that measures; `manage.py bench` starts it once everything it measures is up."""

import sys

import django

if __name__ == "__main__":
    django.setup()

    from procurement.bench.measuring import main

    sys.exit(main())
