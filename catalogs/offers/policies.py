"""The policy library in the navigation, its files, and the way from a rule's citation to its article."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy

from catalogs.models import PolicyDocument
from catalogs.selectors.policies import citation_links
from procurement.access import Actor
from procurement.audit.labels import register_action_labels
from procurement.documents import register_subject
from procurement.rules.citations import register_citation_links
from procurement.ui.furniture import NavEntry, Section, register_nav


def register() -> None:
    register_action_labels({"policy.add": gettext_lazy("登记政策文件"), "policy.revise": gettext_lazy("修改政策文件")})
    register_citation_links(citation_links)
    register_subject("catalogs.policydocument", visible=_is_visible)
    register_nav(NavEntry(gettext_lazy("政策库"), "policy-list", order=59, section=Section.MARKET))


def _is_visible(actor: Actor, key: UUID) -> bool:
    """Files of an article are, like its text, for people who are signed in."""
    policy = PolicyDocument.objects.visible_to(actor).filter(pk=key).first()
    return policy is not None and (policy.is_official or actor.user is not None)
