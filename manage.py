#!/usr/bin/env python
"""Run a management command with the embedded settings unless told otherwise."""

import os
import sys

from django.core.management import execute_from_command_line

from procurement.embedded.stopped import ServicesStopped

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "procurement.settings.embedded")
    try:
        execute_from_command_line(sys.argv)
    except ServicesStopped as stopped:
        sys.exit(str(stopped))
