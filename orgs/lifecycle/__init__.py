"""The lifecycles of this app; importing the package registers them with the engine."""

from orgs.lifecycle.consortium import CHANGE, CONSORTIUM
from orgs.lifecycle.filing import AUTHORIZATION, FILING
from orgs.lifecycle.merge import MERGE
from orgs.lifecycle.recognition import RECOGNITION
from orgs.lifecycle.registration import REGISTRATION

__all__ = [
    "AUTHORIZATION",
    "CHANGE",
    "CONSORTIUM",
    "FILING",
    "MERGE",
    "RECOGNITION",
    "REGISTRATION",
]
