"""Programs that touch untrusted bytes. Each runs alone, as its own process, through `boot.py`.

They import nothing from the portal, need no Django and get no environment: what they may read is
named on their command line, what they answer goes to standard output.
"""
