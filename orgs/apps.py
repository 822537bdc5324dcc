from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class OrgsConfig(AppConfig):
    name = "orgs"
    verbose_name = _("组织")

    def ready(self) -> None:
        from orgs.models import Qualification
        from orgs.regions import install
        from orgs.selectors import read_holders, read_seats
        from procurement.access import register_holders, register_seats
        from procurement.audit.labels import register_action_labels
        from procurement.documents.subjects import register_subject
        from procurement.ui.furniture import NavEntry, Section, register_nav

        post_migrate.connect(install, sender=self)
        register_action_labels(
            {
                "credit.record": _("记入信用记录"),
                "credit.lift": _("移出信用记录"),
                "membership.grant": _("授予角色"),
                "membership.revoke": _("撤销角色"),
                "organization.update": _("更新单位信息"),
                "qualification.add": _("登记资质证书"),
            }
        )
        register_seats(read_seats)
        register_holders(read_holders)
        register_subject(
            "orgs.qualification",
            visible=lambda actor, pk: (
                actor.sees_everything
                or Qualification.objects.filter(pk=pk, organization__in=actor.organization_ids()).exists()
            ),
        )
        register_nav(NavEntry(_("单位名录"), "organization-list", order=29, prefix="/orgs/", section=Section.PUBLIC))
