"""The lifecycles of this app; importing the package registers them with the engine."""

from orgs.lifecycle.admission import ADMISSION
from orgs.lifecycle.consortium import CHANGE, CONSORTIUM
from orgs.lifecycle.credit import CREDIT, CREDIT_APPEAL
from orgs.lifecycle.filing import AUTHORIZATION, FILING
from orgs.lifecycle.merge import MERGE
from orgs.lifecycle.qualification import QUALIFICATION
from orgs.lifecycle.recognition import RECOGNITION
from orgs.lifecycle.registration import REGISTRATION

__all__ = [
    "ADMISSION",
    "AUTHORIZATION",
    "CHANGE",
    "CONSORTIUM",
    "CREDIT",
    "CREDIT_APPEAL",
    "FILING",
    "MERGE",
    "QUALIFICATION",
    "RECOGNITION",
    "REGISTRATION",
]
