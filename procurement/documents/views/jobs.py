"""Pages of background work: my list, one job with its progress, and giving up."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from procurement.access import get_visible_or_404
from procurement.documents.models import Job
from procurement.documents.selectors import own_jobs
from procurement.documents.services.running import cancel_job


@login_required
@never_cache
@require_safe
def job_list(request: HttpRequest) -> HttpResponse:
    return render(request, "documents/jobs.html", {"jobs": own_jobs(request.actor, timezone.now())})


@login_required
@never_cache
@require_safe
def job_detail(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """The same page answers the reader and the poll: htmx takes `#job-progress` out of it."""
    job = get_visible_or_404(Job.objects.select_related("result", "requested_by"), request.actor, pk=job_id)
    is_own = job.requested_by_id == request.actor.id
    return render(
        request, "documents/job.html", {"job": job, "results": [job.result] if job.result else [], "is_own": is_own}
    )


@login_required
@require_POST
def job_cancel(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Only the requester gives up their own work."""
    own = Job.objects.filter(requested_by=request.actor.user)
    job = get_visible_or_404(own, request.actor, pk=job_id)
    if cancel_job(actor=request.actor, job=job):
        messages.success(request, _("已取消。"))
    else:
        messages.info(request, _("任务已经结束，无需取消。"))
    return redirect(job)
