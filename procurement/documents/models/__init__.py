from procurement.documents.models.document import Document
from procurement.documents.models.job import Job, JobState

__all__ = ["Document", "Job", "JobState"]
